// The databases' own programs that load a CSV file into a table. The table is like Daysync's, but with the order of the
// file's columns.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { timed } from './in-turn.js';

export const SQLITE_SHELL = 'sqlite3';
export const POSTGRES_SHELL = 'psql';

const run = promisify(execFile);

/**
 * Loads a file with a header into a new SQLite database, in one transaction, as durable as Daysync's.
 * @returns the milliseconds
 */
export async function importBySqlite(
  database: string,
  table: string,
  file: string,
): Promise<number> {
  await run(SQLITE_SHELL, [
    database,
    'pragma journal_mode = wal',
    `create table ${table} (
       n integer not null, ratio real not null, station text not null, note text not null, sync_day text not null
     ) strict`,
    `create index ${table}_sync_day on ${table} (sync_day)`,
  ]);
  const load = `.import --csv --skip 1 ${file} ${table}`;
  return timed(() => run(SQLITE_SHELL, [database, 'pragma synchronous = full', load]));
}

/**
 * Loads a file with a header into a new table of a PostgreSQL database in one statement.
 * @returns the milliseconds
 */
export async function copyByPsql(url: string, table: string, file: string): Promise<number> {
  const execute = (command: string): Promise<unknown> =>
    run(POSTGRES_SHELL, [url, '--no-psqlrc', '--quiet', '--command', command]);
  await execute(
    `create table ${table} (
       n bigint not null, ratio double precision not null, station text not null, note text not null,
       sync_day date not null
     ); create index on ${table} (sync_day)`,
  );
  return timed(() => execute(`\\copy ${table} from '${file}' with (format csv, header)`));
}
