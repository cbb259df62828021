import type { CalendarDay } from '@daysync/progress';
import { sql, type Kysely } from 'kysely';
import type { Dialect, WriteTransaction } from '../database/database.js';
import { describeRefusal } from '../database/postgres/postgres-failure.js';
import { isConstraint } from '../database/unavailable.js';
import type { Schema } from '../database/schema.js';
import type { DayRowsToWrite, WithTarget } from './target.js';
import { replacePostgresDay } from './postgres-target-rows.js';
import { replaceSqliteDay } from './sqlite-target-rows.js';
import { DAY_COLUMN } from './target-table.js';

/** Whether the target has rows of `day`. */
export async function targetHasRows(
  db: Kysely<Schema>,
  { target: { table } }: WithTarget,
  day: CalendarDay,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from ${sql.table(table)} where ${sql.ref(DAY_COLUMN)} = ${day} limit 1
  `.execute(db);
  return rows.length > 0;
}

/** The target does not take the rows of a day. */
export class TargetRefusedError extends Error {
  override readonly name = 'TargetRefusedError';
  constructor(table: string, why: string, cause: unknown) {
    super(`expected ${table} to take the rows, and it does not: ${why}`, { cause });
  }
}

/**
 * Replaces what the target has for `day` by `rows`, whose values stand in the order of the columns.
 * @throws {TargetRefusedError} if the table does not take them, for a constraint or a trigger of its owner's; the
 * transaction is to be undone, for a part of them may be in
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
    const why = whyRefused(transaction.dialect, error);
    if (why === null) throw error;
    throw new TargetRefusedError(dataset.target.table, why, error);
  }
}

/** Why a table did not take rows; null for an error that says something else. */
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
