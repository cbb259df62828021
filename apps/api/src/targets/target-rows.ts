import type { CalendarDay } from '@daysync/progress';
import { CompiledQuery, sql } from 'kysely';
import type { Database, Dialect, WriteTransaction } from '../database/database.js';
import { describeRefusal } from '../database/postgres/postgres-failure.js';
import { orUndo } from '../database/postgres/postgres-pipeline.js';
import type { Statement } from '../database/prepared-statement.js';
import { isConstraint } from '../database/unavailable.js';
import type { DayRowsToWrite, WithTarget } from './target.js';
import { replacePostgresDay } from './postgres-target-rows.js';
import { replaceSqliteDay } from './sqlite-target-rows.js';
import { DAY_COLUMN, quote, TARGET_DIALECTS } from './target-dialect.js';

export async function targetHasRows(
  { read: db, dialect }: Pick<Database, 'read' | 'dialect'>,
  { target: { table } }: WithTarget,
  day: CalendarDay,
): Promise<boolean> {
  try {
    const { rows } = await sql`
      select 1 from ${sql.table(table)} where ${sql.ref(DAY_COLUMN)} = ${day} limit 1
    `.execute(db);
    return rows.length > 0;
  } catch (error) {
    // Dropped while the server runs: the commit creates it.
    if (TARGET_DIALECTS[dialect].isNoTable(error, table)) return false;
    throw error;
  }
}

/** The target table rejected the rows of a day, or can't be read. */
export class TargetRefusedError extends Error {
  override readonly name = 'TargetRefusedError';
  /** The code of a day that fails by it. */
  readonly code: 'TARGET_REFUSED' | 'TARGET_CHANGED_ROWS' = 'TARGET_REFUSED';
  constructor(table: string, why: string, cause: unknown, wanted = 'accept the rows') {
    super(`expected ${table} to ${wanted}, got: ${why}`, { cause });
  }
}

/** The table is not the one that was prepared: it was dropped, and may have been created again. */
export class TargetChangedError extends TargetRefusedError {
  constructor(table: string, cause?: unknown) {
    super(table, 'a table that was dropped since it was prepared', cause);
  }
}

/**
 * Replaces the target's rows of `day` by `rows`, whose values are in the order of the columns.
 * @throws {TargetRefusedError} if a constraint or a trigger of the table rejects them. The transaction must be rolled
 * back: it may contain a part of the rows.
 */
export async function replaceDay(
  transaction: WriteTransaction,
  dataset: WithTarget,
  day: CalendarDay,
  rows: DayRowsToWrite,
): Promise<void> {
  try {
    switch (transaction.dialect) {
      case 'sqlite':
        await replaceSqliteDay(transaction, dataset, day, rows);
        break;
      case 'postgres':
        await replacePostgresDay(transaction, dataset, day, rows);
        break;
    }
  } catch (error) {
    throw refusalOf(transaction.dialect, dataset.target.table, error);
  }
}

/**
 * Makes sure that the table is the one that was prepared, until the end of the transaction. This comes before its rows.
 * @throws {TargetChangedError} if it is another table, or none
 */
export async function expectKey(
  transaction: WriteTransaction,
  { target: { table } }: WithTarget,
  key: string,
): Promise<void> {
  const { isNoTable } = TARGET_DIALECTS[transaction.dialect];
  let found: readonly unknown[];
  try {
    found = await findKey(transaction, table, key);
  } catch (error) {
    throw isNoTable(error, table) ? new TargetChangedError(table, error) : error;
  }
  if (found.length === 0) throw new TargetChangedError(table);
}

async function findKey(
  transaction: WriteTransaction,
  table: string,
  key: string,
): Promise<readonly unknown[]> {
  const { parameters, sql: text } = TARGET_DIALECTS[transaction.dialect].hasKey(table, key);
  switch (transaction.dialect) {
    case 'sqlite':
      return transaction.connection.prepare(text).all(parameters);
    case 'postgres': {
      // It can't be dropped before the commit. Commits of other days go on beside it.
      const lock = `lock table ${quote(table)} in row exclusive mode`;
      await transaction.db.executeQuery(CompiledQuery.raw(lock));
      const query = CompiledQuery.raw(text, [...parameters]);
      return (await transaction.db.executeQuery(query)).rows;
    }
  }
}

/**
 * The same as a statement for PostgreSQL, which undoes its transaction. It comes after the rows of the day: they have
 * locked the table.
 */
export function keyStatement({ target: { table } }: WithTarget, key: string): Statement {
  return orUndo(TARGET_DIALECTS.postgres.hasKey(table, key));
}

/** An error of a statement that writes rows as the refusal of their target; any other error unchanged. */
export function refusalOf(dialect: Dialect, table: string, error: unknown): unknown {
  const why = whyRefused(dialect, error);
  return why === null ? error : new TargetRefusedError(table, why, error);
}

/** Why a table rejected rows; null for any other error. */
function whyRefused(dialect: Dialect, error: unknown): string | null {
  switch (dialect) {
    case 'sqlite':
      return isConstraint(error) ? messageOf(error) : null;
    case 'postgres':
      return describeRefusal(error);
  }
}

function messageOf(error: unknown): string {
  const known = typeof error === 'object' && error !== null && 'message' in error;
  return known ? String(error.message) : String(error);
}
