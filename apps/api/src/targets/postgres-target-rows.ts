import { finished } from 'node:stream/promises';
import type { CalendarDay } from '@daysync/progress';
import { sql } from 'kysely';
import { from, type CopyStreamQuery } from 'pg-copy-streams';
import type { PostgresTransaction } from '../database/database.js';
import { chunksOf } from '../database/row-chunks.js';
import type { Statement } from '../database/prepared-statement.js';
import type { TargetValue } from './column-types.js';
import {
  isStaged,
  type DayRowsToWrite,
  type Target,
  type TargetColumn,
  type WithTarget,
} from './target.js';
import { DAY_COLUMN, quote } from './target-dialect.js';

/** Rows written as text before the event loop gets a turn: about 5 ms. */
const COPIED_ROWS = 2_000;

/** The largest day that is sent together with the rest of its commit; for more, `COPY` is faster. */
const MOST_ROWS_AT_ONCE = 1_000;
const MOST_CHARACTERS_AT_ONCE = 250_000;
/** An alias for a row of a target that no column name can equal. */
const ROW = '"a row"';

/** Characters with a special meaning in `COPY`. */
const SPECIAL = /[\\\n\r\t]/g;
const ESCAPES = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/**
 * Replaces the rows of `day` in a PostgreSQL target with `COPY`. A day of 3, 100, 10,000 and 1,000,000 rows of 8
 * columns took 0.6, 1.1, 60 and 4,900 ms; `insert` from `unnest` took 0.8, 1.3, 160 and 12,200 ms.
 */
export async function replacePostgresDay(
  transaction: PostgresTransaction,
  dataset: WithTarget,
  day: CalendarDay,
  rows: DayRowsToWrite,
): Promise<void> {
  const { table } = dataset.target;
  await sql`delete from ${sql.table(table)} where ${sql.ref(DAY_COLUMN)} = ${day}`.execute(
    transaction.db,
  );
  await copyRows(transaction, dataset.target, day, rows);
}

/**
 * The statements that replace the rows of `day`, to be sent in one round trip with others; null for too many rows,
 * which would delay others on the same connection. The server parses each value by its column's type, as with `COPY`.
 */
export function replaceStatements(
  { target: { table, columns } }: WithTarget,
  day: CalendarDay,
  rows: DayRowsToWrite,
): readonly Statement[] | null {
  if (isStaged(rows) || rows.length > MOST_ROWS_AT_ONCE) return null;
  const remove = `delete from ${quote(table)} where ${quote(DAY_COLUMN)} = $1`;
  const statements: Statement[] = [{ sql: remove, parameters: [day] }];
  if (rows.length === 0) return statements;
  const json = jsonOf(columns, rows);
  if (json === null) return null;
  const names = columns.map(({ name }) => quote(name)).join(', ');
  // A table may have the name of a type; here it means the row type of the table.
  const insert = `insert into ${quote(table)} (${quote(DAY_COLUMN)}, ${names})
    select $1, ${names} from json_populate_recordset((select ${ROW} from ${quote(table)} as ${ROW} where false), $2::json)`;
  statements.push({ sql: insert, parameters: [day, json] });
  return statements;
}

/**
 * Rows as a JSON list of objects; null if that is too long, or if a value is JSON's `null`, which would become NULL in
 * an object.
 */
function jsonOf(
  columns: readonly TargetColumn[],
  rows: readonly (readonly TargetValue[])[],
): string | null {
  const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  let text = '';
  let characters = 0;
  for (const row of rows) {
    for (const value of row) characters += typeof value === 'string' ? value.length : 0;
    // Before a large value is written as JSON for nothing.
    if (characters > MOST_CHARACTERS_AT_ONCE) return null;
    if (row.some((value, index) => value === 'null' && columns[index]?.type === 'json'))
      return null;
    const fields = row.map(
      (value, index) => `${keys[index] ?? ''}${jsonField(value, columns[index]?.type)}`,
    );
    text += `${text === '' ? '[' : ','}{${fields.join(',')}}`;
    if (text.length > MOST_CHARACTERS_AT_ONCE) return null;
  }
  return `${text}]`;
}

/** JSON stays JSON. Every other value is text, which the server parses by the column's type. */
function jsonField(value: TargetValue, type: TargetColumn['type'] | undefined): string {
  if (value === null) return 'null';
  const text = String(value);
  return type === 'json' ? text : JSON.stringify(text);
}

/**
 * Adds rows to `day` with `COPY`.
 * @param transaction an error of its `turn` ends the `COPY`
 */
export async function copyRows(
  { client, turn }: Pick<PostgresTransaction, 'client' | 'turn'>,
  { table, columns }: Pick<Target, 'table' | 'columns'>,
  day: CalendarDay,
  rows: DayRowsToWrite,
): Promise<void> {
  if (countOf(rows) === 0) return;
  const names = [DAY_COLUMN, ...columns.map(({ name }) => name)].map(quote).join(', ');
  const copy = client.query(from(`copy ${quote(table)} (${names}) from stdin`));
  const ended = finished(copy);
  const refusal = new AbortController();
  ended.catch((error: unknown) => {
    refusal.abort(error);
  });
  try {
    for (const chunk of copiedChunks(rows)) {
      // Once the server has refused a row, the stream accepts no more.
      if (refusal.signal.aborted) break;
      await Promise.race([write(copy, textOf(day, chunk)), ended]);
      await turn();
    }
  } catch (error) {
    // The server has only a part of the rows: make the statement fail.
    if (!refusal.signal.aborted) copy.destroy(new Error('the rows can not be read'));
    await ended.catch(() => undefined);
    throw error;
  }
  if (!refusal.signal.aborted) copy.end();
  await ended;
}

/**
 * Writes one piece and waits until there is room for more. With several pieces queued, the stream would go on writing
 * after the server has refused one.
 */
function write(copy: CopyStreamQuery, text: string): Promise<void> {
  return new Promise((resolve) => {
    copy.write(text, () => {
      resolve();
    });
  });
}

function* copiedChunks(rows: DayRowsToWrite): Generator<readonly (readonly TargetValue[])[]> {
  if (!isStaged(rows)) {
    yield* chunksOf(rows, COPIED_ROWS);
    return;
  }
  for (const { first, count } of rows.chunks) {
    for (let done = 0; done < count; done += COPIED_ROWS) {
      yield rows.read(first + done, Math.min(COPIED_ROWS, count - done));
    }
  }
}

/** Rows in the text format of `COPY`. */
function textOf(day: CalendarDay, rows: readonly (readonly TargetValue[])[]): string {
  let text = '';
  for (const row of rows) {
    text += day;
    for (const value of row) text += `\t${copiedField(value)}`;
    text += '\n';
  }
  return text;
}

/** A value in the text format of `COPY`. */
export function copiedField(value: TargetValue): string {
  if (value === null) return '\\N';
  if (typeof value !== 'string') return String(value);
  return value.replace(SPECIAL, (character) => ESCAPES.get(character) ?? character);
}

function countOf(rows: DayRowsToWrite): number {
  return isStaged(rows) ? rows.count : rows.length;
}
