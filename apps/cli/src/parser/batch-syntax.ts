import { CONTROL_VERBS, SYNC_MODES, type CalendarDay, type SyncMode } from '@daysync/progress';
import { Option, type Command } from 'commander';
import type { ServerOptions } from '../api/context.js';
import type { StartRequest } from '../api/wire.js';
import { control, retry, sync } from '../commands/batches.js';
import { preview } from '../commands/preview.js';
import { syncLocal } from '../commands/sync-local.js';
import { watchCommand } from '../watch/follow.js';
import { withoutUndefined, type CommandBuilder } from './command-builder.js';

const ORDERS = ['asc', 'desc'] as const satisfies readonly StartRequest['order'][];

interface SyncCommandOptions extends ServerOptions {
  readonly mode: SyncMode;
  readonly order: (typeof ORDERS)[number];
  readonly planHash?: string;
  readonly preview?: true;
  readonly watch?: true;
  readonly local?: true;
}

interface RetryOptions extends ServerOptions {
  readonly codes?: readonly string[];
  readonly watch?: true;
}

/** `sync`, `watch`, `pause`, `resume`, `cancel` and `retry`. */
export function addBatchCommands(builder: CommandBuilder): void {
  addSync(builder);
  const { help, parse } = builder;

  builder
    .addForServer('watch', help.watch)
    .argument('<task_id>', help.batchId)
    .action((batchId: string, options: ServerOptions) =>
      builder.callServer(options, (context) => watchCommand(context, batchId)),
    );

  for (const verb of CONTROL_VERBS) {
    builder
      .addForServer(verb, help[verb])
      .argument('<task_id>', help.batchId)
      .action((batchId: string, options: ServerOptions) =>
        builder.callServer(options, (context) => control(context, verb, batchId)),
      );
  }

  builder
    .addForServer('retry', help.retry)
    .argument('<task_id>', help.batchId)
    .option('--codes <codes>', help.codes, parse.list)
    .option('--watch', help.watchIt)
    .action((batchId: string, options: RetryOptions) => {
      const { codes = [], watch = false } = options;
      return builder.callServer(options, (context) => retry(context, batchId, codes, watch));
    });
}

function addSync(builder: CommandBuilder): void {
  const { help, messages, ports, language } = builder;
  builder
    .addForServer('sync', help.sync)
    .argument('<dataset>', help.dataset)
    .addArgument(builder.day('from', help.from))
    .addArgument(builder.day('to', help.to))
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
        const { mode, order, planHash, watch = false, json = false } = options;
        const isPreview = options.preview === true;
        const request: StartRequest = {
          dataset,
          start_date: from,
          end_date: to,
          mode,
          order,
          ...withoutUndefined({ plan_hash: planHash }),
        };
        builder.checkRange(command, from, to);
        if (options.local === true) {
          if (command.getOptionValueSource('url') === 'cli') {
            builder.misused(command, messages.notBoth('--local', '--url'));
          }
          builder.setExitCode(await syncLocal(ports, language, request, { isPreview, json }));
        } else {
          await builder.callServer(options, (context) =>
            isPreview ? preview(context, request) : sync(context, request, watch),
          );
        }
      },
    );
}
