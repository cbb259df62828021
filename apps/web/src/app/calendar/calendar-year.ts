import { Component, computed, inject, input, type Signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { commonRange, type CalendarDay, type DayRange } from '@daysync/progress';
import { injectDayWords } from '../i18n/day-words';
import { Words } from '../i18n/words';
import { isSameRanges, isWithin, monthRange, yearOf, yearRange } from '../time/calendar-days';
import type { Settlement } from '../api/wire';
import type { CalendarCell, CalendarDayState } from './day-states';
import type { YearDays } from './calendar-layout';
import { shadeOf, type Shade, type ShadeLimits } from './row-shades';

/** A cell for the template; empty for a day of another year or one that is not shown. */
interface ShownCell {
  readonly day: CalendarDay | undefined;
  readonly state: CalendarDayState | undefined;
  readonly label: string | undefined;
  /** How many rows it has beside others; undefined unless wanted. */
  readonly shade: Shade | undefined;
  /** Empty for a day whose rows are marked; undefined for all others. */
  readonly unusual: '' | undefined;
  /** The two digits of the day of the month. */
  readonly date: string | undefined;
}

const BLANK: ShownCell = {
  day: undefined,
  state: undefined,
  label: undefined,
  shade: undefined,
  unusual: undefined,
  date: undefined,
};

/** A year as a table: weeks are its rows, weekdays its columns. */
@Component({
  selector: 'ds-calendar-year',
  imports: [RouterLink],
  templateUrl: './calendar-year.html',
  styleUrl: './calendar-year.scss',
})
export class CalendarYearTable {
  private readonly words = inject(Words);
  protected readonly t = injectDayWords();

  readonly dataset = input.required<string>();
  readonly days = input.required<YearDays>();
  /** The number of drawn weeks. */
  readonly weekCount = input.required<number>();
  readonly today = input.required<CalendarDay>();
  /** The tab stop of the whole calendar. As a signal, because most of its changes do not affect this year. */
  readonly active = input.required<Signal<CalendarDay | undefined>>();
  readonly selected = input.required<Signal<readonly DayRange[]>>();
  /** The shades by rows, if they are wanted. */
  readonly shades = input<ShadeLimits>();

  protected readonly weekdays = computed(() => this.t('calendar.weekdays').split(' '));
  protected readonly label = computed(() => String(this.days().year));
  protected readonly weeks = computed(() => {
    const months = this.t('calendar.months').split(' ');
    const days = this.days();
    const [{ year, weeks }, cells, shown] = [days.layout(), days.cells(), days.shown()];
    let next = 0;
    return weeks.slice(0, this.weekCount()).map(({ days, month, isHead }) => ({
      isHead,
      name: months[month - 1] ?? '',
      range: { dataset: this.dataset(), ...monthRange(year, month) },
      cells: days.map((day) => {
        const cell = day && cells[next++];
        return cell && isWithin(cell.day, shown) ? this.shownCell(cell) : BLANK;
      }),
    }));
  });
  protected readonly activeHere = computed(() => {
    const day = this.active()();
    return day !== undefined && yearOf(day) === this.days().year ? day : undefined;
  });
  private readonly selectedHere = computed(
    () => {
      const year = yearRange(this.days().year);
      return this.selected()()
        .map((range) => commonRange(range, year))
        .filter((range) => range !== undefined);
    },
    { equal: isSameRanges },
  );

  protected isSelected(day: CalendarDay | undefined): boolean {
    return day !== undefined && this.selectedHere().some((range) => isWithin(day, range));
  }

  private shownCell(cell: CalendarCell): ShownCell {
    const { day, state, rows } = cell;
    const limits = this.shades();
    const shade =
      limits === undefined || state !== 'synced' || rows === null || cell.unusual
        ? undefined
        : shadeOf(rows, limits);
    const unusual = cell.unusual ? '' : undefined;
    return { day, state, shade, unusual, date: day.slice(8), label: this.labelOf(cell) };
  }

  /** The accessible name of a cell: day, state and details. */
  private labelOf({ day, state, rows, error_code, unusual, settlement }: CalendarCell): string {
    const parts: string[] = [day, this.t(`calendar.state.${state}`)];
    if (state === 'synced' && rows !== null) parts.push(this.t('calendar.rows', { rows }));
    if (unusual) parts.push(this.t('chart.unusual'));
    if (settlement !== null) parts.push(this.settledText(settlement));
    if ((state === 'failed' || state === 'kept') && error_code !== null) {
      parts.push(this.words.known(`error.${error_code}`, error_code));
    }
    return parts.join(this.t('preview.comma'));
  }

  private settledText({ reason, settled_by: name }: Settlement): string {
    return name === null
      ? this.t('settle.cell', { reason })
      : this.t('settle.cell_by', { name, reason });
  }
}
