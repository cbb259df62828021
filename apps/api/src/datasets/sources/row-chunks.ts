import type { RowChunk, SourceRow } from '../day-source.js';

/**
 * Rows that are there without a wait, in chunks. Where they fail, those before the failure come first.
 * @param most rows of a chunk
 */
export function* inChunks(
  rows: Iterable<SourceRow>,
  most = Number.POSITIVE_INFINITY,
): Generator<RowChunk> {
  let chunk: SourceRow[] = [];
  try {
    for (const row of rows) {
      chunk.push(row);
      if (chunk.length < most) continue;
      const full = chunk;
      chunk = [];
      yield full;
    }
  } finally {
    if (chunk.length > 0) yield chunk;
  }
}
