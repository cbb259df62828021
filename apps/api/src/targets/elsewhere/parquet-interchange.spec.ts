// DuckDB reads our files, and both readers of Parquet read DuckDB's.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { calendarDay } from '@daysync/progress';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { parquetReadObjects } from 'hyparquet';
import { asyncBufferFromFile } from 'hyparquet/src/node.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import {
  canonicalText,
  COLUMN_TYPE_NAMES,
  type ColumnType,
  type StoredValue,
  type TargetValue,
} from '../column-types.js';
import { Fingerprint } from '../fingerprint.js';
import { EDGE_VALUES, MOST_EDGES, targetColumn } from './day-target-values.fixture.js';
import { ParquetTarget } from './parquet-target.js';
import { D1 as DAY, SIGNAL, UNKNOWN } from './target-scene.fixture.js';

const COLUMNS = [
  targetColumn('id', 'integer', false),
  ...COLUMN_TYPE_NAMES.map((type) => targetColumn(type, type)),
  ...COLUMN_TYPE_NAMES.map((type) => targetColumn(`${type} or "more"`, type, false)),
];
const TYPES = COLUMNS.map(({ type }) => type);

/** Each edge of each type, and NULL. */
const ROWS: readonly (readonly TargetValue[])[] = Array.from(
  { length: MOST_EDGES + 1 },
  (_, row) => [
    row,
    ...COLUMN_TYPE_NAMES.map((type) => (row === MOST_EDGES ? null : edge(type, row))),
    ...COLUMN_TYPE_NAMES.map((type) => edge(type, row + 1)),
  ],
);

function edge(type: ColumnType, at: number): TargetValue {
  const values = EDGE_VALUES[type];
  return values[at % values.length] ?? null;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** How DuckDB makes a value of a type from its text. */
const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'varchar',
  integer: 'bigint',
  real: 'double',
  decimal: 'varchar',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz',
  json: 'json',
};

/** Node's client of DuckDB strips U+FEFF from the beginning of a text. */
const MARK = '|';
/** How DuckDB writes a value of a type as the canonical text wants it. */
const DUCKDB_TEXT: Readonly<Record<ColumnType, (column: string) => string>> = {
  text: (column) => `'${MARK}' || ${column}`,
  integer: (column) => `${column}::varchar`,
  real: (column) => column,
  decimal: (column) => column,
  boolean: (column) => `${column}::integer`,
  // Without the era, which years before 1 would have.
  date: (column) => `lpad(strftime(${column}, '%Y-%m-%d'), 10, '0')`,
  timestamp: (column) =>
    `lpad(strftime(${column} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ'), 27, '0')`,
  json: (column) => `${column}::varchar`,
};

/** Of values that a program has read. */
function texts(rows: readonly (readonly unknown[])[]): unknown[] {
  return rows.map((row) =>
    row.map((value, index) => canonicalText(TYPES[index] ?? 'text', value as TargetValue)),
  );
}

let duckdb: DuckDBConnection;
let folder: string;
let target: ParquetTarget;
beforeAll(async () => {
  folder = await scratchFolder();
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  target = new ParquetTarget({
    path: path.join(folder, 'ours'),
    writtenPath: 'ours',
    columns: COLUMNS,
  });
  const key = (await target.prepare()).key ?? '';
  const days = [
    [DAY, ROWS],
    ['2025-10-02', ROWS.slice(3, 5)],
    ['2025-10-03', []],
  ] as const;
  for (const [day, rows] of days) {
    await target.replaceDay({ day: calendarDay(day), rows, token: 1, key }, SIGNAL);
  }
  return () => {
    duckdb.closeSync();
  };
});

async function query(sql: string): Promise<readonly (readonly unknown[])[]> {
  return (await duckdb.runAndReadAll(sql)).getRows();
}

