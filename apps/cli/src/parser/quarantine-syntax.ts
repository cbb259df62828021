import type { DayWord } from '@daysync/progress';
import { Option, type Command } from 'commander';
import type { ServerOptions } from '../api/context.js';
import type { QuarantineQuery } from '../api/wire.js';
import { fixedRange, readRange, type NamedRange } from '../commands/day-range.js';
import type { Context } from '../api/context.js';
import { exportQuarantine, quarantine, retryQuarantine } from '../commands/quarantine.js';
import { withoutUndefined, type CommandBuilder, type ReadingOptions } from './command-builder.js';
import { MOST_PAGES, MOST_ROWS } from './list-syntax.js';

const SORT_FIELDS = ['day', 'dataset', 'code', 'quarantined_at'] as const;
const SORTS = SORT_FIELDS.flatMap(
  (field) => [field, `-${field}`] as const,
) satisfies readonly QuarantineQuery['sort'][];

interface DayOptions {
  readonly from?: DayWord;
  readonly to?: DayWord;
  readonly days?: DayWord;
}

interface QuarantineOptions
  extends ReadingOptions, DayOptions, Pick<QuarantineQuery, 'dataset' | 'code' | 'sort'> {
  readonly batch?: string;
  readonly limit: number;
  readonly page: number;
  readonly csv?: true;
}

interface QuarantineRetryOptions extends ServerOptions, DayOptions {
  readonly codes?: readonly string[];
  readonly watch?: true;
}

/** `quarantine` and `quarantine retry`. */
export function addQuarantineCommands(builder: CommandBuilder): void {
  const { help, parse } = builder;
  const list = builder.addForReading('quarantine', help.quarantine);
  addDayOptions(builder, list.option('--dataset <name>', help.ofDataset))
    .option('--code <code>', help.withCode)
    .option('--batch <task_id>', help.ofBatch)
    .addOption(new Option('--sort <field>', help.sort).choices(SORTS).default('-day'))
    .option('--limit <n>', help.limit, parse.count(1, MOST_ROWS), 50)
    .option('--page <n>', help.page, parse.count(1, MOST_PAGES), 1)
    .addOption(new Option('--csv', help.csvRows).conflicts(['json', 'limit', 'page']))
    .action((options: QuarantineOptions, command: Command) => {
      const { batch: task_id, code, csv, dataset, limit, page, sort } = options;
      return builder.read(command, options, async (context) => {
        const range = await rangeOf(builder, { command, context, dataset, options });
        const filter = { ...withoutUndefined({ dataset, code, task_id, sort }), ...range };
        return csv === true
          ? exportQuarantine(context, filter)
          : quarantine(context, { ...filter, page, page_size: limit });
      });
    });

  const retry = builder.addForServer('retry', help.retryQuarantine, list);
  addDayOptions(builder, retry.argument('<dataset>', help.dataset))
    .option('--codes <codes>', help.rowCodes, parse.list)
    .option('--watch', help.watchIt)
    .action((dataset: string, options: QuarantineRetryOptions, command: Command) => {
      const { codes, watch = false } = options;
      return builder.callServer(options, async (context) => {
        const range = await rangeOf(builder, { command, context, dataset, options });
        const body = { dataset, ...range, ...(codes && { codes: [...codes] }) };
        return retryQuarantine(context, body, watch);
      });
    });
  builder.completeGroup(list);
}

function addDayOptions({ help, parse }: CommandBuilder, command: Command): Command {
  return command
    .addOption(
      new Option('--days <days>', help.listDays).argParser(parse.day).conflicts(['from', 'to']),
    )
    .option('--from <day>', help.fromDay, parse.day)
    .option('--to <day>', help.toDay, parse.day);
}

/** @throws {CommanderError} if the range ends before it begins */
async function rangeOf(
  builder: CommandBuilder,
  of: {
    readonly command: Command;
    readonly context: Context;
    readonly dataset: string | undefined;
    readonly options: DayOptions;
  },
): Promise<NamedRange> {
  const { command, context, dataset, options } = of;
  const words = { from: options.days ?? options.from, to: options.days ?? options.to };
  builder.checkRange(command, fixedRange(words) ?? {});
  const range = await readRange(context, dataset, words);
  builder.checkRange(command, range);
  return range;
}
