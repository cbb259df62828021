import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { SqliteConnection } from '../sqlite-connection.js';
import { WriteAheadLog } from './write-ahead-log.js';

let folder: string;
let file: string;
let connection: SqliteConnection;
let log: WriteAheadLog;
beforeEach(async () => {
  folder = await scratchFolder();
  file = path.join(folder, 'daysync.db');
  const handle = new DatabaseSync(file);
  handle.exec('pragma journal_mode = wal; create table t (bytes blob)');
  connection = new SqliteConnection(handle);
  log = await WriteAheadLog.open(file, connection);
});
afterEach(async () => {
  await log.close();
  connection.close();
});

/** One commit of so many pages, and what follows each commit. */
function commit(pages: number): void {
  connection.runOnce('insert into t values (zeroblob(?))', [pages * 4_096]);
  log.checkpoint();
}

interface LogState {
  readonly log: number;
  readonly checkpointed: number;
}

function state(): LogState {
  const [found] = connection.prepare('pragma wal_checkpoint(noop)').all([]) as LogState[];
  if (found === undefined) throw new Error('expected the state of the log, got none');
  return found;
}

describe('WriteAheadLog', () => {
  it('leaves a few pages where they are, and moves some at once', () => {
    commit(100);
    expect(state().checkpointed).toBe(0);
    commit(1_000);
    expect(state().checkpointed).toBe(state().log);
  });

  it('moves many in a thread of its own, one at a time', async () => {
    commit(5_000);
    expect(state().checkpointed).toBe(0);
    commit(5_000);
    await log.close();
    expect(state().checkpointed).toBeGreaterThanOrEqual(5_000);
  });

  it('moves what came meanwhile after the next commit, and then begins the log anew', async () => {
    commit(5_000);
    commit(1);
    await log.close();
    commit(1);
    expect(state().checkpointed).toBe(state().log);
    commit(1);
    expect(state().log).toBeLessThan(100);
  });

  it('goes on where the thread can not open the file', async () => {
    const elsewhere = path.join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(`${elsewhere}-wal`, '');
    const lost = await WriteAheadLog.open(elsewhere, connection);
    connection.runOnce('insert into t values (zeroblob(?))', [5_000 * 4_096]);
    lost.checkpoint();
    await lost.close();
    expect(state().checkpointed).toBe(0);
    commit(1);
    await log.close();
    expect(state().checkpointed).toBeGreaterThanOrEqual(5_000);
  });
});
