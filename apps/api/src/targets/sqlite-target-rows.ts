import type { CalendarDay } from '@daysync/progress';
import { sql } from 'kysely';
import type { SqliteTransaction } from '../database/database.js';
import type { StagedRows } from '../database/staging.js';
import type { TargetValue } from './column-types.js';
import { isStaged, type DayRowsToWrite, type WithTarget } from './target.js';
import { quote } from './target-dialect.js';
import { DAY_COLUMN } from './target-table.js';

/** Rows deleted or moved before the event loop gets a turn: about 10 ms. */
const CHUNK = 4_000;

/** Replaces the rows of `day` in a SQLite target. */
export async function replaceSqliteDay(
  transaction: SqliteTransaction,
  dataset: WithTarget,
  day: CalendarDay,
  rows: DayRowsToWrite,
): Promise<void> {
  if (isStaged(rows)) {
    await replaceByStaged(transaction, dataset, day, rows);
  } else {
    await deleteDay(transaction, dataset, day);
    await insertRows(transaction, dataset, day, rows);
  }
}

/** Deletes the day's rows, from the rowid `from` on. */
async function deleteDay(
  { connection, turn }: SqliteTransaction,
  { target: { table } }: WithTarget,
  day: CalendarDay,
  from = Number.MIN_SAFE_INTEGER,
): Promise<void> {
  const remove = connection.prepare(
    `delete from ${quote(table)} where ${quote(DAY_COLUMN)} = ? and rowid between ? and ?`,
  );
  for (;;) {
    const first = firstOfDay(connection, table, day, from);
    if (first === null) return;
    // Rows of one day mostly have consecutive rowids.
    const { changes } = remove.run([day, first, first + CHUNK - 1]);
    if (Number(changes) === CHUNK) await turn();
  }
}

/** The day's first rowid from `from` on. */
function firstOfDay(
  connection: SqliteTransaction['connection'],
  table: string,
  day: CalendarDay,
  from: number,
): number | null {
  const find = `select min(rowid) as first from ${quote(table)} where ${quote(DAY_COLUMN)} = ? and rowid >= ?`;
  const [row] = connection.prepare(find).all([day, from]) as { readonly first: number | null }[];
  return row?.first ?? null;
}

async function insertRows(
  { connection, turn }: SqliteTransaction,
  dataset: WithTarget,
  day: CalendarDay,
  rows: readonly (readonly TargetValue[])[],
): Promise<void> {
  const places = [DAY_COLUMN, ...dataset.target.columns].map(() => '?').join(', ');
  const insert = connection.prepare(`${insertInto(dataset)} values (${places})`);
  for (const [index, row] of rows.entries()) {
    insert.run([day, ...row]);
    if (index % CHUNK === CHUNK - 1) await turn();
  }
}

async function replaceByStaged(
  transaction: SqliteTransaction,
  dataset: WithTarget,
  day: CalendarDay,
  rows: StagedRows,
): Promise<void> {
  const { connection, turn } = transaction;
  const first = firstOfDay(connection, dataset.target.table, day, Number.MIN_SAFE_INTEGER);
  let done = 0;
  if (first !== null) {
    if (await isPlain(transaction, dataset)) {
      done = await overwrite(transaction, dataset, day, rows, first);
    }
    await deleteDay(transaction, dataset, day, first + done);
  }
  const staged = dataset.target.columns.map((_, index) => `c${index}`).join(', ');
  const insert = `${insertInto(dataset)} select ?, ${staged} from ${rows.table}`;
  for (; done < rows.count; done += CHUNK) {
    connection.runOnce(`${insert} where rowid between ${done + 1} and ${done + CHUNK}`, [day]);
    await turn();
  }
}

/**
 * Whether overwriting a row has the same effect as deleting it and inserting another. It has not if a trigger can see
 * the difference, or if a unique index may meet the old value of another row.
 */
async function isPlain({ db }: SqliteTransaction, { target }: WithTarget): Promise<boolean> {
  const { table } = target;
  const { rows } = await sql`
    select 1 from pragma_index_list(${table}) where "unique" = 1
    union all select 1 from pragma_table_info(${table}) where pk > 0
    union all
      select 1 from sqlite_master where type = 'trigger' and lower(tbl_name) = lower(${table})
  `.execute(db);
  return rows.length === 0;
}

/**
 * Overwrites the day's rows by staged ones, as far as their rowids are consecutive. The index on the day stays
 * unchanged, and a row whose values are unchanged is not written at all.
 * @param first the day's first rowid
 * @returns how many rows are overwritten
 */
async function overwrite(
  { connection, turn }: SqliteTransaction,
  { target: { table, columns } }: WithTarget,
  day: CalendarDay,
  rows: StagedRows,
  first: number,
): Promise<number> {
  const values = columns.map(({ name }, index) => `${quote(name)} = c${index}`).join(', ');
  // The plus sign keeps SQLite from using the index on the day: a million rows may share a day.
  const update = `
    update ${quote(table)} as target set ${values} from ${rows.table} as staged
    where target.rowid = staged.rowid + ${first - 1} and +target.${quote(DAY_COLUMN)} = ?`;
  let done = 0;
  while (done < rows.count) {
    const last = Math.min(done + CHUNK, rows.count);
    const range = `staged.rowid between ${done + 1} and ${last}`;
    const overwritten = connection.runOnce(`${update} and ${range}`, [day]);
    if (overwritten < last - done) break;
    done = last;
    await turn();
  }
  return done;
}

function insertInto({ target: { table, columns } }: WithTarget): string {
  const names = [DAY_COLUMN, ...columns.map(({ name }) => name)].map(quote).join(', ');
  return `insert into ${quote(table)} (${names})`;
}
