import { addDays } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import type { DayHistory, PastDay } from '../../batches/store/day-history.js';
import type { DayAnswer } from '../../batches/day-outcome.js';
import { D1, makeDataset, rowsOf } from '../../sync/sync.fixture.js';
import type { Checks } from '../../datasets/file/checks.js';
import { DayJudge } from './day-judge.js';

const { signal } = new AbortController();
const NO_ROWS = { min: null, max: null, within: null };

function pastOf(rows: readonly number[], durationMs = 100): readonly PastDay[] {
  return rows.map((count, week) => ({
    ...{ day: addDays(D1, -7 * (week + 1)), rows: count, durationMs },
    ...{ marks: null, accepted_at: null },
  }));
}

/** A judge that knows earlier days, and counts how often it reads them. */
function judgeWith(past: readonly PastDay[]): { judge: DayJudge; reads: string[] } {
  const reads: string[] = [];
  const read = (kind: string) => () => {
    reads.push(kind);
    return Promise.resolve(past);
  };
  const history: Pick<DayHistory, 'sameWeekday' | 'recentSameWeekday'> = {
    sameWeekday: read('fresh'),
    recentSameWeekday: read('recent'),
  };
  return { judge: new DayJudge(history as DayHistory), reads };
}

const rows = (count: number): DayAnswer =>
  rowsOf(...Array.from({ length: count }, (_, index) => index)) as DayAnswer;
const checks = (changes: Partial<Checks>): Checks => ({
  ...{ rows: NO_ROWS, unique: [], day: null, action: 'fail', ...changes },
});

async function judged(
  fetched: DayAnswer,
  {
    past = [],
    durationMs = 100,
    of = null,
  }: Partial<{
    past: readonly PastDay[];
    durationMs: number;
    of: Checks | null;
  }> = {},
) {
  const { judge, reads } = judgeWith(past);
  const dataset = makeDataset({ checks: of });
  return { ...(await judge.judge(dataset, D1, fetched, { durationMs, signal })), reads };
}

describe('DayJudge', () => {
  const usual = pastOf(Array<number>(8).fill(1_000));

  it('says nothing of a usual day, and reads its history once', async () => {
    expect(await judged(rows(990), { past: usual })).toEqual({
      ...{ failure: null, marks: [], reads: ['recent'] },
    });
  });

  it('marks a day with half or double of its rows', async () => {
    expect((await judged(rows(500), { past: usual })).marks).toEqual([
      {
        ...{ kind: 'unusual', of: 'rows', value: 500, median: 1_000, days: 8 },
        text: 'expected 545 to 1834 rows (median 1000), as on the 8 days of this weekday before, got 500',
      },
    ]);
    expect((await judged(rows(2_000), { past: usual })).marks).toMatchObject([{ value: 2_000 }]);
  });

  it('marks a day that was much slower, and never a fast one', async () => {
    const { marks } = await judged(rows(1_000), { past: usual, durationMs: 60_000.4 });
    expect(marks).toEqual([
      {
        ...{ kind: 'unusual', of: 'duration', value: 60_000, median: 100, days: 8 },
        text: 'expected at most 10100 ms (median 100), as on the 8 days of this weekday before, got 60000',
      },
    ]);
    const slow = pastOf(Array<number>(8).fill(1_000), 60_000);
    expect((await judged(rows(1_000), { past: slow, durationMs: 1 })).marks).toEqual([]);
  });

  it('says nothing in the first four weeks', async () => {
    expect((await judged(rows(1), { past: usual.slice(0, 3) })).marks).toEqual([]);
  });

  it('fails a day by its checks, all of them in one error, and marks nothing', async () => {
    const of = checks({ rows: { ...NO_ROWS, min: 600, within: 10 } });
    const { failure, marks, reads } = await judged(rows(500), { past: usual, of });
    expect(failure).toEqual({
      ...{ code: 'CHECK_FAILED', row: null, column: null },
      text:
        'expected at least 600 rows (checks.rows.min), got 500; expected 900 to 1100 rows ' +
        '(checks.rows.within: within 10% of 1000, the median of the latest 8 days of this weekday), got 500',
    });
    expect(marks).toEqual([]);
    // Not those of a moment ago: the check decides whether the day is written.
    expect(reads).toEqual(['fresh']);
  });

  it('compares with the latest eight days, marked ones included, and with no less than four', async () => {
    const of = checks({ rows: { ...NO_ROWS, within: 10 } });
    const marked = { marks: '[{"kind":"unusual","of":"rows"}]' };
    const halved = pastOf([500, 500, 500, 500, 500, 1_000, 1_000, 1_000, 9, 9, 9, 9, 9]).map(
      (day) => ({ ...day, ...marked }),
    );
    expect((await judged(rows(500), { past: halved, of })).failure).toBeNull();
    expect((await judged(rows(1), { past: usual.slice(0, 3), of })).failure).toBeNull();
    expect((await judged(rows(1), { past: usual.slice(0, 4), of })).failure).not.toBeNull();
  });

  it('only warns where the dataset says so', async () => {
    const of = checks({ unique: [['value']], rows: { ...NO_ROWS, max: 1 }, action: 'warn' });
    const { failure, marks } = await judged(rowsOf(7, 8, 7) as DayAnswer, { of });
    expect(failure).toBeNull();
    expect(marks).toEqual([
      {
        ...{ kind: 'check_warned', of: 'rows.max', value: 3, median: null, days: null },
        text: 'expected at most 1 rows (checks.rows.max), got 3',
      },
      {
        ...{ kind: 'check_warned', of: 'unique', value: null, median: null, days: null },
        text: 'expected each value in one row (checks.unique), got value 7 in rows 1 and 3 of the day',
      },
    ]);
  });

  it('does not judge a day without rows, but one whose rows are all in quarantine', async () => {
    const of = checks({ rows: { ...NO_ROWS, min: 1 } });
    expect(await judged(rows(0), { past: usual, of })).toEqual({
      ...{ failure: null, marks: [], reads: [] },
    });
    const bad = { ...rows(0), quarantined: { fetched: 3, count: 3, rows: [] } };
    expect((await judged(bad, { past: usual, of })).failure?.text).toContain('got 0');
    expect((await judged(bad, { past: usual })).marks).toMatchObject([{ of: 'rows', value: 0 }]);
  });
});
