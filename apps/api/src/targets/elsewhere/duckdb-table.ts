import { randomBytes } from 'node:crypto';
import type { CalendarDay } from '@daysync/progress';
import type { DuckDBValue } from '@duckdb/node-api';
import type { PreparedPlace } from '../day-target.js';
import { DAY_COLUMN, quote } from '../target-dialect.js';
import {
  compareColumns,
  writeType,
  type ComparedTarget,
  type WantedColumn,
} from '../target-table.js';
import type { Target } from '../target.js';
import { DUCKDB_DAY_TYPE, DUCKDB_TYPES } from './duckdb-columns.js';
import type { DuckdbSession } from './duckdb-session.js';

/** The table that a target should be. */
type TargetShape = Pick<Target, 'table' | 'columns'>;

const KEY_BYTES = 8;
const KEY = /\bdaysync key ([0-9a-f]{16})\b/;
/**
 * For each day of a target, whose name here is its key: the highest token of a write or a fence, and the token of the write
 * whose rows the day has.
 */
const TOKENS = 'main.daysync_day';
const CREATE_TOKENS = `create table if not exists ${TOKENS} (target varchar not null, day date not null, token bigint not null, written bigint, primary key (target, day))`;

/** A table of a file, as it is. */
export interface DuckdbTable {
  /**
   * Kept as a comment on the column of the day: it is dropped with its table, and no table that is made by other means has
   * it. It survives a new name of the table, and any change of its columns.
   */
  readonly key: string | null;
  readonly columns: readonly WantedColumn[];
  /** On the column of the day, with the key. */
  readonly comment: string | null;
}

/** Null if there is no such table. */
export async function readTable(
  session: DuckdbSession,
  table: string,
): Promise<DuckdbTable | null> {
  const rows = await session.rows(
    `select column_name, data_type, is_nullable, comment from duckdb_columns()
    where database_name = current_database() and schema_name = 'main' and lower(table_name) = lower($1)
    order by column_index`,
    [table],
  );
  if (rows.length === 0) return null;
  const columns = rows.map(([name, type, nullable]) => ({
    name: String(name),
    type: String(type),
    nullable: nullable === true,
  }));
  const comment = rows.find(([name]) => name === DAY_COLUMN)?.[3] ?? null;
  return {
    key: KEY.exec(String(comment))?.[1] ?? null,
    columns,
    comment: comment === null ? null : String(comment),
  };
}

/** Creates what is missing, and adds new nullable columns; see {@link PreparedPlace}. In a transaction. */
export async function prepareTable(
  session: DuckdbSession,
  target: TargetShape,
): Promise<PreparedPlace> {
  const { table } = target;
  const found = await readTable(session, table);
  const { missing, differences } = compareTable(target, found);
  if (differences.length > 0) return { key: null, differences, changes: [] };
  const changes =
    found === null
      ? [createStatement(target)]
      : missing.map(
          ({ name, type }) => `alter table main.${quote(table)} add column ${quote(name)} ${type}`,
        );
  for (const change of changes) await session.run(change);
  await session.run(CREATE_TOKENS);
  const key = found?.key ?? (await setNewKey(session, table, found?.comment ?? null));
  return { key, differences, changes };
}

/** How a table differs from the target; a table that is not there does not. */
export function compareTable(
  target: TargetShape,
  found: DuckdbTable | null,
): Pick<ComparedTarget, 'missing' | 'differences'> {
  if (found === null) return { missing: [], differences: [] };
  const present = new Map(
    found.columns.map(({ name, type, nullable }) => [name, writeType(type, nullable)]),
  );
  return compareColumns(target.table, wantedColumns(target), present);
}

/** The tokens of a day. */
export interface DayTokens {
  /** The highest one of a write or a fence; null if there was none. */
  readonly highest: number | null;
  /** That of the write whose rows the day has; null for a day that was never written. */
  readonly written: number | null;
}

/** @param key of the target */
export async function readTokens(
  session: DuckdbSession,
  key: string,
  day: CalendarDay,
): Promise<DayTokens> {
  await session.run(CREATE_TOKENS);
  const [[highest = null, written = null] = []] = await session.rows(
    `select token, written from ${TOKENS} where target = $1 and day = $2::date`,
    [key, day],
  );
  return { highest: toNumber(highest), written: toNumber(written) };
}

function toNumber(token: DuckDBValue): number | null {
  return token === null ? null : Number(token);
}

/** Keeps the token of a write, or of a fence if the rows of the day stay. @returns the token of the write of its rows */
export async function keepToken(
  session: DuckdbSession,
  key: string,
  { day, token, isFence }: { day: CalendarDay; token: number; isFence: boolean },
): Promise<number | null> {
  await session.run(CREATE_TOKENS);
  const [row] = await session.rows(
    `insert into ${TOKENS} (target, day, token, written)
      values ($1, $2::date, $3, ${isFence ? 'null' : '$3'})
    on conflict (target, day) do update set
      token = greatest(token, excluded.token), written = coalesce(excluded.written, written)
    returning written`,
    [key, day, BigInt(token)],
  );
  return toNumber(row?.[0] ?? null);
}

/** Gives a table a key. The tokens of tables that are gone are dropped: nothing has their keys. */
async function setNewKey(
  session: DuckdbSession,
  table: string,
  comment: string | null,
): Promise<string> {
  const key = randomBytes(KEY_BYTES).toString('hex');
  const text = `${comment === null ? '' : `${comment}; `}daysync key ${key}`;
  await session.run(
    `comment on column main.${quote(table)}.${quote(DAY_COLUMN)} is '${text.replaceAll("'", "''")}'`,
  );
  await session.run(
    `delete from ${TOKENS} where not exists (
      select 1 from duckdb_columns() where contains(comment, 'daysync key ' || target)
    )`,
  );
  return key;
}

function createStatement(target: TargetShape): string {
  const columns = wantedColumns(target).map(
    ({ name, type, nullable }) => `${quote(name)} ${writeType(type, nullable)}`,
  );
  return `create table main.${quote(target.table)} (${columns.join(', ')})`;
}

function wantedColumns({ columns }: TargetShape): readonly WantedColumn[] {
  return [
    { name: DAY_COLUMN, type: DUCKDB_DAY_TYPE, nullable: false },
    ...columns.map(({ name, type, nullable }) => ({ name, type: DUCKDB_TYPES[type], nullable })),
  ];
}
