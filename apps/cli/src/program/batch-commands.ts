import {
  ACTIVE_STATUSES,
  CONTROL_VERBS,
  SYNC_MODES,
  TERMINAL_STATUSES,
  type CalendarDay,
  type SyncMode,
} from '@daysync/progress';
import { Option, type Command } from 'commander';
import type { BatchQuery, StartRequest } from '../api/wire.js';
import type { ServerOptions } from '../commands/context.js';
import { given, MOST_LISTED, type CommandKit } from './command-kit.js';

const ORDERS = ['asc', 'desc'] as const satisfies readonly StartRequest['order'][];

interface SyncCommandOptions extends ServerOptions {
  readonly mode: SyncMode;
  readonly order: (typeof ORDERS)[number];
  readonly planHash?: string;
  readonly preview?: true;
  readonly watch?: true;
  readonly local?: true;
}

interface StatusOptions extends ServerOptions, Pick<BatchQuery, 'dataset' | 'status'> {
  readonly limit: number;
}

interface RetryOptions extends ServerOptions {
  readonly codes?: readonly string[];
  readonly watch?: true;
}

/** Start, list, watch and control batches. */
export function addBatchCommands(kit: CommandKit): void {
  addSync(kit);
  const { help, read, handlers, ended } = kit;

  kit
    .addForServer('status', help.status)
    .option('--dataset <name>', help.ofDataset)
    .addOption(
      new Option('--status <state>', help.inState).choices([
        ...ACTIVE_STATUSES,
        ...TERMINAL_STATUSES,
      ]),
    )
    .option('--limit <n>', help.limit, read.count(1, MOST_LISTED), 20)
    .action(async (options: StatusOptions) => {
      const { dataset, status, limit } = options;
      ended(await handlers.status({ ...given({ dataset, status }), page_size: limit }, options));
    });

  kit
    .addForServer('watch', help.watch)
    .argument('<task_id>', help.taskId)
    .action(async (taskId: string, options: ServerOptions) => {
      ended(await handlers.watch(taskId, options));
    });

  for (const verb of CONTROL_VERBS) {
    kit
      .addForServer(verb, help[verb])
      .argument('<task_id>', help.taskId)
      .action(async (taskId: string, options: ServerOptions) => {
        ended(await handlers.control(verb, taskId, options));
      });
  }

  kit
    .addForServer('retry', help.retry)
    .argument('<task_id>', help.taskId)
    .option('--codes <codes>', help.codes, read.list)
    .option('--watch', help.watchIt)
    .action(async (taskId: string, options: RetryOptions) => {
      const { codes = [], watch } = options;
      ended(await handlers.retry({ taskId, codes, isWatched: watch === true }, options));
    });
}

function addSync(kit: CommandKit): void {
  const { help, words, handlers, ended } = kit;
  kit
    .addForServer('sync', help.sync)
    .argument('<dataset>', help.dataset)
    .addArgument(kit.day('from', help.from))
    .addArgument(kit.day('to', help.to))
    .addOption(
      new Option('--mode <mode>', help.mode).choices(SYNC_MODES).default('missing_and_failed'),
    )
    .addOption(new Option('--order <order>', help.order).choices(ORDERS).default('asc'))
    .addOption(new Option('--preview', help.preview).conflicts(['watch', 'planHash']))
    .option('--plan-hash <hash>', help.planHash)
    .option('--watch', help.watchIt)
    .option('--local', help.local)
    .action(
      async (
        dataset: string,
        from: CalendarDay,
        to: CalendarDay,
        options: SyncCommandOptions,
        command: Command,
      ) => {
        const { mode, order, planHash, preview, watch, local, json } = options;
        kit.checkRange(command, from, to);
        if (local === true && command.getOptionValueSource('url') === 'cli') {
          kit.misused(command, words.notBoth('--local', '--url'));
        }
        const range = { dataset, from, to, mode, order, planHash };
        const asked = { ...range, isPreview: preview === true, isWatched: watch === true };
        ended(
          await (local === true
            ? handlers.syncLocal(asked, json === true)
            : handlers.sync(asked, options)),
        );
      },
    );
}
