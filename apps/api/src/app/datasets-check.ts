// `npm run datasets:check`: checks the datasets file, and tries one day of a dataset without writing it.
import 'reflect-metadata';
import { constants } from 'node:os';
import { Worker } from 'node:worker_threads';
import {
  calendarDayAt,
  daysOfWord,
  parseDayWord,
  type CalendarDay,
  type DayWord,
} from '@daysync/progress';
import { systemClock } from '../config/clock.js';
import { bootErrorLines, CONFIG_EXIT_CODE, warningLines } from '../config/boot-error.js';
import { readEnvironment, type AppConfig } from '../config/environment.js';
import { tryDay } from '../datasets/check/day-trial.js';
import { reportTrial } from '../datasets/check/trial-report.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { readDatasetsFile } from '../datasets/file/dataset-file.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { serveSourceEntry } from '../sources/provider/provider-module.js';
import { redactThrown } from '../config/redact.js';
import { differenceLines } from '../targets/target-table.js';
import { readChangesAhead } from '../changes/changes-ahead.js';
import { readStoredData } from './stored-data.js';

const USAGE =
  'npm run datasets:check -- [file] [--try <dataset> <day, as in 2012-03-01 or yesterday>]';
const USAGE_OF_DAYSYNC =
  'daysync datasets check [file]\ndaysync datasets try <dataset> <day, as in 2012-03-01 or yesterday> [file]';
/** The first argument from `daysync datasets`: its users see its usage. */
const FROM_DAYSYNC = '--from-daysync';
/** `EX_USAGE` of sysexits.h. */
const USAGE_EXIT_CODE = 64;

const OLDER_DATABASE =
  'The next start migrates the database first, so what it changes then is not listed.';

