import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { calendarDay, type CalendarDay } from '@daysync/progress';
import { draws } from '../../../../../test/draws.js';
import { scratchFolder } from '../../../../../test/scratch.js';
import { DAY_INDEX_LIMITS, type DayIndexLimits } from '../day-index/day-index-builder.js';
import { ChangedContentError } from '../day-index/day-index.js';
import { listOf } from '../day-source.fixture.js';
import type { SourceRow } from '../day-source.js';
import type { NeededColumn } from '../rows/source-columns.js';
import type { DayColumn } from '../values/day-column.js';
import { ParquetDayIndex } from './parquet-day-index.js';
import { CountedBytes, duckdbFile, writtenFile } from './parquet-files.fixture.js';

const { signal } = new AbortController();
const isCurrent = (): Promise<boolean> => Promise.resolve(true);
/** Each test writes it again. */
const path = join(await scratchFolder(), 'a.parquet');

let index: ParquetDayIndex | undefined;
afterEach(async () => {
  await index?.close();
  index = undefined;
});

interface Options {
  readonly column?: Partial<DayColumn>;
  readonly columns?: readonly string[];
  readonly limits?: Partial<DayIndexLimits>;
}

const named = (name: string): NeededColumn => ({ from: name, name });

/** Indexes the file, and says how many bytes that took. */
async function build({ column, columns = ['n'], limits }: Options = {}): Promise<CountedBytes> {
  await index?.close();
  const bytes = await CountedBytes.of(path);
  const dayColumn = { from: 'day', format: 'iso', timeZone: 'UTC', ...column };
  const options = {
    ...{ dayColumn, columns: columns.map(named) },
    limits: { ...DAY_INDEX_LIMITS, ...limits },
  };
  index = await ParquetDayIndex.build(bytes, options, signal);
  return bytes;
}

async function rowsOn(day: string): Promise<SourceRow[]> {
  const rows = index?.rowsOf(calendarDay(day), isCurrent, signal);
  const chunks = rows === undefined ? [] : await listOf(rows);
  expect(chunks).not.toContainEqual([]);
  return chunks.flat();
}
const numbersOn = async (day: string): Promise<unknown[]> =>
  (await rowsOn(day)).map(({ values }) => values['n']);

/** Rows of a day after another, `size` rows each. */
const sorted = (days: number, size: number): string =>
  `select (date '2025-01-01' + (i // ${size})::integer) as day, i as n, md5(i::text) as text from range(${days * size}) t(i)`;

