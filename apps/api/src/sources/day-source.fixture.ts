import type { RowChunk, SourceRow } from './day-source.js';

/** The rows of a source's chunks, one by one. */
export async function* rowsOf(chunks: AsyncIterable<RowChunk>): AsyncGenerator<SourceRow> {
  for await (const chunk of chunks) yield* chunk;
}
