import type { BadRow, RowChunk, SourceRow } from './day-source.js';
import { ofFile } from './several-files.js';

/** The rows of a source's chunks, one by one. The first bad one fails them, as it fails a day under `on_bad_row: fail`. */
export async function* rowsOf(chunks: AsyncIterable<RowChunk>): AsyncGenerator<SourceRow> {
  for await (const chunk of chunks) {
    for (const row of chunk) {
      if (row.bad !== undefined) throw failureOf(row, row.bad);
      yield row;
    }
  }
}

function failureOf({ file }: SourceRow, { failure }: BadRow): unknown {
  return file === undefined ? failure() : ofFile(failure(), file);
}

/** All items of a stream. */
export async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
