import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReadThreads } from './read-threads.js';

/** More than fit into a message, and than the list of rowids has room for at first. */
const ROWS = 10_000;
const LONG = 'with recursive counted(value) as (select 1 union all select value + 1 from counted';

let folder: string;
let threads: ReadThreads;
let writer: DatabaseSync;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'daysync-read-threads-'));
  const file = path.join(folder, 'rows.db');
  writer = new DatabaseSync(file);
  writer.exec(`
    pragma journal_mode = wal;
    create table numbers (value integer, text text);
    insert into numbers select value, 'n' || value from (
      ${LONG} where value < ${ROWS}) select value from counted
    )`);
  threads = new ReadThreads(file);
});
afterEach(async () => {
  await threads.destroy();
  writer.close();
  rmSync(folder, { recursive: true });
});

const going = (): AbortSignal => new AbortController().signal;
const idsOf = (condition: string): string => `select rowid as id from numbers where ${condition}`;
const count = sql<{ readonly n: number }>`select count(*) as n from numbers`;
/** Runs until its thread ends. */
const endless = sql.raw(`${LONG}) select count(*) from counted`);

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

  it('run two at a time: a third one waits, in its order', async () => {
    const ended: string[] = [];
    const first = endless.execute(threads.db).catch(() => ended.push('first'));
    const second = count.execute(threads.db).then(() => ended.push('second'));
    const third = count.execute(threads.db).then(() => ended.push('third'));
    await Promise.all([second, third]);
    expect(ended).toEqual(['second', 'third']);
    await threads.destroy();
    await first;
  });

  it('see one state in a transaction, and the newest one after it', async () => {
    await threads.db.transaction().execute(async (db) => {
      expect((await count.execute(db)).rows).toEqual([{ n: ROWS }]);
      writer.exec('insert into numbers values (0, null)');
      expect((await count.execute(db)).rows).toEqual([{ n: ROWS }]);
    });
    expect((await count.execute(threads.db)).rows).toEqual([{ n: ROWS + 1 }]);
  });

  it('fail as SQLite says, and the next one does not', async () => {
    await expect(sql`select * from absent`.execute(threads.db)).rejects.toMatchObject({
      message: 'no such table: absent',
      code: 'ERR_SQLITE_ERROR',
      errcode: 1,
    });
    expect((await count.execute(threads.db)).rows).toEqual([{ n: ROWS }]);
  });

  it('write nothing', async () => {
    await expect(sql`delete from numbers`.execute(threads.db)).rejects.toMatchObject({
      message: 'attempt to write a readonly database',
    });
  });
});

describe('the rowids of a query', () => {
  it('come in its order, all of them', async () => {
    const query = { sql: `${idsOf('true')} order by value desc`, parameters: [] };
    const ids = await threads.rowIds(query, going());
    expect([...ids]).toEqual(Array.from({ length: ROWS }, (_, index) => ROWS - index));
  });

  it('may be none, and depend on its parameters', async () => {
    const query = { sql: idsOf('value > ?'), parameters: [ROWS] };
    expect([...(await threads.rowIds(query, going()))]).toEqual([]);
  });

  it('are not waited for by who does not want them any more: the thread ends', async () => {
    const query = { sql: `${LONG}) select value as id from counted`, parameters: [] };
    await expect(threads.rowIds(query, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
    // More than there are threads.
    for (let index = 0; index < 3; index++) {
      const leaving = new AbortController();
      const ids = threads.rowIds(query, leaving.signal);
      await nextTurn();
      leaving.abort();
      await expect(ids).rejects.toMatchObject({ name: 'AbortError' });
    }
    expect((await count.execute(threads.db)).rows).toEqual([{ n: ROWS }]);
  });

  it('do not come where SQLite refuses the query, and what it says does', async () => {
    const query = { sql: 'select rowid as id from absent', parameters: [] };
    await expect(threads.rowIds(query, going())).rejects.toMatchObject({
      message: 'no such table: absent',
    });
  });
});
