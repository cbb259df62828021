import type { CalendarDay } from '@daysync/progress';
import { CompiledQuery } from 'kysely';
import type { WriteTransaction } from '../database/database.js';
import { preparedStatement, type Statement } from '../database/prepared-statement.js';
import { chunksOf } from '../database/row-chunks.js';
import type { QuarantinedRowRow } from '../database/schema.js';
import type { TargetValue } from './column-types.js';
import { isStaged, type DayRowsToWrite } from './target.js';

// The rows in quarantine are written in the commit of their day, in the place of those that the day had before.

/** The day whose rows are put in quarantine, by which batch and when. */
export interface QuarantinedDay {
  readonly dataset: string;
  /** Empty for the rows that belong to no day. */
  readonly day: CalendarDay | '';
  readonly batch_id: string | null;
  readonly quarantined_at: string;
}

/** The list of a file whose rows without a day are put in quarantine. */
export interface QuarantinedList extends QuarantinedDay {
  readonly day: '';
  readonly file_id: string;
}

/** What all rows that are written together have in common. */
type Quarantined = QuarantinedDay & Pick<QuarantinedRowRow, 'file_id'>;
type Values = readonly TargetValue[];

/** The most rows that are sent together with the rest of a commit on PostgreSQL. */
const MOST_ROWS_AT_ONCE = 1_000;
const MOST_CHARACTERS_AT_ONCE = 250_000;
/** Rows of 4 kB that one statement may delete or change. */
const CHANGED_ROWS = 250;

type Range = Pick<QuarantinedRowRow, 'dataset' | 'day'> & {
  readonly first: number;
  readonly last: number;
};

const deleteRange = preparedStatement<Range>(({ db }, params) => {
  const { dataset, day, first, last } = params('dataset', 'day', 'first', 'last');
  return db
    .deleteFrom('quarantined_row')
    .where('dataset', '=', dataset)
    .where('day', '=', day)
    .where('position', '>=', first)
    .where('position', '<=', last);
});

const deleteDay = preparedStatement<Pick<QuarantinedRowRow, 'dataset' | 'day'>>(
  ({ db }, params) => {
    const { dataset, day } = params('dataset', 'day');
    return db.deleteFrom('quarantined_row').where('dataset', '=', dataset).where('day', '=', day);
  },
);

const lastPosition = preparedStatement<
  Pick<QuarantinedRowRow, 'dataset' | 'day'>,
  { readonly last: number | null }
>(({ db }, params) => {
  const { dataset, day } = params('dataset', 'day');
  return db
    .selectFrom('quarantined_row')
    .select((select) => select.fn.max('position').as('last'))
    .where('dataset', '=', dataset)
    .where('day', '=', day);
});

const insertRow = preparedStatement<QuarantinedRowRow>(({ db }, params) =>
  db
    .insertInto('quarantined_row')
    .values(
      params(
        'dataset',
        'day',
        'position',
        'file',
        'row',
        'code',
        'column',
        'text',
        'content',
        'batch_id',
        'quarantined_at',
        'file_id',
      ),
    ),
);

const INSERT_MANY = `insert into quarantined_row
  (dataset, day, batch_id, quarantined_at, file_id, position, file, "row", code, "column", text, content)
  select $1, $2, $3, $4, $6, position, file, "row", code, "column", text, content
  from json_to_recordset($5::json) as one (position integer, file text, "row" bigint, code text, "column" text, text text, content text)`;

/** Replaces the rows of a day that are in quarantine. @param rows each with the values of `QUARANTINED_VALUES` */
export async function replaceQuarantined(
  transaction: WriteTransaction,
  of: QuarantinedDay,
  rows: DayRowsToWrite,
): Promise<void> {
  const { dataset, day } = of;
  await deleteQuarantined(transaction, { dataset, day });
  await insertFrom(transaction, { ...of, file_id: null }, rows, 0);
}

/** Puts the rows without a day of one list in quarantine, beside those of other lists. */
export async function addQuarantinedList(
  transaction: WriteTransaction,
  of: QuarantinedList,
  rows: readonly Values[],
): Promise<void> {
  const { dataset, day } = of;
  const { last = null } = (await lastPosition(transaction, { dataset, day })).rows[0] ?? {};
  await insertFrom(transaction, of, rows, (last ?? -1) + 1);
}

/** Says that another batch has met the rows of a list. @returns whether there are any */
export async function meetQuarantinedList(
  transaction: WriteTransaction,
  { batch_id, file_id, quarantined_at }: QuarantinedList,
): Promise<boolean> {
  let isMet = false;
  for await (const [first, last] of rangesOfList(transaction, file_id)) {
    isMet = true;
    await transaction.db
      .updateTable('quarantined_row')
      .set({ batch_id, quarantined_at })
      .where('file_id', '=', file_id)
      .where('position', '>=', first)
      .where('position', '<=', last)
      .execute();
  }
  return isMet;
}

