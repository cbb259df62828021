import type { CalendarDay } from '@daysync/progress';
import { sql } from 'kysely';
import type { SqliteTransaction } from '../database/database.js';
import { CHUNK_BYTES, CHUNK_ROWS, chunksOf, type RowRange } from '../database/row-chunks.js';
import type { StagedRows } from '../database/staging.js';
import { COLUMN_TYPES, type TargetValue } from './column-types.js';
import { isStaged, type DayRowsToWrite, type Target, type WithTarget } from './target.js';
import { DAY_COLUMN, quote } from './target-dialect.js';

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
  { target }: WithTarget,
  day: CalendarDay,
  from = Number.MIN_SAFE_INTEGER,
): Promise<void> {
  const { table } = target;
  const sizes = new StoredSizes(connection, target);
  const remove = connection.prepare(
    `delete from ${quote(table)} where ${quote(DAY_COLUMN)} = ? and rowid between ? and ?`,
  );
  for (let next = from; ;) {
    const first = firstOfDay(connection, table, day, next);
    if (first === null) return;
    if (next !== from) await turn();
    // Rows of one day mostly have consecutive rowids. A trigger may keep some of them.
    next = first + sizes.fitting(first, CHUNK_ROWS);
    remove.run([day, first, next - 1]);
  }
}

/** Measures the rows of a table: the time that a statement takes to change them depends on their bytes. */
class StoredSizes {
  private readonly sum: string | null;

  constructor(
    private readonly connection: SqliteTransaction['connection'],
    { table, columns }: Target,
  ) {
    const long = columns.filter(({ type }) => COLUMN_TYPES[type].mayBeLong);
    // SQLite reads these lengths from the beginning of a row alone.
    const lengths = long.map(({ name }) => `coalesce(octet_length(${quote(name)}), 0)`);
    this.sum =
      long.length === 0
        ? null
        : `select sum(${lengths.join(' + ')}) as bytes from ${quote(table)} where rowid between ? and ?`;
  }

  /** How many rowids from `first` on, at most `most`, have rows that are not too large for one statement. */
  fitting(first: number, most: number): number {
    if (this.sum === null) return most;
    const measure = this.connection.prepare(this.sum);
    for (let count = most; ; count = Math.ceil(count / 2)) {
      const [row] = measure.all([first, first + count - 1]) as { readonly bytes: number | null }[];
      if (count === 1 || (row?.bytes ?? 0) <= CHUNK_BYTES) return count;
    }
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
  for (const chunk of chunksOf(rows)) {
    for (const row of chunk) insert.run([day, ...row]);
    if (chunk.length < rows.length) await turn();
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
  const edge = new TreeEdge(connection, dataset.target, day);
  const insert = `${insertInto(dataset)} select ?, ${staged} from ${rows.table}`;
  for (const { first: begin, count } of chunksFrom(rows, done)) {
    connection.runOnce(`${insert} where rowid between ${begin + 1} and ${begin + count}`, [day]);
    edge.keep(count);
    await turn();
  }
}

/** Chunks between two reads of {@link TreeEdge}: fewer pages than the cache has. */
const CHUNKS_A_READ = 2;
/** The entries of more pages at the end of an index than one more entry may change, which are three. */
const INDEX_ENTRIES = 1_000;
/** The same for the inner pages of a table, in rows from its end; one of them has at least 200 rows, and the nearest is in use. */
const NEAREST_ROW = 128;
const FARTHEST_ROW = 12_000;
const ROWS_RATIO = 7 / 6;

/**
 * Keeps the pages at the end of a table and of its index in the cache while large rows are added. Without that, large rows
 * push them out into the log, later ones change them there, and the commit reads the whole log for new checksums: 490 ms
 * for 480 MB.
 */
class TreeEdge {
  private readonly entries: string;
  private readonly rows: string;
  private chunks = 0;

  constructor(
    private readonly connection: SqliteTransaction['connection'],
    { table }: Target,
    private readonly day: CalendarDay,
  ) {
    const ofDay = `from ${quote(table)} where ${quote(DAY_COLUMN)} = ?`;
    this.entries = `select count(*) from (select 1 ${ofDay} order by rowid desc limit ${INDEX_ENTRIES})`;
    const rowids: string[] = [];
    for (let back = NEAREST_ROW; back < FARTHEST_ROW; back = Math.ceil(back * ROWS_RATIO)) {
      rowids.push(`id - ${back}`);
    }
    this.rows = `with last (id) as (select max(rowid) from ${quote(table)})
      select count(*) from last, ${quote(table)} as target where target.rowid in (${rowids.join(', ')})`;
  }

  /** @param count the rows of a chunk that was added; a chunk of small rows needs nothing */
  keep(count: number): void {
    if (count === CHUNK_ROWS) return;
    this.chunks += 1;
    if (this.chunks % CHUNKS_A_READ > 0) return;
    this.connection.prepare(this.entries).all([this.day]);
    this.connection.prepare(this.rows).all([]);
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
  { target }: WithTarget,
  day: CalendarDay,
  rows: StagedRows,
  first: number,
): Promise<number> {
  const { table, columns } = target;
  const values = columns.map(({ name }, index) => `${quote(name)} = c${index}`).join(', ');
  // The plus sign keeps SQLite from using the index on the day: a million rows may share a day.
  const update = `
    update ${quote(table)} as target set ${values} from ${rows.table} as staged
    where target.rowid = staged.rowid + ${first - 1} and +target.${quote(DAY_COLUMN)} = ?`;
  const sizes = new StoredSizes(connection, target);
  let done = 0;
  for (const chunk of rows.chunks) {
    for (const end = chunk.first + chunk.count; done < end;) {
      const count = sizes.fitting(first + done, end - done);
      const range = `staged.rowid between ${done + 1} and ${done + count}`;
      if (connection.runOnce(`${update} and ${range}`, [day]) < count) return done;
      done += count;
      await turn();
    }
  }
  return done;
}

/** The chunks of the rows from `from` on. */
function* chunksFrom(rows: StagedRows, from: number): Generator<RowRange> {
  for (const { first, count } of rows.chunks) {
    const begin = Math.max(first, from);
    if (begin < first + count) yield { first: begin, count: first + count - begin };
  }
}

function insertInto({ target: { table, columns } }: WithTarget): string {
  const names = [DAY_COLUMN, ...columns.map(({ name }) => name)].map(quote).join(', ');
  return `insert into ${quote(table)} (${names})`;
}
