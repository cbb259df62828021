// One PostgreSQL for a whole run of Jest: each spec file makes databases of its own on it.
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { HAS_POSTGRES, startServerIn } from './postgres-server.ts';

/** In memory where the system has such a folder. */
const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
/** Several programs at a time, each with a pool. */
const SETTINGS = { max_connections: '300' };

/** Starts it before the first test, and tells the workers of Jest where it is. */
export default async function start() {
  // Those who want one are left out where there is none.
  if (!HAS_POSTGRES) return;
  const folder = await mkdtemp(path.join(SCRATCH, 'daysync-postgres-'));
  const server = await startServerIn(folder, SETTINGS);
  process.env.SHARED_POSTGRES = server.url();
  globalThis.stopSharedPostgres = async () => {
    await server.stop('immediate');
    await rm(folder, { recursive: true, force: true });
  };
}
