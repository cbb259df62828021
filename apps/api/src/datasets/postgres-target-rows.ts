import type { CalendarDay } from '@daysync/progress';
import { sql } from 'kysely';
import type { PostgresTransaction } from '../database/database.js';
import type { Dataset } from './dataset.js';
import type { DayRowsToWrite } from './sqlite-target-rows.js';
import { DAY_COLUMN } from './target-table.js';

/** Replaces what a target in PostgreSQL has for `day`. */
export async function replacePostgresDay(
  { db }: PostgresTransaction,
  { target }: Dataset,
  day: CalendarDay,
  rows: DayRowsToWrite,
): Promise<void> {
  await sql`delete from ${sql.table(target.table)} where ${sql.ref(DAY_COLUMN)} = ${day}`.execute(
    db,
  );
  if ('table' in rows) throw new Error('staged rows are not written yet');
  const names = [DAY_COLUMN, ...target.columns.map(({ name }) => name)].map((name) =>
    sql.ref(name),
  );
  for (const row of rows) {
    const values = sql.join([day, ...row].map((value) => sql`${value}`));
    await sql`insert into ${sql.table(target.table)} (${sql.join(names)}) values (${values})`.execute(
      db,
    );
  }
}
