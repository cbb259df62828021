import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Client, type CustomTypesConfig } from 'pg';
import { connectionOf } from '../../../database/postgres/postgres-connection.js';
import { writtenForm } from '../../../sources/values/column-values.js';
import { isTurnDue, takeTurn } from '../../../config/slices.js';
import { isMapping } from '../../../config/expectation.js';
import { unlessAborted } from '../../../config/abort.js';
import type { RowChunk, SourceRow } from '../../../sources/day-source.js';
import { EXPECTED_URL, isPostgresAddress } from '../../../sources/sql/sql-config.js';
import { PostgresCursor } from '../../../sources/sql/sql-postgres-cursor.js';
import { parseExactly } from '../../../targets/exact-json.js';
import type { ColumnType } from '../../../targets/column-types.js';
import { InitError } from '../init-failure.js';
import type { InitSource } from '../init-source.js';
import { MOST_SAMPLE_BYTES } from '../sample.js';
import { MOST_ROWS_READ, TableSample } from './table-sample.js';
import type { DayReading } from '../day-column-guess.js';
import { hideSecrets, writtenAddress, type VariableCheck } from './written-address.js';

const SQLITE = 'sqlite:';
const POSTGRES = /^postgres(?:ql)?:\/\//i;
/** Dates and times that SQLite reads as they are, in UTC or without a zone. */
const UTC_TIME = /T.*Z$/;
/** The end of a date with a time and an offset. */
const OFFSET = /:\d\d(?:\.\d+)?\s*(?:Z|[+-]\d\d(?::?\d\d)?)$/i;
/** The types of PostgreSQL whose values are texts, which compare as texts. */
const TEXT_TYPE = /^(?:text|character|citext)/;

/** Whether a source is a table of a database. */
export function isTable(source: string): boolean {
  return source.startsWith(SQLITE) || POSTGRES.test(source);
}

/**
 * Reads the first rows of a table: `sqlite:PATH#TABLE` or `postgres://…#TABLE`. Without a table, the database must have one
 * alone.
 * @param folder of the datasets file
 * @throws {InitError} for a database that can't be read
 */
export async function openTable(
  source: string,
  folder: string,
  signal: AbortSignal,
  { isFree = () => true, mostBytes = MOST_SAMPLE_BYTES }: TableOptions = {},
): Promise<InitSource> {
  const hash = source.lastIndexOf('#');
  const address = hash === -1 ? source : source.slice(0, hash);
  const table = hash === -1 ? undefined : source.slice(hash + 1);
  return source.startsWith(SQLITE)
    ? openSqlite(address, table, folder, { signal, mostBytes })
    : openPostgres(address, table, { signal, mostBytes, isFree });
}

interface TableOptions {
  /** Whether a variable can have a secret of the address. @default every one */
  readonly isFree?: VariableCheck;
  readonly mostBytes?: number;
}

interface SampleBounds {
  readonly signal: AbortSignal;
  readonly mostBytes: number;
}

async function openSqlite(
  address: string,
  wanted: string | undefined,
  folder: string,
  { signal, mostBytes }: SampleBounds,
): Promise<InitSource> {
  const file = address.slice(SQLITE.length);
  if (!existsSync(file)) throw new InitError(`expected a SQLite database, got no file: ${file}`);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    const names = database
      .prepare(
        `select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\' order by name`,
      )
      .all()
      .map(({ name }) => String(name));
    const table = chooseTable(address, wanted, names);
    const statement = database.prepare(`select * from ${quoteName(table)} limit ${MOST_ROWS_READ}`);
    statement.setReadBigInts(true);
    const sample = new TableSample(mostBytes);
    for (const values of statement.iterate()) {
      signal.throwIfAborted();
      if (!sample.add(values, sqliteBytes(values))) break;
      if (isTurnDue()) await takeTurn();
    }
    const written = path.relative(folder, path.resolve(file)).split(path.sep).join('/');
    return {
      ...tableSource(table, sample),
      keys: { kind: 'sql', url: `${SQLITE}${written}` },
      query: (day) => queryOf(table, sqliteCondition(day, sample.rows)),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof InitError) throw error;
    throw new InitError(`expected a SQLite database, got: ${reasonOf(error)}`);
  } finally {
    database?.close();
  }
}

