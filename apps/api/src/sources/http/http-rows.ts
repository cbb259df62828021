import { chunkFrom, SourceError, type RowChunk, type SourceRow } from '../day-source.js';

/** Whether the format found that a body ended early, although its connection did not fail. */
export function isCutOff(error: unknown): boolean {
  return error instanceof SourceError && error.code === 'SOURCE_CUT_OFF';
}

/** Rows of a page, numbered within the day. @param place adds the page to the error of a bad row */
export function numbered(
  chunk: RowChunk,
  rowsBefore: number,
  place: (error: SourceError) => SourceError,
): RowChunk {
  if (rowsBefore === 0) return chunk;
  const rows = chunk.map(({ bad, ...row }): SourceRow => {
    const moved = { ...row, row: rowsBefore + row.row };
    return bad === undefined
      ? moved
      : { ...moved, bad: { ...bad, failure: () => place(bad.failure()) } };
  });
  return chunk.origin === undefined ? rows : chunkFrom(rows, chunk.origin);
}
