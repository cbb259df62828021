// A PostgreSQL for a spec file: a server of its own, or databases on the one that a whole run shares.
import { afterAll } from '@jest/globals';
import { startServerIn, type PostgresServer } from './postgres-server.js';
import { scratchFolder } from './scratch.js';

export { HAS_POSTGRES, type PostgresServer } from './postgres-server.js';

const servers: PostgresServer[] = [];
afterAll(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop('immediate')));
});

/** Starts a server and waits until it answers; it is stopped after the last test of the file. */
export async function startPostgres(): Promise<PostgresServer> {
  const server = await startServerIn(await scratchFolder());
  servers.push(server);
  return server;
}
