import {
  ACTIVE_STATUSES,
  CONTROL_VERBS,
  OUTCOMES,
  SYNC_MODES,
  TERMINAL_STATUSES,
  type CalendarDay,
  type ControlVerb,
  type Language,
  type SyncMode,
} from '@daysync/progress';
import { Argument, Command, Option } from 'commander';
import type { BatchQuery, RecordQuery, StartRequest } from './api/wire.js';
import { argumentReaders } from './arguments.js';
import { DEFAULT_URL, type ServerOptions } from './commands/context.js';
import type { RetryAsked } from './commands/control.js';
import type { SyncAsked } from './commands/sync.js';
import { EXIT } from './exit-code.js';
import { HELP_WORDS } from './help-words.js';
import { WORDS } from './words.js';

/** What the commands do; each gives back the exit code. */
export interface Handlers {
  readonly sync: (asked: SyncAsked, server: ServerOptions) => Promise<number>;
  readonly syncLocal: (asked: SyncAsked, json: boolean) => Promise<number>;
  readonly status: (query: BatchQuery, server: ServerOptions) => Promise<number>;
  readonly watch: (taskId: string, server: ServerOptions) => Promise<number>;
  readonly control: (verb: ControlVerb, taskId: string, server: ServerOptions) => Promise<number>;
  readonly retry: (asked: RetryAsked, server: ServerOptions) => Promise<number>;
  readonly records: (query: RecordQuery, server: ServerOptions) => Promise<number>;
  readonly exportRecords: (query: RecordQuery, server: ServerOptions) => Promise<number>;
  readonly checkDatasets: (args: readonly string[]) => Promise<number>;
  readonly backup: (args: readonly string[]) => Promise<number>;
  readonly serve: () => Promise<number>;
}

const ORDERS = ['asc', 'desc'] as const satisfies readonly StartRequest['order'][];
const SORTS = [
  'day',
  '-day',
  'dataset',
  '-dataset',
  'status',
  '-status',
  'rows',
  '-rows',
  'duration_ms',
  '-duration_ms',
  'last_tried_at',
  '-last_tried_at',
] as const satisfies readonly RecordQuery['sort'][];
const MOST_LISTED = 500;
const MOST_PAGES = 1_000_000;

interface SyncOptions extends ServerOptions {
  readonly mode: SyncMode;
  readonly order: (typeof ORDERS)[number];
  readonly planHash?: string;
  readonly preview?: true;
  readonly watch?: true;
  readonly local?: true;
}

interface RecordOptions extends ServerOptions {
  readonly dataset?: string;
  readonly status?: RecordQuery['status'];
  readonly from?: CalendarDay;
  readonly to?: CalendarDay;
  readonly sort: RecordQuery['sort'];
  readonly limit: number;
  readonly page: number;
  readonly csv?: true;
}

/**
 * What can be typed, and what each of it asks for.
 * @param ended told the exit code of what was asked for
 */
