// Which database the programs under test have of their own: SQLite, or by TEST_DATABASE=postgres PostgreSQL.
import { createHash } from 'node:crypto';
import path from 'node:path';
import { Client } from 'pg';

const IS_POSTGRES = process.env['TEST_DATABASE'] === 'postgres';

/** Those that were made for this spec file, by their addresses. */
const made = new Set<string>();

/** Where the database of a program's folder is: a file of SQLite, or an address of PostgreSQL. */
export function databaseOf(folder: string): string {
  return IS_POSTGRES ? postgresOf(folder) : path.join(folder, 'data', 'daysync.db');
}

/** What a program needs in its environment to use that database; makes it first where it has to be there. */
export async function databaseEnvironment(
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  if (!IS_POSTGRES) return {};
  const url = postgresOf(folder);
  if (!made.has(url)) await administer(`create database ${nameOf(folder)}`);
  made.add(url);
  return { DATABASE_URL: url };
}

/** Drops what was made, once the programs have ended. */
export async function dropDatabases(): Promise<void> {
  for (const url of made) {
    await administer(`drop database ${path.basename(url)} with (force)`);
  }
  made.clear();
}

function postgresOf(folder: string): string {
  const url = new URL(sharedPostgres());
  url.pathname = nameOf(folder);
  return url.href;
}

function nameOf(folder: string): string {
  return `of_${createHash('sha256').update(folder).digest('hex').slice(0, 20)}`;
}

async function administer(sql: string): Promise<void> {
  const client = new Client({ connectionString: sharedPostgres() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The server of the whole run, which jest.config.mjs has started. */
function sharedPostgres(): string {
  const url = process.env['SHARED_POSTGRES'];
  if (url === undefined) throw new Error('expected Jest to have started a PostgreSQL, got none');
  return url;
}
