import { Component, computed, inject, input, type Signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { CalendarDay } from '@daysync/progress';
import type { DayRange } from '../api/wire';
import { Words } from '../i18n/words';
import { dateOf, monthRange, yearOf, yearRange, type CalendarYear } from './calendar-layout';
import { cellLabel, monthNames, weekdayNames } from './calendar-words';
import { commonRange, isSameRange, isWithin } from './day-range';
import type { CalendarCell } from './day-states';

/** A cell with all that its template needs. */
interface ShownCell extends CalendarCell {
  readonly label: string;
  readonly date: number;
}

/** A year of days as a table: weeks are its rows, weekdays its columns. */
@Component({
  selector: 'ds-calendar-year',
  imports: [RouterLink],
  templateUrl: './calendar-year.html',
  styleUrl: './calendar-year.scss',
})
export class CalendarYearTable {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;

  readonly dataset = input.required<string>();
  readonly layout = input.required<CalendarYear>();
  /** Those of the whole year, in order. */
  readonly cells = input.required<readonly CalendarCell[]>();
  /** The days of which something is known: the others stay blank. */
  readonly shown = input.required<DayRange>();
  readonly today = input.required<CalendarDay>();
  /** The day that Tab leads to. A signal of the whole calendar: most of its moves change nothing here. */
  readonly active = input.required<Signal<CalendarDay | undefined>>();
  readonly selected = input.required<Signal<DayRange | undefined>>();

  protected readonly weekdays = computed(() => weekdayNames(this.words));
  protected readonly label = computed(() => String(this.layout().year));
  protected readonly weeks = computed(() => {
    const months = monthNames(this.words);
    const [{ year, weeks }, shown] = [this.layout(), this.shown()];
    const cells = this.cells();
    let next = 0;
    return weeks.map(({ days, month, isHead }) => ({
      isHead,
      name: months[month - 1] ?? '',
      range: { dataset: this.dataset(), ...monthRange(year, month) },
      cells: days.map((day) => {
        const cell = day && cells[next++];
        return cell && isWithin(cell.day, shown) ? this.shownCell(cell) : undefined;
      }),
    }));
  });
  protected readonly activeHere = computed(() => {
    const day = this.active()();
    return day !== undefined && yearOf(day) === this.layout().year ? day : undefined;
  });
  private readonly selectedHere = computed(
    () => {
      const range = this.selected()();
      return range && commonRange(range, yearRange(this.layout().year));
    },
    { equal: isSameRange },
  );

  protected isSelected(day: CalendarDay): boolean {
    const range = this.selectedHere();
    return range !== undefined && isWithin(day, range);
  }

  private shownCell(cell: CalendarCell): ShownCell {
    return { ...cell, date: dateOf(cell.day), label: cellLabel(cell, this.words) };
  }
}
