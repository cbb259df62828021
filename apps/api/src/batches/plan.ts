import {
  compareDays,
  listDays,
  type CalendarDay,
  type DayOrder,
  type Outcome,
  type SkipReason,
  type SyncMode,
  type VerifyAction,
} from '@daysync/progress';
import { createHash } from 'node:crypto';
import type { ExpectedDays } from '../datasets/expected/expected-days.js';

/**
 * Why a day runs: it is not in the target (it has no record, its last try found no data, or its rows are in another
 * table), its last try failed, its rows lack a column and the mode is `incomplete`, it succeeded and the mode is `all`, it is known and the mode is
 * `verify`, or its rows are in another target and the mode is `move`.
 */
export const RUN_REASONS = ['missing', 'failed', 'incomplete', 'synced', 'verify', 'move'] as const;
export type RunReason = (typeof RUN_REASONS)[number];

/** What a batch will do with a day, and why. */
export type PlannedDay =
  | { readonly day: CalendarDay; readonly action: 'run'; readonly reason: RunReason }
  | { readonly day: CalendarDay; readonly action: 'skip'; readonly reason: SkipReason };

/** What is known of the days of a range. */
export interface RecordedDays {
  /** Which days of the dataset are expected to have data. */
  readonly expected: ExpectedDays;
  /** How the last try of a day ended, for the days that were tried. */
  readonly lastTries: ReadonlyMap<CalendarDay, Outcome>;
  /** The days that succeeded, and whose rows are not in the present target table. They may have failed since. */
  readonly elsewhere: ReadonlySet<CalendarDay>;
  /** The days that have failed since it was known what they have: their rows are in the present target table, or they had none. */
  readonly kept: ReadonlySet<CalendarDay>;
  /** The days that succeeded, and whose rows were written without a column that the target now has. They may have failed since. */
  readonly incomplete: ReadonlySet<CalendarDay>;
}

export interface PlanInput extends RecordedDays {
  readonly start: CalendarDay;
  readonly end: CalendarDay;
  readonly order: DayOrder;
  readonly mode: SyncMode;
  /** The date now in the dataset's time zone. */
  readonly today: CalendarDay;
}

/** Plans every day of the range, in the order of the batch. */
export function planDays(input: PlanInput): PlannedDay[] {
  const days = listDays(input.start, input.end);
  if (input.order === 'desc') days.reverse();
  return days.map((day) => planDay(day, input));
}

function planDay(day: CalendarDay, input: PlanInput): PlannedDay {
  const { mode, lastTries, elsewhere, expected, incomplete, today } = input;
  // First: whether a day is expected does not depend on what was synced, nor on what day it is.
  if (!expected.isExpected(day)) return { day, action: 'skip', reason: 'not_expected' };
  if (compareDays(day, today) > 0) return { day, action: 'skip', reason: 'future_date' };
  if (mode === 'verify') {
    return isKnown(day, input)
      ? { day, action: 'run', reason: 'verify' }
      : { day, action: 'skip', reason: 'not_synced' };
  }
  const lastTry = lastTries.get(day);
  if (mode === 'move') {
    if (elsewhere.has(day)) return { day, action: 'run', reason: 'move' };
    const reason = lastTry === 'success' ? 'already_synced' : 'not_synced';
    return { day, action: 'skip', reason };
  }
  switch (lastTry) {
    // A record says skipped only where the source had no data: it may have some now.
    case undefined:
    case 'skipped':
      return { day, action: 'run', reason: 'missing' };
    case 'success':
      if (elsewhere.has(day)) return { day, action: 'run', reason: 'missing' };
      if (mode === 'incomplete' && incomplete.has(day)) {
        return { day, action: 'run', reason: 'incomplete' };
      }
      return mode === 'all'
        ? { day, action: 'run', reason: 'synced' }
        : { day, action: 'skip', reason: 'already_synced' };
    case 'failed':
      if (mode !== 'missing') return { day, action: 'run', reason: 'failed' };
      return elsewhere.has(day)
        ? { day, action: 'run', reason: 'missing' }
        : { day, action: 'skip', reason: 'failed_before' };
  }
}

/**
 * Adds days that are to be verified to a plan in the order of the calendar: those of it that would be skipped as synced,
 * and others that are synced.
 */
export function withRechecks(
  planned: readonly PlannedDay[],
  rechecks: readonly CalendarDay[],
  recorded: RecordedDays,
): PlannedDay[] {
  const synced = new Set(rechecks.filter((day) => isSynced(day, recorded)));
  const inPlan = new Set(planned.map(({ day }) => day));
  const others = [...synced].filter((day) => !inPlan.has(day));
  const verified = (day: CalendarDay): PlannedDay => ({ day, action: 'run', reason: 'verify' });
  return [
    ...others.map(verified),
    ...planned.map((plan) =>
      plan.action === 'skip' && synced.has(plan.day) ? verified(plan.day) : plan,
    ),
  ].sort((one, other) => compareDays(one.day, other.day));
}

function isSynced(day: CalendarDay, { elsewhere, lastTries }: RecordedDays): boolean {
  const lastTry = lastTries.get(day);
  return lastTry === 'skipped' || (lastTry === 'success' && !elsewhere.has(day));
}

/** Plans a day that was chosen by itself: it runs, unless it is not expected. */
export function planChosen(
  day: CalendarDay,
  reason: RunReason,
  expected: ExpectedDays,
): PlannedDay {
  return expected.isExpected(day)
    ? { day, action: 'run', reason }
    : { day, action: 'skip', reason: 'not_expected' };
}

/** Whether it is known what the source had for a day, rows or none, and whether its rows are in the target. */
function isKnown(day: CalendarDay, { elsewhere, kept, lastTries }: RecordedDays): boolean {
  switch (lastTries.get(day)) {
    case undefined:
      return false;
    case 'skipped':
      return true;
    case 'success':
      return !elsewhere.has(day);
    case 'failed':
      return kept.has(day);
  }
}

type Planned = Pick<PlanInput, 'start' | 'end' | 'order' | 'mode'> & {
  /** What the mode `verify` does; null in any other. */
  readonly verify: VerifyAction | null;
  readonly dataset: string;
  /** The dataset's fingerprint. */
  readonly fingerprint: string;
};

/**
 * Identifies a plan by 16 hexadecimal digits: the same for the same request, dataset and days. Why a day runs is not
 * part of it: a missing day that has failed since then runs as well.
 */
export function planHash(request: Planned, days: readonly PlannedDay[]): string {
  const { dataset, fingerprint, start, end, order, mode, verify } = request;
  const hash = createHash('sha256').update(
    JSON.stringify([dataset, fingerprint, start, end, order, mode, ...(verify ? [verify] : [])]),
  );
  const lines = days.map(
    ({ day, action, reason }) => `${day} ${action === 'run' ? 'run' : reason}\n`,
  );
  return hash.update(lines.join('')).digest('hex').slice(0, 16);
}
