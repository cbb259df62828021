// Cuts connections to a database from the server's side, as a fail-over or a firewall does.
import type { PostgresServer } from '../postgres.js';

/** Ends every other connection to the database. @returns their number */
export async function cutConnections(postgres: PostgresServer): Promise<number> {
  const cut = await postgres.execute(`
    select pg_terminate_backend(pid) from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()`);
  return cut.length;
}
