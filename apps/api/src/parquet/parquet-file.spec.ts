import { writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import type { ColumnSource } from 'hyparquet-writer';
import { beforeAll, describe, expect, it } from 'vitest';
import { draws, IS_LONG } from '../../../../test/draws.js';
import { expectAtMost, measureFloor, timesFloor } from '../../../../test/machine-speed.js';
import { scratchFolder } from '../../../../test/scratch.js';
import { duckdb, duckdbFile, writtenFile } from '../sources/parquet/parquet-files.fixture.js';
import { ParquetError, ParquetFile, type ParquetRow } from './parquet-file.js';

const SIGNAL = new AbortController().signal;
const folder = await scratchFolder();
/** Many tests write it again. */
const PATH = path.join(folder, 'a.parquet');

async function readAll(
  file: ParquetFile,
  names = file.columns.map(({ name }) => name),
): Promise<ParquetRow[]> {
  const columns = names.map((name) => file.column(name));
  const rows: ParquetRow[] = [];
  for (const group of file.rowGroups) {
    for await (const slice of file.read({ group, columns }, SIGNAL)) rows.push(...slice);
  }
  return rows;
}

function groupOf(file: ParquetFile, at = 0): ParquetFile['rowGroups'][number] {
  const group = file.rowGroups[at];
  if (group === undefined) throw new Error('expected a row group');
  return group;
}

async function withFile<Result>(
  use: (file: ParquetFile) => Result | Promise<Result>,
): Promise<Result> {
  const file = await ParquetFile.open(PATH, SIGNAL);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** Columns of every type, and how DuckDB itself writes what they should be read as. */
const MICROS = `'%Y-%m-%dT%H:%M:%S.%f'`;
const NESTED = 'to_json($)::varchar';
const COLUMNS = [
  ['i8', '(i % 256 - 128)::tinyint', '$'],
  ['u8', '(i % 256)::utinyint', '$'],
  ['u16', '(i * 7 % 65536)::usmallint', '$'],
  ['i32', '(i * 1234567 % 4294967296 - 2147483648)::integer', '$'],
  ['u32', '(4294967295 - i)::uinteger', '$'],
  [
    'i64',
    '(i * 9007199254740991::hugeint * (case when i % 2 = 0 then 1 else -1 end) % 9223372036854775807)::bigint',
    '$',
  ],
  ['u64', '(18446744073709551615 - i)::ubigint', '$'],
  ['real32', '(i / 8)::float', '$'],
  ['real64', '(i / 7)::double', '$'],
  ['decimal_9', '(i / 7.0)::decimal(9, 3)', '$::varchar'],
  ['decimal_18', '(-i / 7.0)::decimal(18, 5)', '$::varchar'],
  ['decimal_38', '(i * 123456789.123456789)::decimal(38, 9)', '$::varchar'],
  ['day', `date '0001-01-01' + (i * 500)::integer`, `strftime($, '%Y-%m-%d')`],
  [
    'local',
    `timestamp '1969-12-31 23:59:59.999999' + to_microseconds(i * 1234567)`,
    `strftime($, ${MICROS})`,
  ],
  [
    'instant',
    `timestamptz '0001-01-01 00:00:00.000001Z' + to_hours(i * 12345)`,
    `strftime($ at time zone 'UTC', ${MICROS}) || 'Z'`,
  ],
  ['nanos', 'make_timestamp_ns(i * 1234567891)', `strftime($, '%Y-%m-%dT%H:%M:%S.%n')`],
  [
    'clock',
    `time '00:00:00' + to_microseconds(i * 34567891)`,
    `rpad($::varchar || (case when $::varchar like '%.%' then '' else '.' end), 15, '0')`,
  ],
  ['id', 'md5(i::varchar)::uuid', '$::varchar'],
  ['word', `'wörd ' || (i % 10)`, '$'],
  ['long', `repeat('🙂 line\n\t"' || i, 1 + (i % 9)::integer)`, '$'],
  ['sparse', `case when i % 3 = 0 then 'n' || i end`, '$'],
  ['nothing', 'null::varchar', '$'],
  ['truth', 'i % 3 = 0', '$'],
  ['colour', `(['red', 'green'])[1 + (i % 2)::integer]::enum ('red', 'green')`, '$::varchar'],
  ['list', '[i, null, i + 1]', NESTED],
  [
    'structure',
    `{'a': i, 'b': [{'c': 'x' || i, 'd': null}], 'e': case when i % 2 = 0 then {'f': 1} end}`,
    NESTED,
  ],
  ['mapping', `map {'k' || i: i, 'none': null}`, NESTED],
  [
    'lists',
    'case when i % 5 = 0 then null when i % 5 = 1 then [] when i % 5 = 2 then [null] else [[i], [], null, [1, null]] end',
    NESTED,
  ],
] as const;

/** DuckDB returns integers as bigints, and numbers of its JSON lose their last digits. */
function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, of: unknown) => {
      if (typeof of !== 'bigint') return of;
      return Number.isSafeInteger(Number(of)) ? Number(of) : String(of);
    }),
  );
}

