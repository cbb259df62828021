import { sql, type Kysely, type RawBuilder } from 'kysely';
import { DatabaseError } from 'pg';
import { isTurnDue, takeTurn } from '../config/slices.js';
import type { Database, Dialect } from '../database/database.js';
import { AS_LISTS } from '../database/sqlite-connection.js';
import type { Schema } from '../database/schema.js';
import { classifyFailure } from '../database/unavailable.js';
import { COLUMN_TYPES, type StoredValue } from './column-types.js';
import { EMPTY_FINGERPRINT } from './fingerprint.js';
import { unlessAborted } from '../config/abort.js';
import {
  fingerprintInPostgres,
  FoundRows,
  NO_ABILITIES,
  POSTGRES_ABILITIES,
  type ExpectedDay,
  type PostgresAbilities,
  type TargetDay,
  type TargetRows,
} from './target-fingerprint.js';
import type { TargetColumn } from './target.js';
import { TargetRefusedError } from './target-rows.js';
import type { RowsPage } from './day-target.js';
import { DAY_COLUMN, TARGET_DIALECTS } from './target-dialect.js';

/** What is read at a time. */
const SLICE_ROWS = 2_000;
const SLICE_VALUES = 20_000;
const SLICE_BYTES = 4_194_304;
/** Of a day that is read at once. */
const SMALL_BYTES = 262_144;
/** A larger day takes PostgreSQL so long that its silence would count as a broken connection. */
const MOST_HASHED_ROWS = 1_000_000;
/** What SQLite reads at once, in a millisecond or two: rows that take half of it, and their long values. */
const SHORT_SLICE_BYTES = 2_097_152;

type Connections = Pick<Database, 'read' | 'longRead'> & {
  /** Whether both are in the transaction that has written the rows. */
  readonly inTransaction?: boolean;
};

/** Rows of a target, each with its values in the order of the columns. */
export type TakeTargetRows = (rows: readonly (readonly StoredValue[])[]) => Promise<void>;

const NO_ROWS: TargetDay = { rows: 0, fingerprint: EMPTY_FINGERPRINT };

/**
 * Reads the days that targets have. A table that is not there has no rows.
 *
 * Its methods throw a {@link TargetRefusedError} for a table that can't be read, such as without one of its columns, and a
 * `DatabaseUnavailableError`.
 */
export class TargetReader {
  private previous: Promise<unknown> = Promise.resolve();
  private abilities: PostgresAbilities | undefined;

  constructor(private readonly database: Connections & Pick<Database, 'dialect'>) {}

  /**
   * Counts the rows of a day, and takes their fingerprint. PostgreSQL adds up that of a large day on its side, unless a
   * column is JSON, whose canonical text it can't write.
   * @param expected with its values in the order of the columns
   * @throws the signal's reason
   */
  async fingerprint(
    of: TargetRows,
    expected: ExpectedDay,
    signal: AbortSignal,
  ): Promise<TargetDay> {
    const { dialect, read, longRead } = this.database;
    const { columns } = of;
    const isHashed =
      dialect === 'postgres' &&
      expected.rows <= MOST_HASHED_ROWS &&
      columns.every(({ type }) => type !== 'json');
    const found = new FoundRows(columns, expected);
    const take: TakeTargetRows = (rows) => found.take(rows);
    return this.unlessMissing(of, NO_ROWS, async () => {
      signal.throwIfAborted();
      const isSmall =
        expected.rows < SLICE_ROWS &&
        (await readSmall(read, queryOf(of, this.database), stoppedBy(take, signal)));
      if (isSmall) return found.day();
      return this.inTurn(signal, async () => {
        if (isHashed) return fingerprintInPostgres(longRead, of, await this.readAbilities());
        await this.readLarge(queryOf(of, this.database), take, signal);
        return found.day();
      });
    });
  }

  /**
   * Reads the rows of a day, some at a time, in an order that stays the same until they are written again.
   * @throws the signal's reason
   */
  async read(of: TargetRows, take: TakeTargetRows, signal: AbortSignal): Promise<void> {
    const { database } = this;
    const takeSome = stoppedBy(take, signal);
    const day = { ...queryOf(of, database), isOrdered: true };
    await this.unlessMissing(of, undefined, async () => {
      if (await readSmall(database.read, day, takeSome)) return;
      await this.inTurn(signal, () => this.readLarge(day, take, signal));
    });
  }

  /** Reads some rows of a day, in the order of {@link read}. */
  async readPage(
    of: TargetRows,
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): Promise<RowsPage> {
    const { read, dialect } = this.database;
    const day = queryOf(of, this.database);
    const { selected, ofDay, place } = day;
    const places = sql`select ${place} ${ofDay} order by ${place} limit ${limit} offset ${offset}`;
    // By their places PostgreSQL reads the rows of the page alone.
    const isOfPage = dialect === 'sqlite' ? sql`in (${places})` : sql`= any (array(${places}))`;
    // One snapshot, so that the rows are those that are counted.
    const reading = read.transaction().setIsolationLevel('repeatable read');
    return this.unlessMissing(of, { total: 0, rows: [] }, () =>
      reading.execute(async (db) => {
        const counted = await sql<{ total: number }>`select count(*) as total ${ofDay}`.execute(db);
        const rows = sql`select ${selected} ${ofDay} and ${place} ${isOfPage} order by ${place}`;
        return { total: counted.rows[0]?.total ?? 0, rows: await readLists(db, day, rows) };
      }),
    );
  }

