import { calendarDay, type DayRange, type DayWord } from '@daysync/progress';
import type { Context } from '../api/context.js';
import { RefusedError } from '../api/failure.js';
import type { StartRequest } from '../api/wire.js';
import { EXIT } from '../terminal/exit-code.js';
import { printLines } from '../terminal/ports.js';
import { readRange } from './day-range.js';
import { limitIn, partsOf } from './verify.js';

/** The synced days of a dataset that are moved to its target. */
export interface MovedDays {
  readonly dataset: string;
  /** Undefined for all that are in an earlier target. */
  readonly words: Readonly<Record<'from' | 'to', DayWord>> | undefined;
}

/**
 * Moves days from the earlier target of a dataset to the one that the datasets file has, in one batch, or in one after another
 * where there are more days than a batch may have.
 * @param checkRange refuses a range
 * @param run starts a batch, and follows it to its end; returns the exit code
 * @returns the first exit code that is not 0: the batches after it are not started
 */
export async function move(
  context: Context,
  { dataset, words }: MovedDays,
  checkRange: (range: DayRange) => void,
  run: (request: StartRequest) => Promise<number>,
): Promise<number> {
  const range = await rangeToMove(context, dataset, words);
  if (range === null) {
    printLines(context.ports.stderr, context.messages.nothingToMove(dataset));
    return EXIT.success;
  }
  checkRange(range);
  try {
    return await run(requestOf(dataset, range));
  } catch (error) {
    const limit = error instanceof RefusedError ? limitIn(error) : undefined;
    if (limit === undefined) throw error;
    const parts = partsOf(range, limit);
    printLines(context.ports.stderr, context.messages.movedInBatches(dataset, parts.length, limit));
    for (const part of parts) {
      const ended = await run(requestOf(dataset, part));
      if (ended !== EXIT.success) return ended;
    }
    return EXIT.success;
  }
}

function requestOf(dataset: string, range: DayRange): StartRequest {
  return { dataset, ...range, mode: 'move', order: 'asc' };
}

/** Null if there is nothing to move. */
async function rangeToMove(
  context: Context,
  dataset: string,
  words: MovedDays['words'],
): Promise<DayRange | null> {
  if (words !== undefined) return readRange(context, dataset, words);
  const { coverage } = await context.client.get('/api/v1/sync-status/datasets/{name}', {
    path: { name: dataset },
  });
  if (coverage.elsewhere === null) return null;
  const { start_date, end_date } = coverage.elsewhere.range;
  return { start_date: calendarDay(start_date), end_date: calendarDay(end_date) };
}
