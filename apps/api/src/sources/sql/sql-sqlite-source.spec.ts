import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { scratchFolder, writeScratch } from '../../../../../test/scratch.js';
import type { TargetColumn } from '../../targets/target.js';
import type { SourceRow } from '../day-source.js';
import { SqliteReader } from './sql-sqlite-reader-process.js';
import { SqliteSource, type SqliteSourceOptions } from './sql-sqlite-source.js';
import { listOf, rowsOf } from '../day-source.fixture.js';

const DAY = calendarDay('2025-01-01');
const QUERY = 'select * from trades where day = :day order by id';
const signal = new AbortController().signal;

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await scratchFolder();
  path = join(folder, 'trades.db');
  execute(
    `create table trades (day text, id integer, price real, note text);
     insert into trades values ('2025-01-01', 1, 0.5, ''), ('2025-01-01', 9007199254740993, 1e300, null),
       ('2025-01-02', 3, 7, 'seven')`,
  );
});
afterEach(async () => {
  await Promise.all(sources.splice(0).map(async (made) => made.close()));
});

/** Changes the file, as another program does. */
function execute(sql: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

/** Whether a process reads the file: no process may write it then. */
function isHeld(): boolean {
  try {
    execute('begin exclusive; commit');
    return false;
  } catch {
    return true;
  }
}

const column = (name: string): TargetColumn => ({ name, from: name, type: 'text', nullable: true });

/** A reader that every source here asks: it ends at the end, or in the midst of a day. */
class LastingReader extends SqliteReader {
  override async kill(): Promise<void> {
    if (!this.isFree) await super.kill();
  }
  async leave(): Promise<void> {
    await super.kill();
  }
}

const sources: SqliteSource[] = [];
let lasting: LastingReader | undefined;
afterAll(async () => lasting?.leave());

function lastingReader(): SqliteReader {
  if (lasting?.isFree !== true) lasting = new LastingReader();
  return lasting;
}

function source(
  changes: Partial<SqliteSourceOptions> = {},
  startReader: () => SqliteReader = lastingReader,
): SqliteSource {
  const options = {
    path,
    writtenUrl: 'sqlite:trades.db',
    query: QUERY,
    timeZone: 'UTC',
    timeoutSeconds: 60,
    columns: ['id', 'price', 'note'].map(column),
    ...changes,
  };
  const made = new SqliteSource(options, startReader);
  sources.push(made);
  return made;
}

async function fetchAll(
  changes: Partial<SqliteSourceOptions> = {},
  { day = DAY, abort = signal } = {},
): Promise<SourceRow[]> {
  return listOf(rowsOf(source(changes).fetchDay(day, abort)));
}

/** A query that gives the numbers up to `last`. */
const counting = (last: number): string =>
  `with recursive n(id) as (values (1) union all select id + 1 from n where id < ${last})
   select id from n where :day is not null`;

/** A query that works on the file for ever and gives no row. */
const SILENT = `with recursive n(id) as (values (1) union all select id + 1 from n)
  select n.id from n, trades where n.id < 0 and day = :day`;

describe('SqliteSource', () => {
  it('gives the rows of the day, typed, with every digit', async () => {
    expect(await fetchAll()).toEqual([
      { row: 1, values: { id: 1n, price: 0.5, note: '' }, typed: true },
      { row: 2, values: { id: 9_007_199_254_740_993n, price: 1e300, note: null }, typed: true },
    ]);
  });

  it('sees a file that was exchanged', async () => {
    const exchanged = source();
    await listOf(rowsOf(exchanged.fetchDay(DAY, signal)));
    await rm(path);
    execute(`create table trades as select '${DAY}' as day, 5 as id, 1.0 as price, 'new' as note`);
    const [row] = await listOf(rowsOf(exchanged.fetchDay(DAY, signal)));
    expect(row?.values['note']).toBe('new');
  });

  it('gives others a turn while it reads 100,000 rows', async () => {
    let turns = 0;
    const count = (): void => {
      turns += 1;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    const rows: SourceRow[] = [];
    /** The turns in which rows came. */
    const turnsOfRows = new Set<number>();
    // More bytes than the event loop takes in from one process before all others have their turn.
    const query = counting(100_000).replace(
      'select id from',
      'select id, hex(zeroblob(20)) x from',
    );
    const read = source({ query, columns: ['id', 'x'].map(column) });
    for await (const row of rowsOf(read.fetchDay(DAY, signal))) {
      rows.push(row);
      turnsOfRows.add(turns);
    }
    clearImmediate(immediate);
    expect(rows).toHaveLength(100_000);
    expect(rows.at(-1)).toMatchObject({ row: 100_000, values: { id: 100_000n } });
    expect(turnsOfRows.size).toBeGreaterThan(1);
  });

  it('stops in the middle when it is aborted, and when its consumer has enough', async () => {
    const abort = new AbortController();
    setImmediate(() => abort.abort(new Error('cancelled')));
    const endless = { query: counting(1e15), columns: [column('id')] };
    await expect(fetchAll(endless, { abort: abort.signal })).rejects.toThrow('cancelled');
    await expect(fetchAll({}, { abort: abort.signal })).rejects.toThrow('cancelled');
    for await (const { row } of rowsOf(source(endless).fetchDay(DAY, signal))) if (row === 5) break;
    // A process that still reads would be in the way.
    execute('begin exclusive; drop table trades; commit');
  });

  it('leaves the event loop alone while a query works that gives no row, and ends it in time', async () => {
    // One that held up the event loop would hold up its own timeout: this would never come to its end.
    const silent = { query: SILENT, columns: [column('id')], timeoutSeconds: 1 };
    await expect(fetchAll(silent)).rejects.toMatchObject({ kind: 'passing', code: 'TIMEOUT' });
    // A process that still reads would be in the way.
    execute('begin exclusive; drop table trades; commit');
  });

  it('ends a query that gives no row when it is aborted, and lets go of the file', async () => {
    const abort = new AbortController();
    const silent = fetchAll({ query: SILENT, columns: [column('id')] }, { abort: abort.signal });
    const end = expect(silent).rejects.toThrow('cancelled');
    while (!isHeld()) await sleep(5);
    abort.abort(new Error('cancelled'));
    await end;
    expect(isHeld()).toBe(false);
  });

  it('keeps a reader for the next day, but none of a day that did not come to its end', async () => {
    let starts = 0;
    const counted = source({}, () => {
      starts += 1;
      return new SqliteReader();
    });
    await listOf(rowsOf(counted.fetchDay(DAY, signal)));
    await listOf(rowsOf(counted.fetchDay(DAY, signal)));
    expect(starts).toBe(1);
    for await (const chunk of counted.fetchDay(DAY, signal)) {
      expect(chunk).toHaveLength(2);
      break;
    }
    await listOf(rowsOf(counted.fetchDay(DAY, signal)));
    expect(starts).toBe(2);
  });
});

describe('what goes wrong', () => {
  it.each([
    ['select * frm trades where day = :day', 'near "frm": syntax error'],
    ['select * from trade where day = :day', 'no such table: trade'],
    ['select * from trades where dy = :day', 'no such column: dy'],
    ['delete from trades where day = :day returning *', 'attempt to write a readonly database'],
    [
      'create temp table t as select * from trades where day = :day',
      'got a statement that gives none',
    ],
  ])('a query that is refused concerns every day: %s', async (query, text) => {
    await expect(fetchAll({ query })).rejects.toMatchObject({
      kind: 'source_wide',
      code: 'SQL_QUERY_REFUSED',
      message: expect.stringContaining(text) as unknown,
    });
  });

  it('a query that fails at a row fails the day', async () => {
    execute(`update trades set note = '{' where id = 1`);
    const query = `select id, price, note ->> 'a' as note from trades where day = :day`;
    await expect(fetchAll({ query })).rejects.toMatchObject({
      kind: 'lasting',
      code: 'SQL_QUERY_FAILED',
      message: expect.stringContaining('malformed JSON') as unknown,
    });
  });

  it('a value of 800 MB is a row that is too large', async () => {
    execute('create table large as select zeroblob(80000000) as x');
    for (const query of [
      `select x from large where :day <> ''`,
      `select cast(zeroblob(800000000) as text) as x where :day <> ''`,
    ]) {
      await expect(fetchAll({ query, columns: [column('x')] })).rejects.toMatchObject({
        kind: 'lasting',
        code: 'SOURCE_ROW_TOO_LARGE',
        message: expect.stringContaining('at most 67108864 bytes') as unknown,
      });
    }
  });

  it('tries again later where no process can be had', async () => {
    const poor = source({}, () => {
      throw new Error('spawn EAGAIN');
    });
    await expect(listOf(rowsOf(poor.fetchDay(DAY, signal)))).rejects.toMatchObject({
      kind: 'passing',
      code: 'SQL_CONNECTION_LOST',
      message: expect.stringContaining('EAGAIN') as unknown,
    });
  });

  it.each([
    ['select id from trades where day = :day', 'SOURCE_COLUMN_MISSING', 'got the columns "id"'],
    ['select *, id from trades where day = :day', 'SOURCE_COLUMN_DUPLICATE', 'one column "id"'],
  ])('columns are looked at before there is a row: %s', async (query, code, text) => {
    await expect(fetchAll({ query }, { day: calendarDay('2020-01-01') })).rejects.toMatchObject({
      kind: 'source_wide',
      code,
      message: expect.stringContaining(text) as unknown,
    });
  });

  it('a file that is not there, or is something else', async () => {
    await expect(fetchAll({ path: join(folder, 'no.db') })).rejects.toMatchObject({
      kind: 'source_wide',
      code: 'SOURCE_FILE_MISSING',
      message: 'sqlite:trades.db: expected a SQLite file, got nothing',
    });
    const text = 'no database, but long enough to be looked at'.repeat(99);
    for (const other of [await writeScratch(folder, 'text.db', text), folder]) {
      await expect(fetchAll({ path: other })).rejects.toMatchObject({
        kind: 'source_wide',
        code: 'SOURCE_UNREADABLE',
      });
    }
  });

  it('a file that a process is writing may be free later', async () => {
    const writer = new DatabaseSync(path);
    writer.exec('begin exclusive');
    try {
      await expect(fetchAll()).rejects.toMatchObject({ kind: 'passing', code: 'SQL_QUERY_FAILED' });
    } finally {
      writer.close();
    }
    expect(await fetchAll()).toHaveLength(2);
  });
});
