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
export interface CalendarWeek {
  /** Seven places; a day of another year is undefined. */
  readonly days: readonly (CalendarDay | undefined)[];
  /** The month, 1 to 12, of its first day in this year; where a month begins in it, that one. */
  readonly month: number;
  /** Whether `month` begins in this week: its name stands here. */
  readonly isHead: boolean;
}

/** The days of a year, as they are laid out. */
export interface CalendarYear {
  readonly year: number;
  /** All of them, in order. */
  readonly days: readonly CalendarDay[];
  /** 53 or 54. */
  readonly weeks: readonly CalendarWeek[];
}

/** Lays out a year in weeks that begin on Monday. */
export function layoutYear(year: number): CalendarYear {
  const days = daysIn(year);
  const before = weekdayOf(dayIn(year, 1, 1));
  const weeks = Array.from({ length: weeksIn(year) }, (_, week) =>
    weekOf(Array.from({ length: 7 }, (__, weekday) => days[week * 7 + weekday - before])),
  );
  return { year, days, weeks };
}

/** How many weeks have days of a year: 53, or 54 where a leap year begins on a Sunday. */
export function weeksIn(year: number): number {
  const { start_date, end_date } = yearRange(year);
  return Math.ceil((weekdayOf(start_date) + countDays(start_date, end_date)) / 7);
}

/** Every day of a year: made month by month, as thousands are wanted within a frame. */
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

/** The days of one year. Nothing is computed before it is asked for: a year costs its share of the frame it is drawn in. */
export class YearDays {
  /** How many weeks it has, for the room that it takes. */
  readonly weekCount: number;
  readonly layout = computed(() => layoutYear(this.year));
  /** All of them, in order; the very same list where nothing has changed. */
  readonly cells: Signal<readonly CalendarCell[]>;
  /** How many of its shown days are in each state. */
  readonly counts = computed(() => {
    const shown = this.shown();
    return countStates(this.cells().filter(({ day }) => isWithin(day, shown)));
  });

  /**
   * @param known what is known of the days
   * @param shown the days of all years that are shown: some of this one may not be
   */
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
