import { OUTCOMES, type CalendarDay } from '@daysync/progress';
import { Option, type Command } from 'commander';
import type { RecordQuery } from '../api/wire.js';
import type { ServerOptions } from '../commands/context.js';
import { given, MOST_LISTED, type CommandKit } from './command-kit.js';

const SORT_FIELDS = ['day', 'dataset', 'status', 'rows', 'duration_ms', 'last_tried_at'] as const;
const SORTS = SORT_FIELDS.flatMap(
  (field) => [field, `-${field}`] as const,
) satisfies readonly RecordQuery['sort'][];
const MOST_PAGES = 1_000_000;

interface RecordOptions extends ServerOptions, Pick<RecordQuery, 'dataset' | 'status' | 'sort'> {
  readonly from?: CalendarDay;
  readonly to?: CalendarDay;
  readonly limit: number;
  readonly page: number;
  readonly csv?: true;
}

/** List and export sync records, and list when new ones are due. */
export function addRecordCommands(kit: CommandKit): void {
  const { help, read, handlers, ended } = kit;
  kit
    .addForServer('records', help.records)
    .option('--dataset <name>', help.ofDataset)
    .addOption(new Option('--status <outcome>', help.withOutcome).choices(OUTCOMES))
    .option('--from <day>', help.fromDay, read.day)
    .option('--to <day>', help.toDay, read.day)
    .addOption(new Option('--sort <field>', help.sort).choices(SORTS).default('-day'))
    .option('--limit <n>', help.limit, read.count(1, MOST_LISTED), 50)
    .option('--page <n>', help.page, read.count(1, MOST_PAGES), 1)
    .addOption(new Option('--csv', help.csv).conflicts(['json', 'limit', 'page']))
    .action(async (options: RecordOptions, command: Command) => {
      const { dataset, status, from, to, sort, limit, page, csv } = options;
      if (from !== undefined && to !== undefined) kit.checkRange(command, from, to);
      const filter = given({ dataset, status, start_date: from, end_date: to, sort });
      ended(
        await (csv === true
          ? handlers.exportRecords(filter, options)
          : handlers.records({ ...filter, page, page_size: limit }, options)),
      );
    });

  kit.addForServer('schedules', help.schedules).action(async (options: ServerOptions) => {
    ended(await handlers.schedules(options));
  });
}