describe('a file with statistics', () => {
  it('is indexed without its rows where each row group has one day', async () => {
    await duckdbFile(path, sorted(4, 2_048), 'row_group_size 2048');
    const bytes = await build();
    expect(index?.days).toEqual(['2025-01-01', '2025-01-02', '2025-01-03', '2025-01-04']);
    // The magic at both ends and the footer, which is read with what stands before it.
    expect(bytes.read).toBeLessThanOrEqual(65_536 + 8);
    expect(await numbersOn('2025-01-03')).toEqual(
      Array.from({ length: 2_048 }, (_, k) => 4_096 + k),
    );
  });

  it('reads of a day only its row groups, and only the columns that are needed', async () => {
    await duckdbFile(path, sorted(20, 2_048), `row_group_size 2048, codec 'uncompressed'`);
    const bytes = await build();
    const before = bytes.read;
    expect((await rowsOn('2025-01-11')).length).toBe(2_048);
    // The numbers of one of 20 row groups.
    expect(bytes.read - before).toBeLessThan(2_048 * 8 * 1.1);
    expect(bytes.size).toBeGreaterThan(20 * 2_048 * 32);
  });

  it('is read where a row group has several days', async () => {
    await duckdbFile(path, sorted(7, 1_000), 'row_group_size 2048');
    await build();
    expect(index?.days.length).toBe(7);
    expect(await numbersOn('2025-01-03')).toEqual(
      Array.from({ length: 1_000 }, (_, k) => 2_000 + k),
    );
    expect((await rowsOn('2025-01-03'))[0]?.row).toBe(2_001);
    expect(await rowsOn('2025-01-08')).toEqual([]);
  });

  it('is read where rows may have no day', async () => {
    const query = `select case when i = 3 then null else date '2025-01-01' end as day, i as n from range(5) t(i)`;
    await duckdbFile(path, query);
    await build();
    expect(await numbersOn('2025-01-01')).toEqual([0, 1, 2, 4]);
    expect(index?.unreadableRows('a.parquet')).toMatchObject({ count: 1, allRows: 5 });
  });

  it.each([
    ['UTC', ['2025-01-01']],
    ['Asia/Tokyo', ['2025-01-01', '2025-01-02']],
    ['America/New_York', ['2024-12-31', '2025-01-01']],
  ])('has the days of instants in the zone %s', async (timeZone, days) => {
    const query = `select timestamptz '2025-01-01 00:00:00Z' + to_seconds(86399 * i / 4095) as day, i as n from range(4096) t(i)`;
    await duckdbFile(path, query, 'row_group_size 4096');
    await build({ column: { timeZone } });
    expect(index?.days).toEqual(days);
    const all = await Promise.all(days.map(numbersOn));
    expect(all.flat()).toEqual(Array.from({ length: 4_096 }, (_, k) => k));
  });

  it('is read where a clock is set back around midnight: instants between two of a day may be of another', async () => {
    // At 00:01 of November 7, clocks in St. John's went back to 23:01 of November 6.
    const at = ['2010-11-07T02:00:00Z', '2010-11-07T02:30:30Z', '2010-11-07T03:00:00Z'];
    const data = at.map((time) => new Date(time));
    await writtenFile(path, {
      columnData: [
        { name: 'day', data, type: 'TIMESTAMP' },
        { name: 'n', data: [1, 2, 3], type: 'INT32' },
      ],
    });
    await build({ column: { timeZone: 'America/St_Johns' } });
    expect(await numbersOn('2010-11-06')).toEqual([1, 3]);
    expect(await numbersOn('2010-11-07')).toEqual([2]);
  });

  it('counts the times of a wall clock that a clock change skips or repeats', async () => {
    const query = `select timestamp '2025-03-30 02:30:00' as day, i as n from range(3000) t(i)`;
    await duckdbFile(path, query, 'row_group_size 2048');
    await build({ column: { timeZone: 'Europe/Berlin' } });
    expect(index?.unreadableRows('a').unclearTimes).toBe(3_000);
    await build();
    expect(index?.unreadableRows('a').unclearTimes).toBe(0);
    expect((await rowsOn('2025-03-30')).length).toBe(3_000);
  });
});

describe('a file without statistics', () => {
  it('has the rows of each day, whatever their order is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.integer({ min: 0, max: 6 }), { freq: 8 }), {
          minLength: 1,
          maxLength: 400,
        }),
        fc.integer({ min: 1, max: 90 }),
        async (days, groupRows) => {
          fc.pre(days.some((day) => day !== null));
          const dates = days.map((day) => (day === null ? null : `2025-01-0${day + 1}`));
          await writtenFile(path, {
            columnData: [
              { name: 'day', data: dates, type: 'STRING', nullable: true },
              { name: 'n', data: days.map((_, row) => row), type: 'INT32' },
            ],
            rowGroupSize: groupRows,
            statistics: false,
          });
          await build({ limits: { runsInMemory: 20 } });
          for (const day of index?.days ?? []) {
            const expected = [...dates.keys()].filter((row) => dates[row] === day);
            const rows = await rowsOn(day);
            expect(rows.map(({ values }) => values['n'])).toEqual(expected);
            expect(rows.map(({ row }) => row)).toEqual(expected.map((row) => row + 1));
          }
          expect(index?.days).toEqual(
            [...new Set(dates.filter((date) => date !== null))].toSorted(),
          );
          const missing = dates.filter((date) => date === null).length;
          expect(index?.unreadableRows('a').count).toBe(missing);
        },
      ),
      { numRuns: draws(10, 60) },
    );
  });

  it('that is shuffled is read over short gaps, and passes long ones', async () => {
    const query = `select (date '2025-01-01' + ((i * 7919) % 400)::integer) as day, i as n from range(12000) t(i)`;
    await duckdbFile(path, query, 'row_group_size 4096');
    await build();
    const expected = Array.from({ length: 12_000 }, (_, n) => n).filter(
      (n) => (n * 7_919) % 400 === 5,
    );
    expect(await numbersOn('2025-01-06')).toEqual(expected);
    expect(expected.length).toBe(30);
  });
});

