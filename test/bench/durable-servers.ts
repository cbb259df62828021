// The servers of what is compared with, as durable as Daysync: what they have answered is on a disk.
import { afterFile } from '../after-file.js';
import { HAS_POSTGRES, startServerIn } from '../postgres-server.js';
import { diskFolder } from './disk-folder.js';
import { startRedis } from './programs.js';

/** How durable, for whoever reads the figures. */
export const DURABLE =
  'all on one disk: SQLite with synchronous=FULL, Redis with appendfsync=always, PostgreSQL with fsync=on';

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
  if (!HAS_POSTGRES) return undefined;
  const server = await startServerIn(await diskFolder(), { fsync: 'on', full_page_writes: 'on' });
  afterFile(() => server.stop('immediate'));
  return server.url();
}
