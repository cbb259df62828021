import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { addDays, calendarDay } from '@daysync/progress';
import type { BatchDay } from '../api/wire';
import { withChanges } from '../live/day-changes';
import { batchDayOf } from '../live/batch-day.fixture';
import {
  chartDays,
  countStates,
  DAY_STATES,
  daysPage,
  readDayState,
  shownState,
  type BatchDayState,
} from './batch-days';

const FIRST = calendarDay('2012-01-01');
const batchOf = (states: readonly BatchDayState[]): BatchDay[] =>
  states.map((state, index) =>
    batchDayOf(
      addDays(FIRST, index),
      state === 'to_retry' ? { state: 'pending', attempts: 1 } : { state, attempts: 0 },
    ),
  );
const anyStates = fc.array(fc.constantFrom(...DAY_STATES), { maxLength: 400 });

describe('withChanges', () => {
  it('takes what has changed in its place, and leaves the others the same objects', () => {
    const days = batchOf(['success', 'running', 'pending']).toReversed();
    const changed = batchDayOf('2012-01-02', { state: 'failed' });
    const after = withChanges(days, [changed]);
    expect(after).toEqual([days[0], changed, days[2]]);
    expect(after[0]).toBe(days[0]);
    expect(withChanges(days, [])).toBe(days);
  });
});

describe('daysPage', () => {
  it('has every day that is asked for on just one page, in order', () => {
    const state = fc.option(fc.constantFrom(...DAY_STATES), { nil: undefined });
    fc.assert(
      fc.property(anyStates, state, (states, asked) => {
        const days = batchOf(states);
        const { page_size, total } = daysPage(days, asked, 1);
        const pages = Math.ceil(total / page_size);
        const all = Array.from({ length: pages }, (_, index) =>
          daysPage(days, asked, index + 1),
        ).flatMap(({ items }) => items);
        expect(all).toEqual(days.filter((day) => asked === undefined || shownState(day) === asked));
        expect(total).toBe(all.length);
        const counts = countStates(days);
        expect(total).toBe(asked === undefined ? days.length : counts[asked]);
      }),
    );
  });

  it('counts a day that was put back into the queue as one to retry', () => {
    const days = batchOf(['to_retry', 'pending']);
    expect(countStates(days)).toMatchObject({ to_retry: 1, pending: 1 });
    expect(daysPage(days, 'to_retry', 1).items).toEqual(days.slice(0, 1));
  });

  it('shows the last page where a later one is asked for', () => {
    const days = batchOf(Array<'success'>(101).fill('success'));
    expect(daysPage(days, undefined, 9)).toMatchObject({ page: 3, total: 101 });
    expect(daysPage([], undefined, 9)).toMatchObject({ page: 1, items: [] });
  });
});

describe('readDayState', () => {
  it.each([
    ['failed', 'failed'],
    ['FAILED', undefined],
    [undefined, undefined],
  ])('%s is %s', (text, state) => {
    expect(readDayState(text)).toBe(state);
  });
});

describe('chartDays', () => {
  it('has no gap in a retry, whose days are apart, and ends with what was synced', () => {
    const days = [
      batchDayOf('2012-01-06', { state: 'pending', rows: null }),
      batchDayOf('2012-01-05', { state: 'skipped', rows: null }),
      batchDayOf('2012-01-04', { state: 'failed', rows: null }),
      batchDayOf('2012-01-03', { state: 'running', rows: null }),
      batchDayOf('2012-01-01'),
    ];
    expect(chartDays(days).map(({ day, status }) => [day, status])).toEqual([
      ['2012-01-01', 'success'],
      ['2012-01-02', 'skipped'],
      ['2012-01-03', 'skipped'],
      ['2012-01-04', 'failed'],
    ]);
  });
});
