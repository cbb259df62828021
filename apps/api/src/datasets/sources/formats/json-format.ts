import type { RowChunk } from '../../day-source.js';
import { JsonRows } from './json-rows.js';

/**
 * The rows of a JSON text: the items of the list that a pointer leads to.
 * @throws {RangeError} for a pointer that is none
 */
export async function* readJson(
  chunks: AsyncIterable<Uint8Array>,
  pointer: string,
  maxRowBytes: number,
): AsyncGenerator<RowChunk> {
  const rows = new JsonRows(pointer, maxRowBytes);
  for await (const chunk of chunks) {
    const found = rows.write(chunk);
    if (found.length > 0) yield found;
  }
  rows.end();
}
