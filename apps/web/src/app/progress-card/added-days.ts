import {
  addDays,
  compareDays,
  countDays,
  parseCalendarDay,
  type CalendarDay,
  type DayRange,
  type SyncMode,
} from '@daysync/progress';
import type { ReasonCount, StartRequest } from '../api/wire';
import type { PlanCounts } from '../i18n/plan-sentence';

/** What the form needs to know of its batch. */
export interface ExtendedBatch extends DayRange {
  readonly task_id: string;
  readonly dataset: string;
  readonly mode: SyncMode;
}

/** The range that a form asks for. */
export type AskedRange =
  /** A date is missing or invalid. */
  | { readonly kind: 'incomplete' }
  /** The batch has these days already. */
  | { readonly kind: 'same' }
  /** The batch has days outside the range. */
  | { readonly kind: 'shrinks' }
  /** The new range and the parts of it that the batch does not have. */
  | { readonly kind: 'larger'; readonly range: DayRange; readonly added: readonly DayRange[] };

export function askedRange(
  batch: DayRange,
  values: { readonly start_date: string | null; readonly end_date: string | null },
): AskedRange {
  const start_date = parseCalendarDay(values.start_date ?? '');
  const end_date = parseCalendarDay(values.end_date ?? '');
  if (start_date === undefined || end_date === undefined) return { kind: 'incomplete' };
  const isBefore = compareDays(start_date, batch.start_date) < 0;
  const isAfter = compareDays(end_date, batch.end_date) > 0;
  if (compareDays(start_date, batch.start_date) > 0 || compareDays(end_date, batch.end_date) < 0) {
    return { kind: 'shrinks' };
  }
  if (!isBefore && !isAfter) return { kind: 'same' };
  const added = [
    ...(isBefore ? [{ start_date, end_date: addDays(batch.start_date, -1) }] : []),
    ...(isAfter ? [{ start_date: addDays(batch.end_date, 1), end_date }] : []),
  ];
  return { kind: 'larger', range: { start_date, end_date }, added };
}

export function countAdded(added: readonly DayRange[]): number {
  return added.reduce((sum, { end_date, start_date }) => sum + countDays(start_date, end_date), 0);
}

/** The preview of days that a batch would get: they are planned with its mode. Their number is the same in any order. */
export function previewOf(
  { dataset, mode }: ExtendedBatch,
  { end_date, start_date }: DayRange,
): StartRequest {
  return { dataset, start_date, end_date, mode, order: 'asc' };
}

/** The sums of the plans of several ranges. */
export function joinPlans(plans: readonly PlanCounts[]): PlanCounts {
  const estimates = plans.map(({ estimate }) => estimate);
  const sum = (count: (plan: PlanCounts) => number): number =>
    plans.reduce((all, plan) => all + count(plan), 0);
  return {
    run: sum(({ run }) => run),
    run_reasons: joinReasons(plans.map(({ run_reasons }) => run_reasons)),
    skip: sum(({ skip }) => skip),
    skip_reasons: joinReasons(plans.map(({ skip_reasons }) => skip_reasons)),
    estimate: estimates.includes(null)
      ? null
      : {
          likely_ms: sum(({ estimate }) => estimate?.likely_ms ?? 0),
          late_ms: sum(({ estimate }) => estimate?.late_ms ?? 0),
        },
  };
}

function joinReasons<Count extends ReasonCount>(lists: readonly (readonly Count[])[]): Count[] {
  const counts = new Map<Count['reason'], Count>();
  for (const one of lists.flat()) {
    const known = counts.get(one.reason);
    counts.set(one.reason, { ...one, count: one.count + (known?.count ?? 0) });
  }
  return [...counts.values()];
}

/** Ranges that an operator asks for often. */
type QuickAddition =
  | { readonly kind: 'after' | 'before'; readonly count: number }
  | { readonly kind: 'until_today' };

const QUICK: readonly QuickAddition[] = [
  { kind: 'after', count: 7 },
  { kind: 'after', count: 30 },
  { kind: 'until_today' },
  { kind: 'before', count: 7 },
];

interface QuickChoice {
  readonly quick: QuickAddition;
  /** The range that it leads to. */
  readonly range: DayRange;
}

/** The quick additions of a batch. */
export function quickAdditions(
  { end_date, start_date }: DayRange,
  today: CalendarDay,
): readonly QuickChoice[] {
  return QUICK.flatMap((quick): readonly QuickChoice[] => {
    switch (quick.kind) {
      case 'after':
        return [{ quick, range: { start_date, end_date: addDays(end_date, quick.count) } }];
      case 'before':
        return [{ quick, range: { start_date: addDays(start_date, -quick.count), end_date } }];
      case 'until_today':
        return compareDays(today, end_date) > 0
          ? [{ quick, range: { start_date, end_date: today } }]
          : [];
    }
  });
}