export function createProgram(
  language: Language,
  version: string,
  handlers: Handlers,
  ended: (exitCode: number) => void,
): Command {
  const help = HELP_WORDS[language];
  const words = WORDS[language];
  const read = argumentReaders(words);

  const program = new Command('daysync')
    .description(help.program)
    .exitOverride()
    .configureHelp({ styleTitle: (title) => help.titles[title] ?? title })
    .showHelpAfterError(false)
    .version(version, '-V, --version', help.version)
    .helpOption('-h, --help', help.thisHelp)
    .helpCommand('help [command]', help.help)
    .addHelpText('after', `\n${help.environment}\n${help.exitCodes}`);

  const command = (parent: Command, name: string, description: string): Command =>
    parent.command(name).description(description).helpOption('-h, --help', help.thisHelp);
  const serverCommand = (name: string, description: string): Command =>
    command(program, name, description)
      .addOption(
        new Option('--url <url>', help.url)
          .env('DAYSYNC_URL')
          .default(read.url(DEFAULT_URL), DEFAULT_URL)
          .argParser(read.url),
      )
      .option('--json', help.json);
  const day = (name: string, description: string): Argument =>
    new Argument(`<${name}>`, description).argParser(read.day);
  const usageError = (of: Command, text: string): never =>
    of.error(`error: ${text}`, { exitCode: EXIT.usage });
  const checkRange = (of: Command, from: CalendarDay, to: CalendarDay): void => {
    if (to < from) usageError(of, words.reversed(from, to));
  };

  serverCommand('sync', help.sync)
    .argument('<dataset>', help.dataset)
    .addArgument(day('from', help.from))
    .addArgument(day('to', help.to))
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
        options: SyncOptions,
        own: Command,
      ) => {
        checkRange(own, from, to);
        const asked: SyncAsked = {
          dataset,
          from,
          to,
          mode: options.mode,
          order: options.order,
          planHash: options.planHash,
          isPreview: options.preview === true,
          isWatched: options.watch === true,
        };
        if (options.local === true && own.getOptionValueSource('url') === 'cli') {
          usageError(own, words.notBoth('--local', '--url'));
        }
        ended(
          await (options.local === true
            ? handlers.syncLocal(asked, options.json === true)
            : handlers.sync(asked, options)),
        );
      },
    );

  serverCommand('status', help.status)
    .option('--dataset <name>', help.ofDataset)
    .addOption(
      new Option('--status <state>', help.inState).choices([
        ...ACTIVE_STATUSES,
        ...TERMINAL_STATUSES,
      ]),
    )
    .option('--limit <n>', help.limit, read.count(1, MOST_LISTED), 20)
    .action(
      async (
        options: ServerOptions & Pick<BatchQuery, 'dataset' | 'status'> & { limit: number },
      ) => {
        const { dataset, status, limit } = options;
        ended(await handlers.status({ ...given({ dataset, status }), page_size: limit }, options));
      },
    );

  serverCommand('watch', help.watch)
    .argument('<task_id>', help.taskId)
    .action(async (taskId: string, options: ServerOptions) => {
      ended(await handlers.watch(taskId, options));
    });

  for (const verb of CONTROL_VERBS) {
    serverCommand(verb, help[verb])
      .argument('<task_id>', help.taskId)
      .action(async (taskId: string, options: ServerOptions) => {
        ended(await handlers.control(verb, taskId, options));
      });
  }

  serverCommand('retry', help.retry)
    .argument('<task_id>', help.taskId)
    .option('--codes <codes>', help.codes, read.list, [])
    .option('--watch', help.watchIt)
    .action(
      async (
        taskId: string,
        options: ServerOptions & Pick<RetryAsked, 'codes'> & { readonly watch?: true },
      ) => {
        const { codes, watch } = options;
        ended(await handlers.retry({ taskId, codes, isWatched: watch === true }, options));
      },
    );

  serverCommand('records', help.records)
    .option('--dataset <name>', help.ofDataset)
    .addOption(new Option('--status <outcome>', help.withOutcome).choices(OUTCOMES))
    .option('--from <day>', help.fromDay, read.day)
    .option('--to <day>', help.toDay, read.day)
    .addOption(new Option('--sort <field>', help.sort).choices(SORTS).default('-day'))
    .option('--limit <n>', help.limit, read.count(1, MOST_LISTED), 50)
    .option('--page <n>', help.page, read.count(1, MOST_PAGES), 1)
    .addOption(new Option('--csv', help.csv).conflicts(['json', 'limit', 'page']))
    .action(async (options: RecordOptions, own: Command) => {
      const { dataset, status, from, to, sort, limit, page, csv } = options;
      if (from !== undefined && to !== undefined) checkRange(own, from, to);
      const query: RecordQuery = {
        ...given({ dataset, status, start_date: from, end_date: to, sort }),
        page,
        page_size: limit,
      };
      ended(await (csv === true ? handlers.exportRecords : handlers.records)(query, options));
    });

  const datasets = command(program, 'datasets', help.datasets).helpCommand(false);
  command(datasets, 'check', help.check)
    .argument('[file]', help.file)
    .action(async (file: string | undefined) => {
      ended(await handlers.checkDatasets(file === undefined ? [] : [file]));
    });
  command(datasets, 'try', help.try)
    .argument('<dataset>', help.dataset)
    .addArgument(day('day', help.day))
    .argument('[file]', help.file)
    .action(async (dataset: string, tried: CalendarDay, file: string | undefined) => {
      const args = ['--try', dataset, tried];
      ended(await handlers.checkDatasets(file === undefined ? args : [file, ...args]));
    });

  command(program, 'backup', help.backup)
    .argument('<file>', help.copy)
    .action(async (file: string) => {
      ended(await handlers.backup([file]));
    });
  command(program, 'serve', help.serve).action(async () => {
    ended(await handlers.serve());
  });
  return program;
}

/** Without what was not given. */
function given<T extends object>(options: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]?: NonNullable<T[Key]> };
}