describe('a file of DuckDB', () => {
  const ROWS = 4_500;
  const CODECS = ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli'];
  const ALL = CODECS.flatMap((codec) => [
    [codec, 'v1'],
    [codec, 'v2'],
  ]);
  /** Each codec with one version. Brotli takes long; leaf-pages.spec.ts has a page with it. */
  const SOME = CODECS.slice(0, -1).map((codec, at) => [codec, at % 2 === 0 ? 'v1' : 'v2']);
  let expected: unknown;
  beforeAll(async () => {
    const connection = await duckdb();
    const values = COLUMNS.map(([name, sql]) => `${sql} as ${name}`);
    await connection.run(
      `create table mixed as select ${values.join(', ')} from range(${ROWS}) as r(i)`,
    );
    const texts = COLUMNS.map(([name, , text]) => text.replaceAll('$', name));
    const reader = await connection.runAndReadAll(`select ${texts.join(', ')} from mixed`);
    const read = reader.getRows().map((row) =>
      row.map((value, index) => {
        const isNested = COLUMNS[index]?.[2] === NESTED && typeof value === 'string';
        return isNested ? (JSON.parse(value) as unknown) : value;
      }),
    );
    expected = comparable(read);
  });

  it.each(IS_LONG ? ALL : SOME)(
    'compressed as %s, with pages of %s, has the values that DuckDB has',
    async (codec, version) => {
      const options = `codec '${codec}', parquet_version ${version}, row_group_size 2048`;
      await duckdbFile(PATH, 'from mixed', options);
      await withFile(async (file) => {
        expect(file.rows).toBe(ROWS);
        expect(file.rowGroups.length).toBeGreaterThan(1);
        expect(comparable(await readAll(file))).toEqual(expected);
      });
    },
  );

  it('has the types of its columns, and their bounds', async () => {
    await duckdbFile(PATH, 'from mixed limit 100');
    await withFile((file) => {
      const typeOf = (name: string): unknown => file.column(name)?.type;
      const rangeOf = (name: string): unknown => {
        const column = file.column(name);
        return column === null ? undefined : file.range(groupOf(file), column);
      };
      expect(typeOf('u64')).toEqual({ kind: 'integer', isSigned: false });
      expect(typeOf('decimal_38')).toEqual({ kind: 'decimal', precision: 38, scale: 9 });
      expect(typeOf('nanos')).toEqual({ kind: 'timestamp', unit: 'NANOS', isUtc: false });
      expect(typeOf('instant')).toEqual({ kind: 'timestamp', unit: 'MICROS', isUtc: true });
      expect(typeOf('lists')).toEqual({ kind: 'nested' });
      expect(file.column('gone')).toBeNull();
      expect(rangeOf('u64')).toEqual({ least: 2n ** 64n - 100n, most: 2n ** 64n - 1n });
      expect(rangeOf('day')).toEqual({ least: '0001-01-01', most: '0136-07-12' });
      // The library rounds them.
      expect(rangeOf('decimal_18')).toBeNull();
      expect(rangeOf('word')).toEqual({ least: 'wörd 0', most: 'wörd 9' });
      expect(rangeOf('nothing')).toBeNull();
      expect(rangeOf('list')).toBeNull();
    });
  });
});

