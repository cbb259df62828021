import type { RowChunk, SourceRow } from './day-source.js';

/** Rows that are there without a wait, in one chunk. Where they fail, those before the failure come first. */
export function* inOneChunk(rows: Iterable<SourceRow>): Generator<RowChunk> {
  const chunk: SourceRow[] = [];
  try {
    for (const row of rows) chunk.push(row);
  } finally {
    if (chunk.length > 0) yield chunk;
  }
}
