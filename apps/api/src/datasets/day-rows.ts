import type { CalendarDay } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { Database } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { PageQueryDto } from '../http/input/page.dto.js';
import { DatasetCatalog, unknownDataset, type UnknownDataset } from './dataset-catalog.js';
import { TargetUnavailableError } from '../targets/day-target.js';
import { OpenTargets } from '../targets/open-targets.js';
import { TargetRefusedError } from '../targets/target-rows.js';
import type { Target, TargetColumn } from '../targets/target.js';
import { CutValueDto, DayRowsDto } from './datasets.dto.js';
import { COLUMN_TYPES, showValue, type StoredValue } from '../targets/column-types.js';
import { DAY_COLUMN, TARGET_DIALECTS } from '../targets/target-dialect.js';

/** The maximum size of the values of a page: other requests wait while it is serialized. */
const MOST_PAGE_BYTES = 8 * 1_024 * 1_024;

const WHOLE = Number.MAX_SAFE_INTEGER;

/** Values, or their first bytes. */
type StoredRow = Readonly<Record<string, StoredValue | Uint8Array>>;

/** Reads the rows of a day in its target. */
@Injectable()
export class DayRows {
  constructor(
    private readonly catalog: DatasetCatalog,
    @Inject(Database) private readonly database: Pick<Database, 'dialect' | 'read'>,
    private readonly open: OpenTargets,
  ) {}

  async list(
    name: string,
    day: CalendarDay,
    page: PageQueryDto,
  ): Promise<
    | { readonly kind: 'found'; readonly page: DayRowsDto }
    | { readonly kind: 'target_unavailable'; readonly text: string }
    | UnknownDataset
  > {
    const dataset = this.catalog.get(name);
    if (dataset === undefined) return unknownDataset(this.catalog, name);
    const { columns } = dataset.target;
    try {
      const { rows, total } = await this.readPage(dataset.target, day, page);
      const shown: DayRowsDto = {
        dataset: name,
        day,
        columns: columns.map(({ name: column, type }) => ({ name: column, type })),
        items: rows.map((row) => shownRow(row, columns)),
        cut: rows.flatMap((row, index) => cutValues(row, index, columns)),
        page: page.page,
        page_size: page.page_size,
        total,
      };
      return { kind: 'found', page: shown };
    } catch (error) {
      const isAway = error instanceof TargetUnavailableError || error instanceof TargetRefusedError;
      if (!isAway || dataset.target.place === undefined) throw error;
      return { kind: 'target_unavailable', text: error.message };
    }
  }

  private async readPage(
    target: Target,
    day: CalendarDay,
    page: PageQueryDto,
  ): Promise<{ readonly total: number; readonly rows: readonly StoredRow[] }> {
    const offset = (page.page - 1) * page.page_size;
    if (target.place === undefined) return this.readOwnPage(target, day, page.page_size, offset);
    const { total, rows } = await this.open.use(target, (open) =>
      open.readPage(day, { offset, limit: page.page_size }),
    );
    return { total, rows: cutPage(rows, target.columns) };
  }

  private async readOwnPage(
    { table, columns }: Target,
    day: CalendarDay,
    limit: number,
    offset: number,
  ): Promise<{ readonly total: number; readonly rows: readonly StoredRow[] }> {
    const { dialect } = this.database;
    const { order, cut } = TARGET_DIALECTS[dialect];
    const values = columns.map(({ name: column, type }) =>
      COLUMN_TYPES[type].sql[dialect].read(sql.ref(column)),
    );
    const long = values.filter((_, index) => isLong(columns[index]));
    const ofDay = sql`from ${sql.table(table)} where ${sql.ref(DAY_COLUMN)} = ${day}`;
    const part = sql`${ofDay} order by ${sql.ref(order)} limit ${limit} offset ${offset}`;
    // SQLite measures a value without reading it, but not through a subquery.
    const ofPage =
      dialect === 'sqlite'
        ? sql`from ${sql.table(table)} where rowid in (select rowid ${part}) order by rowid`
        : sql`from (select * ${part}) as page`;
    // One snapshot, so that the rows that are measured are those that are read. SQLite's transactions always have one.
    const reading = this.database.read.transaction().setIsolationLevel('repeatable read');
    const read = reading.execute(async (db) => {
      const counted = await sql<{ total: number }>`select count(*) as total ${ofDay}`.execute(db);
      const most = await mostBytes(db, long, ofPage);
      const selected = values.flatMap((value, index) =>
        most === WHOLE || !isLong(columns[index])
          ? sql`${value} as ${sql.ref(`c${index}`)}`
          : cutColumns(value, index, most, cut),
      );
      // SQLite reads a long value whole to cut it.
      const isSliced = most !== WHOLE && dialect === 'sqlite';
      const parts = isSliced ? await rowByRow(db, table, ofPage) : [ofPage];
      const found: StoredRow[] = [];
      for (const one of parts) {
        const read = await sql<StoredRow>`select ${sql.join(selected)} ${one}`.execute(db);
        found.push(...read.rows);
        if (isSliced) await nextTurn();
      }
      return { total: counted.rows[0]?.total ?? 0, rows: found };
    });
    return read.catch((error: unknown) => {
      // Dropped while the server runs: the next commit creates it.
      if (TARGET_DIALECTS[dialect].isNoTable(error, table)) return { total: 0, rows: [] };
      throw error;
    });
  }
}