/** Columns with every encoding, and values that are missing, with so many rows. */
function columnData(rows: number): ColumnSource[] {
  const numbers = Array.from({ length: rows }, (_, row) => row);
  const column = (
    name: string,
    type: ColumnSource['type'] & string,
    valueOf: (row: number) => unknown,
    more: Partial<ColumnSource>,
  ): ColumnSource => ({ name, type, data: numbers.map(valueOf), ...more });
  const encoded = (encoding: ColumnSource['encoding'] & string) => ({ encoding });
  const nullable = { nullable: true };
  return [
    column('plain', 'INT64', (row) => BigInt(row) ** 3n, encoded('PLAIN')),
    column('delta', 'INT64', (row) => BigInt(row) * 2n ** 50n, encoded('DELTA_BINARY_PACKED')),
    column('delta32', 'INT32', (row) => 7 - row * 400_000, encoded('DELTA_BINARY_PACKED')),
    column('texts', 'STRING', (row) => `text ${row}`, encoded('DELTA_BYTE_ARRAY')),
    column('lengths', 'STRING', (row) => 'é'.repeat(row % 30), encoded('DELTA_LENGTH_BYTE_ARRAY')),
    column('split', 'DOUBLE', (row) => row / 3, encoded('BYTE_STREAM_SPLIT')),
    column('words', 'STRING', (row) => `word ${row % 100}`, encoded('RLE_DICTIONARY')),
    column('gaps', 'INT32', (row) => (row % 7 === 0 ? null : row), nullable),
    column('flags', 'BOOLEAN', (row) => (row % 5 === 0 ? null : row % 2 === 0), nullable),
    column('mark', 'STRING', () => '\uFEFFmark', {}),
  ];
}

describe('a file of many pages', () => {
  const ROWS = 5_000;
  const expected = Array.from({ length: ROWS }, (_, row) => [
    Number.isSafeInteger(row ** 3) ? row ** 3 : BigInt(row) ** 3n,
    row < 8 ? row * 2 ** 50 : BigInt(row) * 2n ** 50n,
    7 - row * 400_000,
    `text ${row}`,
    'é'.repeat(row % 30),
    row / 3,
    `word ${row % 100}`,
    row % 7 === 0 ? null : row,
    row % 5 === 0 ? null : row % 2 === 0,
    '\uFEFFmark',
  ]);
  const options = { rowGroupSize: 1_700, pageSize: 1_000 };

  it('has the values of each encoding, from any row on', async () => {
    await writtenFile(PATH, { columnData: columnData(ROWS), ...options });
    await withFile(async (file) => {
      expect(file.rowGroups.map(({ first, rows }) => [first, rows])).toEqual([
        [0, 1_700],
        [1_700, 1_700],
        [3_400, 1_600],
      ]);
      expect(await readAll(file)).toEqual(expected);
      const group = groupOf(file, 1);
      const { columns } = file;
      for (const [from, to] of [
        [0, 1],
        [1, 1_699],
        [1_234, 1_240],
        [1_699, 1_700],
        [5, 5],
      ] as const) {
        const rows: ParquetRow[] = [];
        for await (const slice of file.read({ group, columns, from, to }, SIGNAL))
          rows.push(...slice);
        expect(rows).toEqual(expected.slice(1_700 + from, 1_700 + to));
      }
    });
  });

  it('gives only the columns that are asked for, in their order, and nulls for those that it lacks', async () => {
    await writtenFile(PATH, { columnData: columnData(ROWS), ...options });
    await withFile(async (file) => {
      expect((await readAll(file, ['words', 'gone', 'plain'])).slice(0, 3)).toEqual([
        ['word 0', null, 0],
        ['word 1', null, 1],
        ['word 2', null, 8],
      ]);
    });
  });

  it('has notes', async () => {
    const kvMetadata = [{ key: 'token', value: '12 é' }];
    await writtenFile(PATH, { columnData: columnData(9), kvMetadata });
    await withFile(({ notes }) => {
      expect([...notes]).toEqual([['token', '12 é']]);
    });
  });
});

