import { brotliCompressSync, crc32, gzipSync, zstdCompressSync } from 'node:zlib';
import type { SchemaElement } from 'hyparquet';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { describe, expect, it } from 'vitest';
import { dataHeader, int32s, levelsOf, pageOf, rowsOf } from './leaf-pages.fixture.js';
import { ParquetError } from './parquet-error.js';

const NUMBER: SchemaElement = { name: 'a', type: 'INT32', repetition_type: 'REQUIRED' };
const OPTIONAL: SchemaElement = { ...NUMBER, repetition_type: 'OPTIONAL' };
const VALUES = int32s(7, -8, 9);
const THREE = { values: 3, rows: 3 };
/** A page that says so many bytes. */
const ofSize = (bytes: number) => pageOf(3, VALUES, { uncompressed_page_size: bytes });

describe('a page', () => {
  it.each([
    ['no checksum', {}],
    ['its checksum', { crc: crc32(VALUES) | 0 }],
  ])('with %s is read', async (_name, header) => {
    expect(await rowsOf([NUMBER], [pageOf(3, VALUES, header)], THREE)).toEqual([7, -8, 9]);
  });

  it('with the checksum of another one is damaged', async () => {
    const page = pageOf(3, VALUES, { crc: (crc32(VALUES) ^ 1) | 0 });
    const reading = rowsOf([NUMBER], [page], THREE);
    await expect(reading).rejects.toThrow(ParquetError);
    await expect(reading).rejects.toThrow(
      'expected a page with its checksum in column a, got other bytes',
    );
  });

  it.each([
    ['more values than the column', pageOf(3, VALUES), { values: 2, rows: 2 }, 'expected 2 values'],
    ['fewer values', pageOf(3, VALUES), { values: 4, rows: 4 }, ''],
    [
      'fewer bytes than it says',
      pageOf(3, VALUES).subarray(0, -1),
      THREE,
      'expected a page in its',
    ],
    ['a size less than 0', ofSize(-1), THREE, 'expected a page in its part'],
    ['another size once decompressed', ofSize(13), THREE, 'a page of 13 bytes in column a, got 12'],
    [
      'more bytes than fit into memory',
      ofSize(2 ** 30),
      THREE,
      'expected pages of up to 134217728 bytes in column a, got one of 1073741824: write smaller pages',
    ],
  ])('with %s is refused', async (_name, page, { values, rows }, message) => {
    await expect(rowsOf([NUMBER], [page], { values, rows })).rejects.toThrow(message);
  });

  it('whose last text is longer than the page is damaged: what is behind it is another page', async () => {
    const text: SchemaElement = { ...NUMBER, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
    const page = (length: number): Buffer => pageOf(1, Buffer.of(length, 0, 0, 0, 0x61, 0x62));
    const two = { values: 2, rows: 2 };
    expect(await rowsOf([text], [page(2), page(2)], two)).toEqual(['ab', 'ab']);
    await expect(rowsOf([text], [page(3), page(2)], two)).rejects.toThrow(RangeError);
  });

  it('of version 2 with another number of missing values is damaged', async () => {
    const levels = Buffer.of(3, 0b101);
    const header = (nulls: number): Parameters<typeof pageOf>[2] => ({
      type: 'DATA_PAGE_V2',
      data_page_header_v2: {
        ...{ num_values: 3, num_nulls: nulls, num_rows: 3, encoding: 'PLAIN' },
        ...{ definition_levels_byte_length: 2, repetition_levels_byte_length: 0 },
        is_compressed: false,
      },
    });
    const body = Buffer.concat([levels, int32s(7, 9)]);
    expect(await rowsOf([OPTIONAL], [pageOf(3, body, header(1))], THREE)).toEqual([7, null, 9]);
    await expect(rowsOf([OPTIONAL], [pageOf(3, body, header(0))], THREE)).rejects.toThrow(
      'expected 0 missing values in column a, got 1',
    );
  });

  it('whose values are none of a dictionary, or of no dictionary, is damaged', async () => {
    const dictionary = pageOf(0, int32s(5, 6), {
      type: 'DICTIONARY_PAGE',
      dictionary_page_header: { num_values: 2, encoding: 'PLAIN' },
    });
    const page = (...indexes: readonly number[]): Buffer => {
      // Numbers of 2 bits: one group of eight.
      const packed = indexes.reduce((sum, index, place) => sum | (index << (2 * place)), 0);
      return pageOf(3, Buffer.of(2, 3, packed, 0), {
        data_page_header: dataHeader(3, 'RLE_DICTIONARY'),
      });
    };
    expect(await rowsOf([NUMBER], [dictionary, page(1, 0, 1)], THREE)).toEqual([6, 5, 6]);
    await expect(rowsOf([NUMBER], [dictionary, page(1, 0, 2)], THREE)).rejects.toThrow(
      ParquetError,
    );
    await expect(rowsOf([NUMBER], [page(1, 0, 1)], THREE)).rejects.toThrow('expected a dictionary');
  });

  it('in the middle of a row is damaged where it is the first one', async () => {
    const repeated: SchemaElement = { ...NUMBER, repetition_type: 'REPEATED' };
    const page = (...levels: readonly number[]): Buffer =>
      pageOf(3, Buffer.concat([levelsOf(1, levels), levelsOf(1, [1, 1, 1]), VALUES]));
    const two = { values: 3, rows: 2 };
    expect(await rowsOf([repeated], [page(0, 1, 0)], two)).toEqual([[7, -8], [9]]);
    await expect(rowsOf([repeated], [page(1, 1, 0)], two)).rejects.toThrow(
      'expected the beginning of a row in column a, got a part of one',
    );
    // As Parquet wrote lists at first. The library would make another row of the second page.
    await expect(
      rowsOf([repeated], [page(0, 1, 0), page(1, 1, 0)], { values: 6, rows: 3 }),
    ).rejects.toMatchObject({ failure: 'unsupported' });
  });
});

describe('a compressed page', () => {
  const bytes = Buffer.concat([VALUES, Buffer.alloc(40_000, 'abcd')]);
  const all = { values: bytes.length / 4, rows: bytes.length / 4 };
  const header = { uncompressed_page_size: bytes.length };
  const expected = [...new Int32Array(Uint8Array.from(bytes).buffer)];

  it.each([
    ['SNAPPY', (of: Buffer) => Buffer.from(snappyCompress(of))],
    ['GZIP', gzipSync],
    ['BROTLI', brotliCompressSync],
    ['ZSTD', zstdCompressSync],
  ] as const)('with %s is read, and refused where its size is another one', async (codec, pack) => {
    const page = pageOf(all.values, pack(bytes), header);
    expect(await rowsOf([NUMBER], [page], { ...all, codec })).toEqual(expected);
    for (const size of [bytes.length - 1, bytes.length + 1]) {
      const other = pageOf(all.values, pack(bytes), { uncompressed_page_size: size });
      await expect(rowsOf([NUMBER], [other], { ...all, codec })).rejects.toThrow(Error);
    }
  });

  it('with Snappy whose literal leads back is refused: the library would read it forever', async () => {
    const page = pageOf(3, Buffer.of(12, 0xfc, 0xf6, 0xff, 0xff, 0xff, 1, 2, 3), {
      uncompressed_page_size: 12,
    });
    await expect(rowsOf([NUMBER], [page], { ...THREE, codec: 'SNAPPY' })).rejects.toThrow(
      'expected a page compressed with snappy, got other bytes',
    );
  });

  it.each(['LZ4', 'LZ4_RAW', 'LZO', 'another codec'])(
    'with %s is refused: the error says with what to write it',
    async (codec) => {
      await expect(
        rowsOf([NUMBER], [pageOf(3, VALUES)], { ...THREE, codec }),
      ).rejects.toMatchObject({
        failure: 'unsupported',
        message: `expected a column that is uncompressed or compressed with snappy, gzip, zstd or brotli, got ${codec}: write it with zstd`,
      });
    },
  );
});

it('instants of twelve bytes, as Spark has written them, keep their nanoseconds', async () => {
  const at = Buffer.alloc(24);
  at.writeBigInt64LE(86_399_999_999_999n);
  at.writeInt32LE(2_440_587, 8);
  at.writeBigInt64LE(1n, 12);
  at.writeInt32LE(2_460_677, 20);
  const column: SchemaElement = { name: 'at', type: 'INT96', repetition_type: 'REQUIRED' };
  expect(await rowsOf([column], [pageOf(2, at)], { values: 2, rows: 2 })).toEqual([
    '1969-12-31T23:59:59.999999999Z',
    '2025-01-01T00:00:00.000000001Z',
  ]);
});
