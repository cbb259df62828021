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

/** The target table rejected the rows of a day. */
export class TargetRefusedError extends Error {
  override readonly name = 'TargetRefusedError';
  constructor(table: string, why: string, cause: unknown) {
    super(`expected ${table} to accept the rows, got: ${why}`, { cause });
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
    const why = whyRefused(transaction.dialect, error);
    if (why === null) throw error;
    throw new TargetRefusedError(dataset.target.table, why, error);
  }
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
