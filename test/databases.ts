// Each kind of database for the specs that want the same of both.
import type { Dialect } from '../apps/api/src/database/database.js';
import { HAS_POSTGRES, scratchPostgres } from './postgres.js';

/** The databases that there are for this machine. */
export const DIALECTS: readonly Dialect[] = HAS_POSTGRES ? ['sqlite', 'postgres'] : ['sqlite'];

/**
 * Has a PostgreSQL for the whole spec file.
 * @returns the address of a new database on it; null for SQLite
 */
export function scratchDatabases(): (dialect: Dialect) => Promise<string | null> {
  const make = scratchPostgres();
  return async (dialect) => (dialect === 'sqlite' ? null : make());
}