describe('what is no Parquet file', () => {
  it.each([
    ['an empty file', ''],
    ['a few bytes', 'PAR1'],
    ['a text', 'day,value\n'.repeat(100)],
    [
      'a footer with a number without an end',
      `PAR1\u0016${'\u00ff'.repeat(2_000_000)}\u0081\u0084\u001e\u0000PAR1`,
    ],
    ['a footer without a file', `PAR1${'x'.repeat(50)}\u00ff\u00ff\u0000\u0000PAR1`],
  ])('is refused: %s', async (_name, content) => {
    await writeFile(PATH, content, 'latin1');
    await expect(ParquetFile.open(PATH, SIGNAL)).rejects.toMatchObject({
      name: 'ParquetError',
      failure: 'damaged',
    });
  });

  it('is refused as encrypted where it is', async () => {
    await writeFile(PATH, 'PAREsecretPARE');
    await expect(ParquetFile.open(PATH, SIGNAL)).rejects.toMatchObject({ failure: 'unsupported' });
  });

  it('stays the error of the disk that it is', async () => {
    const nowhere = ParquetFile.open(path.join(folder, 'nowhere.parquet'), SIGNAL);
    await expect(nowhere).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(ParquetFile.open(folder, SIGNAL)).rejects.toThrow('expected a file');
  });
});

describe('a damaged file', () => {
  const SMALL = `select i, 't' || i % 3 as t, [i, null] as l, {'a': map {i: [i]}} as s,
    (i / 3.0)::decimal(30, 5) as d, i % 2 = 0 as b from range(40) as r(i)`;
  const options = { rowGroupSize: 40, pageSize: 100 };

  it.each([
    ['hyparquet-writer', () => writtenFile(PATH, { columnData: columnData(60), ...options })],
    ['DuckDB, snappy', () => duckdbFile(PATH, SMALL, `codec 'snappy'`)],
    ['DuckDB, zstd', () => duckdbFile(PATH, SMALL, `codec 'zstd'`)],
    ['DuckDB, uncompressed', () => duckdbFile(PATH, SMALL, `codec 'uncompressed'`)],
  ])('ends with an error or with rows, whatever bytes are others: of %s', async (_name, make) => {
    await make();
    const whole = await readFile(PATH);
    const { cpuMs } = await measureFloor();
    const change = fc.tuple(
      // The end has the footer, which has the most to go wrong.
      fc.oneof(
        fc.nat(whole.length - 1),
        fc.nat(700).map((back) => Math.max(0, whole.length - 1 - back)),
      ),
      fc.oneof(fc.nat(255), fc.constantFrom(0, 0x7f, 0x80, 0xff)),
    );
    const changes = fc.array(change, { minLength: 1, maxLength: 5 });
    const cut = fc.option(fc.nat(whole.length), { nil: null, freq: 6 });
    await fc.assert(
      fc.asyncProperty(changes, cut, async (damage, length) => {
        const bytes = Buffer.from(whole);
        for (const [place, byte] of damage) bytes[place] = byte;
        writeFileSync(PATH, length === null ? bytes : bytes.subarray(0, length));
        const before = process.cpuUsage();
        const result = await withFile((file) => readAll(file)).catch((error: unknown) => error);
        if (!Array.isArray(result)) expect(result).toBeInstanceOf(ParquetError);
        expectAtMost(timesFloor(1_000), process.cpuUsage(before).user / 1_000, cpuMs);
      }),
      { numRuns: draws(25, 400), seed: 23 },
    );
  });
});
