import { types, type PoolConfig } from 'pg';

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
