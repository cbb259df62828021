import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { describeWithPostgres, scratchPostgres } from '../../../../../../test/postgres.js';
import { scratchFolder } from '../../../../../../test/scratch.js';
import { listOf } from '../../../sources/day-source.fixture.js';
import type { DayReading } from '../day-column-guess.js';
import type { InitSource } from '../init-source.js';
import { declaredType, openTable, postgresCondition } from './sql-table.js';

const DAY = calendarDay('2025-10-01');
const { signal } = new AbortController();

describe('declaredType', () => {
  it.each([
    ['character varying', 'text'],
    ['time without time zone', 'text'],
    ['bigint', 'integer'],
    ['double precision', 'real'],
    ['numeric', 'decimal'],
    ['date', 'date'],
    ['timestamp with time zone', 'timestamp'],
    ['timestamp without time zone', undefined],
    ['jsonb', 'json'],
  ])('of %s', (type, expected) => {
    expect(declaredType(type)).toBe(expected);
  });
});

describe('an address of PostgreSQL', () => {
  it.each([
    'postgres://u:sec/ret@h/db',
    'postgres://u:sec#ret@h/db',
    'postgres://u:secret@[h/db',
    'POSTGRES://u:secret@h/db',
  ])('that can not be read is refused without it: %s', async (address) => {
    await expect(openTable(address, '.', signal)).rejects.toThrow(
      "expected postgres://user:password@host:port/database with what is special in a part %-encoded, or sqlite:path/to/file.db, got an address that can't be read",
    );
  });

  it('with a certificate that is missing is refused', async () => {
    const address = 'postgres://u:secret@h/db?sslrootcert=/nowhere/ca.pem';
    const opening = openTable(address, '.', signal);
    await expect(opening).rejects.toThrow(/, got an error: ENOENT[^\n]*\/nowhere\/ca\.pem'$/);
  });
});

function dayIn(format: string): DayReading {
  return {
    column: { from: 'at', format, timeZone: 'UTC' },
    ...{ name: 'at', readable: 1, unreadable: 0, unreadableRows: [], ahead: 0 },
    ...{ days: 1, examples: [], otherFormats: [] },
    ...{ first: DAY, last: DAY },
  };
}

describe('postgresCondition', () => {
  it.each([
    ['date', 'iso', 'at = :day'],
    ['timestamp with time zone', 'iso', 'at >= :day_start and at < :day_end'],
    ['timestamp without time zone', 'iso', 'at >= :day::timestamp and at < :next_day::timestamp'],
    ['text', 'iso', 'at >= :day and at < :next_day'],
    [
      'bigint',
      'epoch_s',
      'at >= extract(epoch from :day_start) and at < extract(epoch from :day_end)',
    ],
  ])('for %s in %s', (type, format, expected) => {
    expect(postgresCondition(dayIn(format), type, [])).toBe(expected);
  });

  it.each([
    ['2025-10-01T23:00:00Z', true],
    ['2025-10-01 23:00:00.5+02:00', true],
    ['2025-10-01T23:00+0530', true],
    ['2025-10-01 23:00:00-05', true],
    ['2025-10-01T23:00:00', false],
    ['2025-10-01', false],
  ])('compares texts such as %s as instants: %s', (value, isInstant) => {
    const rows = [
      { row: 1, values: { at: null } },
      { row: 2, values: { at: value } },
    ];
    expect(postgresCondition(dayIn('iso'), 'character varying', rows)).toBe(
      isInstant
        ? 'at::timestamptz >= :day_start and at::timestamptz < :day_end'
        : 'at >= :day and at < :next_day',
    );
  });

  it.each([
    ['dd.MM.yyyy', 'text', 'got at, written dd.MM.yyyy in a column of type text'],
    ['iso', 'jsonb', 'got at, written iso in a column of type jsonb'],
  ])('refuses %s in a column of type %s', (format, type, expected) => {
    expect(() => postgresCondition(dayIn(format), type, [])).toThrow(expected);
  });
});

async function rowCount(source: InitSource): Promise<number> {
  return (await listOf(source.rows(signal))).flat().length;
}

describe('a table of SQLite', () => {
  async function createTable(): Promise<string> {
    const file = path.join(await scratchFolder(), 'a.db');
    const database = new DatabaseSync(file);
    database.exec(
      `create table t (day text, a text);
       with recursive n(n) as (select 1 union all select n + 1 from n where n < 100)
       insert into t select '2025-10-01', printf('%.*c', 990, 'x') from n`,
    );
    database.close();
    return `sqlite:${file}`;
  }

  it('is read up to a bound in bytes', async () => {
    const table = await createTable();
    const whole = await openTable(table, '.', signal);
    expect([whole.isWhole, await rowCount(whole)]).toEqual([true, 100]);
    const part = await openTable(table, '.', signal, { mostBytes: 10_000 });
    expect([part.isWhole, await rowCount(part)]).toEqual([false, 10]);
  });

  it('is not read after an abort', async () => {
    const reason = new Error('stopped');
    const opening = openTable(await createTable(), '.', AbortSignal.abort(reason));
    await expect(opening).rejects.toBe(reason);
  });
});

describeWithPostgres('a table of PostgreSQL', () => {
  const makeDatabase = scratchPostgres();

  async function createTable(sql: string): Promise<string> {
    const address = await makeDatabase();
    const client = new Client({ connectionString: address });
    await client.connect();
    await client.query(sql);
    await client.end();
    return address;
  }

  it('is read up to a bound in bytes', async () => {
    const table = await createTable(
      `create table t as select date '2025-10-01' as day, repeat('x', 990) as a from generate_series(1, 3000)`,
    );
    const whole = await openTable(table, '.', signal);
    expect([whole.isWhole, await rowCount(whole)]).toEqual([true, 3_000]);
    const part = await openTable(table, '.', signal, { mostBytes: 10_000 });
    expect([part.isWhole, await rowCount(part)]).toEqual([false, 10]);
  });

  it('stops while a query runs', async () => {
    const table = await createTable(
      `create view t as select date '2025-10-01' as day from pg_sleep(60)`,
    );
    const stopping = new AbortController();
    const opening = openTable(table, '.', stopping.signal);
    const reason = new Error('stopped');
    await Promise.all([
      expect(opening).rejects.toBe(reason),
      sleep(300).then(() => {
        stopping.abort(reason);
      }),
    ]);
  }, 20_000);
});
