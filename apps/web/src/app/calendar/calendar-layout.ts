import { computed, linkedSignal, type Signal } from '@angular/core';
import { countDays, type CalendarDay, type DayRange } from '@daysync/progress';
import {
  dateOf,
  dayIn,
  isWithin,
  monthOf,
  monthRange,
  weekdayOf,
  yearRange,
} from '../time/calendar-days';
import { cellsOf, countStates, type CalendarCell, type KnownDays } from './day-states';

/** One week of a year, Monday to Sunday; the days of the neighbouring year are left out of it. */
interface CalendarWeek {
  /** Seven entries; days of another year are undefined. */
  readonly days: readonly (CalendarDay | undefined)[];
  /** The month, 1 to 12, that starts in this week, or else the month of its first day in this year. */
  readonly month: number;
  /** Whether `month` starts in this week, where its name is shown. */
  readonly isHead: boolean;
}

/** The layout of a year. */
interface CalendarYear {
  readonly year: number;
  /** In order. */
  readonly days: readonly CalendarDay[];
  /** 53 or 54. */
  readonly weeks: readonly CalendarWeek[];
}

/** Lays out a year in weeks that start on Monday. */
export function layoutYear(year: number): CalendarYear {
  const days = daysIn(year);
  const before = weekdayOf(dayIn(year, 1, 1));
  const weeks = Array.from({ length: weeksIn(year) }, (_, week) =>
    weekOf(Array.from({ length: 7 }, (__, weekday) => days[week * 7 + weekday - before])),
  );
  return { year, days, weeks };
}

/** The number of weeks of a year: 53, or 54 if a leap year starts on a Sunday. */
function weeksIn(year: number): number {
  const { start_date, end_date } = yearRange(year);
  return Math.ceil((weekdayOf(start_date) + countDays(start_date, end_date)) / 7);
}

/** All days of a year, computed by month: a frame needs thousands of days. */
function daysIn(year: number): readonly CalendarDay[] {
  return Array.from({ length: 12 }, (_, index) => {
    const { start_date, end_date } = monthRange(year, index + 1);
    const month = start_date.slice(0, 8);
    return Array.from(
      { length: dateOf(end_date) },
      (__, date) => (month + (date < 9 ? '0' : '') + String(date + 1)) as CalendarDay,
    );
  }).flat();
}

function weekOf(days: readonly (CalendarDay | undefined)[]): CalendarWeek {
  const present = days.filter((day) => day !== undefined);
  const head = present.find((day) => dateOf(day) === 1);
  const named = head ?? present[0];
  return { days, month: named === undefined ? 1 : monthOf(named), isHead: head !== undefined };
}

/** The days of one year. All is computed lazily: a year costs time only in the frame that draws it. */
export class YearDays {
  /** The number of weeks, to reserve room. */
  readonly weekCount: number;
  readonly layout = computed(() => layoutYear(this.year));
  /** In order; the same list while nothing has changed. */
  readonly cells: Signal<readonly CalendarCell[]>;
  /** The number of its shown days in each state. */
  readonly counts = computed(() => {
    const shown = this.shown();
    return countStates(this.cells().filter(({ day }) => isWithin(day, shown)));
  });

  /** @param shown the shown days of all years, which may exclude some of this year */
  constructor(
    readonly year: number,
    known: Signal<KnownDays>,
    readonly shown: Signal<DayRange>,
  ) {
    this.weekCount = weeksIn(year);
    this.cells = linkedSignal<KnownDays, readonly CalendarCell[]>({
      source: known,
      computation: (now, before) => cellsOf(this.layout().days, now, before?.value),
    }).asReadonly();
  }
}
