import {
  addDays,
  calendarDay,
  calendarDayAt,
  countDays,
  earlierDay,
  laterDay,
  type DayRange,
  type DayWord,
  type VerifyAction,
} from '@daysync/progress';
import type { Context } from '../api/context.js';
import type { Dataset, StartRequest } from '../api/wire.js';
import { RefusedError } from '../api/failure.js';
import { EXIT, signalExit } from '../terminal/exit-code.js';
import { printLines } from '../terminal/ports.js';
import { rangeOf, readRange } from './day-range.js';

/** The lowest exit code of a command that a signal has stopped. */
const SIGNALLED = signalExit('SIGHUP');
/** More than other callers start of one dataset while a batch of this command runs. */
const LATEST_BATCHES = 100;

/** What is verified: days of a dataset, all of its synced days, or those of all datasets. */
export interface VerifiedDays {
  /** Undefined for all. */
  readonly dataset: string | undefined;
  /** Undefined for all synced days. */
  readonly words: Readonly<Record<'from' | 'to', DayWord>> | undefined;
  readonly verify: VerifyAction;
  readonly isLocal: boolean;
}

/** Starts a batch, and follows it to its end; returns the exit code. */
type Run = (request: StartRequest) => Promise<number>;

/**
 * Verifies days, one dataset after another.
 * @param checkRange refuses a range
 * @returns the first exit code that is not 0
 */
export async function verify(
  context: Context,
  days: VerifiedDays,
  checkRange: (range: DayRange) => void,
  run: Run,
): Promise<number> {
  let exitCode: number = EXIT.success;
  for (const { dataset, range } of await rangesOf(context, days, checkRange)) {
    if (typeof range === 'string') {
      printLines(context.ports.stderr, range);
      continue;
    }
    const ended = await verifyRange(context, { ...days, dataset }, range, run).catch(
      (error: unknown) => {
        // Of several datasets, the others are verified all the same.
        if (days.dataset !== undefined || !(error instanceof RefusedError)) throw error;
        printLines(context.ports.stderr, `${dataset}: ${error.message}`);
        return EXIT.failed;
      },
    );
    if (ended >= SIGNALLED) return ended;
    if (exitCode === EXIT.success) exitCode = ended;
  }
  return exitCode;
}

type DaysOfOne = VerifiedDays & { readonly dataset: string };

/** Verifies a range in one batch, or in one after another where it has more days than a batch may have. */
async function verifyRange(
  context: Context,
  days: DaysOfOne,
  range: DayRange,
  run: Run,
): Promise<number> {
  try {
    return await run(requestOf(days, range));
  } catch (error) {
    const limit = error instanceof RefusedError ? limitIn(error) : undefined;
    if (limit === undefined) throw error;
    return verifyInBatches(context, days, { range, limit }, run);
  }
}

/** The most days of a batch, if that is why a start was refused. */
export function limitIn({ refusal: { code, limit } }: RefusedError): number | undefined {
  return code === 'RANGE_TOO_LARGE' ? limit : undefined;
}

/** @returns the first exit code that is not 0 */
async function verifyInBatches(
  context: Context,
  days: DaysOfOne,
  { range, limit }: { readonly range: DayRange; readonly limit: number },
  run: Run,
): Promise<number> {
  const { commandLine, messages, ports } = context;
  const parts = partsOf(range, limit);
  printLines(ports.stderr, messages.inBatches(days.dataset, parts.length, limit));
  let exitCode: number = EXIT.success;
  for (const part of parts) {
    const request = requestOf(days, part);
    const rest = { start_date: part.start_date, end_date: range.end_date };
    const printRest = (): void => {
      printLines(ports.stderr, messages.restUnverified(commandLine(commandFor(days, rest))));
    };
    let ended: number;
    try {
      ended = await run(request);
    } catch (error) {
      // A schedule may have begun a batch between two of these.
      if (error instanceof RefusedError) printRest();
      throw error;
    }
    if (ended >= SIGNALLED) return ended;
    if (exitCode === EXIT.success) exitCode = ended;
    const isLast = part.end_date === range.end_date;
    if (isLast || ended === EXIT.success || (await hasCompleted(context, request))) continue;
    printRest();
    break;
  }
  return exitCode;
}

/** Consecutive ranges of at most so many days. */
export function partsOf({ start_date, end_date }: DayRange, limit: number): readonly DayRange[] {
  const count = Math.ceil(countDays(start_date, end_date) / limit);
  return Array.from({ length: count }, (_, index) => {
    const first = addDays(start_date, index * limit);
    return { start_date: first, end_date: earlierDay(end_date, addDays(first, limit - 1)) };
  });
}

/** Whether the latest such batch has completed. Behind one that is paused, no other batch of the dataset runs. */
async function hasCompleted({ client }: Context, request: StartRequest): Promise<boolean> {
  const { dataset, start_date, end_date } = request;
  const query = { ...(dataset !== undefined && { dataset }), page_size: LATEST_BATCHES };
  // Active ones first, then the newest.
  const { items } = await client.get('/api/v1/sync-status/sync/batch', { query });
  const latest = items.find(
    (batch) =>
      batch.mode === 'verify' && batch.start_date === start_date && batch.end_date === end_date,
  );
  return latest?.status === 'completed';
}

function requestOf({ dataset, verify: action }: DaysOfOne, range: DayRange): StartRequest {
  return { dataset, ...range, mode: 'verify', verify: action, order: 'asc' };
}

function commandFor({ dataset, isLocal, verify: action }: DaysOfOne, range: DayRange): string {
  const flags = `${action === 'report' ? ' --report' : ''}${isLocal ? ' --local' : ''}`;
  return `verify ${dataset} ${range.start_date} ${range.end_date}${flags}`;
}

interface VerifiedRange {
  readonly dataset: string;
  /** A text where there is nothing to verify. */
  readonly range: DayRange | string;
}

async function rangesOf(
  context: Context,
  { dataset, words }: VerifiedDays,
  checkRange: (range: DayRange) => void,
): Promise<readonly VerifiedRange[]> {
  const { client } = context;
  if (dataset !== undefined) {
    if (words === undefined) {
      const found = await client.get('/api/v1/sync-status/datasets/{name}', {
        path: { name: dataset },
      });
      return [syncedRange(context, found, undefined)];
    }
    const range = await readRange(context, dataset, words);
    checkRange(range);
    return [{ dataset, range }];
  }
  const { items } = await client.get('/api/v1/sync-status/datasets', {});
  return items.map((item) => {
    const within = words && rangeOf(words, calendarDayAt(client.now(), item.time_zone));
    if (within !== undefined) checkRange(within);
    return syncedRange(context, item, within);
  });
}

/** The range of the synced days of a dataset, or its part within a range. */
function syncedRange(
  { messages }: Context,
  { coverage, name }: Pick<Dataset, 'coverage' | 'name'>,
  within: DayRange | undefined,
): VerifiedRange {
  const { first_synced: first, last_synced: last } = coverage;
  if (first === null || last === null) {
    return { dataset: name, range: messages.nothingSynced(name) };
  }
  const synced = { start_date: calendarDay(first), end_date: calendarDay(last) };
  if (within === undefined) return { dataset: name, range: synced };
  const range = {
    start_date: laterDay(synced.start_date, within.start_date),
    end_date: earlierDay(synced.end_date, within.end_date),
  };
  const isEmpty = countDays(range.start_date, range.end_date) === 0;
  const nothing = messages.nothingSyncedIn(name, within.start_date, within.end_date);
  return { dataset: name, range: isEmpty ? nothing : range };
}
