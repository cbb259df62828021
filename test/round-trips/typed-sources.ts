// How each kind of source writes rows of every column type.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startHttpServer } from '../http-server.js';
import type { PostgresServer } from '../postgres.js';
import { providerSource } from '../scratch.js';
import { COLUMNS, type TypedRow, type TypedValue } from './typed-values.js';

/** The day that every row belongs to. */
export const DAY = '2025-10-01';

/** One kind of source: its configuration, and how its rows are written. */
export interface TypedSourceCase {
  readonly name: string;
  readonly source: Readonly<Record<string, unknown>>;
  /** Sets the rows of the day. */
  write(rows: readonly TypedRow[]): Promise<void> | void;
  /** Whether an empty text in a nullable column means null, as in CSV files. */
  readonly emptyIsNull: boolean;
}

const NAMES = COLUMNS.map(({ name }) => name);

const csvField = (value: TypedValue | null): string =>
  value === null ? '' : `"${value.text.replaceAll('"', '""')}"`;
const csvOf = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, ...rows].map((row) => `${row.join(',')}\n`).join('');
const jsonOf = (row: TypedRow): string =>
  `{${row.map((value, index) => `"${NAMES[index] ?? ''}":${value?.json ?? 'null'}`).join(',')}}`;

/** @param folder the folder of the datasets file */
export function fileSources(folder: string): TypedSourceCase[] {
  const source = (
    name: string,
    keys: Readonly<Record<string, unknown>> & { readonly path: string },
    textOf: (rows: readonly TypedRow[]) => string,
  ): TypedSourceCase => ({
    name,
    source: keys,
    write: (rows) => {
      const file = path.join(folder, keys.path.replace('{day}', DAY));
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(`${file}.draft`, textOf(rows));
      renameSync(`${file}.draft`, file);
    },
    emptyIsNull: keys['kind'] === 'csv',
  });
  return [
    source('csv_one_file', { kind: 'csv', path: 'one/all.csv', day_column: 'day' }, (rows) =>
      csvOf(
        ['day', ...NAMES],
        rows.map((row) => [DAY, ...row.map(csvField)]),
      ),
    ),
    source('csv_day_files', { kind: 'csv', path: 'csv/{day}.csv' }, (rows) =>
      csvOf(
        NAMES,
        rows.map((row) => row.map(csvField)),
      ),
    ),
    source(
      'json',
      { kind: 'json', path: 'json/{day}.json' },
      (rows) => `[${rows.map(jsonOf).join(',')}]`,
    ),
    source('ndjson', { kind: 'ndjson', path: 'ndjson/{day}.ndjson' }, (rows) =>
      rows.map((row) => `${jsonOf(row)}\n`).join(''),
    ),
    {
      ...source('provider', { kind: 'provider', path: 'provider/rows.json' }, (rows) =>
        JSON.stringify(rows.map((row) => row.map((value) => value?.text ?? null))),
      ),
      source: providerSource('typed', {
        ...{ file: path.join(folder, 'provider/rows.json'), columns: COLUMNS },
      }),
    },
  ];
}

/** An HTTP API; it stops after the last test of the file. */
export async function httpSource(): Promise<TypedSourceCase> {
  let body = '[]';
  const server = await startHttpServer((_request, response) => response.end(body));
  const { port } = server.address() as AddressInfo;
  return {
    name: 'http',
    source: { kind: 'http', url: `http://127.0.0.1:${port}/{day}`, rows: '/items' },
    write: (rows) => {
      body = `{"items":[${rows.map(jsonOf).join(',')}]}`;
    },
    emptyIsNull: false,
  };
}

const SQLITE_TYPES = { integer: 'integer', real: 'real', boolean: 'integer' } as const;

export function sqliteSource(folder: string): TypedSourceCase {
  const file = path.join(folder, 'typed.db');
  const columns = COLUMNS.map(
    ({ name, type }) => `${name} ${type in SQLITE_TYPES ? SQLITE_TYPES[type as 'real'] : 'text'}`,
  );
  return {
    name: 'sql_sqlite',
    source: { kind: 'sql', url: 'sqlite:typed.db', query: 'select * from typed where day = :day' },
    write: (rows) => {
      const draft = `${file}.draft`;
      rmSync(draft, { force: true });
      const database = new DatabaseSync(draft);
      database.exec(`create table typed (day text, ${columns.join(', ')}); begin`);
      const insert = database.prepare(
        `insert into typed values (?, ${columns.map(() => '?').join(', ')})`,
      );
      for (const row of rows) {
        const values = row.map((value, index) => {
          if (value === null) return null;
          return COLUMNS[index]?.type === 'timestamp' ? value.text : value.target;
        });
        insert.run(DAY, ...values);
      }
      database.exec('commit');
      database.close();
      renameSync(draft, file);
    },
    emptyIsNull: false,
  };
}

const POSTGRES_TYPES = {
  text: 'text',
  integer: 'bigint',
  real: 'float8',
  decimal: 'numeric',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz',
  // `json` keeps the text; `jsonb` would change it.
  json: 'json',
} as const;

/** @param url the name of the variable with its address */
export async function postgresSource(
  server: PostgresServer,
  url: string,
): Promise<TypedSourceCase> {
  const columns = COLUMNS.map(({ name, type }) => `${name} ${POSTGRES_TYPES[type]}`);
  await server.execute(`create table typed (day date, ${columns.join(', ')})`);
  const literal = (value: TypedValue | null): string =>
    value === null ? 'null' : `'${value.text.replaceAll("'", "''")}'`;
  return {
    name: 'sql_postgres',
    source: { kind: 'sql', url: `\${${url}}`, query: 'select * from typed where day = :day' },
    write: async (rows) => {
      const values = rows.map((row) => `('${DAY}', ${row.map(literal).join(', ')})`);
      await server.execute(`truncate typed; insert into typed values ${values.join(', ')}`);
    },
    emptyIsNull: false,
  };
}
