// One PostgreSQL for a whole run of tests: each spec file makes databases of its own on it.
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { readDeadlocks } from './cluster/postgres-state.js';
import { HAS_POSTGRES, startServerIn } from './postgres-server.js';

/** In memory where the system has such a folder. */
const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
/** Whether only the built program uses it: specs of our own modules provoke deadlocks. */
const IS_PRODUCT = process.env['TEST_DATABASE'] === 'postgres';
/** Several programs at a time, each with a pool. */
const SETTINGS = { max_connections: '300' };

/** Starts it before the first test; what it gives back stops it after the last. */
export default async function start(
  project: Pick<TestProject, 'provide'>,
): Promise<(() => Promise<void>) | undefined> {
  // Those who want one are left out where there is none.
  if (!HAS_POSTGRES) return undefined;
  const folder = await mkdtemp(path.join(SCRATCH, 'daysync-postgres-'));
  const server = await startServerIn(folder, SETTINGS);
  // A run that is ended by a signal has no time for anything else.
  process.once('exit', () => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  project.provide('sharedPostgres', server.url());
  return async () => {
    // Of the product's own transactions none ever waits for one that waits for it.
    const deadlocks = IS_PRODUCT ? await readDeadlocks(server.url()) : 0;
    await server.stop('immediate');
    await rm(folder, { recursive: true, force: true });
    if (deadlocks > 0) throw new Error(`expected no deadlocks, got ${deadlocks}`);
  };
}
