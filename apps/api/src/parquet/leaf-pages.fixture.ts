import { parquetSchema, type Encoding, type SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { ColumnValues, type ParquetValue } from './column-values.js';
import { LeafPages } from './leaf-pages.js';
import { readSchema, type SchemaNode } from './parquet-schema.js';

type Header = Parameters<typeof writePageHeader>[1];

/** Makes a page: its header, and its bytes. @param changes of the header; without a type, it is one of version 1 */
export function pageOf(count: number, body: Buffer, changes: Partial<Header> = {}): Buffer {
  const writer = new ByteWriter();
  writePageHeader(writer, {
    type: 'DATA_PAGE',
    uncompressed_page_size: body.length,
    compressed_page_size: body.length,
    ...(changes.type === undefined && { data_page_header: dataHeader(count, 'PLAIN') }),
    ...changes,
  });
  return Buffer.concat([Buffer.from(writer.getBytes()), body]);
}

/** The header of a data page of version 1. */
export function dataHeader(
  num_values: number,
  encoding: Encoding,
): Header['data_page_header'] & object {
  const runs = { definition_level_encoding: 'RLE', repetition_level_encoding: 'RLE' } as const;
  return { num_values, encoding, ...runs };
}

/** Levels as they stand in a page of version 1; nothing where all are 0. */
export function levelsOf(most: number, levels: readonly number[]): Buffer {
  if (most === 0) return Buffer.alloc(0);
  const writer = new ByteWriter();
  writeRleBitPackedHybrid(writer, [...levels], 32 - Math.clz32(most));
  const bytes = Buffer.from(writer.getBytes());
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

export function int32s(...values: readonly number[]): Buffer {
  return Buffer.from(Int32Array.from(values).buffer);
}

/** A schema with one column, which has one leaf. */
export function columnOf(...elements: readonly SchemaElement[]): {
  root: SchemaNode;
  column: SchemaNode;
  leaf: SchemaNode;
} {
  const schema: SchemaElement[] = [{ name: 'root', num_children: 1 }, ...elements];
  const { root, leaves } = readSchema(parquetSchema({ schema }));
  const [[column], [leaf]] = [root.children, leaves];
  if (column === undefined || leaf === undefined) throw new TypeError('expected a leaf');
  return { root, column, leaf };
}

/** Reads all rows of pages. @param values of all pages, missing ones as well */
export async function rowsOf(
  elements: readonly SchemaElement[],
  pages: readonly Buffer[],
  { values, rows, codec = 'UNCOMPRESSED' }: { values: number; rows: number; codec?: string },
): Promise<ParquetValue[]> {
  const { root, column, leaf } = columnOf(...elements);
  const bytes = Buffer.concat(pages);
  const size = bytes.length;
  const chunk = { ...{ codec, start: 0, size, unpackedSize: size }, values };
  const reader = new ColumnValues(column, [new LeafPages(leaf, chunk, bytes, root.stored)]);
  const read: ParquetValue[] = [];
  while (read.length < rows) {
    read.push(...reader.take(Math.min(await reader.ready(), rows - read.length)));
  }
  return read;
}