describe('day columns', () => {
  it('may be numbers, parts, and values in a structure', async () => {
    const query = `select 1735689600 + 86400 * i as s, 2025 as y, 1 as m, i + 1 as d,
                          { 'at': timestamptz '2025-01-01 12:00:00Z' + to_days(i::integer) } as meta, i as n
                   from range(3) t(i)`;
    await duckdbFile(path, query);
    for (const column of [
      { from: 's', format: 'epoch_s' },
      { from: ['y', 'm', 'd'], format: 'yyyy-M-d' },
      { from: 'meta', pointer: '/meta/at' },
    ]) {
      await build({ column });
      expect(await numbersOn('2025-01-02')).toEqual([1]);
      expect(index?.days).toEqual(['2025-01-01', '2025-01-02', '2025-01-03']);
    }
    await build({ column: { from: 'y', format: 'year' } });
    expect(await numbersOn('2025-01-01')).toEqual([0, 1, 2]);
  });

  it('without a readable day in any row concern every day', async () => {
    await duckdbFile(path, `select '31/01/2025' as day, i as n from range(3) t(i)`);
    await expect(build()).rejects.toMatchObject({
      ...{ code: 'SOURCE_DAY_UNREADABLE', kind: 'source_wide' },
      message: expect.stringMatching(
        /^row 1, column "day": expected a date written yyyy-MM-dd, got "31\/01\/2025".*dd\/MM\/yyyy.* none of the 3 rows has a readable day/,
      ) as string,
    });
  });

  it('that are missing concern every day', async () => {
    await duckdbFile(path, 'select 1 as n');
    await expect(build()).rejects.toMatchObject({
      ...{ code: 'SOURCE_COLUMN_MISSING', kind: 'source_wide' },
      message: `expected the day's column "day", got the columns "n"`,
    });
  });
});

it('lists rows without a readable day, with what is needed of them', async () => {
  const query = `select case i % 3 when 0 then null when 1 then 'total' else '2025-01-01' end as day, i as n, 'x' as unused from range(9) t(i)`;
  await duckdbFile(path, query);
  await build({ limits: { keptUnreadable: { rows: 3, characters: 100 } } });
  const { count, allRows, rows } = index?.unreadableRows('a.parquet') ?? { rows: [] };
  expect([count, allRows]).toEqual([6, 9]);
  expect(rows).toEqual([
    {
      ...{ file: 'a.parquet', row: 1, column: 'day', content: '{"day":null,"n":0}' },
      text: 'row 1, column "day": expected a date written yyyy-MM-dd, got null',
    },
    {
      ...{ file: 'a.parquet', row: 2, column: 'day', content: '{"day":"total","n":1}' },
      text: 'row 2, column "day": expected a date written yyyy-MM-dd, got "total"',
    },
    expect.objectContaining({ row: 4, content: '{"day":null,"n":3}' }),
  ]);
});

it('says when the content has changed, before its rows are yielded, and for what is no longer Parquet', async () => {
  await duckdbFile(path, sorted(2, 5_000));
  const bytes = await build();
  const day: CalendarDay = calendarDay('2025-01-01');
  const changed = (): Promise<boolean> => Promise.resolve(false);
  const reading = index?.rowsOf(day, changed, signal).next();
  await expect(reading).rejects.toBeInstanceOf(ChangedContentError);
  bytes.damage();
  await expect(index?.rowsOf(day, changed, signal).next()).rejects.toBeInstanceOf(
    ChangedContentError,
  );
  await expect(rowsOn('2025-01-01')).rejects.toMatchObject({
    ...{ code: 'SOURCE_UNREADABLE', kind: 'lasting' },
  });
});

it('keeps nothing of a file with many column chunks in memory, and reads its footer for each day', async () => {
  // More than 2,000 column chunks: 40 in each of 60 row groups, which have a row each.
  const names = ['day', ...Array.from({ length: 38 }, (_, at) => `c${at}`), 'n'];
  const numbers = Array.from({ length: 60 }, (_, at) => at);
  const days = numbers.map((at) => new Date(Date.UTC(2025, 0, 1 + at)));
  await writtenFile(path, {
    columnData: names.map((name) =>
      name === 'day'
        ? { name, data: days, type: 'TIMESTAMP' }
        : { name, data: numbers, type: 'INT32' },
    ),
    rowGroupSize: 1,
  });
  await build();
  expect(index?.runCount).toBe(60);
  expect(await numbersOn('2025-02-01')).toEqual([31]);
  await duckdbFile(path, sorted(3, 2_048), 'row_group_size 2048');
  await build();
  expect(index?.runCount).toBeGreaterThan(3);
});
