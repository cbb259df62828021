import type { CalendarDay } from '@daysync/progress';
import { CompiledQuery, sql, type Kysely } from 'kysely';
import { isTurnDue, takeTurn } from '../config/slices.js';
import type { Dialect } from '../database/database.js';
import { orUndo } from '../database/postgres/postgres-pipeline.js';
import type { Statement } from '../database/prepared-statement.js';
import type { Schema } from '../database/schema.js';
import type { TargetValue } from './column-types.js';
import { Fingerprint } from './fingerprint.js';
import { DAY_COLUMN, TARGET_DIALECTS } from './target-dialect.js';
import type { ExpectedDay } from './target-fingerprint.js';
import { TargetReader } from './target-reader.js';
import { refusalOf, TargetRefusedError } from './target-rows.js';
import { columnTypes, compareTarget, differenceLines } from './target-table.js';
import {
  isStaged,
  type DayRowsToWrite,
  type Target,
  type TargetColumn,
  type WithTarget,
} from './target.js';

/** The target has other rows than those that were written: a trigger, a rule or a policy of the table has changed them. */
class ChangedRowsError extends TargetRefusedError {
  override readonly code = 'TARGET_CHANGED_ROWS';
}

const NEVER_ABORTED = new AbortController().signal;

/**
 * Proves before the commit that a table has the rows of a day as they were written. The write has locked the table: nothing
 * of it changes until the end of the transaction. Where nothing of it can change rows, there is nothing to read.
 * @throws {TargetRefusedError} `TARGET_CHANGED_ROWS` with the counts, if it has others; with the fix, if a column has
 * another type than when the table was prepared
 */
export async function proveDay(
  { db, dialect }: { readonly db: Kysely<Schema>; readonly dialect: Dialect },
  { table, columns }: Pick<Target, 'table' | 'columns'>,
  day: CalendarDay,
  rows: DayRowsToWrite,
  place = table,
): Promise<void> {
  const { sql: text, parameters } = plainQuery(dialect, { table, columns });
  const plain = await db.executeQuery(CompiledQuery.raw(text, [...parameters]));
  if (plain.rows.length > 0) return;
  const { differences } = await compareTarget(db, dialect, { table, columns });
  // A column that was added meanwhile changes nothing.
  const own = differences.filter(({ column }) => isOfDay(columns, column));
  if (own.length > 0) {
    throw new TargetRefusedError(place, differenceLines(own).join('; '), undefined);
  }
  if (dialect === 'postgres') await runDeferred(db, place);
  const reader = new TargetReader({ dialect, read: db, longRead: db, inTransaction: true });
  const written = await writtenDay(columns, rows);
  const found = await reader.fingerprint({ table, columns, day }, written, NEVER_ABORTED);
  const isSameCount = found.rows === written.rows;
  if (isSameCount && found.fingerprint === written.fingerprint) return;
  const got = isSameCount ? `${found.rows} with other values` : found.rows;
  throw new ChangedRowsError(
    place,
    `${got}: a trigger, a rule or a policy of the table changes what is written`,
    undefined,
    `have the rows of ${day} that were written, ${written.rows} of them`,
  );
}

/** The same as a statement for PostgreSQL, which undoes its transaction where the rows have to be read for that. */
export function proofStatement({ target }: WithTarget): Statement {
  return orUndo(plainQuery('postgres', target));
}

/** A query of one row if nothing of a table can change what is written to it, and of none otherwise. */
function plainQuery(
  dialect: Dialect,
  { table, columns }: Pick<Target, 'table' | 'columns'>,
): Statement {
  return TARGET_DIALECTS[dialect].isPlain(table, columnTypes(dialect, columns));
}

/** Triggers that are deferred would come after the proof. */
async function runDeferred(db: Kysely<Schema>, place: string): Promise<void> {
  try {
    await sql`set constraints all immediate`.execute(db);
  } catch (error) {
    throw refusalOf('postgres', place, error);
  }
}

function isOfDay(columns: readonly TargetColumn[], column: string): boolean {
  return column === DAY_COLUMN || columns.some(({ name }) => name === column);
}

async function writtenDay(
  columns: readonly TargetColumn[],
  rows: DayRowsToWrite,
): Promise<ExpectedDay> {
  const fingerprint = new Fingerprint(columns);
  for (const chunk of writtenChunks(rows)) {
    for (const row of chunk) {
      await fingerprint.add(row);
      if (isTurnDue()) await takeTurn();
    }
  }
  const { count, value } = fingerprint;
  return { rows: count, fingerprint: value, inMemory: isStaged(rows) ? null : rows };
}

function* writtenChunks(rows: DayRowsToWrite): Generator<readonly (readonly TargetValue[])[]> {
  if (!isStaged(rows)) yield rows;
  else for (const { first, count } of rows.chunks) yield rows.read(first, count);
}
