import { describe, expect, it } from 'vitest';
import { datasetIn, readDataset } from './valid-file.fixture.js';

const COLUMNS = { city: 'text', hour: 'integer', on_day: 'date', at: 'timestamp' };

const read = (checks: unknown) =>
  readDataset({ target: { table: 'readings', columns: COLUMNS }, checks });

const NO_ROWS = { min: null, max: null, within: null };
const NONE = { rows: NO_ROWS, unique: [], day: null, action: 'fail' };

describe('checks', () => {
  it.each([
    [undefined, null],
    [null, null],
    [{ rows: { min: 1 } }, { ...NONE, rows: { ...NO_ROWS, min: 1 } }],
    [
      { rows: { min: 10, max: 10, within: '12.5%' } },
      { ...NONE, rows: { min: 10, max: 10, within: 12.5 } },
    ],
    [{ unique: [['city', 'hour'], ['at']] }, { ...NONE, unique: [['city', 'hour'], ['at']] }],
    [
      { day: 'at', action: 'warn' },
      { ...NONE, day: 'at', action: 'warn' },
    ],
    [
      { day: 'on_day', rows: null },
      { ...NONE, day: 'on_day' },
    ],
  ])('%j is read', (written, expected) => {
    expect(datasetIn(read(written)).checks).toEqual(expected);
  });

  it.each([
    ['fail', '', 'a mapping with the keys rows, unique, day, action'],
    [{}, '', 'at least one of the keys rows, unique, day'],
    [{ action: 'warn' }, '', 'at least one of the keys rows, unique, day'],
    [{ rows: {} }, '.rows', 'at least one of the keys min, max, within'],
    [{ rows: { min: 0 } }, '.rows.min', 'a whole number from 1 to 50000000'],
    [{ rows: { min: 5, max: 4 } }, '.rows.max', 'a number of at least min, which is 5'],
    [{ rows: { within: 50 } }, '.rows.within', 'a percentage above 0% such as 50%'],
    [{ rows: { within: '0%' } }, '.rows.within', 'a percentage above 0%'],
    [{ rows: { within: 'half' } }, '.rows.within', 'a percentage above 0%'],
    [{ rows: { least: 1 } }, '.rows.least', 'one of the keys min, max, within'],
    [{ unique: 'city' }, '.unique', 'a list of 1 to 20 lists of columns'],
    [{ unique: ['city'] }, '.unique[0]', 'a list of 1 to 20 different columns'],
    [{ unique: [['city', 'city']] }, '.unique[0]', 'different columns'],
    [{ unique: [['city'], []] }, '.unique[1]', 'a list of 1 to 20 different columns'],
    [{ unique: [['city', 'town']] }, '.unique[0][1]', 'a target column (city, hour, on_day, at)'],
    [{ day: 'city' }, '.day', 'a target column of type date or timestamp (on_day, at)'],
    [{ day: 'at', action: 'skip' }, '.action', 'one of fail, warn'],
    [{ days: 'at' }, '.days', 'one of the keys rows, unique, day, action'],
  ])('%j is an error with its path and line', (written, path, expected) => {
    const result = read(written);
    expect(result.ok ? [] : result.errors).toContainEqual(
      expect.objectContaining({
        path: `datasets[0].checks${path}`,
        line: expect.any(Number) as number,
        expected: expect.stringContaining(expected) as unknown,
      }),
    );
  });

  it('reports all errors at once', () => {
    const result = read({ rows: { min: 2, max: 1, within: 'x' }, unique: [['town']], day: 'city' });
    expect(result.ok ? [] : result.errors.map(({ path }) => path)).toEqual([
      'datasets[0].checks.rows.max',
      'datasets[0].checks.rows.within',
      'datasets[0].checks.unique[0][0]',
      'datasets[0].checks.day',
    ]);
  });

  it('leaves the fingerprint as it is: it decides no rows', () => {
    const of = (written: unknown): string => datasetIn(read(written)).fingerprint;
    expect(of({ rows: { min: 1 } })).toBe(of(undefined));
  });
});