  private async readAbilities(): Promise<PostgresAbilities> {
    this.abilities ??= (await POSTGRES_ABILITIES.execute(this.database.longRead)).rows[0];
    return this.abilities ?? NO_ABILITIES;
  }

  private async readLarge(
    day: TargetDayQuery,
    take: TakeTargetRows,
    signal: AbortSignal,
  ): Promise<void> {
    const { database } = this;
    const read = database.dialect === 'sqlite' ? readSqlite : readPostgres;
    await read(database, day, stoppedBy(take, signal));
  }

  /** Large days are read one after another: reads for users need the other connections for long reads. */
  private inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const result = this.previous.then(() => {
      signal.throwIfAborted();
      return work();
    });
    this.previous = result.catch(() => undefined);
    // A query goes on, and its lane does not wait for it.
    return unlessAborted(result, signal);
  }

  /** What `read` reads; `otherwise` if there is no table: it was dropped while the server runs. */
  private async unlessMissing<T>(
    { table }: Pick<TargetRows, 'table'>,
    otherwise: T,
    read: () => Promise<T>,
  ): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (TARGET_DIALECTS[this.database.dialect].isNoTable(error, table)) return otherwise;
      const failure = classifyFailure(error);
      if (failure !== error || !isErrorOfDatabase(error)) throw failure;
      throw new TargetRefusedError(table, error.message, error, 'be readable');
    }
  }
}

/** Whether SQLite or PostgreSQL has reported an error; any other one is a mistake of the program. */
function isErrorOfDatabase(error: unknown): error is Error {
  return error instanceof DatabaseError || (error instanceof Error && 'errcode' in error);
}

function stoppedBy(take: TakeTargetRows, signal: AbortSignal): TakeTargetRows {
  return async (rows) => {
    signal.throwIfAborted();
    await take(rows);
    if (isTurnDue()) await takeTurn();
  };
}

interface TargetDayQuery {
  readonly dialect: Dialect;
  /** Aliases go by position, since a column may have any name. */
  readonly selected: RawBuilder<unknown>;
  /** How many columns are selected. */
  readonly width: number;
  /** The size of a row: of its long values, and {@link leastBytes}. */
  readonly bytes: RawBuilder<unknown>;
  readonly leastBytes: number;
  /** From the table, where the day is. */
  readonly ofDay: RawBuilder<unknown>;
  /** Where a row is in the table: the order of a day. */
  readonly place: RawBuilder<unknown>;
  /** Whether the rows are read in that order. */
  readonly isOrdered: boolean;
}

function queryOf(
  { table, columns, day }: TargetRows,
  { dialect }: Pick<Database, 'dialect'>,
): TargetDayQuery {
  const readColumn = ({ name, type }: TargetColumn): RawBuilder<StoredValue> =>
    sql<StoredValue>`${COLUMN_TYPES[type].sql[dialect].read(sql.ref(name))}`;
  const values = columns.map((column, index) => readColumn(column).as(`c${index}`));
  const sizes = columns
    .filter(({ type }) => COLUMN_TYPES[type].mayBeLong)
    .map((column) => sql`coalesce(octet_length(${readColumn(column)}), 0)`);
  // A number takes room as well.
  const leastBytes = Math.ceil((columns.length * SLICE_BYTES) / SLICE_VALUES);
  return {
    ...{ dialect, width: Math.max(columns.length, 1) },
    selected: values.length === 0 ? sql`1 as c0` : sql.join(values),
    bytes: sql.join([sql.lit(leastBytes), ...sizes], sql` + `),
    leastBytes,
    ofDay: sql`from ${sql.table(table)} where ${sql.ref(DAY_COLUMN)} = ${day}`,
    place: sql.ref(TARGET_DIALECTS[dialect].order),
    isOrdered: false,
  };
}

/** The rows that a query returns as `c0`, `c1` and so on, as lists. */
async function readLists(
  db: Kysely<Schema>,
  { dialect, width }: TargetDayQuery,
  query: RawBuilder<unknown>,
): Promise<StoredValue[][]> {
  if (dialect === 'sqlite') {
    const { rows } = await sql<StoredValue[]>`${sql.raw(AS_LISTS)}${query}`.execute(db);
    return rows;
  }
  const names = Array.from({ length: width }, (_, index) => `c${index}`);
  const { rows } = await sql<Readonly<Record<string, StoredValue>>>`${query}`.execute(db);
  return rows.map((row) => names.map((name) => row[name] ?? null));
}

/**
 * Reads a day whose rows are so few and short that nothing waits for them: a thread of SQLite, and a cursor of PostgreSQL,
 * would take longer.
 * @returns false if the day is larger: nothing is read then
 */
