import { describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { readDatasets } from '../dataset-file.js';
import type { Dataset } from '../dataset.js';
import { SourceError, type DaySource } from '../../sources/day-source.js';
import { tryDay, type DayTrial } from './day-trial.js';

const DAY = calendarDay('2025-10-01');

function dataset(columns: string, settings = ''): Dataset {
  const text = `datasets: [{ name: w, source: { kind: csv, path: w.csv, day_column: day }, target: { table: w, columns: ${columns} }${settings} }]`;
  const result = readDatasets(text, { folder: '/srv', env: {} });
  const [first] = result.ok ? result.datasets : [];
  if (first === undefined) throw new Error(JSON.stringify(result));
  return first;
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
  return tryDay(dataset(columns), sourceOf(rows, more), DAY, new AbortController().signal);
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

  it('lists every value that does not fit, up to twenty', async () => {
    const rows = Array.from({ length: 15 }, () => ({ a: 'x', b: null }));
    const { misfits, misfitCount } = await tryRows('{ a: integer, b: real }', rows);
    expect(misfits).toHaveLength(20);
    expect(misfitCount).toBe(30);
    expect(misfits.slice(0, 2).map(({ message }) => message)).toEqual([
      'row 1, column a: expected an integer of 64 bits, got "x" (text)',
      'row 1, column b: expected a finite number, got null',
    ]);
  });

  it('lists each missing column once', async () => {
    const { misfits, misfitCount } = await tryRows('{ a: integer, b: text, c: text }', [
      { a: 1 },
      { a: 2 },
    ]);
    expect(misfitCount).toBe(2);
    expect(misfits.map(({ code, place }) => [code, place.column])).toEqual([
      ['SOURCE_COLUMN_MISSING', 'b'],
      ['SOURCE_COLUMN_MISSING', 'c'],
    ]);
  });

  it('asks the source for a missing column where the day has no rows', async () => {
    const trial = await tryRows('{ a: text }', [], { knownColumns: async () => ['b'] });
    expect(trial.failure).toMatchObject({ kind: 'source_wide', code: 'SOURCE_COLUMN_MISSING' });
    expect(await tryRows('{ a: text }', [])).toMatchObject({ rowCount: 0, failure: null });
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

  it('gives up when the day’s time is over', async () => {
    const hanging = sourceOf([], {
      async *fetchDay() {
        await new Promise(() => undefined);
        yield [{ row: 1, values: {} }];
      },
    });
    const { signal } = new AbortController();
    const trial = await tryDay(
      dataset('{ a: text }', ', timeout_seconds: 1'),
      hanging,
      DAY,
      signal,
    );
    expect(trial.failure).toMatchObject({ kind: 'passing', code: 'TIMEOUT' });
  });

  it('ends with the signal, and with a bug', async () => {
    const abort = AbortSignal.abort(new Error('stopped'));
    await expect(tryDay(dataset('{ a: text }'), sourceOf([{ a: 1 }]), DAY, abort)).rejects.toThrow(
      'stopped',
    );
    const bug: Partial<DaySource> = {
      fetchDay: () => {
        throw new TypeError('bug');
      },
    };
    await expect(tryRows('{ a: text }', [], bug)).rejects.toThrow(new TypeError('bug'));
  });
});
