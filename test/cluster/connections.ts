// Connections to a database that are cut from the other end, as a fail-over or a firewall does.
import type { PostgresServer } from '../postgres.js';

/** Ends every connection to the database but the one that this takes itself; how many those were. */
export async function cutConnections(postgres: PostgresServer): Promise<number> {
  const cut = await postgres.execute(`
    select pg_terminate_backend(pid) from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()`);
  return cut.length;
}