async function readSmall(
  db: Kysely<Schema>,
  day: TargetDayQuery,
  take: TakeTargetRows,
): Promise<boolean> {
  const { selected, bytes, ofDay, width, place, isOrdered } = day;
  const names = Array.from({ length: width }, (_, index) => sql.ref(`found.c${index}`));
  // The number of rows comes behind the values.
  const rows = await readLists(
    db,
    { ...day, width: width + 1 },
    sql`
    select ${sql.join(names)}, size.row_count as ${sql.ref(`c${width}`)}
    from (
      select case
        when count(*) < ${sql.lit(SLICE_ROWS)} and coalesce(sum(bytes), 0) <= ${sql.lit(SMALL_BYTES)}
        then cast(count(*) as integer)
      end as row_count
      from (select ${bytes} as bytes ${ofDay} limit ${sql.lit(SLICE_ROWS)}) as sized
    ) as size
    left join (select ${selected}, ${place} as place ${ofDay}) as found on size.row_count is not null
    ${isOrdered ? sql`order by found.place` : sql``}`,
  );
  const count = rows[0]?.[width] ?? null;
  if (count === null) return false;
  for (const row of rows) row.length = width;
  if (count !== 0) await take(rows);
  return true;
}

interface SizedRow<Id> {
  readonly id: Id;
  readonly bytes: number;
}

/** Slices of short rows are read at once, as small days are; a thread sizes long rows, and reads them part by part. */
async function readSqlite(
  { read, longRead }: Connections,
  day: TargetDayQuery,
  take: TakeTargetRows,
): Promise<void> {
  const { selected, bytes, leastBytes, ofDay, place, isOrdered } = day;
  const inOrder = isOrdered ? sql`order by ${place}` : sql``;
  const sliceRows = Math.ceil(SHORT_SLICE_BYTES / 2 / Math.max(leastBytes, 1));
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const slice = sql`select rowid as id, ${bytes} as bytes ${ofDay} and rowid > ${after}
      order by rowid limit ${sql.lit(sliceRows)}`;
    const sizes = await sql<{ rows: number; bytes: number; last: number }>`
      select count(*) as rows, sum(bytes) as bytes, max(id) as last from (${slice})`.execute(read);
    const [size] = sizes.rows;
    if (size === undefined || size.rows === 0) return;
    const isShort = size.bytes <= SHORT_SLICE_BYTES;
    const db = isShort ? read : longRead;
    const sized = isShort ? [] : (await sql<SizedRow<number>>`${slice}`.execute(db)).rows;
    const ranges = isShort
      ? [[after + 1, size.last] as const]
      : [...parts(sized)].map((part) => [part[0]?.id ?? 0, part.at(-1)?.id ?? 0] as const);
    for (const [first, last] of ranges) {
      const rows = sql`select ${selected} ${ofDay} and rowid between ${first} and ${last} ${inOrder}`;
      await take(await readLists(db, day, rows));
    }
    after = size.last;
    if (size.rows < sliceRows) return;
  }
}

async function readPostgres(
  connections: Connections,
  day: TargetDayQuery,
  take: TakeTargetRows,
): Promise<void> {
  const { selected, bytes, ofDay, place, isOrdered } = day;
  // A sort of the places alone is quick; that of the sizes would read all values before the first row.
  const found = isOrdered
    ? sql`select ctid::text as id ${ofDay} order by ${place}`
    : sql`select ctid::text as id, ${bytes} as bytes ${ofDay}`;
  // In one snapshot the places of rows stay, and so do those that a transaction has written itself.
  await inSnapshot(connections, async (reading) => {
    await sql`declare rows_of_day no scroll cursor for ${found}`.execute(reading);
    const at = (rows: readonly { readonly id: string }[]): RawBuilder<unknown> =>
      sql`${ofDay} and ctid = any (${sql.val(rows.map(({ id }) => id))}::tid[])
          ${isOrdered ? sql`order by ${place}` : sql``}`;
    for (;;) {
      const fetched = sql<SizedRow<string>>`fetch ${sql.lit(SLICE_ROWS)} from rows_of_day`;
      const { rows } = await fetched.execute(reading);
      const sizes = sql<SizedRow<string>>`select ctid::text as id, ${bytes} as bytes ${at(rows)}`;
      const sized = isOrdered ? (await sizes.execute(reading)).rows : rows;
      for (const part of parts(sized)) {
        await take(await readLists(reading, day, sql`select ${selected} ${at(part)}`));
      }
      if (rows.length < SLICE_ROWS) return;
    }
  });
}

function inSnapshot(
  { longRead, inTransaction = false }: Connections,
  read: (reading: Kysely<Schema>) => Promise<void>,
): Promise<void> {
  if (inTransaction) return read(longRead);
  return longRead.transaction().setIsolationLevel('repeatable read').execute(read);
}

/** Rows that come one after another, in parts of a bounded size; a larger row is alone. */
function* parts<Row extends SizedRow<unknown>>(sized: readonly Row[]): Generator<readonly Row[]> {
  let part: Row[] = [];
  let bytes = 0;
  for (const row of sized) {
    if (part.length > 0 && bytes + row.bytes > SLICE_BYTES) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(row);
    bytes += row.bytes;
  }
  if (part.length > 0) yield part;
}