/** The rows of a page by the same names as in SQL, with their long values cut where they are too large together. */
function cutPage(
  rows: readonly (readonly StoredValue[])[],
  columns: readonly TargetColumn[],
): readonly StoredRow[] {
  const long = columns.flatMap((column, index) => (isLong(column) ? [index] : []));
  const bytesOf = (row: readonly StoredValue[], index: number): number =>
    Buffer.byteLength(String(row[index] ?? ''));
  const all = rows.reduce(
    (sum, row) => long.reduce((bytes, index) => bytes + bytesOf(row, index), sum),
    0,
  );
  const most =
    rows.length <= 1 || all <= MOST_PAGE_BYTES
      ? WHOLE
      : Math.floor(MOST_PAGE_BYTES / (rows.length * long.length));
  return rows.map((row) => {
    const shown: Record<string, StoredValue | Uint8Array> = {};
    for (const [index, value] of row.entries()) {
      const isCut = long.includes(index) && value !== null && bytesOf(row, index) > most;
      shown[`c${index}`] = isCut ? Buffer.from(String(value)).subarray(0, most) : value;
      if (isCut) shown[`n${index}`] = bytesOf(row, index);
    }
    return shown;
  });
}

/** The page in SQLite as one row after another: a statement for all of them could block the event loop for seconds. */
async function rowByRow(
  db: Kysely<Schema>,
  table: string,
  ofPage: RawBuilder<unknown>,
): Promise<readonly RawBuilder<unknown>[]> {
  const { rows } = await sql<{ id: number }>`select rowid as id ${ofPage}`.execute(db);
  return rows.map(({ id }) => sql`from ${sql.table(table)} where rowid = ${id}`);
}

/**
 * How many bytes a value of a page may have: each one the same share, where all of them together are too many. A row
 * that is alone on its page is whole: no row is larger than a source may give it.
 * @param long those that may be long
 */
async function mostBytes(
  db: Kysely<Schema>,
  long: readonly RawBuilder<unknown>[],
  ofPage: RawBuilder<unknown>,
): Promise<number> {
  if (long.length === 0) return WHOLE;
  const bytes = sql.join(
    long.map((value) => sql`coalesce(octet_length(${value}), 0)`),
    sql` + `,
  );
  const { rows } = await sql<{ count: number; bytes: number }>`
    select count(*) as count, coalesce(sum(${bytes}), 0) as bytes ${ofPage}
  `.execute(db);
  const { count, bytes: all } = rows[0] ?? { count: 0, bytes: 0 };
  return count <= 1 || all <= MOST_PAGE_BYTES
    ? WHOLE
    : Math.floor(MOST_PAGE_BYTES / (count * long.length));
}

function isLong(column: TargetColumn | undefined): boolean {
  return column !== undefined && COLUMN_TYPES[column.type].mayBeLong;
}

/** The columns of a value that may be long, and of its whole length where it is cut. */
function cutColumns(
  value: RawBuilder<unknown>,
  index: number,
  most: number,
  cut: (text: RawBuilder<unknown>, bytes: number) => RawBuilder<unknown>,
): readonly RawBuilder<unknown>[] {
  return [
    sql`${cut(value, most)} as ${sql.ref(`c${index}`)}`,
    sql`case when octet_length(${value}) > ${most} then octet_length(${value}) end as ${sql.ref(`n${index}`)}`,
  ];
}

/** A row with its columns by name. Aliases go by position, since a column may have any name. */
function shownRow(
  row: StoredRow,
  columns: readonly TargetColumn[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    columns.map(({ name, type }, index) => {
      const found = row[`c${index}`] ?? null;
      const stored = found instanceof Uint8Array ? Buffer.from(found).toString() : found;
      const isCut = (row[`n${index}`] ?? null) !== null;
      return [name, isCut ? wholeCharacters(String(stored)) : showValue(type, stored)];
    }),
  );
}

/** A text that was cut between two bytes, without the partial character at its end. */
function wholeCharacters(text: string): string {
  return text.replace(/\ufffd+$/, '');
}

function cutValues(
  row: StoredRow,
  index: number,
  columns: readonly TargetColumn[],
): readonly CutValueDto[] {
  return columns.flatMap(({ name }, position) => {
    const bytes = row[`n${position}`];
    return typeof bytes === 'number' ? [{ row: index, column: name, bytes }] : [];
  });
}
