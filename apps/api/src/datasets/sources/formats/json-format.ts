import type { SourceRow } from '../../day-source.js';
import { JsonRows } from './json-rows.js';

/**
 * The rows of a JSON text: the items of the list that a pointer leads to.
 * @throws {RangeError} for a pointer that is none
 */
export async function* readJson(
  chunks: AsyncIterable<Uint8Array>,
  pointer: string,
  maxRowBytes: number,
): AsyncGenerator<SourceRow> {
  const rows = new JsonRows(pointer, maxRowBytes);
  for await (const chunk of chunks) yield* rows.write(chunk);
  rows.end();
}
