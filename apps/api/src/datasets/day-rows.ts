import type { CalendarDay } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { Database } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { PageQueryDto } from '../http/page.dto.js';
import { DatasetCatalog } from './dataset-catalog.js';
import { datasetNotFound } from './dataset-not-found.js';
import type { ColumnType, TargetColumn } from './dataset.js';
import { CutValueDto, DayRowsDto } from './day-rows.dto.js';
import { showValue, type StoredValue } from './shown-value.js';
import { DAY_COLUMN } from './target-table.js';

/** More than this in the values of a page is not read: the answer is one text, and everybody else waits for it. */
const MOST_PAGE_BYTES = 8 * 1_024 * 1_024;

/** The types of columns whose values may be long. */
const LONG_TYPES: ReadonlySet<ColumnType> = new Set(['text', 'decimal', 'json']);

/** How long a value may be that nothing cuts. */
const WHOLE = Number.MAX_SAFE_INTEGER;

type StoredRow = Readonly<Record<string, StoredValue>>;

/** Reads the rows that a day has in its target. */
@Injectable()
export class DayRows {
  constructor(
    private readonly catalog: DatasetCatalog,
    @Inject(Database) private readonly database: Pick<Database, 'read'>,
  ) {}

  /** @throws {Problem} `DATASET_NOT_FOUND` */
  async list(name: string, day: CalendarDay, page: PageQueryDto): Promise<DayRowsDto> {
    const dataset = this.catalog.get(name);
    if (dataset === undefined) throw datasetNotFound(this.catalog, name);
    const { table, columns } = dataset.target;
    const ofDay = sql`from ${sql.table(table)} where ${sql.ref(DAY_COLUMN)} = ${day}`;
    const ofPage = sql`${ofDay} order by rowid limit ${page.page_size} offset ${(page.page - 1) * page.page_size}`;
    // One state, so that what is weighed is what is read.
    const { total, rows } = await this.database.read.transaction().execute(async (db) => {
      const counted = await sql<{ total: number }>`select count(*) as total ${ofDay}`.execute(db);
      const most = await mostBytes(db, columns, ofPage);
      const read = await sql<StoredRow>`
        select ${sql.join(columns.flatMap((column, index) => selected(column, index, most)))} ${ofPage}
      `.execute(db);
      return { total: counted.rows[0]?.total ?? 0, rows: read.rows };
    });
    return {
      dataset: name,
      day,
      columns: columns.map(({ name: column, type }) => ({ name: column, type })),
      items: rows.map((row) => shownRow(row, columns)),
      cut: rows.flatMap((row, index) => cutValues(row, index, columns)),
      page: page.page,
      page_size: page.page_size,
      total,
    };
  }
}

/**
 * How many bytes a value of a page may have: each one the same share, where all of them together are too many. A row
 * that is alone on its page is whole: no row is larger than a source may give it.
 */
async function mostBytes(
  db: Kysely<Schema>,
  columns: readonly TargetColumn[],
  ofPage: RawBuilder<unknown>,
): Promise<number> {
  const long = columns.filter(({ type }) => LONG_TYPES.has(type));
  if (long.length === 0) return WHOLE;
  const bytes = sql.join(
    long.map(({ name }) => sql`coalesce(octet_length(${sql.ref(name)}), 0)`),
    sql` + `,
  );
  const { rows } = await sql<{ count: number; bytes: number }>`
    select count(*) as count, coalesce(sum(bytes), 0) as bytes from (select ${bytes} as bytes ${ofPage})
  `.execute(db);
  const { count, bytes: all } = rows[0] ?? { count: 0, bytes: 0 };
  return count <= 1 || all <= MOST_PAGE_BYTES
    ? WHOLE
    : Math.floor(MOST_PAGE_BYTES / (count * long.length));
}

/**
 * The columns of a value and of its whole length where it is cut. An integer of 64 bits comes as its digits: as a
 * number it would be refused.
 */
function selected(
  { name, type }: TargetColumn,
  index: number,
  most: number,
): readonly RawBuilder<unknown>[] {
  const column = sql.ref(name);
  const [value, length] = [sql.ref(`c${index}`), sql.ref(`n${index}`)];
  if (type === 'integer') return [sql`cast(${column} as text) as ${value}`];
  if (!LONG_TYPES.has(type) || most === WHOLE) return [sql`${column} as ${value}`];
  const isLong = sql`octet_length(${column}) > ${most}`;
  return [
    sql`iif(${isLong}, cast(substr(cast(${column} as blob), 1, ${most}) as text), ${column}) as ${value}`,
    sql`iif(${isLong}, octet_length(${column}), null) as ${length}`,
  ];
}

/** A row with its columns by their names. By position: one column may be called as another's alias. */
function shownRow(
  row: StoredRow,
  columns: readonly TargetColumn[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    columns.map(({ name, type }, index) => {
      const stored = row[`c${index}`] ?? null;
      const isCut = (row[`n${index}`] ?? null) !== null;
      return [name, isCut ? wholeCharacters(String(stored)) : showValue(type, stored)];
    }),
  );
}

/** A text that was cut between two bytes without what is left of a character. */
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
