import {
  CONTROL_VERBS,
  DAY_ORDERS,
  parseDayWord,
  SYNC_MODES,
  type DayOrder,
  type DayWord,
  type SyncMode,
} from '@daysync/progress';
import { Option, type Command } from 'commander';
import type { Context, ServerOptions } from '../api/context.js';
import type { StartRequest } from '../api/wire.js';
import { control, extend, retry, sync } from '../commands/batches.js';
import { logs } from '../commands/logs.js';
import { fixedRange, readRange, type NamedRange } from '../commands/day-range.js';
import { move } from '../commands/move.js';
import { preview } from '../commands/preview.js';
import { syncLocal } from '../commands/sync-local.js';
import { verify, type VerifiedDays } from '../commands/verify.js';
import { watchCommand } from '../watch/follow.js';
import { withoutUndefined, type CommandBuilder } from './command-builder.js';

const MOST_ENTRIES = 10_000;

interface SyncCommandOptions extends ServerOptions {
  readonly mode: SyncMode;
  readonly order: DayOrder;
  readonly planHash?: string;
  readonly preview?: true;
  readonly watch?: true;
  readonly local?: true;
}

interface VerifyCommandOptions extends ServerOptions {
  readonly all?: true;
  readonly report?: true;
  readonly local?: true;
}

interface MoveCommandOptions extends ServerOptions {
  readonly local?: true;
}

interface LogsCommandOptions extends ServerOptions {
  readonly follow?: true;
  readonly limit: number;
}

interface RetryOptions extends ServerOptions {
  readonly codes?: readonly string[];
  readonly watch?: true;
}

interface ExtendCommandOptions extends ServerOptions {
  readonly from?: DayWord;
  readonly to?: DayWord;
  readonly watch?: true;
}

/** `sync`, `verify`, `watch`, `logs`, `pause`, `resume`, `cancel`, `extend` and `retry`. */
export function addBatchCommands(builder: CommandBuilder): void {
  addSync(builder);
  addVerify(builder);
  addMove(builder);
  const { help, parse } = builder;

  builder
    .addForServer('watch', help.watch)
    .argument('<task_id>', help.batchId)
    .action((batchId: string, options: ServerOptions) =>
      builder.callServer(options, (context) => watchCommand(context, batchId)),
    );

  builder
    .addForServer('logs', help.logs)
    .argument('<task_id>', help.batchId)
    .option('--follow', help.followLog)
    .option('--limit <n>', help.limitLog, parse.count(1, MOST_ENTRIES), 1_000)
    .action((batchId: string, options: LogsCommandOptions) => {
      const { follow: follows = false, limit } = options;
      return builder.callServer(options, (context) => logs(context, batchId, { follows, limit }));
    });

  for (const verb of CONTROL_VERBS) {
    builder
      .addForServer(verb, help[verb])
      .argument('<task_id>', help.batchId)
      .action((batchId: string, options: ServerOptions) =>
        builder.callServer(options, (context) => control(context, verb, batchId)),
      );
  }

  builder
    .addForServer('extend', help.extend)
    .argument('<task_id>', help.batchId)
    .option('--from <day>', help.extendFrom, parse.day)
    .option('--to <day>', help.extendTo, parse.day)
    .option('--watch', help.watchIt)
    .action((batchId: string, options: ExtendCommandOptions, command: Command) => {
      const { from, to, watch = false } = options;
      if (from === undefined && to === undefined) {
        builder.misused(command, builder.messages.oneOf('--from', '--to'));
      }
      const words = { from, to };
      builder.checkRange(command, fixedRange(words) ?? {});
      return builder.callServer(options, (context) => extend(context, batchId, words, watch));
    });

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
  const { help, parse } = builder;
  builder
    .addForServer('sync', help.sync)
    .argument('<dataset>', help.dataset)
    .argument('<from>', help.from, parse.day)
    .argument('[to]', help.to, parse.day)
    .addOption(
      new Option('--mode <mode>', help.mode).choices(SYNC_MODES).default('missing_and_failed'),
    )
    .addOption(new Option('--order <order>', help.order).choices(DAY_ORDERS).default('asc'))
    .addOption(new Option('--preview', help.preview).conflicts(['watch', 'planHash']))
    .option('--plan-hash <hash>', help.planHash)
    .option('--watch', help.watchIt)
    .option('--local', help.local)
    .action(
      async (
        dataset: string,
        from: DayWord,
        // A word that stands alone stands for all its days.
        to: DayWord = from,
        options: SyncCommandOptions,
        command: Command,
      ) => {
        const { mode, order, planHash, watch = false, json = false } = options;
        const isPreview = options.preview === true;
        const words = { from, to };
        builder.checkRange(command, fixedRange(words) ?? {});
        const request = async (context: Context): Promise<StartRequest> => {
          const range = await readRange(context, dataset, words);
          builder.checkRange(command, range);
          return { dataset, ...range, mode, order, ...withoutUndefined({ plan_hash: planHash }) };
        };
        if (options.local === true) {
          const local = { isJson: json, runsDays: !isPreview };
          await builder.runLocally(command, local, async (context, server) =>
            isPreview
              ? preview(context, await request(context))
              : syncLocal(context, server, await request(context)),
          );
        } else {
          await builder.callServer(options, async (context) =>
            isPreview
              ? preview(context, await request(context))
              : sync(context, await request(context), watch),
          );
        }
      },
    );
}

