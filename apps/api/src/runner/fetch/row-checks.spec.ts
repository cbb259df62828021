import { calendarDay } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import { makeDataset } from '../../sync/sync.fixture.js';
import type { TargetColumn } from '../../targets/target.js';
import { checkRowCount, checkValues } from './row-checks.js';

const DAY = calendarDay('2025-10-26');
const { signal } = new AbortController();
const NO_ROWS = { min: null, max: null, within: null };

describe('checkRowCount', () => {
  const usual = { median: 100, days: 8 };

  it.each([
    [{ ...NO_ROWS, min: 10 }, 10, []],
    [{ ...NO_ROWS, min: 10 }, 9, ['expected at least 10 rows (checks.rows.min), got 9']],
    [{ ...NO_ROWS, max: 10 }, 10, []],
    [{ ...NO_ROWS, max: 10 }, 11, ['expected at most 10 rows (checks.rows.max), got 11']],
    [{ ...NO_ROWS, within: 50 }, 50, []],
    [{ ...NO_ROWS, within: 50 }, 150, []],
    [
      { ...NO_ROWS, within: 50 },
      49,
      [
        'expected 50 to 150 rows (checks.rows.within: within 50% of 100, the median of the latest 8 days of this weekday), got 49',
      ],
    ],
    [{ ...NO_ROWS, within: 200 }, 1, []],
  ])('%j of %d rows', (rows, count, expected) => {
    expect(checkRowCount(rows, count, usual).map(({ text }) => text)).toEqual(expected);
  });

  it('does not compare with what is not known', () => {
    expect(checkRowCount({ ...NO_ROWS, within: 1 }, 1, null)).toEqual([]);
  });

  it('says everything that is wrong', () => {
    const failed = checkRowCount({ min: null, max: 10, within: 50 }, 1_000, usual);
    expect(failed.map(({ check }) => check)).toEqual(['rows.max', 'rows.within']);
  });
});

const column = (name: string, type: TargetColumn['type']): TargetColumn => ({
  ...{ name, from: name, type, nullable: true },
});

function datasetWith(
  checks: { readonly unique?: string[][]; readonly day?: string },
  more: object = {},
) {
  const columns = [column('city', 'text'), column('on_day', 'date'), column('at', 'timestamp')];
  return makeDataset({
    target: { table: 't', columns },
    checks: { rows: NO_ROWS, unique: [], day: null, action: 'fail', ...checks },
    ...more,
  });
}

describe('checkValues', () => {
  it('says which rows have the same values', async () => {
    const dataset = datasetWith({ unique: [['at'], ['city', 'on_day']] });
    const rows = [
      ['Oslo', DAY, 't1'],
      ['Rome', DAY, 't2'],
      ['Oslo', DAY, 't3'],
    ];
    expect(await checkValues(dataset, DAY, rows, signal)).toEqual([
      {
        check: 'unique',
        column: null,
        text: 'expected each city, on_day in one row (checks.unique), got city "Oslo", on_day "2025-10-26" in rows 1 and 3 of the day',
      },
    ]);
  });

  it('says which row has another date, and lets one without a date pass', async () => {
    const rows = [
      ['a', DAY, null],
      ['b', null, null],
      ['c', '2025-10-27', null],
    ];
    const [failed, ...others] = await checkValues(
      datasetWith({ day: 'on_day' }),
      DAY,
      rows,
      signal,
    );
    expect(failed).toEqual({
      check: 'day',
      column: 'on_day',
      text: 'expected on_day on 2025-10-26 (checks.day), got "2025-10-27" in row 3 of the day',
    });
    expect(others).toEqual([]);
  });

  // The day of 25 hours on which the clocks of Berlin go back.
  it.each([
    ['2025-10-25T22:00:00.000000Z', true],
    ['2025-10-26T22:59:59.999999Z', true],
    ['2025-10-25T21:59:59.999999Z', false],
    ['2025-10-26T23:00:00.000000Z', false],
  ])('takes the calendar day of %s in the zone of the dataset', async (at, isOfDay) => {
    const dataset = datasetWith({ day: 'at' }, { timeZone: 'Europe/Berlin' });
    const failed = await checkValues(dataset, DAY, [['a', null, at]], signal);
    expect(failed.length === 0).toBe(isOfDay);
    if (!isOfDay) {
      expect(failed[0]?.text).toBe(
        `expected at on 2025-10-26 in Europe/Berlin (checks.day), got "${at}" in row 1 of the day`,
      );
    }
  });

  it('shows the beginning of a long value, and no value of the environment', async () => {
    const dataset = datasetWith(
      { unique: [['city']] },
      { variables: { TOKEN: 'secret-of-the-file' } },
    );
    const city = `secret-of-the-file ${'x'.repeat(500)}`;
    const failed = await checkValues(dataset, DAY, [[city], [city]], signal);
    expect(failed[0]?.text).not.toContain('secret-of-the-file');
    expect(failed[0]?.text.length).toBeLessThan(300);
  });
});
