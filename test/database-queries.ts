// Reads and changes a program's database directly, with the same values from SQLite and PostgreSQL.
import { readFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { Client, type types } from 'pg';
import { executeAt } from './postgres-server.js';

/** A row with values as in SQLite; whole numbers are exact. */
export type StoredRow = Readonly<Record<string, string | number | bigint | null>>;

/** How long to wait for another program's transaction. */
const WAIT_MS = 5_000;

/** Parsers of PostgreSQL's types by their OID. Every other type stays a text. */
const PARSERS: Readonly<Record<number, (text: string) => string | number | bigint>> = {
  16: (text) => (text === 't' ? 1n : 0n),
  20: BigInt,
  21: BigInt,
  23: BigInt,
  701: Number,
  1184: instantOf,
  3802: compact,
};

/** @param database a file of SQLite, or an address of PostgreSQL */
function isPostgres(database: string): boolean {
  return database.startsWith('postgres://');
}

export async function queryRows(database: string, sql: string): Promise<readonly StoredRow[]> {
  const reader = await openReader(database);
  try {
    return await reader.rows(sql);
  } finally {
    await reader.close();
  }
}

/** The first row, empty without any. */
export async function queryRow(database: string, sql: string): Promise<Partial<StoredRow>> {
  return (await queryRows(database, sql))[0] ?? {};
}

export interface DatabaseReader {
  readonly rows: (sql: string) => Promise<readonly StoredRow[]>;
  /** Changes with every commit of another connection. */
  readonly version: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

export async function openReader(database: string): Promise<DatabaseReader> {
  if (isPostgres(database)) {
    const client = await connect(database);
    const rows = async (sql: string): Promise<readonly StoredRow[]> =>
      (await client.query<StoredRow>(sql)).rows;
    return {
      rows,
      version: async () =>
        (await rows('select pg_current_wal_insert_lsn()::text as at'))[0]?.['at'],
      close: () => client.end(),
    };
  }
  const file = new DatabaseSync(database, { readOnly: true, timeout: WAIT_MS });
  const rows = (sql: string): Promise<readonly StoredRow[]> => {
    const select = file.prepare(sql);
    select.setReadBigInts(true);
    return Promise.resolve(select.all().map((row) => ({ ...row }) as StoredRow));
  };
  return {
    rows,
    version: async () => (await rows('pragma data_version'))[0]?.['data_version'],
    close: () => {
      file.close();
      return Promise.resolve();
    },
  };
}

/** Runs a statement while the program runs. */
export async function change(database: string, sql: string): Promise<void> {
  if (isPostgres(database)) return void (await executeAt(database, sql));
  const file = new DatabaseSync(database, { timeout: WAIT_MS });
  try {
    file.exec(sql);
  } finally {
    file.close();
  }
}

/**
 * Locks the database, so that the program can't write batches.
 * @returns unlocks it
 */
export async function lockWrites(database: string): Promise<() => Promise<void>> {
  if (!isPostgres(database)) {
    const file = new DatabaseSync(database, { timeout: WAIT_MS });
    file.exec('begin immediate');
    return () => {
      file.exec('rollback');
      file.close();
      return Promise.resolve();
    };
  }
  const client = await connect(database);
  await client.query('begin; lock table batch, batch_day, sync_record in exclusive mode');
  return async () => {
    await client.query('rollback');
    await client.end();
  };
}

export async function contentOf(database: string): Promise<string> {
  if (!isPostgres(database)) return (await readFile(database)).toString('latin1');
  const sql = `select database_to_xml(true, true, '')::text as content`;
  return String((await queryRow(database, sql))['content']);
}

async function connect(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    options: '-c TimeZone=UTC',
    types: {
      getTypeParser: ((oid: number) => PARSERS[oid] ?? String) as typeof types.getTypeParser,
    },
  });
  // The database may be dropped before the client is closed.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** `2025-10-01 06:00:00.5+00` in the form of a target in SQLite. */
function instantOf(text: string): string {
  const [, day = '', time = '', fraction = ''] =
    /^(\S+) ([\d:]+)(?:\.(\d+))?\+00$/.exec(text) ?? [];
  if (day === '') throw new Error(`expected an instant in UTC, got ${text}`);
  return `${day}T${time}.${fraction.padEnd(6, '0')}Z`;
}

/** JSON without the blanks that PostgreSQL puts between its parts. */
function compact(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}
