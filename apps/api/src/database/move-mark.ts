import { sql, type Kysely } from 'kysely';
import type { Schema } from './schema.js';

/** Of its own, so that no target table has its name. */
export const MOVE_SCHEMA = 'daysync_move';
/** How far a move from SQLite into this PostgreSQL has come: there from its first row to its end. */
export const MOVE_TABLE = `${MOVE_SCHEMA}.move`;

/** Whether a move from SQLite into this PostgreSQL was begun and has not ended: what is in it is not all. */
export async function hasUnfinishedMove(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ present: boolean }>`
    select to_regclass(${MOVE_TABLE}) is not null as present
  `.execute(db);
  return rows[0]?.present === true;
}
