import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { ReadThreads } from './read-threads.js';

/** More than fit into a message, and than the list of rowids has room for at first. */
const ROWS = 10_000;
const LONG = 'with recursive counted(value) as (select 1 union all select value + 1 from counted';

let folder: string;
let threads: ReadThreads;
let writer: DatabaseSync;
/** The threads that have not exited, and the most there were at a time. */
let running: Set<Worker>;
let most: number;
const addThread = (worker: Worker): void => {
  running.add(worker);
  most = Math.max(most, running.size);
  worker.once('exit', () => running.delete(worker));
};
beforeEach(async () => {
  running = new Set();
  most = 0;
  process.on('worker', addThread);
  folder = await scratchFolder();
  const file = path.join(folder, 'rows.db');
  writer = new DatabaseSync(file);
  writer.exec(`
    pragma journal_mode = wal;
    create table numbers (value integer, text text);
    create table changes (value integer);
    insert into numbers select value, 'n' || value from (
      ${LONG} where value < ${ROWS}) select value from counted
    )`);
  threads = new ReadThreads(file);
});
afterEach(async () => {
  await threads.destroy();
  process.removeListener('worker', addThread);
  await until(() => running.size === 0);
  writer.close();
});

const going = (): AbortSignal => new AbortController().signal;
const IDS = 'select rowid as id from numbers where value > ? order by value desc';
const count = sql<{ readonly n: number }>`select count(*) as n from numbers`;
/** Takes about a second before it gives its row, and holds a state of the table. */
const LONG_COUNT = `
  ${LONG} where value < 800000)
  select (select count(*) from counted) + (select count(*) from numbers) as id`;
/** Gives its first row at once, and would give rows for many seconds. */
const MANY_ROWS = `
  ${LONG} where value < 3000000)
  select value as id from counted where value > (select min(value) from numbers)`;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(2);
}

/** Whether a statement runs: the log can't be emptied while one reads it. */
function isReading(): boolean {
  writer.exec('insert into changes values (1)');
  const { busy } = writer.prepare('pragma wal_checkpoint(truncate)').get() as { busy: number };
  return busy === 1;
}

/** Waits for a statement of about a second. A connection that is opened holds the log for a moment, too. */
async function untilReading(): Promise<void> {
  do {
    await until(isReading);
    await sleep(20);
  } while (!isReading());
}

describe('long reads of SQLite', () => {
  it('have all rows of a query in its order, with its parameters', async () => {
    const { rows } = await sql`
      select value, text from numbers where value > ${10} order by value desc
    `.execute(threads.db);
    expect(rows).toHaveLength(ROWS - 10);
    expect(rows.slice(0, 2)).toEqual([
      { value: ROWS, text: `n${ROWS}` },
      { value: ROWS - 1, text: `n${ROWS - 1}` },
    ]);
    expect(rows.at(-1)).toEqual({ value: 11, text: 'n11' });
  });

  it('leave the event loop to others, also while many rows are received', async () => {
    let turns = 0;
    const end = new AbortController();
    const counting = (async () => {
      while (!end.signal.aborted) {
        turns += 1;
        await nextTurn();
      }
    })();
    await sql`select * from numbers`.execute(threads.db);
    end.abort();
    await counting;
    // A turn for each message of 500 rows at least.
    expect(turns).toBeGreaterThanOrEqual(ROWS / 500);
  });

  it('run two at a time: others wait, in their order', async () => {
    const ends = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    let begun = 0;
    const holding = ends.map(({ promise }) =>
      threads.db.transaction().execute(() => {
        begun += 1;
        return promise;
      }),
    );
    await until(() => begun === 2);
    const ended: string[] = [];
    const others = ['third', 'fourth'].map((name) =>
      count.execute(threads.db).then(() => ended.push(name)),
    );
    await sleep(50);
    expect(ended).toEqual([]);
    ends[0]?.resolve(undefined);
    await Promise.all(others);
    expect(ended).toEqual(['third', 'fourth']);
    ends[1]?.resolve(undefined);
    await Promise.all(holding);
    expect(most).toBe(2);
  });

  it('see one state in a transaction, and the newest one after it', async () => {
    await threads.db.transaction().execute(async (db) => {
      expect((await count.execute(db)).rows).toEqual([{ n: ROWS }]);
      writer.exec('insert into numbers values (0, null)');
      expect((await count.execute(db)).rows).toEqual([{ n: ROWS }]);
    });
    expect((await count.execute(threads.db)).rows).toEqual([{ n: ROWS + 1 }]);
  });

  it('fail as SQLite says, also where they would write, and the next one does not', async () => {
    await expect(sql`select * from absent`.execute(threads.db)).rejects.toMatchObject({
      message: 'no such table: absent',
      code: 'ERR_SQLITE_ERROR',
      errcode: 1,
    });
    await expect(sql`delete from numbers`.execute(threads.db)).rejects.toMatchObject({
      message: 'attempt to write a readonly database',
    });
    expect((await count.execute(threads.db)).rows).toEqual([{ n: ROWS }]);
  });
});

