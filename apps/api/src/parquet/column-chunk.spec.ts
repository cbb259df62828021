import { crc32 } from 'node:zlib';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { describe, expect, it } from 'vitest';
import { ChunkReader, PageMemory } from './column-chunk.js';
import { NestedColumn } from './nested-column.js';
import { ParquetError } from './parquet-error.js';
import { readSchema, type SchemaNode } from './parquet-schema.js';

const REQUIRED = 0;
const REPEATED = 2;
const VALUES = Buffer.from(Int32Array.of(7, -8, 9).buffer);
/** A run that repeats a level three times, with its length before it. */
const levels = (level: number): Buffer => Buffer.from([2, 0, 0, 0, 0x06, level]);

interface OneColumn {
  readonly leaf: SchemaNode;
  readonly chunk: ChunkReader;
}

/** A column of integers of 32 bits that has one page with three values. @param sum its checksum, if one is noted */
function columnOf(repetition: number, body: Buffer, sum?: number): OneColumn {
  const writer = new ByteWriter();
  writePageHeader(writer, {
    type: 'DATA_PAGE',
    uncompressed_page_size: body.length,
    compressed_page_size: body.length,
    ...(sum === undefined ? {} : { crc: sum }),
    data_page_header: {
      num_values: 3,
      encoding: 'PLAIN',
      definition_level_encoding: 'RLE',
      repetition_level_encoding: 'RLE',
    },
  });
  const bytes = Buffer.concat([Buffer.from(writer.getBytes()), body]);
  const { leaves } = readSchema([
    { field_4: Buffer.from('root'), field_5: 1 },
    { field_1: 1, field_3: repetition, field_4: Buffer.from('a') },
  ]);
  const [leaf] = leaves;
  if (leaf === undefined) throw new Error('expected a leaf');
  const chunk = new ChunkReader(
    leaf,
    {
      codec: 'UNCOMPRESSED',
      ...{ start: 0, size: bytes.length, unpackedSize: bytes.length, values: 3 },
    },
    {
      handle: {
        read: (buffer, offset, length, position) =>
          Promise.resolve({ bytesRead: bytes.copy(buffer, offset, position, position + length) }),
      },
      memory: new PageMemory(1_000),
      window: 1_000,
    },
  );
  return { leaf, chunk };
}

describe('a page', () => {
  it.each([
    ['no checksum', undefined],
    ['its checksum', crc32(VALUES) | 0],
  ])('with %s is read', async (_, sum) => {
    const { chunk } = columnOf(REQUIRED, VALUES, sum);
    expect(await chunk.ready()).toBe(3);
    expect(chunk.take(3)).toEqual([7, -8, 9]);
    expect(await chunk.ready()).toBe(0);
  });

  it('with the checksum of another one is damaged', async () => {
    const reading = columnOf(REQUIRED, VALUES, (crc32(VALUES) ^ 1) | 0).chunk.ready();
    await expect(reading).rejects.toThrow(ParquetError);
    await expect(reading).rejects.toThrow(
      'expected a page of column a with its checksum, got other bytes',
    );
  });

  it('that begins in the middle of a row is damaged where it is the first one', async () => {
    const ofRows = columnOf(REPEATED, Buffer.concat([levels(0), levels(1), VALUES]));
    const rows = new NestedColumn(ofRows.leaf, [ofRows.chunk]);
    expect(await rows.take(3)).toEqual([[7], [-8], [9]]);
    const ofPart = columnOf(REPEATED, Buffer.concat([levels(1), levels(1), VALUES]));
    await expect(new NestedColumn(ofPart.leaf, [ofPart.chunk]).take(1)).rejects.toThrow(
      'expected the beginning of a row, got a part of one',
    );
  });
});