function sqliteBytes(values: Readonly<Record<string, SQLOutputValue>>): number {
  return Object.values(values).reduce<number>((sum, value) => {
    if (typeof value === 'string') return sum + Buffer.byteLength(value);
    return sum + (value instanceof Uint8Array ? value.byteLength : 8);
  }, 0);
}

async function openPostgres(
  address: string,
  wanted: string | undefined,
  { signal, mostBytes, isFree }: SampleBounds & { readonly isFree: VariableCheck },
): Promise<InitSource> {
  // The address itself is not shown: where it can't be read, neither can its password be found in it.
  if (!isPostgresAddress(address)) {
    throw new InitError(`expected ${EXPECTED_URL}, got an address that can't be read`);
  }
  const client = newClient(address);
  // A query that runs fails then.
  const end = (): void => void client.end();
  signal.addEventListener('abort', end, { once: true });
  try {
    signal.throwIfAborted();
    await unlessAborted(client.connect(), signal);
    const tables = await client.query<{ name: string }>(
      `select case when table_schema = 'public' then table_name else table_schema || '.' || table_name end as name
       from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') order by name`,
    );
    const table = chooseTable(
      address,
      wanted,
      tables.rows.map(({ name }) => name),
    );
    const [schema, name] = table.includes('.') ? table.split('.', 2) : ['public', table];
    const declared = await client.query<{ name: string; type: string }>(
      'select column_name as name, data_type as type from information_schema.columns where table_schema = $1 and table_name = $2 order by ordinal_position',
      [schema, name],
    );
    const sample = await samplePostgres(client, table, { signal, mostBytes });
    const types = new Map(declared.rows.map((column) => [column.name, column.type]));
    const { url, variables } = writtenAddress(address, table, isFree);
    return {
      ...tableSource(table, sample),
      keys: { kind: 'sql', url },
      variables,
      declared: new Map([...types].map(([column, type]) => [column, declaredType(type)])),
      query: (day) =>
        queryOf(table, postgresCondition(day, types.get(day.name) ?? '', sample.rows)),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof InitError) throw error;
    throw new InitError(`expected a PostgreSQL database, got: ${reasonOf(error)}`);
  } finally {
    signal.removeEventListener('abort', end);
    // After an abort it was ended above.
    if (!signal.aborted) await client.end();
  }
}

/** @throws {InitError} for an address whose parts have an error, such as a certificate that is missing */
function newClient(address: string): Client {
  try {
    return new Client(connectionOf(address, 'daysync init'));
  } catch (error) {
    throw new InitError(`expected ${EXPECTED_URL}, got an error: ${reasonOf(error)}`);
  }
}

const AS_TEXT: CustomTypesConfig = { getTypeParser: () => (text: string) => text };

async function samplePostgres(
  client: Client,
  table: string,
  { signal, mostBytes }: SampleBounds,
): Promise<TableSample> {
  const sample = new TableSample(mostBytes);
  const text = `select row_to_json(t)::text from (select * from ${quoteTable(table)} limit ${MOST_ROWS_READ}) t`;
  const cursor = client.query(new PostgresCursor(text, [], AS_TEXT));
  for await (const { rows } of cursor.batches(signal)) {
    for (const [json] of rows) {
      const written = String(json);
      if (!sample.add(mappingOf(parseExactly(written)), Buffer.byteLength(written))) return sample;
      if (isTurnDue()) await takeTurn();
    }
  }
  return sample;
}

function tableSource(
  table: string,
  { rows, isWhole }: TableSample,
): Pick<InitSource, 'format' | 'extent' | 'isWhole' | 'name' | 'rows'> {
  return {
    ...{ format: null, isWhole, name: table },
    extent: isWhole ? `all of ${table}` : `the first rows of ${table}`,
    rows: () => inOneChunk(rows),
  };
}

async function* inOneChunk(rows: RowChunk): AsyncGenerator<RowChunk> {
  yield await Promise.resolve(rows);
}