describe('the rowids of a query', () => {
  it('come in its order, all of them, with its parameters, and may be none', async () => {
    const idsOf = async (above: number): Promise<number[]> => [
      ...(await threads.rowIds({ sql: IDS, parameters: [above] }, going())),
    ];
    expect(await idsOf(0)).toEqual(Array.from({ length: ROWS }, (_, index) => ROWS - index));
    expect(await idsOf(ROWS)).toEqual([]);
  });

  it('end with their thread for a reader who has left', async () => {
    const query = { sql: MANY_ROWS, parameters: [] };
    await expect(threads.rowIds(query, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
    const leaving = new AbortController();
    const ids = threads.rowIds(query, leaving.signal);
    await until(isReading);
    leaving.abort();
    await expect(ids).rejects.toMatchObject({ name: 'AbortError' });
    expect(isReading()).toBe(false);
    expect(running.size).toBe(0);
    expect((await count.execute(threads.db)).rows).toEqual([{ n: ROWS }]);
  });

  it('keep the place of a reader who has left, until their statement is over', async () => {
    const query = { sql: LONG_COUNT, parameters: [] };
    for (let index = 0; index < 2; index++) {
      const leaving = new AbortController();
      const ids = threads.rowIds(query, leaving.signal);
      await untilReading();
      leaving.abort();
      expect(isReading()).toBe(true);
      await expect(ids).rejects.toMatchObject({ name: 'AbortError' });
      expect(isReading()).toBe(false);
    }
    const leaving = new AbortController();
    const reads = Array.from({ length: 4 }, () => threads.rowIds(query, leaving.signal));
    await untilReading();
    leaving.abort();
    await Promise.allSettled(reads);
    expect((await count.execute(threads.db)).rows).toEqual([{ n: ROWS }]);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('do not come where SQLite refuses the query, and what it says does', async () => {
    const query = { sql: 'select rowid as id from absent', parameters: [] };
    await expect(threads.rowIds(query, going())).rejects.toMatchObject({
      message: 'no such table: absent',
    });
  });
});

describe('a close', () => {
  const closed = { message: 'expected the database to be open, it is closed' };

  it('fails reads that run, wait and come later, and starts no thread for them', async () => {
    const reads = Array.from({ length: 4 }, () => sql.raw(MANY_ROWS).execute(threads.db));
    const results = Promise.allSettled(reads);
    await until(isReading);
    await threads.destroy();
    for (const result of await results) {
      expect(result).toMatchObject({ status: 'rejected', reason: closed });
    }
    await expect(count.execute(threads.db)).rejects.toMatchObject(closed);
    expect(running.size).toBe(0);
    expect(most).toBe(2);
  });

  it('waits no longer than it may for a statement that goes on', async () => {
    const hasty = new ReadThreads(path.join(folder, 'rows.db'), 1);
    const read = hasty.rowIds({ sql: LONG_COUNT, parameters: [] }, going());
    const failed = expect(read).rejects.toMatchObject(closed);
    await untilReading();
    await hasty.destroy();
    expect(isReading()).toBe(true);
    await failed;
  });
});
