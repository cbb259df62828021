import { calendarDay } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import type { PlanCounts } from '../i18n/plan-sentence';
import { askedRange, countAdded, joinPlans, quickAdditions } from './added-days';
import { countsOf } from '../start/plan.fixture';

const OCTOBER = { start_date: calendarDay('2025-10-01'), end_date: calendarDay('2025-10-31') };

describe('askedRange', () => {
  it.each([
    ['incomplete', '2025-10-01', null],
    ['incomplete', 'soon', '2025-11-07'],
    ['same', '2025-10-01', '2025-10-31'],
    ['shrinks', '2025-10-02', '2025-11-07'],
    ['shrinks', '2025-09-01', '2025-10-30'],
  ])('%s: %s to %s', (kind, start_date, end_date) => {
    expect(askedRange(OCTOBER, { start_date, end_date })).toEqual({ kind });
  });

  it('has the days that the batch does not have, on either side', () => {
    const asked = askedRange(OCTOBER, { start_date: '2025-09-29', end_date: '2025-11-07' });
    expect(asked).toEqual({
      kind: 'larger',
      range: { start_date: '2025-09-29', end_date: '2025-11-07' },
      added: [
        { start_date: '2025-09-29', end_date: '2025-09-30' },
        { start_date: '2025-11-01', end_date: '2025-11-07' },
      ],
    });
    expect(asked.kind === 'larger' && countAdded(asked.added)).toBe(9);
  });
});

describe('quickAdditions', () => {
  const rangesOn = (today: string): string[] =>
    quickAdditions(OCTOBER, calendarDay(today)).map(
      ({ quick, range }) => `${quick.kind} ${range.start_date} ${range.end_date}`,
    );

  it('go on from the ends of the batch, and up to today where that is later', () => {
    expect(rangesOn('2025-11-03')).toEqual([
      'after 2025-10-01 2025-11-07',
      'after 2025-10-01 2025-11-30',
      'until_today 2025-10-01 2025-11-03',
      'before 2025-09-24 2025-10-31',
    ]);
    expect(rangesOn('2025-10-31')).toHaveLength(3);
  });
});

describe('joinPlans', () => {
  const before: PlanCounts = {
    ...{ run: 2, run_reasons: [{ reason: 'missing', count: 2 }] },
    ...{ skip: 1, skip_reasons: [{ reason: 'already_synced', count: 1 }] },
    estimate: { likely_ms: 2_000, late_ms: 3_000 },
  };
  const after: PlanCounts = {
    run: 3,
    run_reasons: countsOf({ failed: 1, missing: 2 }),
    ...{ skip: 2, skip_reasons: [{ reason: 'already_synced', count: 2 }] },
    estimate: { likely_ms: 3_000, late_ms: 4_000 },
  };

  it('adds up what the days on both sides come to', () => {
    expect(joinPlans([before, after])).toEqual({
      run: 5,
      run_reasons: countsOf({ missing: 4, failed: 1 }),
      ...{ skip: 3, skip_reasons: [{ reason: 'already_synced', count: 3 }] },
      estimate: { likely_ms: 5_000, late_ms: 7_000 },
    });
  });

  it('has no estimate where one of the plans has none', () => {
    expect(joinPlans([before, { ...after, estimate: null }]).estimate).toBeNull();
  });
});