function chooseTable(
  address: string,
  wanted: string | undefined,
  names: readonly string[],
): string {
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  const [only] = names;
  if (wanted === undefined && names.length === 1 && only !== undefined) return only;
  const shown = hideSecrets(address);
  throw new InitError(
    names.length === 0
      ? 'expected a database with tables, got none'
      : `expected one of the tables ${names.slice(0, 50).join(', ')}, got ${wanted ?? 'no table'}`,
    ...(names.length === 0 ? [] : [`Name it after a #, as in '${shown}#${names[0] ?? ''}'`]),
  );
}

function queryOf(table: string, condition: string): string {
  return `select * from ${quoteTable(table)} where ${condition}`;
}

function sqliteCondition({ name, column }: DayReading, rows: readonly SourceRow[]): string {
  const at = quoteName(name);
  const values = valuesOf(name, rows);
  switch (column.format) {
    case 'iso': {
      if (values.every((value) => value.length === 10)) return `${at} = :day`;
      if (values.every((value) => UTC_TIME.test(value))) return between(at);
      return values.some((value) => OFFSET.test(value))
        ? `datetime(${at}) >= datetime(:day_start) and datetime(${at}) < datetime(:day_end)`
        : `${at} >= :day and ${at} < :next_day`;
    }
    case 'epoch_s':
      return `${at} >= unixepoch(:day_start) and ${at} < unixepoch(:day_end)`;
    case 'epoch_ms':
      return `${at} >= 1000 * unixepoch(:day_start) and ${at} < 1000 * unixepoch(:day_end)`;
    default:
      throw noCondition(name, column.format);
  }
}

export function postgresCondition(
  { name, column }: DayReading,
  type: string,
  rows: readonly SourceRow[],
): string {
  const at = quoteName(name);
  switch (type) {
    case 'date':
      return `${at} = :day`;
    case 'timestamp with time zone':
      return between(at);
    case 'timestamp without time zone':
      return `${at} >= :day::timestamp and ${at} < :next_day::timestamp`;
    default:
      if (column.format === 'epoch_s') {
        return `${at} >= extract(epoch from :day_start) and ${at} < extract(epoch from :day_end)`;
      }
      if (column.format === 'epoch_ms') {
        return `${at} >= 1000 * extract(epoch from :day_start) and ${at} < 1000 * extract(epoch from :day_end)`;
      }
      if (column.format === 'iso' && TEXT_TYPE.test(type)) {
        return valuesOf(name, rows).some((value) => OFFSET.test(value))
          ? between(`${at}::timestamptz`)
          : `${at} >= :day and ${at} < :next_day`;
      }
      throw noCondition(name, `${column.format} in a column of type ${type}`);
  }
}

function valuesOf(name: string, rows: readonly SourceRow[]): readonly string[] {
  return rows.map(({ values }) => writtenForm(values[name])).filter((value) => value !== undefined);
}

function between(at: string): string {
  return `${at} >= :day_start and ${at} < :day_end`;
}

function noCondition(name: string, format: string): InitError {
  return new InitError(
    `expected a column with dates that the database can compare, got ${name}, written ${format}`,
    'Write the dataset by hand, with a query that converts them: docs/sources/sql.md has examples.',
  );
}

function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function quoteTable(table: string): string {
  return table.split('.').map(quoteName).join('.');
}

/** Undefined for one whose values say it. */
export function declaredType(type: string): ColumnType | undefined {
  if (/^(?:text|character|uuid|citext|name|inet|cidr|time\b|interval|USER-DEFINED)/i.test(type)) {
    return 'text';
  }
  if (/^(?:smallint|integer|bigint)$/.test(type)) return 'integer';
  if (/^(?:real|double precision)$/.test(type)) return 'real';
  if (type === 'numeric') return 'decimal';
  if (type === 'boolean' || type === 'date') return type;
  if (type === 'timestamp with time zone') return 'timestamp';
  return type === 'json' || type === 'jsonb' ? 'json' : undefined;
}

function mappingOf(value: unknown): Readonly<Record<string, unknown>> {
  return isMapping(value) ? value : {};
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
