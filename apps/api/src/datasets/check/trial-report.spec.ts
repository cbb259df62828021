import { describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import type { Dataset } from '../file/dataset.js';
import { SourceError } from '../../sources/day-source.js';
import { unreadableRows } from '../../sources/unreadable-rows.fixture.js';
import type { DayTrial } from './day-trial.js';
import { reportTrial } from './trial-report.js';

const variables = { TOKEN: 'canary-7f3a' };
const dataset = { name: 'weather', onEmpty: 'skip', variables } as unknown as Dataset;
const EMPTY: DayTrial = {
  rowCount: 0,
  leftOutCount: 0,
  firstRows: [],
  columns: [],
  misfits: [],
  misfitCount: 0,
  unclearTimes: 0,
  unreadable: null,
  failure: null,
};
const report = (trial: Partial<DayTrial>) =>
  reportTrial(dataset, calendarDay('2012-03-01'), { ...EMPTY, ...trial });

describe('reportTrial', () => {
  it('shows the rows and the columns side by side', () => {
    const wind = { name: 'wind', from: 'Wind', type: 'real', nullable: true } as const;
    expect(
      report({
        rowCount: 1,
        firstRows: [{ row: 1, values: { Wind: '4.7', id: 1n } }],
        columns: [
          { source: 'Wind', inferred: 'real', target: wind },
          { source: 'id\n', inferred: 'integer', target: null },
        ],
      }),
    ).toEqual({
      fits: true,
      lines: [
        'weather 2012-03-01: 1 row, nothing written',
        '',
        'The rows:',
        '  1  {"Wind":"4.7","id":1}',
        '',
        'The columns:',
        '  source  inferred  target  configured',
        '  Wind    real      wind    real, nullable',
        '  "id\\n"  integer   –       –',
        '',
        'All of it would fit.',
      ],
    });
  });

  it('lists what would not fit, and how much more there is, and rows that can not be read', () => {
    const code = 'VALUE_INVALID';
    const misfits = [
      { code, text: 'expected x, got y', count: 2, row: 1 },
      { code, text: 'expected x, got z', count: 1, row: 7 },
    ];
    const ragged = {
      code: 'SOURCE_ROW_RAGGED',
      text: 'expected 2 fields, got 1',
      count: 2,
      row: 4,
    };
    const { fits, lines } = report({
      ...{ rowCount: 9, misfitCount: 10 },
      misfits: [
        { column: null, count: 2, misfits: [ragged] },
        { column: 'a', count: 6, misfits },
      ],
    });
    expect(fits).toBe(false);
    expect(lines.slice(-8)).toEqual([
      'Would not fit: 10 values',
      "  rows that can't be read: 2",
      '    2 × SOURCE_ROW_RAGGED expected 2 fields, got 1 (first in row 4)',
      '  column a: 6 values',
      '    2 × VALUE_INVALID expected x, got y (first in row 1)',
      '    1 × VALUE_INVALID expected x, got z (row 7)',
      '    … and 3 more',
      '  … and 2 in other columns',
    ]);
  });

  it('lists the rows of the file that belong to no day, which is not all right', () => {
    const text = 'row 3: expected a day';
    const row = { file: 'w.csv', row: 3, column: 'day', text, content: 'total,\n"x"' };
    const rows = [row, { ...row, file: 'b.csv' }];
    const { fits, lines } = report({
      ...{ rowCount: 1, unreadable: unreadableRows({ count: 12, rows }) },
    });
    expect(fits).toBe(false);
    expect(lines.slice(-6)).toEqual([
      'All of it would fit.',
      '',
      'Without a readable day: 12 rows of w.csv, in no day of the dataset (SOURCE_DAY_UNREADABLE)',
      '  row 3: expected a day: total,\\u000a"x"',
      '  b.csv, row 3: expected a day: total,\\u000a"x"',
      '  … and 10 more',
    ]);
  });

  it('counts the times that a clock change skips or shows twice, which is all right', () => {
    const { fits, lines } = report({
      ...{ rowCount: 1, unreadable: unreadableRows({ unclearTimes: 2 }), unclearTimes: 1 },
    });
    expect(fits).toBe(true);
    expect(lines.filter((line) => line.startsWith('Unclear'))).toEqual([
      'Unclear times: in w.csv, 2 rows have times without an offset that a clock change skips or shows twice; the day is the written one',
      'Unclear times: on this day, 1 time of timestamp columns without an offset that a clock change skips or shows twice; each is the earlier instant',
    ]);
  });

  it('reports a failure of the source with its kind, its code and its requested delay', () => {
    const failure = new SourceError(
      'passing',
      'SOURCE_UNAVAILABLE',
      'later\u001b[2J',
      {},
      { retryAfterMs: 1_500 },
    );
    const { fits, lines } = report({ failure });
    expect(fits).toBe(false);
    expect(lines).toEqual([
      'weather 2012-03-01: 0 rows before it failed, nothing written',
      '',
      'The source failed: passing SOURCE_UNAVAILABLE (asks to wait for 1.5 s)',
      '  later\\u001b[2J',
    ]);
  });

  it('shows no value of the environment in an error, and none that is too long', () => {
    const text = `got canary-7f3a${'x'.repeat(9_000)}`;
    const echoed = new SourceError('lasting', 'VALUE_INVALID', text);
    const misfit = { code: 'VALUE_INVALID', text, count: 1, row: 1 };
    const { lines } = report({
      ...{ misfits: [{ column: 'a', count: 1, misfits: [misfit] }], misfitCount: 1 },
      failure: echoed,
    });
    expect(lines.filter((line) => line.includes('got ${TOKEN}xxx'))).toHaveLength(2);
    expect(lines.join('\n').length).toBeLessThan(2_500);
    expect(lines.join('\n')).not.toContain('canary');
  });

  it('says what becomes of a day without rows', () => {
    expect(report({})).toMatchObject({ fits: true });
    expect(report({}).lines.at(-1)).toBe('A day without rows: on_empty is skip.');
  });

  it('shows values that JSON can’t say, and shortens a long row', () => {
    const values = { a: Number.NaN, b: 'x'.repeat(1_000) };
    const { lines } = report({ rowCount: 1, firstRows: [{ row: 1, values }] });
    expect(lines[3]).toMatch(/^ {2}1 {2}"a": NaN \(number\), "b": "x+…$/);
    expect(lines[3]?.length).toBeLessThan(410);
  });
});
