import { sql } from 'kysely';
import type { CalendarDay } from '@daysync/progress';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StagedRows } from '../database/staging.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { D1, D2 } from '../sync/sync.fixture.js';
import type { WithTarget } from './target.js';
import { replaceDay } from './target-rows.js';
import { prepareTarget } from './target-table.js';

let sync: ScratchInstallation;
beforeEach(async () => {
  sync = await ScratchInstallation.open();
});
afterEach(() => sync.close());

const write = (
  day: CalendarDay,
  rows: readonly (readonly number[])[] | StagedRows,
): Promise<void> =>
  sync.database.write('targets', (transaction) => replaceDay(transaction, sync.dataset, day, rows));

const change = (statement: string): Promise<unknown> =>
  sync.database.write('targets', ({ db }) => sql.raw(statement).execute(db));

const values = (count: number, value: (n: number) => number): number[][] =>
  Array.from({ length: count }, (_, n) => [value(n)]);

const stage = (rows: readonly (readonly (number | string)[])[]): StagedRows => {
  const table = sync.database.staging.create(1);
  table.append(rows);
  return table;
};

/** What the target has, in the order in which it lies. */
async function lying(): Promise<{ id: number; row: string }[]> {
  const { rows } = await sql<{ id: number; row: string }>`
    select rowid as id, sync_day || ':' || value as row from readings order by rowid
  `.execute(sync.database.read);
  return rows;
}

type TargetRows = Awaited<ReturnType<ScratchInstallation['target']>>;

const expected = (day: CalendarDay, rows: readonly (readonly number[])[]): TargetRows =>
  rows.map(([value = NaN]) => ({ day, value })).sort((one, other) => one.value - other.value);

describe('replaceDay', () => {
  it('moves staged rows in the place of many, and yields to the event loop', async () => {
    const before = sync.database.advances;
    await write(D1, stage(values(50_001, (n) => n)));
    const rows = stage(values(30_000, (n) => n + 7));
    await write(D1, rows);
    expect(await sync.target()).toEqual(
      expected(
        D1,
        values(30_000, (n) => n + 7),
      ),
    );
    // One for each 4,000 rows that are overwritten, added or deleted, and both commits.
    expect(sync.database.advances - before).toBe(28);
  });

  it('overwrites the rows that lie together, and takes away or adds the rest', async () => {
    await write(D1, stage(values(9_000, (n) => n)));
    await write(D2, [[1]]);
    const more = values(13_000, (n) => n * 2);
    await write(D1, stage(more));
    expect(await sync.target()).toEqual([...expected(D1, more), { day: D2, value: 1 }]);
    // Those of two whole chunks stay where they lay.
    expect((await lying()).slice(7_999, 8_001)).toEqual([
      { id: 8_000, row: `${D1}:15998` },
      { id: 9_001, row: `${D2}:1` },
    ]);
    const fewer = values(6_000, (n) => n - 6_000);
    await write(D1, stage(fewer));
    expect(await sync.target()).toEqual([...expected(D1, fewer), { day: D2, value: 1 }]);
  });

  it('replaces rows that lie between those of another day', async () => {
    await write(
      D1,
      values(20, (n) => n),
    );
    await change(`update readings set sync_day = iif(rowid % 2, '${D1}', '${D2}')`);
    const rows = values(5_000, (n) => n);
    await write(D1, stage(rows));
    const target = await sync.target();
    expect(target.filter((row) => row.day === D1)).toEqual(expected(D1, rows));
    expect(target).toHaveLength(5_010);
  });

  it.each([
    ['create unique index readings_value on readings (value)'],
    [
      'drop table readings',
      'create table readings (sync_day text not null, value integer not null primary key)',
    ],
  ])('meets no value of a row that is to go: %s', async (...statements) => {
    for (const statement of statements) await change(statement);
    await write(D1, stage(values(5_000, (n) => n)));
    const moved = values(5_000, (n) => n + 1);
    await write(D1, stage(moved));
    expect(await sync.target()).toEqual(expected(D1, moved));
  });

  it('has the triggers of the table see rows go and come', async () => {
    await change('create table seen (what text)');
    for (const what of ['delete', 'insert', 'update']) {
      await change(
        `create trigger on_${what} after ${what} on Readings begin insert into seen values ('${what}'); end`,
      );
    }
    await write(D1, stage(values(3, (n) => n)));
    await write(D1, stage(values(2, (n) => n)));
    const { rows } = await sql`select what, count(*) as count from seen group by what`.execute(
      sync.database.read,
    );
    expect(rows).toEqual([
      { what: 'delete', count: 3 },
      { what: 'insert', count: 5 },
    ]);
  });
});

describe('large rows on SQLite', () => {
  const texts = {
    name: 'texts',
    target: {
      table: 'texts',
      columns: [{ name: 'value', from: 'value', type: 'text', nullable: false }],
    },
  } as const satisfies WithTarget & { readonly name: string };
  /** Five chunks of eight. */
  const large = (mark: string, count = 40): StagedRows =>
    stage(Array.from({ length: count }, (_, n) => [String(n).padEnd(60_000, mark)]));
  /** Writes, and counts the turns of the event loop. */
  const turnsOf = async (rows: StagedRows | readonly (readonly string[])[]): Promise<number> => {
    let turns = 0;
    await sync.database.write('targets', (transaction) =>
      replaceDay(
        Object.assign(transaction, {
          turn: () => {
            turns += 1;
            return Promise.resolve();
          },
        }),
        texts,
        D1,
        rows,
      ),
    );
    return turns;
  };
  const stored = async (): Promise<unknown> => {
    const { rows } =
      await sql`select count(*) as count, count(distinct value) as values_, min(length(value)) as least
      from texts where sync_day = ${D1}`.execute(sync.database.read);
    return rows[0];
  };
  const prepare = (): Promise<unknown> =>
    sync.database.write('targets', (transaction) => prepareTarget(transaction, texts));

  it('are added and overwritten in chunks of a megabyte', async () => {
    await prepare();
    expect(await turnsOf(large('x'))).toBe(5);
    expect(await stored()).toEqual({ count: 40, values_: 40, least: 60_000 });
    expect(await turnsOf(large('y'))).toBe(5);
    expect(await stored()).toEqual({ count: 40, values_: 40, least: 60_000 });
  });

  it('are overwritten by small ones, and deleted, a megabyte at a time', async () => {
    await prepare();
    await turnsOf(large('x', 64));
    const small = Array.from({ length: 64 }, (_, n) => [`small ${n}`]);
    // What is left of the rows is halved until it has a megabyte at most: 16, 12, 9, 14 and 13 rows.
    expect(await turnsOf(stage(small))).toBe(5);
    expect(await stored()).toEqual({ count: 64, values_: 64, least: 7 });
    await turnsOf(large('x', 64));
    await change('create unique index texts_value on texts (value)');
    // Between four deletes of 16 rows, and after the rows are added.
    expect(await turnsOf(stage(small))).toBe(4);
    expect(await stored()).toEqual({ count: 64, values_: 64, least: 7 });
  });

  it('of a day in memory get turns as well', async () => {
    await prepare();
    const rows = Array.from({ length: 40 }, (_, n) => [String(n).padEnd(60_000, 'x')]);
    expect(await turnsOf(rows)).toBe(5);
    expect(await stored()).toEqual({ count: 40, values_: 40, least: 60_000 });
  });
});
