// The database of the programs under test: SQLite, or PostgreSQL with TEST_DATABASE=postgres.
import { createHash } from 'node:crypto';
import path from 'node:path';
import { ScratchDatabases, SHARED_POSTGRES } from './postgres.js';

/** Whether the programs have PostgreSQL, and may be several. */
export const ON_POSTGRES = process.env['TEST_DATABASE'] === 'postgres';

const postgres = ON_POSTGRES ? sharedDatabases() : null;

/** The database of the program in a folder: the path of a SQLite file, or a PostgreSQL address. */
export function databaseOf(folder: string): string {
  return postgres?.addressOf(nameOf(folder)) ?? path.join(folder, 'data', 'daysync.db');
}

/** The environment variables of that database. Creates a PostgreSQL database if it does not exist. */
export async function databaseEnvironment(
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  return postgres === null ? {} : { DATABASE_URL: await postgres.make(nameOf(folder)) };
}

function sharedDatabases(): ScratchDatabases {
  if (SHARED_POSTGRES !== undefined) return new ScratchDatabases(SHARED_POSTGRES);
  throw new Error('expected the run to have a PostgreSQL (vitest.config.mjs), got none');
}

/** Every process in a folder has the same database. */
function nameOf(folder: string): string {
  return `of_${createHash('sha256').update(folder).digest('hex').slice(0, 20)}`;
}
