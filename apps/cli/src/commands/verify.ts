import type { DayRange, DayWord, VerifyAction } from '@daysync/progress';
import type { Context } from '../api/context.js';
import type { StartRequest } from '../api/wire.js';
import { RefusedError } from '../api/failure.js';
import { EXIT, signalExit } from '../terminal/exit-code.js';
import { printLines } from '../terminal/ports.js';
import { readRange } from './day-range.js';

/** The lowest exit code of a command that a signal has stopped. */
const SIGNALLED = signalExit('SIGHUP');

/** What is verified: days of a dataset, all of its synced days, or those of all datasets. */
export interface VerifiedDays {
  /** Undefined for all. */
  readonly dataset: string | undefined;
  /** Undefined for all synced days. */
  readonly words: Readonly<Record<'from' | 'to', DayWord>> | undefined;
  readonly verify: VerifyAction;
}

/**
 * Verifies days, one dataset after another.
 * @param checkRange refuses a range
 * @param run starts a batch, and follows it to its end
 * @returns the first exit code that is not 0
 */
export async function verify(
  context: Context,
  days: VerifiedDays,
  checkRange: (range: DayRange) => void,
  run: (request: StartRequest) => Promise<number>,
): Promise<number> {
  let exitCode: number = EXIT.success;
  for (const { dataset, range } of await rangesOf(context, days)) {
    if (range === null) {
      printLines(context.ports.stderr, context.messages.nothingSynced(dataset));
      continue;
    }
    checkRange(range);
    const request = {
      dataset,
      ...range,
      mode: 'verify',
      verify: days.verify,
      order: 'asc',
    } as const;
    const ended = await run(request).catch((error: unknown) => {
      // Of several datasets, the others are verified all the same.
      if (days.dataset !== undefined || !(error instanceof RefusedError)) throw error;
      printLines(context.ports.stderr, `${dataset}: ${error.message}`);
      return EXIT.failed;
    });
    if (ended >= SIGNALLED) return ended;
    if (exitCode === EXIT.success) exitCode = ended;
  }
  return exitCode;
}

interface VerifiedRange {
  readonly dataset: string;
  /** Null for a dataset without a synced day. */
  readonly range: DayRange | null;
}

async function rangesOf(
  context: Context,
  { dataset, words }: VerifiedDays,
): Promise<readonly VerifiedRange[]> {
  if (dataset !== undefined && words !== undefined) {
    return [{ dataset, range: await readRange(context, dataset, words) }];
  }
  const { client } = context;
  const items =
    dataset === undefined
      ? (await client.get('/api/v1/sync-status/datasets', {})).items
      : [await client.get('/api/v1/sync-status/datasets/{name}', { path: { name: dataset } })];
  return items.map(({ name, coverage: { first_synced: start_date, last_synced: end_date } }) => ({
    dataset: name,
    range: start_date === null || end_date === null ? null : ({ start_date, end_date } as DayRange),
  }));
}