interface CommandResult {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

interface Arguments {
  readonly file: string | undefined;
  readonly trial:
    | { readonly name: string; readonly text: string; readonly word: DayWord }
    | undefined;
}

async function main(): Promise<CommandResult> {
  const [first, ...others] = process.argv.slice(2);
  const isDaysync = first === FROM_DAYSYNC;
  const usageError = (text: string): CommandResult => ({
    lines: [text, isDaysync ? USAGE_OF_DAYSYNC : USAGE],
    exitCode: USAGE_EXIT_CODE,
  });
  const args = readArguments(isDaysync || first === undefined ? others : [first, ...others]);
  if (typeof args === 'string') return usageError(args);
  // Only these settings matter here; the others may be wrong.
  const { DATASETS_FILE, DATA_DIR, DATABASE_URL } = process.env;
  const environment = readEnvironment({ DATASETS_FILE, DATA_DIR, DATABASE_URL });
  const file =
    args.file ?? (environment.ok ? environment.config.datasetsFile : (DATASETS_FILE ?? ''));
  const result = readDatasetsFile(file, process.env);
  if (!result.ok) {
    const errors = { environment: [], datasetsFile: { path: file, errors: result.errors } };
    return { lines: bootErrorLines(errors), exitCode: CONFIG_EXIT_CODE };
  }
  const { datasets, warnings } = result;
  if (args.trial === undefined) {
    const lines = warningLines(file, warnings).map((line) => `  warning: ${line}`);
    const ahead = environment.ok
      ? await listChanges(environment.config, datasets)
      : { lines: [], exitCode: 0 };
    return { ...ahead, lines: [...listDatasets(file, datasets), ...lines, ...ahead.lines] };
  }
  const { name, text, word } = args.trial;
  const dataset = datasets.find((one) => one.name === name);
  if (dataset === undefined) {
    const names = datasets.map((one) => one.name).join(', ');
    return usageError(`expected one of the datasets ${names}, got ${JSON.stringify(name)}`);
  }
  const today = calendarDayAt(systemClock.now(), dataset.timeZone);
  const { start_date: day, end_date: lastDay } = daysOfWord(word, today);
  if (day !== lastDay) {
    return usageError(`expected one day, got ${text}: the days ${day} to ${lastDay}`);
  }
  return tryDataset(dataset, day);
}

/** The arguments, or a text that says what is wrong with them. */
function readArguments(args: readonly string[]): Arguments | string {
  const at = args.indexOf('--try');
  const rest = at === -1 ? args : [...args.slice(0, at), ...args.slice(at + 3)];
  const [file, unexpected] = rest;
  const wrong = file?.startsWith('-') === true ? file : unexpected;
  if (wrong !== undefined) return `expected one file at most, got ${JSON.stringify(wrong)}`;
  if (at === -1) return { file, trial: undefined };
  const [name, text = ''] = args.slice(at + 1, at + 3);
  const word = parseDayWord(text);
  if (name === undefined || word === undefined) {
    return `expected a dataset and a day after --try, got ${JSON.stringify(args.slice(at + 1, at + 3))}`;
  }
  return { file, trial: { name, text, word } };
}

function listDatasets(file: string, datasets: readonly Dataset[]): string[] {
  return [
    `${file}: OK`,
    ...datasets.map(
      ({ name, source, target: { table, columns } }) =>
        `  ${name}: ${source.kind} → ${table}, ${columns.length} column${columns.length === 1 ? '' : 's'}`,
    ),
  ];
}

/** What the next start changes in the database of the environment, if there is one. */
async function listChanges(
  config: AppConfig,
  datasets: readonly Dataset[],
): Promise<CommandResult> {
  try {
    const ahead = await readStoredData(config, (database) => readChangesAhead(database, datasets));
    if (ahead === 'none') return { lines: [], exitCode: 0 };
    if (ahead === 'older') return { lines: [OLDER_DATABASE], exitCode: 0 };
    const { changes, differences } = ahead;
    if (differences.length > 0) {
      const refused = differenceLines(differences).map((line) => `  ${line}`);
      const lines = ['The next start is refused:', ...refused];
      return { lines, exitCode: CONFIG_EXIT_CODE };
    }
    if (changes.length === 0) return { lines: [], exitCode: 0 };
    return {
      lines: ['Stored data and this file:', ...changes.map((line) => `  ${line}`)],
      exitCode: 0,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const line = `The database can't be read (${reason}), so what the next start changes in it is not listed.`;
    return { lines: [line], exitCode: 0 };
  }
}

async function tryDataset(dataset: Dataset, day: CalendarDay): Promise<CommandResult> {
  serveSourceEntry();
  process.on('unhandledRejection', (reason) => {
    const text = redactThrown(reason, dataset.variables);
    process.stderr.write(`Unhandled promise rejection: ${text}\n`);
  });
  const stopping = new AbortController();
  let stoppedBy: 'SIGINT' | 'SIGTERM' | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Under a launcher every signal comes twice.
      stoppedBy ??= signal;
      stopping.abort();
    });
  }
  const catalog = new DatasetCatalog([dataset]);
  const watch = dataset.source.kind === 'provider' ? watchFor(dataset, day) : undefined;
  try {
    const source = catalog.sourceOf(dataset);
    const trial = await tryDay(dataset, source, day, stopping.signal);
    const { lines, fits } = reportTrial(dataset, day, trial);
    return { lines, exitCode: fits ? 0 : 1 };
  } catch (error) {
    if (stoppedBy === undefined) throw error;
    const line = `${dataset.name} ${day}: stopped, nothing written`;
    return { lines: [line], exitCode: 128 + constants.signals[stoppedBy] };
  } finally {
    await watch?.terminate();
    await catalog.close().catch((error: unknown) => {
      const reasons = error instanceof AggregateError ? error.errors : [error];
      process.stderr.write(`The source did not close: ${reasons.map(String).join('; ')}\n`);
    });
  }
}

/** How long after its timeout a day may take: a provider that blocks this process keeps it from ending the day. */
const BLOCKED_MS = 2_000;

/** Ends this process from a thread if a provider blocks it. The values of a trial are looked at here, not in a thread. */
function watchFor({ name, timeoutSeconds }: Dataset, day: CalendarDay): Worker {
  const text = `${name} ${day}: expected the provider to return to the event loop within ${timeoutSeconds} s, and it blocks: ended\n`;
  const program = `
    const { writeSync } = require('node:fs');
    const { ms, text } = require('node:worker_threads').workerData;
    setTimeout(() => {
      writeSync(2, text);
      process.kill(process.pid, 'SIGKILL');
    }, ms);`;
  const ms = timeoutSeconds * 1_000 + BLOCKED_MS;
  const thread = new Worker(program, { eval: true, workerData: { ms, text } });
  thread.unref();
  return thread;
}

main().then(
  ({ lines, exitCode }) => {
    const stream = exitCode === 0 || exitCode === 1 ? process.stdout : process.stderr;
    // A source that is still open must not keep the process alive.
    stream.write(`${lines.join('\n')}\n`, () => process.exit(exitCode));
  },
  (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${text}\n`, () => process.exit(1));
  },
);
