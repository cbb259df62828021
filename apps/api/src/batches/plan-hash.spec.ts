import { calendarDay } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import { planHash } from './plan-hash.js';
import type { PlannedDay } from './plan.js';

const START = calendarDay('2025-10-01');
const END = calendarDay('2025-10-02');
const REQUEST = {
  dataset: 'weather',
  fingerprint: 'f1',
  start: START,
  end: END,
  order: 'asc',
  mode: 'all',
} as const;
const DAYS: readonly PlannedDay[] = [
  { day: START, action: 'run', reason: 'missing' },
  { day: END, action: 'skip', reason: 'already_synced' },
];

describe('planHash', () => {
  it('is the same for the same plan', () => {
    expect(planHash(REQUEST, DAYS)).toBe(planHash({ ...REQUEST }, [...DAYS]));
    expect(planHash(REQUEST, DAYS)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is the same where a day that runs does so for another reason', () => {
    const failedMeanwhile: PlannedDay = { day: START, action: 'run', reason: 'failed' };
    expect(planHash(REQUEST, [failedMeanwhile, ...DAYS.slice(1)])).toBe(planHash(REQUEST, DAYS));
  });

  it.each<[string, string]>([
    [
      'another day runs',
      planHash(
        REQUEST,
        DAYS.map(({ day }) => ({ day, action: 'run', reason: 'missing' })),
      ),
    ],
    [
      'a day is skipped for another reason',
      planHash(REQUEST, [...DAYS.slice(0, 1), { day: END, action: 'skip', reason: 'future_date' }]),
    ],
    ['the order turns', planHash({ ...REQUEST, order: 'desc' }, DAYS)],
    ['the dataset is configured anew', planHash({ ...REQUEST, fingerprint: 'f2' }, DAYS)],
  ])('is another one when %s', (_what, hash) => {
    expect(hash).not.toBe(planHash(REQUEST, DAYS));
  });
});
