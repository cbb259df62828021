import {
  addDays,
  calendarDay,
  DAY_ORDERS,
  SYNC_MODES,
  type CalendarDay,
  type Outcome,
} from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import { EVERY_DAY } from '../datasets/expected/expected-days.js';
import { planDays } from './plan.js';
import { planInSlices } from './sliced-plan.js';

const START = calendarDay('2010-01-01');
const OUTCOMES: readonly Outcome[] = ['success', 'failed', 'skipped'];
const lastTries = new Map<CalendarDay, Outcome>(
  Array.from({ length: 900 }, (_, index) => [
    addDays(START, 2 * index),
    OUTCOMES[index % 3] ?? 'success',
  ]),
);

const recorded = {
  expected: EVERY_DAY,
  lastTries,
  elsewhere: new Set([addDays(START, 600)]),
  kept: new Set([addDays(START, 700)]),
  incomplete: new Set([addDays(START, 1_200)]),
};

describe('a plan in slices', () => {
  it.each(DAY_ORDERS)('is the plan of the whole range, in the order %s', async (order) => {
    for (const mode of SYNC_MODES) {
      for (const days of [1, 499, 500, 501, 1_000, 1_777]) {
        const end = addDays(START, days - 1);
        const input = { start: START, end, order, mode, ...recorded, today: addDays(START, 1_600) };
        let turns = 0;
        const turn = (): Promise<void> => Promise.resolve(void (turns += 1));
        expect(await planInSlices(input, turn)).toEqual(planDays(input));
        expect(turns).toBe(Math.ceil(days / 500) - 1);
      }
    }
  });

  it('may end with the last day that there is', async () => {
    const [start, end] = [calendarDay('9998-12-30'), calendarDay('9999-12-31')];
    const input = { start, end, order: 'asc', mode: 'all', ...recorded, today: START } as const;
    expect(await planInSlices(input, () => Promise.resolve())).toHaveLength(367);
  });
});
