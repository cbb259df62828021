import {
  addDays,
  calendarDay,
  compareDays,
  countDays,
  type CalendarDay,
  type Outcome,
} from '@daysync/progress';
import { weekdayOf } from '../time/calendar-days';
import type { RecordedDay } from '../api/wire';
import { mean, type DayValue } from './day-values';

export type Measure = 'rows' | 'duration';

/** A day of a batch or a sync record, as a chart draws it. */
export interface ChartDay {
  readonly day: CalendarDay;
  readonly rows: number | null;
  readonly duration_ms: number | null;
  /** `null` for a day that was never tried: it counts as missing, like a day that is not listed. */
  readonly status: Outcome | null;
  /** What the day is marked for. */
  readonly unusual: RecordedDay['unusual'];
}

/** The time span of one slot of the chart. */
export type SlotUnit = 'day' | 'week' | 'month' | 'year';

/** One slot of the chart, from left to right. */
export interface Slot {
  readonly first: CalendarDay;
  readonly last: CalendarDay;
  /** The mean of its days with a value. */
  readonly value: number | undefined;
  readonly days: number;
  readonly failed: number;
  readonly missing: number;
  readonly unusual: number;
}

/** The slots of a chart: all days from the first to the last, missing ones included. */
interface DaySeries {
  readonly unit: SlotUnit;
  readonly slots: readonly Slot[];
  /** The value of each day, in order. */
  readonly values: readonly DayValue[];
}

/** More slots than this are too narrow to distinguish. */
const MOST_SLOTS = 400;

/** The days from the first to the last as slots of a chart; long ranges by week, month or year. */
export function daySeries(days: readonly ChartDay[], measure: Measure): DaySeries {
  const sorted = days.toSorted((one, other) => compareDays(one.day, other.day));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return { unit: 'day', slots: [], values: [] };
  const unit = unitFor(countDays(first.day, last.day));
  const values = sorted.flatMap((day) => {
    const value = valueOf(day, measure);
    return value === undefined ? [] : [{ day: day.day, value }];
  });
  const periods = Map.groupBy(sorted, ({ day }) => periodStart(day, unit));
  const slots = periodStarts(first.day, last.day, unit).map((start, index, starts) => {
    const next = starts[index + 1];
    return slotOf(periods.get(start) ?? [], {
      first: compareDays(start, first.day) < 0 ? first.day : start,
      last: next === undefined ? last.day : addDays(next, -1),
      measure,
    });
  });
  return { unit, slots, values };
}

/** Whether the day is marked for what is measured: by the figure itself, or by a check on it. */
function isUnusual({ status, unusual }: ChartDay, measure: Measure): boolean {
  return (
    status === 'success' && unusual.some((of) => of === measure || of.startsWith(`${measure}.`))
  );
}

/** The measured value of a day; only successful days are comparable. */
function valueOf(day: ChartDay, measure: Measure): number | undefined {
  if (day.status !== 'success') return undefined;
  return (measure === 'rows' ? day.rows : day.duration_ms) ?? undefined;
}

interface SlotFrame {
  readonly first: CalendarDay;
  readonly last: CalendarDay;
  readonly measure: Measure;
}

function slotOf(known: readonly ChartDay[], { first, last, measure }: SlotFrame): Slot {
  const values = known.flatMap((day) => valueOf(day, measure) ?? []);
  const tried = known.filter(({ status }) => status !== null);
  const days = countDays(first, last);
  return {
    first,
    last,
    value: values.length === 0 ? undefined : mean(values),
    days,
    failed: tried.filter(({ status }) => status === 'failed').length,
    missing: days - tried.length,
    unusual: known.filter((day) => isUnusual(day, measure)).length,
  };
}

/** The smallest unit in which so many days fit into the chart. */
export function unitFor(days: number): SlotUnit {
  if (days <= MOST_SLOTS) return 'day';
  if (days <= 7 * MOST_SLOTS) return 'week';
  return days <= 30 * MOST_SLOTS ? 'month' : 'year';
}

/** The first day of each period, from the period of `first` to that of `last`. */
function periodStarts(first: CalendarDay, last: CalendarDay, unit: SlotUnit): CalendarDay[] {
  const end = periodStart(last, unit);
  const starts = [periodStart(first, unit)];
  for (;;) {
    const start = starts[starts.length - 1];
    if (start === undefined || start === end) return starts;
    // From the first day of any period, so many days lead into the next period.
    starts.push(periodStart(addDays(start, LONGEST[unit]), unit));
  }
}

const LONGEST: Readonly<Record<SlotUnit, number>> = { day: 1, week: 7, month: 31, year: 366 };

/** The first day of a period; weeks start on Monday. */
function periodStart(day: CalendarDay, unit: SlotUnit): CalendarDay {
  switch (unit) {
    case 'day':
      return day;
    case 'week':
      // 0001-01-01 is a Monday, so no week starts before the first calendar day.
      return addDays(day, -weekdayOf(day));
    case 'month':
      return calendarDay(`${day.slice(0, 7)}-01`);
    case 'year':
      return calendarDay(`${day.slice(0, 4)}-01-01`);
  }
}
