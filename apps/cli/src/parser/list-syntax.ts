import { ACTIVE_STATUSES, OUTCOMES, TERMINAL_STATUSES, type DayWord } from '@daysync/progress';
import { Option, type Command } from 'commander';
import type { ServerOptions } from '../api/context.js';
import type { BatchQuery, RecordQuery } from '../api/wire.js';
import { fixedRange, readRange } from '../commands/day-range.js';
import { acceptDay } from '../commands/accept.js';
import { exportRecords, records, schedules, status } from '../commands/lists.js';
import { settle, takeBack } from '../commands/settle.js';
import { withoutUndefined, type CommandBuilder, type ReadingOptions } from './command-builder.js';

const SORT_FIELDS = ['day', 'dataset', 'status', 'rows', 'duration_ms', 'last_tried_at'] as const;
const SORTS = SORT_FIELDS.flatMap(
  (field) => [field, `-${field}`] as const,
) satisfies readonly RecordQuery['sort'][];
/** The states of a batch as people see them. */
const SEEN_STATES = [
  'needs_attention',
  'running',
  'queued',
  'paused',
  'completed',
  'partly_failed',
  'all_failed',
  'failed_to_run',
  'cancelled',
] as const satisfies readonly BatchQuery['state'][];
export const MOST_ROWS = 500;
export const MOST_PAGES = 1_000_000;

interface StatusOptions extends ReadingOptions, Pick<BatchQuery, 'dataset' | 'status' | 'state'> {
  readonly limit: number;
}

interface RecordOptions extends ReadingOptions, Pick<RecordQuery, 'dataset' | 'status' | 'sort'> {
  readonly from?: DayWord;
  readonly to?: DayWord;
  readonly days?: DayWord;
  readonly limit: number;
  readonly page: number;
  readonly unusual?: true;
  readonly csv?: true;
}

interface SettleOptions extends ServerOptions {
  readonly reason?: string;
  readonly undo?: true;
}

/** `status`, `records`, `accept`, `settle` and `schedules`. */
export function addListCommands(builder: CommandBuilder): void {
  const { help, parse } = builder;
  builder
    .addForReading('status', help.status)
    .option('--dataset <name>', help.ofDataset)
    .addOption(
      new Option('--status <state>', help.inState).choices([
        ...ACTIVE_STATUSES,
        ...TERMINAL_STATUSES,
      ]),
    )
    .addOption(new Option('--state <state>', help.asSeen).choices(SEEN_STATES).conflicts('status'))
    .option('--limit <n>', help.limit, parse.count(1, MOST_ROWS), 20)
    .action((options: StatusOptions, command: Command) => {
      const { dataset, status: inState, state, limit } = options;
      const filter = withoutUndefined({ dataset, status: inState, state });
      const query = { ...filter, page_size: limit };
      return builder.read(command, options, (context) => status(context, query));
    });

  builder
    .addForReading('records', help.records)
    .option('--dataset <name>', help.ofDataset)
    .addOption(new Option('--status <outcome>', help.withOutcome).choices(OUTCOMES))
    .option('--unusual', help.unusual)
    .addOption(
      new Option('--days <days>', help.listDays).argParser(parse.day).conflicts(['from', 'to']),
    )
    .option('--from <day>', help.fromDay, parse.day)
    .option('--to <day>', help.toDay, parse.day)
    .addOption(new Option('--sort <field>', help.sort).choices(SORTS).default('-day'))
    .option('--limit <n>', help.limit, parse.count(1, MOST_ROWS), 50)
    .option('--page <n>', help.page, parse.count(1, MOST_PAGES), 1)
    .addOption(new Option('--csv', help.csv).conflicts(['json', 'limit', 'page']))
    .action((options: RecordOptions, command: Command) => {
      const { dataset, status: outcome, sort, limit, page, csv, days } = options;
      const unusual = options.unusual === true ? ('true' as const) : undefined;
      const words = { from: days ?? options.from, to: days ?? options.to };
      builder.checkRange(command, fixedRange(words) ?? {});
      return builder.read(command, options, async (context) => {
        const range = await readRange(context, dataset, words);
        builder.checkRange(command, range);
        const filter = {
          ...withoutUndefined({ dataset, status: outcome, sort, unusual }),
          ...range,
        };
        return csv === true
          ? exportRecords(context, filter)
          : records(context, { ...filter, page, page_size: limit });
      });
    });

  builder
    .addForServer('accept', help.accept)
    .argument('<dataset>', help.dataset)
    .argument('<day>', help.day, parse.day)
    .action((dataset: string, day: DayWord, options: ServerOptions, command: Command) =>
      builder.callServer(options, async (context) => {
        const { start_date: first, end_date: last } = await readRange(context, dataset, {
          ...{ from: day, to: day },
        });
        if (first !== last) builder.misused(command, builder.messages.expectedOneDay(first, last));
        return acceptDay(context, dataset, first);
      }),
    );

  addSettle(builder);

  builder
    .addForServer('schedules', help.schedules)
    .action((options: ServerOptions) => builder.callServer(options, schedules));
}

function addSettle(builder: CommandBuilder): void {
  const { help, messages, parse } = builder;
  builder
    .addForServer('settle', help.settle)
    .argument('<dataset>', help.dataset)
    .argument('<from>', help.from, parse.day)
    .argument('[to]', help.to, parse.day)
    .option('--reason <text>', help.reason)
    .addOption(new Option('--undo', help.undo).conflicts('reason'))
    .action(
      (
        dataset: string,
        from: DayWord,
        // A word that stands alone stands for all its days.
        to: DayWord = from,
        { reason, undo, ...options }: SettleOptions,
        command: Command,
      ) => {
        if (undo !== true && reason === undefined) builder.misused(command, messages.reasonNeeded);
        const words = { from, to };
        builder.checkRange(command, fixedRange(words) ?? {});
        return builder.callServer(options, async (context) => {
          const range = await readRange(context, dataset, words);
          builder.checkRange(command, range);
          return reason === undefined
            ? takeBack(context, dataset, range)
            : settle(context, dataset, range, reason);
        });
      },
    );
}
