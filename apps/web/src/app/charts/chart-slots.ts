import {
  addDays,
  calendarDay,
  compareDays,
  countDays,
  type CalendarDay,
  type Outcome,
} from '@daysync/progress';
import { weekdayOf } from '../time/calendar-days';
import { mean, oddDays, type DayValue } from './unusual-days';

/** What a chart draws of a day. */
export type Measure = 'rows' | 'duration';

/** A day as a chart takes it: of a batch, or a sync record. */
export interface ChartDay {
  readonly day: CalendarDay;
  readonly rows: number | null;
  readonly duration_ms: number | null;
  /** `null` for a day that was never tried: it is missing, as one that is not in the list. */
  readonly status: Outcome | null;
}

/** How many days one place of the chart stands for. */
export type SlotUnit = 'day' | 'week' | 'month' | 'year';

/** One place of the chart, from left to right. */
export interface Slot {
  readonly first: CalendarDay;
  readonly last: CalendarDay;
  /** The mean of its days that have a value. */
  readonly value: number | undefined;
  readonly days: number;
  readonly failed: number;
  readonly missing: number;
  readonly odd: number;
}

/** What a chart shows: all days from the first to the last, those that are not there included. */
export interface DaySeries {
  readonly unit: SlotUnit;
  readonly slots: readonly Slot[];
  /** The values of its days, one by one, in order of the days. */
  readonly values: readonly DayValue[];
}

/** More places than this are too narrow to be told apart. */
const MOST_SLOTS = 400;

/** By how much a day may be off without being odd: a few hundred milliseconds say nothing of a source. */
const UNMINDED: Readonly<Record<Measure, number>> = { rows: 0, duration: 500 };

/** The days from the first to the last as places of a chart; long ranges by weeks, months or years. */
export function daySeries(days: readonly ChartDay[], measure: Measure): DaySeries {
  const sorted = days.toSorted((one, other) => compareDays(one.day, other.day));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return { unit: 'day', slots: [], values: [] };
  const unit = unitFor(countDays(first.day, last.day));
  const values = sorted.flatMap((day) => {
    const value = valueOf(day, measure);
    return value === undefined ? [] : [{ day: day.day, value }];
  });
  const odd = oddDays(values, UNMINDED[measure]);
  const periods = Map.groupBy(sorted, ({ day }) => periodStart(day, unit));
  const slots = periodStarts(first.day, last.day, unit).map((start, index, starts) => {
    const next = starts[index + 1];
    return slotOf(periods.get(start) ?? [], {
      first: compareDays(start, first.day) < 0 ? first.day : start,
      last: next === undefined ? last.day : addDays(next, -1),
      measure,
      odd,
    });
  });
  return { unit, slots, values };
}

/** What is measured of a day; only one that went through has something to compare. */
function valueOf(day: ChartDay, measure: Measure): number | undefined {
  if (day.status !== 'success') return undefined;
  return (measure === 'rows' ? day.rows : day.duration_ms) ?? undefined;
}

interface SlotFrame {
  readonly first: CalendarDay;
  readonly last: CalendarDay;
  readonly measure: Measure;
  readonly odd: ReadonlySet<CalendarDay>;
}

function slotOf(known: readonly ChartDay[], { first, last, measure, odd }: SlotFrame): Slot {
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
    odd: known.filter(({ day }) => odd.has(day)).length,
  };
}

/** The smallest unit of which the chart has room for so many days. */
export function unitFor(days: number): SlotUnit {
  if (days <= MOST_SLOTS) return 'day';
  if (days <= 7 * MOST_SLOTS) return 'week';
  return days <= 30 * MOST_SLOTS ? 'month' : 'year';
}

/** The first days of all periods from the one of `first` to the one of `last`. */
function periodStarts(first: CalendarDay, last: CalendarDay, unit: SlotUnit): CalendarDay[] {
  const end = periodStart(last, unit);
  const starts = [periodStart(first, unit)];
  for (;;) {
    const start = starts[starts.length - 1];
    if (start === undefined || start === end) return starts;
    // From the first day of a period that many days lead into the next one, be it long or short.
    starts.push(periodStart(addDays(start, LONGEST[unit]), unit));
  }
}

const LONGEST: Readonly<Record<SlotUnit, number>> = { day: 1, week: 7, month: 31, year: 366 };

/** The first day of the period; weeks begin on Monday. */
function periodStart(day: CalendarDay, unit: SlotUnit): CalendarDay {
  switch (unit) {
    case 'day':
      return day;
    case 'week':
      // The day 0001-01-01 is a Monday, so no week begins before the calendar does.
      return addDays(day, -weekdayOf(day));
    case 'month':
      return calendarDay(`${day.slice(0, 7)}-01`);
    case 'year':
      return calendarDay(`${day.slice(0, 4)}-01-01`);
  }
}
