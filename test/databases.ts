// Each kind of database for the specs that want the same of both.
import { beforeAll } from '@jest/globals';
import type { Dialect } from '../apps/api/src/database/database.js';
import { HAS_POSTGRES, startPostgres, type PostgresServer } from './postgres.js';

/** The databases that there are for this machine. */
export const DIALECTS: readonly Dialect[] = HAS_POSTGRES ? ['sqlite', 'postgres'] : ['sqlite'];

/**
 * Has a PostgreSQL run for the whole spec file.
 * @returns the address of a new database on it; null for SQLite
 */
export function scratchDatabases(): (dialect: Dialect) => Promise<string | null> {
  let server: PostgresServer;
  beforeAll(async () => {
    if (HAS_POSTGRES) server = await startPostgres();
  });
  return async (dialect) => (dialect === 'sqlite' ? null : server.createDatabase());
}
