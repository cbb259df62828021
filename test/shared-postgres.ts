// One PostgreSQL server for a whole run of tests: each spec file creates its own databases on it.
import { rm } from 'node:fs/promises';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { readDeadlocks } from './cluster/postgres-state.js';
import { HAS_POSTGRES, startServerIn, type PostgresServer } from './postgres-server.js';

/** In memory where the system has such a folder. */
const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
/** Whether only the built program uses it: specs of modules cause deadlocks on purpose. */
const IS_PRODUCT = process.env['TEST_DATABASE'] === 'postgres';
/** For several programs at a time, each with a pool. */
const CONNECTIONS = { max_connections: '300' };
/** Specs of modules have small tables for a moment: what a server does for large ones would only cost them time. */
const SETTINGS = IS_PRODUCT
  ? CONNECTIONS
  : {
      ...CONNECTIONS,
      ...{ autovacuum: 'off', jit: 'off', wal_level: 'minimal', max_wal_senders: '0' },
      ...{ max_parallel_workers_per_gather: '0', checkpoint_timeout: '1h', max_wal_size: '4GB' },
    };

/** A server that the projects of a run share. Each of them loads this file by itself. */
interface SharedServer {
  readonly started: Promise<PostgresServer>;
  readonly folder: string;
  projects: number;
}
const shared: typeof globalThis & { daysyncPostgres?: SharedServer | undefined } = globalThis;

/** Starts the server before the first test, once for all projects. @returns stops it after the last one */
export default async function start(
  project: Pick<TestProject, 'provide'>,
): Promise<(() => Promise<void>) | undefined> {
  // Without a server, specs that need one are skipped.
  if (!HAS_POSTGRES) return undefined;
  const its = (shared.daysyncPostgres ??= startShared());
  its.projects += 1;
  const server = await its.started;
  project.provide('sharedPostgres', server.url());
  return async () => {
    its.projects -= 1;
    if (its.projects > 0) return;
    shared.daysyncPostgres = undefined;
    // The product's own transactions must never deadlock.
    const deadlocks = IS_PRODUCT ? await readDeadlocks(server.url()) : 0;
    await server.stop('immediate');
    await rm(its.folder, { recursive: true, force: true });
    if (deadlocks > 0) throw new Error(`expected no deadlocks, got ${deadlocks}`);
  };
}

function startShared(): SharedServer {
  const folder = mkdtempSync(path.join(SCRATCH, 'daysync-postgres-'));
  const started = startServerIn(folder, SETTINGS).then((server) => {
    // A run that a signal ends does not call the function above.
    process.once('exit', () => {
      server.kill();
      rmSync(folder, { recursive: true, force: true });
    });
    return server;
  });
  return { started, folder, projects: 0 };
}
