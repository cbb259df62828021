import { computed, linkedSignal, type Signal } from '@angular/core';
import type { DayRange } from '../api/wire';
import { layoutYear, weeksIn } from './calendar-layout';
import { isWithin } from './day-range';
import { cellsOf, countStates, type CalendarCell, type KnownDays } from './day-states';

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
