import { describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { readDatasets } from '../file/dataset-file.js';
import { datasetIn } from '../file/valid-file.fixture.js';
import type { Dataset } from '../file/dataset.js';
import { badRow, SourceError, type DaySource } from '../../sources/day-source.js';
import { unreadableLists, unreadableRows } from '../../sources/unreadable-rows.fixture.js';
import { tryDay, type DayTrial } from './day-trial.js';

const DAY = calendarDay('2025-10-01');
const { signal } = new AbortController();

function dataset(columns: string, settings = ''): Dataset {
  const text = `datasets: [{ name: w, source: { kind: csv, path: w.csv, day_column: day }, target: { table: w, columns: ${columns} }${settings} }]`;
  return datasetIn(readDatasets(text, { folder: '/srv', env: {} }));
}

function sourceOf(
  rows: readonly Record<string, unknown>[],
  more: Partial<DaySource> = {},
): DaySource {
  return {
    async *fetchDay() {
      for (const [index, values] of rows.entries()) yield [{ row: index + 1, values, typed: true }];
    },
    ...more,
  };
}

async function tryRows(
  columns: string,
  rows: readonly Record<string, unknown>[],
  more: Partial<DaySource> = {},
): Promise<DayTrial> {
  return tryDay(dataset(columns), sourceOf(rows, more), DAY, signal);
}

describe('tryDay', () => {
  it('counts the rows, keeps the first ten and says what the columns could be', async () => {
    const rows = Array.from({ length: 12 }, (_, n) => ({ n, spare: n / 2, at: { city: 'Rome' } }));
    const trial = await tryRows('{ n: text, city: { pointer: /at/city, type: text } }', rows);
    expect(trial.rowCount).toBe(12);
    expect(trial.firstRows.map(({ row }) => row)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(
      trial.columns.map(({ source, inferred, target }) => [source, inferred, target?.name]),
    ).toEqual([
      ['n', 'integer', 'n'],
      ['/at/city', 'text', 'city'],
      ['spare', 'real', undefined],
    ]);
    expect(trial.failure).toBeNull();
  });

  it('counts rows that can not be read, apart from columns', async () => {
    const failure = (): SourceError =>
      new SourceError('lasting', 'SOURCE_ROW_RAGGED', 'row 2: expected 2 fields, got 1', {
        row: 2,
      });
    const rows = [{ row: 1, values: { a: '1' } }, badRow(2, { failure, text: () => '' })];
    const source: DaySource = {
      async *fetchDay() {
        yield await Promise.resolve(rows);
      },
    };
    const trial = await tryDay(dataset('{ a: integer }'), source, DAY, signal);
    expect(trial).toMatchObject({ rowCount: 2, misfitCount: 1, firstRows: [{ row: 1 }] });
    expect(trial.misfits).toEqual([
      {
        ...{ column: null, count: 1 },
        misfits: [
          { code: 'SOURCE_ROW_RAGGED', text: 'expected 2 fields, got 1', count: 1, row: 2 },
        ],
      },
    ]);
  });

  it('groups the values that do not fit by column and reason', async () => {
    const rows = Array.from({ length: 15 }, (_, n) => ({ a: n < 10 ? 'x' : `y${n}`, b: null }));
    const { misfits, misfitCount } = await tryRows('{ a: integer, b: real }', rows);
    expect(misfitCount).toBe(30);
    const text = 'expected a finite number, got null: set `nullable: true` or a `default`';
    const misfit = { code: 'VALUE_INVALID', text, count: 15, row: 1 };
    expect(misfits).toMatchObject([
      { column: 'a', count: 15 },
      { column: 'b', count: 15, misfits: [misfit] },
    ]);
    // Of many reasons, the first five.
    expect(misfits[0]?.misfits.map(({ count, row }) => [count, row])).toEqual([
      [10, 1],
      [1, 11],
      [1, 12],
      [1, 13],
      [1, 14],
    ]);
  });

  it('lists twenty columns with values that do not fit, and counts the others', async () => {
    const names = Array.from({ length: 25 }, (_, n) => `c${n}`);
    const columns = `{ ${names.map((name) => `${name}: integer`).join(', ')} }`;
    const row = Object.fromEntries(names.map((name) => [name, 'x']));
    const { misfits, misfitCount } = await tryRows(columns, [row, row]);
    expect(misfitCount).toBe(50);
    expect(misfits.map(({ column }) => column)).toEqual(names.slice(0, 20));
  });

  it('lists each missing column once', async () => {
    const { misfits, misfitCount } = await tryRows('{ a: integer, b: text, c: text }', [
      { a: 1 },
      { a: 2 },
    ]);
    expect(misfitCount).toBe(2);
    expect(misfits.map(({ column, misfits: [first] }) => [column, first?.code])).toEqual([
      ['b', 'SOURCE_COLUMN_MISSING'],
      ['c', 'SOURCE_COLUMN_MISSING'],
    ]);
  });

  it('asks the source for a missing column where the day has no rows', async () => {
    const trial = await tryRows('{ a: text }', [], { knownColumns: async () => ['b'] });
    expect(trial.failure).toMatchObject({ kind: 'source_wide', code: 'SOURCE_COLUMN_MISSING' });
    expect(await tryRows('{ a: text }', [])).toMatchObject({ rowCount: 0, failure: null });
  });

  it('reads values as the source writes them, and leaves out the rows that where does', async () => {
    const written = dataset(
      `{ a: { type: real, nullable: true }, b: { type: text, value: eu } }`,
      ', where: [{ column: c, equals: x }]',
    );
    const rows = [
      { a: '1,5', b: 1, c: 'x' },
      { a: 'NA', b: 2, c: 'x' },
      { a: 'none of it', b: 3, c: 'y' },
    ];
    const values = { decimal: ',', thousands: null, nulls: ['NA'], booleans: null } as const;
    const source = { ...written.source, values } as Dataset['source'];
    const trial = await tryDay({ ...written, source }, sourceOf(rows), DAY, signal);
    expect(trial).toMatchObject({ rowCount: 2, leftOutCount: 1, misfitCount: 0, failure: null });
    expect(trial.columns.map(({ source: from, inferred }) => [from, inferred])).toEqual([
      ['a', 'real, nullable'],
      [null, 'no value'],
      ['b', 'integer'],
      ['c', 'text'],
    ]);
  });

  it('keeps what came before the source failed', async () => {
    const failure = new SourceError('lasting', 'SOURCE_ROW_RAGGED', 'row 2: expected 3 fields');
    const trial = await tryRows('{ a: text }', [], {
      async *fetchDay() {
        yield [{ row: 1, values: { a: 'x' } }];
        throw failure;
      },
    });
    expect(trial).toMatchObject({ rowCount: 1, failure });
  });

  it('has the rows of the file that belong to no day', async () => {
    const read = unreadableLists(unreadableRows({ count: 1 }), unreadableRows({ count: 2 }));
    const trial = await tryRows('{ a: text }', [{ a: 'x' }], { unreadableRows: () => read });
    const unreadable = { file: 'w.csv', count: 3 };
    expect(trial).toMatchObject({ rowCount: 1, failure: null, unreadable });
  });

  it('gives up when the day’s time is over', async () => {
    const hanging = sourceOf([], {
      async *fetchDay() {
        await new Promise(() => undefined);
        yield [{ row: 1, values: {} }];
      },
    });
    const hasty = dataset('{ a: text }', ', timeout_seconds: 1');
    const trial = await tryDay(hasty, hanging, DAY, signal);
    expect(trial.failure).toMatchObject({ kind: 'passing', code: 'TIMEOUT' });
  });

  it('ends with the signal, and with a bug', async () => {
    const abort = AbortSignal.abort(new Error('stopped'));
    const stopped = tryDay(dataset('{ a: text }'), sourceOf([{ a: 1 }]), DAY, abort);
    await expect(stopped).rejects.toThrow('stopped');
    const fetchDay = (): never => {
      throw new TypeError('bug');
    };
    const buggy = tryRows('{ a: text }', [], { fetchDay });
    await expect(buggy).rejects.toThrow(new TypeError('bug'));
  });
});
