import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRowIds } from './row-ids.js';

/** More than the list has room for at first. */
const ROWS = 10_000;

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'daysync-row-ids-'));
  file = path.join(folder, 'rows.db');
  const database = new DatabaseSync(file);
  database.exec(`
    create table numbers (value integer);
    insert into numbers select value from (
      with recursive counted(value) as (select 1 union all select value + 1 from counted where value < ${ROWS})
      select value from counted
    )`);
  database.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const going = (): AbortSignal => new AbortController().signal;

describe('the rowids of a query', () => {
  it('come in its order, all of them', async () => {
    const query = { sql: 'select rowid as id from numbers order by value desc', parameters: [] };
    const ids = await readRowIds(file, query, going());
    expect([...ids]).toEqual(Array.from({ length: ROWS }, (_, index) => ROWS - index));
  });

  it('may be none, and depend on its parameters', async () => {
    const query = { sql: 'select rowid as id from numbers where value > ?', parameters: [ROWS] };
    expect([...(await readRowIds(file, query, going()))]).toEqual([]);
  });

  it('are not waited for by who does not want them any more', async () => {
    const query = { sql: 'select rowid as id from numbers', parameters: [] };
    await expect(readRowIds(file, query, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
    const leaving = new AbortController();
    const ids = readRowIds(file, query, leaving.signal);
    leaving.abort();
    await expect(ids).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('do not come where SQLite refuses the query, and what it says does', async () => {
    const query = { sql: 'select rowid as id from absent', parameters: [] };
    await expect(readRowIds(file, query, going())).rejects.toMatchObject({
      message: 'no such table: absent',
    });
  });
});