describe('DuckDB', () => {
  const ours = (): string =>
    `read_parquet('${folder}/ours/**/*.parquet', hive_partitioning = true)`;

  it('finds the type of each column of ours, and the day in the names of folders', async () => {
    const described = await query(`describe select * from ${ours()}`);
    const types = new Map(described.map(([name, type]) => [name, type]));
    expect(Object.fromEntries(types)).toMatchObject({
      ...{ text: 'VARCHAR', integer: 'BIGINT', real: 'DOUBLE', decimal: 'VARCHAR' },
      ...{ boolean: 'BOOLEAN', date: 'DATE', timestamp: 'TIMESTAMP WITH TIME ZONE' },
      ...{ json: 'JSON', sync_day: 'DATE' },
    });
    expect([...types.keys()]).toEqual([...COLUMNS.map(({ name }) => name), 'sync_day']);
    expect(
      await query(
        `select sync_day::varchar, count(*)::integer from ${ours()} group by 1 order by 1`,
      ),
    ).toEqual([
      [DAY, ROWS.length],
      ['2025-10-02', 2],
    ]);
  });

  it('reads every value of ours', async () => {
    const columns = COLUMNS.map(({ name, type }) => DUCKDB_TEXT[type](quoted(name)));
    const found = await query(
      `select ${columns.join(', ')} from ${ours()} where sync_day = '${DAY}' order by id`,
    );
    const unmarked = found.map((row) =>
      row.map((value, index) =>
        TYPES[index] === 'text' && typeof value === 'string' ? value.slice(MARK.length) : value,
      ),
    );
    expect(texts(unmarked)).toEqual(texts(ROWS));
    // And finds it by the bounds in the footer.
    for (const [index, { name, type }] of COLUMNS.entries()) {
      for (const value of new Set(ROWS.map((row) => row[index] ?? null))) {
        if (value === null) continue;
        const written = String(value).replaceAll("'", "''");
        const [[count] = []] = await query(
          `select count(*)::integer from ${ours()} where ${quoted(name)} = '${written}'::${SQL_TYPES[type]}`,
        );
        expect(count, `${name} of ${written.slice(0, 40)}`).toBeGreaterThan(0);
      }
    }
  });

  it('reads no row of a day without rows', async () => {
    const empty = `read_parquet('${folder}/ours/sync_day=2025-10-03/day.parquet', hive_partitioning = false)`;
    expect(await query(`select count(*)::integer from ${empty}`)).toEqual([[0]]);
    expect(await query(`describe select * from ${empty}`)).toHaveLength(COLUMNS.length);
  });
});

describe('files of DuckDB', () => {
  beforeAll(async () => {
    const day = path.join(folder, 'theirs', `sync_day=${DAY}`);
    await mkdir(day, { recursive: true });
    const columns = COLUMNS.map(({ name, type }) => `${quoted(name)} ${SQL_TYPES[type]}`);
    await duckdb.run(`set timezone = 'UTC'; create table edges (${columns.join(', ')})`);
    const statement = await duckdb.prepare(
      `insert into edges values (${TYPES.map((type, index) => `$${index + 1}::${SQL_TYPES[type]}`).join(', ')})`,
    );
    for (const row of ROWS) {
      for (const [index, value] of row.entries()) {
        if (value === null) statement.bindNull(index + 1);
        // DuckDB would cut the digits of a text.
        else if (TYPES[index] === 'real') statement.bindDouble(index + 1, Number(value));
        else statement.bindVarchar(index + 1, String(value));
      }
      await statement.run();
    }
    await duckdb.run(
      `copy (from edges order by id) to '${path.join(folder, 'snappy.parquet')}' (format parquet, codec 'snappy', parquet_version v1)`,
    );
    await duckdb.run(
      `copy (from edges order by id) to '${path.join(day, 'day.parquet')}' (format parquet, compression 'zstd', parquet_version v2)`,
    );
  });

  it('have the same values and the same fingerprint in the target', async () => {
    const theirs = new ParquetTarget({
      path: path.join(folder, 'theirs'),
      writtenPath: 'theirs',
      columns: COLUMNS,
    });
    const rows: (readonly StoredValue[])[] = [];
    const take = (some: readonly (readonly StoredValue[])[]): Promise<void> => {
      rows.push(...some);
      return Promise.resolve();
    };
    await theirs.read(DAY, take, SIGNAL);
    expect(texts(rows)).toEqual(texts(ROWS));
    const expected = new Fingerprint(COLUMNS);
    for (const row of ROWS) await expected.add(row);
    const asWritten = { rows: ROWS.length, fingerprint: expected.value };
    expect(await theirs.fingerprint(DAY, UNKNOWN, SIGNAL)).toEqual(asWritten);
    expect(await target.fingerprint(DAY, UNKNOWN, SIGNAL)).toEqual(asWritten);
  });

  it('and ours are the same to hyparquet itself, with Snappy', async () => {
    const parsers = {
      stringFromBytes: (bytes: Uint8Array) => Buffer.from(bytes).toString(),
      jsonFromBytes: (bytes: Uint8Array) => Buffer.from(bytes).toString(),
      timestampFromMicroseconds: (micros: bigint) => micros,
    };
    const read = async (file: string): Promise<unknown> =>
      parquetReadObjects({ file: await asyncBufferFromFile(file), parsers });
    const ours = await read(path.join(folder, 'ours', `sync_day=${DAY}`, 'day.parquet'));
    expect(ours).toEqual(await read(path.join(folder, 'snappy.parquet')));
    expect(ours).toHaveLength(ROWS.length);
  });
});
