import { addDays, compareDays, listDays, type CalendarDay } from '@daysync/progress';
import type { BatchDay } from '../api/wire';
import type { ChartDay } from '../charts/chart-slots';

/** The states of a day as people see them, in the order of the filter. */
export const DAY_STATES = [
  'failed',
  'running',
  'to_retry',
  'pending',
  'success',
  'skipped',
] as const;
export type BatchDayState = (typeof DAY_STATES)[number];

/** A day that was put back into the queue has been tried, so it is not one that has not begun. */
export function shownState({
  state,
  attempts,
  error,
}: Pick<BatchDay, 'state' | 'attempts' | 'error'>): BatchDayState {
  return state === 'pending' && (attempts > 0 || error !== null) ? 'to_retry' : state;
}

const DAYS_A_PAGE = 50;

/** Reads the state of an address; invalid values are ignored. */
export function readDayState(text: string | undefined): BatchDayState | undefined {
  return DAY_STATES.find((state) => state === text);
}

/** The number of days in each state. */
export function countStates(days: readonly BatchDay[]): Readonly<Record<BatchDayState, number>> {
  const counts = { failed: 0, running: 0, to_retry: 0, pending: 0, success: 0, skipped: 0 };
  for (const day of days) counts[shownState(day)] += 1;
  return counts;
}

/** One page of the filtered days. */
interface DaysPage {
  readonly items: readonly BatchDay[];
  /** From 1, never beyond the last page. */
  readonly page: number;
  readonly page_size: number;
  readonly total: number;
}

/** One page of the days in a state, or of all. */
export function daysPage(
  days: readonly BatchDay[],
  state: BatchDayState | undefined,
  page: number,
): DaysPage {
  const asked = state === undefined ? days : days.filter((day) => shownState(day) === state);
  const pages = Math.max(1, Math.ceil(asked.length / DAYS_A_PAGE));
  const shown = Math.min(page, pages);
  const from = (shown - 1) * DAYS_A_PAGE;
  return {
    items: asked.slice(from, from + DAYS_A_PAGE),
    page: shown,
    page_size: DAYS_A_PAGE,
    total: asked.length,
  };
}

/**
 * The days of a chart, from the first to the last that succeeded or failed. A day in between that is not in the batch (a
 * retry has only failed days), was skipped or is not done yet is not a gap: nothing is drawn.
 */
export function chartDays(days: readonly BatchDay[]): readonly ChartDay[] {
  const done = days
    .flatMap(({ day, state, rows, duration_ms, marks }) => {
      if (state !== 'success' && state !== 'failed') return [];
      return [{ day, rows, duration_ms, status: state, unusual: marks.map(({ of }) => of) }];
    })
    .toSorted((one, other) => compareDays(one.day, other.day));
  return done.flatMap((day, index) => [...between(done[index - 1]?.day, day.day), day]);
}

function between(before: CalendarDay | undefined, day: CalendarDay): readonly ChartDay[] {
  if (before === undefined) return [];
  return listDays(addDays(before, 1), addDays(day, -1)).map((quiet) => ({
    ...{ day: quiet, rows: null, duration_ms: null, unusual: [] },
    status: 'skipped',
  }));
}
