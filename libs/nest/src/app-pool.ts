import { readDatabaseAddress } from '../../../apps/api/src/config/database-address.js';
import type { PoolConfig } from '../../../apps/api/src/database/postgres/postgres-connection.js';

/**
 * A `Pool` of node-postgres (`pg`), such as the one of the app's Kysely. Daysync reads its settings and opens connections
 * of its own: the pool of the app stays free for the app.
 */
export interface AppPool {
  readonly options: object;
}

/** The settings that say where the database is and how to log in; `options` may name a schema or a role. */
const SETTINGS = [
  'connectionString',
  'host',
  'port',
  'user',
  'password',
  'database',
  'ssl',
  'sslnegotiation',
  'enableChannelBinding',
  'stream',
  'options',
] as const satisfies readonly (keyof PoolConfig)[];

/** @param onSecret called with passwords, so that no output contains them */
export function addressOf({ options }: AppPool, onSecret: (secret: string) => void): PoolConfig {
  const given: PoolConfig = options;
  const { connectionString, password } = given;
  if (connectionString !== undefined) readDatabaseAddress(connectionString, onSecret);
  if (typeof password === 'string' && password !== '') onSecret(password);
  // By name: node-postgres hides passwords from enumeration.
  return Object.fromEntries(SETTINGS.map((name) => [name, given[name]]));
}
