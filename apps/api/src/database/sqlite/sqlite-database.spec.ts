import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { SqliteDatabase } from './sqlite-database.js';

let folder: string;
let database: SqliteDatabase;
beforeEach(async () => {
  folder = await scratchFolder();
  database = await SqliteDatabase.open(path.join(folder, 'daysync.db'));
  await database.write('targets', ({ db }) => sql`create table t (n integer)`.execute(db));
});
afterEach(async () => {
  await database.close();
});

const insert = (n: number): Promise<unknown> =>
  database.write('targets', ({ db }) => sql`insert into t values (${n})`.execute(db));
const count = async (): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select count(*) as n from t`.execute(database.read);
  return rows[0]?.n ?? -1;
};

describe('Database', () => {
  it('keeps what is committed over a close, and migrates only once', async () => {
    await insert(1);
    await database.close();
    database = await SqliteDatabase.open(path.join(folder, 'daysync.db'));
    expect(await count()).toBe(1);
  });

  it('is its owner’s alone, with what lies beside it', () => {
    const modes = ['', '-wal', '-shm'].map(
      (suffix) => statSync(path.join(folder, `daysync.db${suffix}`)).mode & 0o777,
    );
    expect(modes).toEqual([0o600, 0o600, 0o600]);
  });

  it('advances with each commit and each turn of one, and with nothing that fails', async () => {
    const before = database.advances;
    await insert(1);
    let others = 0;
    await database.write('targets', async ({ turn }) => {
      for (let turns = 1; turns <= 2; turns += 1) {
        setImmediate(() => (others += 1));
        await turn();
        expect(others).toBe(turns);
      }
    });
    const failing = database.write('targets', () => Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
    expect(database.advances - before).toBe(4);
  });

  it('runs what follows a commit, and publishes its events, before the next begins', async () => {
    const order: unknown[] = [];
    database.onEvent((event) => order.push(event.kind));
    const first = database.write('targets', async ({ db, afterCommit, publish }) => {
      afterCommit(() => order.push(count()));
      await publish({ kind: 'lanes_free' });
      afterCommit(() => order.push('last'));
      await sql`insert into t values (1)`.execute(db);
      order.push('in');
    });
    const second = database.write('targets', () => Promise.resolve(order.push('next in')));
    await Promise.all([first, second]);
    order[1] = await order[1];
    expect(order).toEqual(['in', 1, 'lanes_free', 'last', 'next in']);
  });

  it('undoes a transaction that throws, with what it publishes, and goes on with the next', async () => {
    database.onEvent(() => expect.unreachable('it is undone'));
    const failing = database.write('targets', async ({ db, afterCommit, publish }) => {
      afterCommit(() => expect.unreachable('it is undone'));
      await publish({ kind: 'lanes_free' });
      await sql`insert into t values (1)`.execute(db);
      throw new Error('broken');
    });
    const following = insert(2);
    await expect(failing).rejects.toThrow('broken');
    await following;
    expect(await count()).toBe(1);
  });

  it('lets no transaction slip into another, and no reader see a half one', async () => {
    const halfway = Promise.withResolvers<void>();
    const first = database.write('targets', async ({ db }) => {
      await sql`insert into t values (1)`.execute(db);
      await halfway.promise;
      const { rows } = await sql<{ n: number }>`select count(*) as n from t`.execute(db);
      return rows[0]?.n;
    });
    const second = insert(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await count()).toBe(0);
    halfway.resolve();
    expect(await first).toBe(1);
    await second;
    expect(await count()).toBe(2);
  });

  it('waits for another program that holds the file, and holds no one up meanwhile', async () => {
    const other = new DatabaseSync(path.join(folder, 'daysync.db'));
    other.exec('begin immediate');
    let isWritten = false;
    const writing = insert(1).then(() => (isWritten = true));
    // More than one try.
    for (let turn = 0; turn < 3; turn += 1) {
      await sleep(50);
      expect([await count(), isWritten]).toEqual([0, false]);
    }
    other.exec('rollback');
    other.close();
    await writing;
    expect(await count()).toBe(1);
    // SQLite itself waits on the thread of the event loop.
    const timeouts = [
      await sql<{ timeout: number }>`pragma busy_timeout`.execute(database.read),
      await database.write('targets', ({ db }) =>
        sql<{ timeout: number }>`pragma busy_timeout`.execute(db),
      ),
    ].map(({ rows }) => rows[0]?.timeout);
    expect(timeouts).toEqual([20, 20]);
  });

  it('reports a full disk, and goes on when there is room', async () => {
    await database.write('targets', ({ db }) => sql`pragma max_page_count = 60`.execute(db));
    const large = database.write('targets', ({ db }) =>
      sql`insert into t select randomblob(1000000)`.execute(db),
    );
    await expect(large).rejects.toThrow('the disk is full');
    await insert(1);
    expect(await count()).toBe(1);
  });

  it('has a large commit move from the log into the file by itself', async () => {
    await database.write('targets', async ({ db, turn }) => {
      for (let times = 0; times < 20; times++) {
        await sql`insert into t select randomblob(1000000)`.execute(db);
        await turn();
      }
    });
    const size = (): number => statSync(path.join(folder, 'daysync.db')).size;
    while (size() < 20_000_000) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await count()).toBe(20);
  });

  it('says so when the file is no database', async () => {
    const file = path.join(folder, 'other.db');
    writeFileSync(file, 'certainly not a database, but a text of some length'.repeat(40));
    await expect(SqliteDatabase.open(file)).rejects.toThrow(/not a database/);
  });
});
