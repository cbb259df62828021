// Which database the programs under test have of their own: SQLite, or by TEST_DATABASE=postgres PostgreSQL.
import { createHash } from 'node:crypto';
import path from 'node:path';
import { ScratchDatabases, SHARED_POSTGRES } from './postgres.js';

const postgres = process.env['TEST_DATABASE'] === 'postgres' ? sharedDatabases() : null;

/** Where the database of a program's folder is: a file of SQLite, or an address of PostgreSQL. */
export function databaseOf(folder: string): string {
  return postgres?.addressOf(nameOf(folder)) ?? path.join(folder, 'data', 'daysync.db');
}

/** What a program needs in its environment to use that database; makes it first where it has to be there. */
export async function databaseEnvironment(
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  return postgres === null ? {} : { DATABASE_URL: await postgres.make(nameOf(folder)) };
}

function sharedDatabases(): ScratchDatabases {
  if (SHARED_POSTGRES !== undefined) return new ScratchDatabases(SHARED_POSTGRES);
  throw new Error('expected the run to have a PostgreSQL (vitest.config.mjs), got none');
}

/** The same for each process on a folder. */
function nameOf(folder: string): string {
  return `of_${createHash('sha256').update(folder).digest('hex').slice(0, 20)}`;
}