/** Deletes the rows of a list that are in quarantine. */
export async function deleteQuarantinedList(
  transaction: WriteTransaction,
  fileId: string,
): Promise<void> {
  for await (const [first, last] of rangesOfList(transaction, fileId)) {
    await transaction.db
      .deleteFrom('quarantined_row')
      .where('file_id', '=', fileId)
      .where('position', '>=', first)
      .where('position', '<=', last)
      .execute();
  }
}

/** The positions of a list, in parts that one statement may change. */
async function* rangesOfList(
  { db, dialect, turn }: WriteTransaction,
  fileId: string,
): AsyncGenerator<readonly [first: number, last: number]> {
  const { first, last } = await db
    .selectFrom('quarantined_row')
    .select(({ fn }) => [
      fn.min<number | null>('position').as('first'),
      fn.max<number | null>('position').as('last'),
    ])
    .where('file_id', '=', fileId)
    .executeTakeFirstOrThrow();
  if (first === null || last === null) return;
  const size = dialect === 'sqlite' ? CHANGED_ROWS : last - first + 1;
  for (let from = first; from <= last; from += size) {
    if (from > first) await turn();
    yield [from, from + size - 1];
  }
}

/** Deletes the rows of a day that are in quarantine. */
export async function deleteQuarantined(
  transaction: WriteTransaction,
  { dataset, day }: Pick<QuarantinedRowRow, 'dataset' | 'day'>,
): Promise<void> {
  switch (transaction.dialect) {
    case 'sqlite': {
      const { last = null } = (await lastPosition(transaction, { dataset, day })).rows[0] ?? {};
      for (let first = 0; first <= (last ?? -1); first += CHANGED_ROWS) {
        if (first > 0) await transaction.turn();
        await deleteRange(transaction, { dataset, day, first, last: first + CHANGED_ROWS - 1 });
      }
      break;
    }
    case 'postgres':
      await deleteDay(transaction, { dataset, day });
      break;
  }
}

/**
 * {@link replaceQuarantined} as statements for PostgreSQL, to be sent in one round trip with others; null if the rows are
 * too many.
 */
export function quarantineStatements(
  of: QuarantinedDay,
  rows: DayRowsToWrite,
): readonly Statement[] | null {
  if (isStaged(rows) || rows.length > MOST_ROWS_AT_ONCE) return null;
  const { dataset, day } = of;
  const remove = deleteDay.compile({ dataset, day });
  if (rows.length === 0) return [remove];
  const insert = insertStatement({ ...of, file_id: null }, rows, 0);
  const { length } = String(insert.parameters[4]);
  return length > MOST_CHARACTERS_AT_ONCE ? null : [remove, insert];
}

async function insertFrom(
  transaction: WriteTransaction,
  of: Quarantined,
  rows: DayRowsToWrite,
  first: number,
): Promise<void> {
  let position = first;
  for (const part of partsOf(rows)) {
    if (position > first) await transaction.turn();
    await insertPart(transaction, of, part, position);
    position += part.length;
  }
}

async function insertPart(
  transaction: WriteTransaction,
  of: Quarantined,
  rows: readonly Values[],
  first: number,
): Promise<void> {
  switch (transaction.dialect) {
    case 'sqlite':
      for (const [index, row] of rows.entries()) {
        await insertRow(transaction, { ...of, ...valuesOf(row, first + index) });
      }
      return;
    case 'postgres': {
      const { sql, parameters } = insertStatement(of, rows, first);
      await transaction.db.executeQuery(CompiledQuery.raw(sql, [...parameters]));
    }
  }
}

function insertStatement(of: Quarantined, rows: readonly Values[], first: number): Statement {
  const json = JSON.stringify(rows.map((row, index) => valuesOf(row, first + index)));
  const { batch_id, dataset, day, file_id, quarantined_at } = of;
  const parameters = [dataset, day, batch_id, quarantined_at, json, file_id];
  return { sql: INSERT_MANY, parameters };
}

function valuesOf(
  [file = null, row = null, code = null, column = null, text = null, content = null]: Values,
  position: number,
): Omit<QuarantinedRowRow, keyof Quarantined> {
  return {
    position,
    file: String(file),
    row: Number(row),
    code: String(code),
    column: column === null ? null : String(column),
    text: String(text),
    content: String(content),
  };
}

function* partsOf(rows: DayRowsToWrite): Generator<readonly Values[]> {
  if (!isStaged(rows)) {
    yield* chunksOf(rows);
    return;
  }
  for (const { first, count } of rows.chunks) yield rows.read(first, count);
}
