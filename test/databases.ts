// SQLite and PostgreSQL, for specs that run on both.
import type { Dialect } from '../apps/api/src/database/database.js';
import { HAS_POSTGRES, scratchPostgres } from './postgres.js';

export const DIALECTS: readonly Dialect[] = HAS_POSTGRES ? ['sqlite', 'postgres'] : ['sqlite'];

/**
 * Provides empty databases for the whole spec file.
 * @returns creates a PostgreSQL database and returns its address; null for SQLite
 */
export function scratchDatabases(): (dialect: Dialect) => Promise<string | null> {
  const make = scratchPostgres();
  return async (dialect) => (dialect === 'sqlite' ? null : make());
}
