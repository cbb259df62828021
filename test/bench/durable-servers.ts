// The servers of the peers, as durable as Daysync: they answer after they have written to the disk.
import { afterFile } from '../after-file.js';
import { HAS_POSTGRES, startServerIn, type PostgresServer } from '../postgres-server.js';
import { diskFolder } from './disk-folder.js';
import { startRedis } from './programs.js';

/** How durable, as shown in the table. */
export const DURABLE =
  'all on one disk: SQLite with synchronous=FULL, Redis with appendfsync=always, PostgreSQL with fsync=on';

/** Eight workers and their peers need more connections than the default. */
const SETTINGS = { fsync: 'on', full_page_writes: 'on', max_connections: '400' };

export const NO_REDIS = 'there is no redis-server in the PATH';
export const NO_POSTGRES = 'there is no PostgreSQL for this machine';

/** Starts a Redis if it is installed. @returns its port */
export async function startDurableRedis(): Promise<number | undefined> {
  const folder = await diskFolder();
  return startRedis('--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always');
}

/** Starts a PostgreSQL if the machine can run one. @returns its address */
export async function startDurablePostgres(): Promise<string | undefined> {
  return HAS_POSTGRES ? (await startDurableServer()).url() : undefined;
}

export async function startDurableServer(): Promise<PostgresServer> {
  const server = await startServerIn(await diskFolder(), SETTINGS);
  afterFile(() => server.stop('immediate'));
  return server;
}
