import { toEpochDay, type CalendarDay } from '@daysync/progress';
import type { DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import { CHUNK_BYTES, rowBytes } from '../../database/row-chunks.js';
import type { ColumnType, StoredValue, TargetValue } from '../column-types.js';
import type { RowsPage, TakeRows } from '../day-target.js';
import { rowSlices } from '../row-slices.js';
import { DAY_COLUMN, quote } from '../target-dialect.js';
import { TargetRefusedError } from '../target-rows.js';
import type { DayRowsToWrite, TargetColumn } from '../target.js';
import { createCodecs, describeUnfit, type DuckdbCodec } from './duckdb-columns.js';
import type { Duckdb } from './duckdb-package.js';
import type { DuckdbSession } from './duckdb-session.js';

/** Values that are appended before the event loop gets a turn: some 20 ms. */
const CHUNK_VALUES = 60_000;
/**
 * Rows that a query reads, and about how many bytes of them. For a range DuckDB may read 2,048 rows with all their values: of
 * long values, many small ranges would take minutes.
 */
const MOST_RANGE = 16_384;
const RANGE_BYTES = 33_554_432;
/** Of the first rows nothing is known: each may have megabytes. */
const FIRST_LONG_RANGE = 16;
const MOST_GROWTH = 4;
/** Rows that a caller gets at a time. */
const SLICE_ROWS = 2_000;

/** Where the rows of a day are. */
export interface DuckdbDay {
  readonly table: string;
  readonly columns: readonly TargetColumn[];
  readonly day: CalendarDay;
}

/** The rows of a day in a table of a DuckDB file. */
export class DuckdbDayRows {
  private readonly codecs: Readonly<Record<ColumnType, DuckdbCodec>>;
  private readonly selected: string;
  private readonly from: string;
  private readonly firstRange: number;

  constructor(
    private readonly session: DuckdbSession,
    private readonly duckdb: Duckdb,
    private readonly of: DuckdbDay,
  ) {
    const { table, columns, day } = of;
    const codecs = createCodecs(duckdb);
    this.codecs = codecs;
    const selected = columns.map(({ name, type }) => codecs[type].select(name));
    // A query selects something.
    this.selected = selected.length === 0 ? '1' : selected.join(', ');
    this.from = `from main.${quote(table)} where ${quote(DAY_COLUMN)} = date '${day}'`;
    const hasLong = columns.some(({ type }) => type === 'text' || type === 'json');
    this.firstRange = hasLong ? FIRST_LONG_RANGE : MOST_RANGE;
  }

  async delete(): Promise<void> {
    await this.session.run(`delete ${this.from}`);
  }

  /**
   * Appends rows. In a transaction.
   * @param names of the columns of the table, in its order
   * @param place the table, as errors name it
   * @throws {TargetRefusedError} if a column can't hold a value; and the signal's reason
   */
  async append(
    { rows, names, place }: { rows: DayRowsToWrite; names: readonly string[]; place: string },
    signal: AbortSignal,
  ): Promise<void> {
    const { DATE, DuckDBDataChunk, DuckDBDateValue, DuckDBVector } = this.duckdb;
    const { table, columns, day } = this.of;
    const filled = names.map((name): FilledColumn => {
      const at = columns.findIndex((column) => column.name === name);
      const column = columns[at];
      return column === undefined ? null : { at, column, codec: this.codecs[column.type] };
    });
    const chunk = DuckDBDataChunk.create(filled.map((column) => column?.codec.vectorType ?? DATE));
    const dayValue = new DuckDBDateValue(toEpochDay(day));
    const most = Math.floor(CHUNK_VALUES / names.length);
    const chunkRows = Math.max(1, Math.min(most, DuckDBVector.standardSize()));
    await this.session.append(table, async (append) => {
      let before = 0;
      for await (const slice of rowSlices(rows, signal)) {
        for (let from = 0; from < slice.length; from += chunkRows) {
          if (isTurnDue()) await takeTurn();
          const some = slice.slice(from, from + chunkRows);
          const unfit = fill(chunk, filled, { rows: some, before, day: dayValue });
          if (unfit !== null) throw new TargetRefusedError(place, unfit, undefined);
          append(chunk);
          before += some.length;
        }
      }
    });
  }

  async hasAny(): Promise<boolean> {
    return (await this.session.rows(`select 1 ${this.from} limit 1`)).length > 0;
  }

  /**
   * Reads all rows in their order, some at a time. In a transaction, in which their places stay.
   * @throws the signal's reason
   */
  async read(take: TakeRows, signal: AbortSignal): Promise<void> {
    const [[first = null, last = null] = []] = await this.session.rows(
      `select min(rowid), max(rowid) ${this.from}`,
    );
    if (typeof first !== 'bigint' || typeof last !== 'bigint') return;
    let range = this.firstRange;
    for (let at = first; at <= last;) {
      signal.throwIfAborted();
      const end = at + BigInt(range);
      let bytes = 0;
      for await (const slice of this.readRange(at, end - 1n)) {
        signal.throwIfAborted();
        await take(slice.rows);
        bytes += slice.bytes;
      }
      const growth = Math.min(MOST_GROWTH, RANGE_BYTES / Math.max(bytes, 1));
      range = Math.max(1, Math.min(MOST_RANGE, Math.floor(range * growth)));
      // Rows of a day mostly have consecutive places.
      at = bytes === 0 ? await this.nextFrom(end, last) : end;
    }
  }

  async readPage(offset: number, limit: number): Promise<RowsPage> {
    const [[total = 0] = []] = await this.session.rows(`select count(*) ${this.from}`);
    const places = await this.session.rows(
      `select rowid ${this.from} order by rowid limit ${limit} offset ${offset}`,
    );
    const [first, last] = [places[0]?.[0], places.at(-1)?.[0]];
    const rows: (readonly StoredValue[])[] = [];
    if (typeof first === 'bigint' && typeof last === 'bigint') {
      for await (const slice of this.readRange(first, last)) rows.push(...slice.rows);
    }
    return { total: Number(total), rows };
  }

  private async nextFrom(at: bigint, otherwise: bigint): Promise<bigint> {
    const [[next] = []] = await this.session.rows(
      `select min(rowid) ${this.from} and rowid >= ${at}`,
    );
    return typeof next === 'bigint' ? next : otherwise + 1n;
  }

  /** Reads the rows of the day in a range of places. */
  private async *readRange(first: bigint, last: bigint): AsyncGenerator<ReadSlice> {
    const query = `select ${this.selected} ${this.from} and rowid between ${first} and ${last}`;
    let slice: ReadSlice = { rows: [], bytes: 0 };
    for await (const chunk of this.session.chunks(query)) {
      const vectors = this.of.columns.map(({ type }, index) => ({
        codec: this.codecs[type],
        vector: chunk.getColumnVector(index),
      }));
      const { rowCount } = chunk;
      for (let item = 0; item < rowCount; item += 1) {
        const row = vectors.map(({ codec, vector }) => {
          const value = vector.getItem(item);
          return value === null ? null : codec.read(value);
        });
        // A row without columns has a size, too.
        const bytes = 1 + rowBytes(row);
        if (slice.rows.length === SLICE_ROWS || slice.bytes + bytes > CHUNK_BYTES) {
          if (slice.rows.length > 0) yield slice;
          slice = { rows: [], bytes: 0 };
        }
        slice.rows.push(row);
        slice.bytes += bytes;
        if (isTurnDue()) await takeTurn();
      }
    }
    if (slice.rows.length > 0) yield slice;
  }
}

/** Rows that a caller gets at a time. */
interface ReadSlice {
  readonly rows: (readonly StoredValue[])[];
  bytes: number;
}

/** A column of a chunk; null for that of the day. */
type FilledColumn = {
  /** Where its value is in a row. */
  readonly at: number;
  readonly column: TargetColumn;
  readonly codec: DuckdbCodec;
} | null;

/** @returns why a value can't be in it, otherwise null */
function fill(
  chunk: DuckDBDataChunk,
  columns: readonly FilledColumn[],
  {
    rows,
    before,
    day,
  }: {
    readonly rows: readonly (readonly TargetValue[])[];
    /** How many rows of the day come before them. */
    readonly before: number;
    readonly day: DuckDBValue;
  },
): string | null {
  chunk.reset();
  chunk.rowCount = rows.length;
  for (const [index, filled] of columns.entries()) {
    const vector = chunk.getColumnVector(index);
    for (const [item, row] of rows.entries()) {
      if (filled === null) {
        vector.setItem(item, day);
        continue;
      }
      const { at, column, codec } = filled;
      const value = row[at] ?? null;
      const written = value === null ? null : codec.write(value);
      if (written === undefined || (written === null && !column.nullable)) {
        return describeUnfit(before + item + 1, column, value);
      }
      vector.setItem(item, written);
    }
    vector.flush();
  }
  return null;
}
