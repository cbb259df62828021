import { Socket } from 'node:net';
import { types, type Client, type PoolConfig } from 'pg';

const CONNECT_TIMEOUT_MS = 5_000;
/** Our advisory locks, beside those of others on the same database: the first of the two keys. */
export const LOCK_CLASS = 0x0da_75c;
/** The same for the locks that running processes hold on their names. */
export const PROCESS_LOCK_CLASS = 0x0da_75d;

/** How to connect to the database. */
export function connectionOf(url: string, applicationName: string): PoolConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: {
      // Counts and sums: none of ours is beyond what a number tells exactly.
      getTypeParser: (...asked: Parameters<typeof types.getTypeParser>): unknown =>
        asked[0] === types.builtins.INT8 ? Number : types.getTypeParser(...asked),
    },
  };
}

/**
 * Breaks a connection that is silent for so long: nothing goes to the server, and nothing comes from it. Whoever waits
 * for an answer is told, though a network that swallows everything says nothing by itself.
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
