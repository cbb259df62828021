import { Socket } from 'node:net';
import { Pool, types, type Client, type PoolConfig } from 'pg';

const CONNECT_TIMEOUT_MS = 5_000;
/** An idle connection is closed after so long. */
const IDLE_MS = 10_000;
/** The first of the two keys of our advisory locks: it keeps them apart from those of other programs. */
export const LOCK_CLASS = 0x0da_75c;
/** The same for the locks of processes on their names. */
export const PROCESS_LOCK_CLASS = 0x0da_75d;

export type { PoolConfig };
/** Where a database is and how to log in: as `DATABASE_URL` has it, or the settings of an app's own pool. */
export type PostgresAddress = string | PoolConfig;

export function connectionOf(address: PostgresAddress, applicationName: string): PoolConfig {
  return {
    ...settingsOf(address),
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: {
      // Our counts and sums are exact as numbers.
      getTypeParser: (...asked: Parameters<typeof types.getTypeParser>): unknown =>
        asked[0] === types.builtins.INT8 ? Number : types.getTypeParser(...asked),
    },
  };
}

/** Adds settings of our own to those that the address has, such as a role. @param own such as `-c lock_timeout=1000` */
export function withSettings(connection: PoolConfig, own: string): PoolConfig {
  return { ...connection, options: `${connection.options ?? ''} ${own}`.trim() };
}

/** With `options` beside the address: in it they would replace all others. */
function settingsOf(address: PostgresAddress): PoolConfig {
  const given = typeof address === 'string' ? { connectionString: address } : address;
  const url = URL.parse(given.connectionString ?? '');
  const options = url?.searchParams.get('options');
  if (url === null || options === null || options === undefined) return given;
  url.searchParams.delete('options');
  return { ...given, connectionString: url.href, options };
}

/** @param silenceMs how long a connection may be silent while a statement runs */
export function openPool(connection: PoolConfig, max: number, silenceMs: number): Pool {
  const pool = new Pool({ ...connection, max, idleTimeoutMillis: IDLE_MS });
  // When a connection breaks, its statement fails, and the pool opens another one.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  pool.on('acquire', (client) => {
    breakIfSilent(client, silenceMs);
  });
  pool.on('release', (_error, client) => {
    // The pool closes it earlier: one that is still open waits for a server that does not answer.
    breakIfSilent(client, IDLE_MS + silenceMs);
  });
  return pool;
}

/**
 * Breaks a connection that is silent for so long in both directions. Without that, a statement on a dead network would
 * never fail.
 */
export function breakIfSilent({ connection }: Client, ms: number): void {
  const { stream } = connection;
  if (!(stream instanceof Socket)) return;
  stream.removeAllListeners('timeout');
  stream.setTimeout(ms, () => {
    stream.destroy(new SilentConnectionError(ms));
  });
}

class SilentConnectionError extends Error {
  override readonly name = 'SilentConnectionError';
  readonly code = 'ETIMEDOUT';
  constructor(ms: number) {
    super(`expected an answer of the database, got nothing for ${ms / 1_000} s`);
  }
}
