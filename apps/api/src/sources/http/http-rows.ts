import { SourceError, type RowChunk } from '../day-source.js';

/** Whether the format found that a body ended early, although its connection did not fail. */
export function isCutOff(error: unknown): boolean {
  return error instanceof SourceError && error.code === 'SOURCE_CUT_OFF';
}

/** Rows of a page, numbered within the day. */
export function numbered(chunk: RowChunk, rowsBefore: number): RowChunk {
  if (rowsBefore === 0) return chunk;
  return chunk.map((row) => ({ ...row, row: rowsBefore + row.row }));
}
