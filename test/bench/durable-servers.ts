// The servers of what is compared with, as durable as Daysync: what they have answered is on a disk.
import { afterFile } from '../after-file.js';
import { HAS_POSTGRES, startServerIn, type PostgresServer } from '../postgres-server.js';
import { diskFolder } from './disk-folder.js';
import { startRedis } from './programs.js';

/** How durable, for whoever reads the figures. */
export const DURABLE =
  'all on one disk: SQLite with synchronous=FULL, Redis with appendfsync=always, PostgreSQL with fsync=on';

/** Eight workers and their peers have more connections than a server takes by itself. */
const SETTINGS = { fsync: 'on', full_page_writes: 'on', max_connections: '400' };

/** Why a server is not there. */
export const NO_REDIS = 'there is no redis-server in the PATH';
export const NO_POSTGRES = 'there is no PostgreSQL for this machine';

/** Starts a Redis, where there is one; gives its port. */
export async function startDurableRedis(): Promise<number | undefined> {
  const folder = await diskFolder();
  return startRedis('--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always');
}

/** Starts a PostgreSQL, where there is one; gives its address. */
export async function startDurablePostgres(): Promise<string | undefined> {
  return HAS_POSTGRES ? (await startDurableServer()).url() : undefined;
}

/** Starts a PostgreSQL. */
export async function startDurableServer(): Promise<PostgresServer> {
  const server = await startServerIn(await diskFolder(), SETTINGS);
  afterFile(() => server.stop('immediate'));
  return server;
}
