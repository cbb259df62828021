import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import type { RowChunk, SourceRow } from '../day-source.js';
import { listOf, rowsOf } from '../day-source.fixture.js';
import { createRowReader } from '../rows/row-reader.js';
import type { NeededColumn } from '../rows/source-columns.js';
import type { TargetColumn } from '../../targets/target.js';
import { CountedBytes, duckdbFile, writtenFile } from './parquet-files.fixture.js';
import { readParquet, type ParquetReading } from './parquet-rows.js';

const { signal } = new AbortController();
/** Each test writes it again. */
const path = join(await scratchFolder(), 'a.parquet');

async function chunksOf(options: Partial<ParquetReading> = {}, file = path): Promise<RowChunk[]> {
  const content = await CountedBytes.of(file);
  return listOf(readParquet(content, { signal, ...options }));
}
async function rowsIn(options: Partial<ParquetReading> = {}): Promise<SourceRow[]> {
  return listOf(rowsOf(readParquet(await CountedBytes.of(path), { signal, ...options })));
}
/** The values of the only row of a query, as DuckDB writes them. */
async function valuesOf(query: string, options = ''): Promise<SourceRow['values']> {
  await duckdbFile(path, query, options);
  const [row] = await rowsIn();
  return row?.values ?? {};
}
const needed = (...names: readonly string[]): readonly NeededColumn[] =>
  names.map((name) => ({ from: name, name }));

describe('the values of a file of DuckDB', () => {
  it.each([
    ['1.10::decimal(18, 2)', '1.10'],
    ["date '10000-01-01'", '+010000-01-01'],
    // Of a wall clock: no one knows in which zone.
    ["timestamp '2025-01-31 08:00:00'", '2025-01-31T08:00:00.000000'],
    ["timestamp_ms '2025-01-31 08:00:00.5'", '2025-01-31T08:00:00.500000'],
    ["timestamp_ns '2025-01-31 08:00:00.123456789'", '2025-01-31T08:00:00.123456'],
    ["timestamp_ns '1969-12-31 23:59:59.999999999'", '1969-12-31T23:59:59.999999'],
    ["time '08:00:00.5'", '08:00:00.500000'],
    ["'text'::blob", 'text'],
    ["'\\xFF\\x00'::blob", Uint8Array.of(0xff, 0)],
  ])('%s', async (sql, expected) => {
    expect(await valuesOf(`select ${sql} as a`)).toEqual({ a: expected });
  });

  it('in lists, structures and maps are those of JSON', async () => {
    const { a, b, c, d, e } = await valuesOf(
      `select [1::bigint, null, 9223372036854775807::bigint] as a,
              { x: 1.10::decimal(9, 2), y: date '2025-01-31', z: { __proto__: 'q' } } as b,
              map { 'k': timestamp_ns '2025-01-31 08:00:00.123456789', '__proto__': null } as c,
              [[1.5::decimal(9, 1)], [], null] as d,
              null::struct(x integer) as e`,
    );
    expect(a).toEqual([1, null, 9_223_372_036_854_775_807n]);
    expect(JSON.stringify(b)).toBe('{"x":1.10,"y":"2025-01-31","z":{"__proto__":"q"}}');
    expect(JSON.stringify(c)).toBe('{"k":"2025-01-31T08:00:00.123456","__proto__":null}');
    expect(JSON.stringify(d)).toBe('[[1.5],[],null]');
    expect(e).toBeNull();
  });

  it('fit the columns of a target, also below a pointer', async () => {
    await duckdbFile(
      path,
      `select 9223372036854775807 as i, 1.10::decimal(9, 2) as n, date '2025-01-31' as d,
              timestamptz '2025-01-31 08:00:00Z' as t, { 'at': { n: 2.50::decimal(9, 2) } } as s`,
    );
    const column = (name: string, type: TargetColumn['type'], pointer?: string): TargetColumn => {
      const from = name;
      return { name, from, type, nullable: false, ...(pointer === undefined ? {} : { pointer }) };
    };
    const read = createRowReader([
      ...[column('i', 'integer'), column('n', 'decimal'), column('d', 'date')],
      ...[column('t', 'timestamp'), column('s', 'json'), column('s', 'decimal', '/s/at/n')],
    ]);
    expect((await rowsIn()).map((row) => read(row))).toEqual([
      [
        ...[9_223_372_036_854_775_807n, '1.10', '2025-01-31', '2025-01-31T08:00:00.000000Z'],
        ...['{"at":{"n":2.50}}', '2.50'],
      ],
    ]);
  });

  it('in bytes that are no text are refused with their number', async () => {
    await duckdbFile(path, String.raw`select '\xFF\x00'::blob as a`);
    const [row] = await rowsIn();
    const read = createRowReader([{ name: 'a', from: 'a', type: 'text', nullable: false }]);
    expect(() => row && read(row)).toThrow(
      /^row 1, column a: expected well-formed text.* got 2 bytes/,
    );
  });
});

