import { takeTurn } from '../config/slices.js';
import { chunksOf } from '../database/row-chunks.js';
import type { StagedRows } from '../database/staging.js';
import type { TargetValue } from './column-types.js';
import { isStaged, type DayRowsToWrite } from './target.js';

const SLICE_ROWS = 2_000;

/**
 * The rows of a day in slices, whether they are in memory or staged. The event loop gets a turn after each of them.
 * @throws {DatabaseUnavailableError} if staged rows can't be read; and the signal's reason
 */
export async function* rowSlices(
  rows: DayRowsToWrite,
  signal: AbortSignal,
): AsyncGenerator<readonly (readonly TargetValue[])[]> {
  const slices = isStaged(rows) ? stagedSlices(rows) : chunksOf(rows, SLICE_ROWS);
  for (const slice of slices) {
    signal.throwIfAborted();
    yield slice;
    await takeTurn();
  }
}

function* stagedSlices(rows: StagedRows): Generator<readonly (readonly TargetValue[])[]> {
  for (const { first, count } of rows.chunks) yield rows.read(first, count);
}
