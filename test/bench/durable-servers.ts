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

/** Starts a Redis if it is installed. @returns its port */
export async function startDurableRedis(): Promise<number | undefined> {
  const folder = await diskFolder();
  return startRedis('--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always');
}

/** What other queues store their jobs in, if this machine has it: the port of a Redis, the address of a PostgreSQL. */
export async function startPlaces() {
  const [redis, url] = [
    await startDurableRedis(),
    HAS_POSTGRES ? (await startDurableServer()).url() : undefined,
  ];
  const all = [
    ['BullMQ', 'bullmq', redis, 'there is no redis-server in the PATH'],
    ['pg-boss', 'pg-boss', url, 'there is no PostgreSQL for this machine'],
  ] as const;
  return {
    places: all.flatMap(([name, kind, place]) =>
      place === undefined ? [] : [{ name, kind, place }],
    ),
    missing: all.flatMap(([name, , place, why]) =>
      place === undefined ? [`${name}, for ${why}`] : [],
    ),
  };
}

export async function startDurableServer(): Promise<PostgresServer> {
  const server = await startServerIn(await diskFolder(), SETTINGS);
  afterFile(() => server.stop('immediate'));
  return server;
}