describe('readParquet', () => {
  it('reads files of other writers', async () => {
    const at = [new Date('2025-01-31T08:00:00.123Z'), null];
    await writtenFile(path, {
      columnData: [
        { name: 'n', data: [1n, -(2n ** 63n)], type: 'INT64' },
        { name: 'at', data: at, type: 'TIMESTAMP', nullable: true },
        { name: 'tags', data: [['a', 'b'], []], type: 'JSON' },
      ],
    });
    expect((await rowsIn()).map(({ values }) => values)).toEqual([
      { n: 1, at: '2025-01-31T08:00:00.123000Z', tags: '["a","b"]' },
      { n: -(2n ** 63n), at: null, tags: '[]' },
    ]);
  });

  it('gives a file without rows no chunk', async () => {
    await duckdbFile(path, 'select 1 as a where false');
    expect(await chunksOf()).toEqual([]);
  });

  it('fails for a column that is missing, also without a row, unless rows may lack it', async () => {
    await duckdbFile(path, 'select 1 as a where false');
    await expect(rowsIn({ columns: needed('a', 'b') })).rejects.toMatchObject({
      ...{ code: 'SOURCE_COLUMN_MISSING', kind: 'source_wide' },
      message: 'expected a column "b" for b, got the columns "a"',
    });
    const columns = [{ from: 'b', name: 'b', isOptional: true }];
    expect(await rowsIn({ columns })).toEqual([]);
  });

  it('fails for a column that is there twice, where it is needed', async () => {
    const column = { data: [1], type: 'INT32' as const };
    const columnData = ['a', 'a', 'b'].map((name) => ({ name, ...column }));
    await writtenFile(path, { columnData });
    expect((await rowsIn({ columns: needed('b') })).length).toBe(1);
    expect((await rowsIn({ columns: [] })).length).toBe(1);
    await expect(rowsIn({ columns: needed('a') })).rejects.toMatchObject({
      code: 'SOURCE_COLUMN_DUPLICATE',
    });
  });

  it.each<[string, (whole: Buffer) => string | Buffer, string, string]>([
    ['an empty file', () => '', 'CUT_OFF', 'passing'],
    ['one that is still being written', () => 'PAR1\u0015\u0000\u0015', 'CUT_OFF', 'passing'],
    ['one that was cut off', (whole) => whole.subarray(0, -1), 'CUT_OFF', 'passing'],
    ['CSV', () => 'a,b\n1,2\n', 'UNREADABLE', 'lasting'],
    ['a short text', () => 'a', 'UNREADABLE', 'lasting'],
    [
      'a damaged footer',
      () => `PAR1${'x'.repeat(50)}\u00ff\u0000\u0000PAR1`,
      'UNREADABLE',
      'lasting',
    ],
  ])('fails for %s', async (_, contentOf, code, kind) => {
    await duckdbFile(path, 'select i from range(1000) t(i)');
    await writeFile(path, contentOf(await readFile(path)), 'latin1');
    await expect(rowsIn()).rejects.toMatchObject({ code: `SOURCE_${code}`, kind });
  });

  it('refuses a file that is packed as a whole: Parquet is compressed inside', async () => {
    await writeFile(path, gzipSync('PAR1'));
    await expect(rowsIn()).rejects.toMatchObject({
      ...{ code: 'SOURCE_UNREADABLE', kind: 'lasting' },
      message:
        'expected a Parquet file, got one that is packed with gzip: unpack it; Parquet is compressed inside',
    });
  });

  it('refuses a row of more than 16 MiB', async () => {
    await duckdbFile(
      path,
      `select i, repeat('x', 9000000 * i) as a, repeat('y', 9000000) as b from range(2) t(i)`,
    );
    await expect(rowsIn()).rejects.toMatchObject({
      ...{ code: 'SOURCE_ROW_TOO_LARGE', kind: 'lasting', place: { row: 2 } },
      message: 'row 2: expected at most 16777216 bytes, got 18000000: shorten its values',
    });
  });

  it('refuses what is too large for the memory, with its size', async () => {
    const bytes = new ByteWriter();
    const columnData = ['a', 'b'].map((name) => ({ name, data: [1], type: 'INT32' as const }));
    const writer = new ParquetWriter({
      writer: bytes,
      schema: schemaFromColumnData({ columnData }),
    });
    await writer.write({ columnData });
    const large = writer.row_groups[0]?.columns[0]?.meta_data;
    if (large !== undefined) large.total_uncompressed_size = 280_000_000n;
    await writer.finish();
    await writeFile(path, new Uint8Array(bytes.getBuffer()));
    await expect(rowsIn()).rejects.toMatchObject({
      ...{ code: 'SOURCE_TOO_LARGE', kind: 'lasting' },
      message: expect.stringMatching(
        /^expected row groups whose columns take up to \d+ bytes.*, got .*28\d{7}/,
      ) as string,
    });
    expect((await rowsIn({ columns: needed('b') })).map(({ values }) => values)).toEqual([
      { b: 1 },
    ]);
  });

  it('stops between two slices', async () => {
    await duckdbFile(path, 'select i from range(20000) t(i)');
    const stopping = new AbortController();
    const reason = new Error('stopped');
    const reading = readParquet(await CountedBytes.of(path), { signal: stopping.signal });
    await reading.next();
    stopping.abort(reason);
    await expect(reading.next()).rejects.toBe(reason);
    const aborted = readParquet(await CountedBytes.of(path), { signal: stopping.signal });
    await expect(aborted.next()).rejects.toBe(reason);
  });

  it('gives a row with too many values as a bad one, and goes on', async () => {
    await duckdbFile(
      path,
      'select i, range(case i when 1 then 200000 else 2 end) as list from range(3) t(i)',
    );
    const rows = (await chunksOf()).flat();
    expect(rows.map(({ bad }) => bad?.failure().code)).toEqual([
      ...[undefined, 'SOURCE_TOO_MANY_VALUES', undefined],
    ]);
    expect(rows[1]?.bad?.text()).toMatch(/^\{"i":1,"list":\[0,1,2,3/);
  });
});