function addMove(builder: CommandBuilder): void {
  const { help, parse } = builder;
  builder
    .addForServer('move', help.move)
    .argument('<dataset>', help.dataset)
    .argument('[from]', help.moveFrom, parse.day)
    .argument('[to]', help.to, parse.day)
    .option('--local', help.local)
    .action(
      async (
        dataset: string,
        from: DayWord | undefined,
        to: DayWord | undefined,
        options: MoveCommandOptions,
        command: Command,
      ) => {
        const words = from && { from, to: to ?? from };
        const checkRange = (range: NamedRange): void => builder.checkRange(command, range);
        if (words !== undefined) checkRange(fixedRange(words) ?? {});
        const days = { dataset, words };
        if (options.local === true) {
          const local = { isJson: options.json ?? false, runsDays: true };
          await builder.runLocally(command, local, (context, server) =>
            move(context, days, checkRange, (request) => syncLocal(context, server, request)),
          );
        } else {
          await builder.callServer(options, (context) =>
            move(context, days, checkRange, (request) => sync(context, request, true)),
          );
        }
      },
    );
}

function addVerify(builder: CommandBuilder): void {
  const { help, messages, parse } = builder;
  builder
    .addForServer('verify', help.verify)
    .argument('[dataset]', help.dataset)
    .argument('[from]', help.verifyFrom, parse.day)
    .argument('[to]', help.to, parse.day)
    .option('--all', help.verifyAll)
    .option('--report', help.report)
    .option('--local', help.local)
    .action(
      async (
        dataset: string | undefined,
        from: DayWord | undefined,
        to: DayWord | undefined,
        options: VerifyCommandOptions,
        command: Command,
      ) => {
        const isAll = options.all === true;
        if (!isAll && dataset === undefined) {
          builder.misused(command, messages.eitherOf('<dataset>', '--all'));
        }
        // Without a dataset, the days come first.
        const [first, last] = isAll ? [parseDayWord(dataset ?? ''), from] : [from, to];
        if (isAll && (to !== undefined || (dataset !== undefined && first === undefined))) {
          builder.misused(command, messages.allOrDataset(command.args.join(' ')));
        }
        const words = first && { from: first, to: last ?? first };
        const checkRange = (range: NamedRange): void => builder.checkRange(command, range);
        if (words !== undefined) checkRange(fixedRange(words) ?? {});
        const days: VerifiedDays = {
          ...{ dataset: isAll ? undefined : dataset, words },
          ...{ verify: options.report === true ? 'report' : 'repair' },
          isLocal: options.local === true,
        };
        if (options.local === true) {
          const local = { isJson: options.json ?? false, runsDays: true };
          await builder.runLocally(command, local, (context, server) =>
            verify(context, days, checkRange, (request) => syncLocal(context, server, request)),
          );
        } else {
          // Its exit code says whether something differs: that is known at its end.
          await builder.callServer(options, (context) =>
            verify(context, days, checkRange, (request) => sync(context, request, true)),
          );
        }
      },
    );
}
