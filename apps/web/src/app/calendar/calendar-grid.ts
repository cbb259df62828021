import {
  afterRenderEffect,
  Component,
  computed,
  DestroyRef,
  ElementRef,
  inject,
  input,
  linkedSignal,
  output,
  untracked,
} from '@angular/core';
import type { CalendarDay, DayRange } from '@daysync/progress';
import { isWithin, nearestIn } from '../time/calendar-days';
import { CalendarYearTable } from './calendar-year';
import { dayAt, readPresses } from './day-press';
import {
  extended,
  movedBy,
  rangesOf,
  withRangeAt,
  type DaySelection,
  type WeeksAs,
} from './day-selection';
import { drawnWeeks } from './drawn-years';
import type { YearDays } from './calendar-layout';
import type { ShadeLimits } from './row-shades';

/** Years of days. It is one tab stop; arrows move between days, Shift or dragging selects a range. */
@Component({
  selector: 'ds-calendar-grid',
  imports: [CalendarYearTable],
  template: `
    @for (year of years(); track year; let index = $index) {
      <section [style.--weeks]="year.weekCount">
        <h2>{{ year.year }}</h2>
        @if (weeksOf(year, index); as weekCount) {
          <ds-calendar-year
            [dataset]="dataset()"
            [days]="year"
            [weekCount]="weekCount"
            [today]="today()"
            [active]="active"
            [selected]="selected"
            [shades]="shades()"
          />
        }
      </section>
    }
  `,
  styleUrl: './calendar-grid.scss',
  host: {
    '(keydown)': 'move($event)',
    '(focusin)': 'activate($event)',
    '(pointerover)': 'explain($event)',
  },
})
export class CalendarGrid {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  readonly dataset = input.required<string>();
  readonly years = input.required<readonly YearDays[]>();
  /** The finished steps of drawing. */
  readonly steps = input.required<number>();
  /** The days that can be reached and selected. */
  readonly shown = input.required<DayRange>();
  readonly today = input.required<CalendarDay>();
  /** The last day that has a record. */
  readonly newest = input.required<CalendarDay>();
  /** The day to show first, in each new list of years. */
  readonly opensAt = input<CalendarDay>();
  /** The shades by rows, if they are wanted. */
  readonly shades = input<ShadeLimits>();
  readonly selection = input<DaySelection>();
  readonly selectionChange = output<DaySelection>();
  /** The day to open. */
  readonly opened = output<CalendarDay>();

  /** The newest selection: keys can be faster than the parent's update of `selection`. */
  private readonly made = linkedSignal(() => this.selection());
  /** The tab stop: at first the newest day. */
  protected readonly active = linkedSignal<DayRange, CalendarDay>({
    source: this.shown,
    computation: (shown, before) => nearestIn(before?.value ?? this.newest(), shown),
  });
  protected readonly selected = computed(() => {
    const selection = this.made();
    return selection === undefined ? [] : rangesOf(selection);
  });
  /** The day to scroll to once it is drawn. */
  private readonly awaited = linkedSignal<unknown, CalendarDay | undefined>({
    source: this.years,
    computation: () => untracked(this.opensAt),
  });

  constructor() {
    afterRenderEffect(() => {
      const day = this.awaited();
      // The day may be drawn with the next step.
      this.steps();
      if (day !== undefined && this.show(day)) this.awaited.set(undefined);
    });
    const left = new AbortController();
    inject(DestroyRef).onDestroy(() => left.abort());
    const listener = {
      opened: (day: CalendarDay) => this.opened.emit(day),
      selected: (selection: DaySelection) => this.select(selection),
      reached: (day: CalendarDay) => extended(this.made(), this.active(), day),
      added: (day: CalendarDay) => withRangeAt(this.made(), day),
    };
    readPresses(this.host, listener, left.signal);
  }

  /** Scrolls to a day. */
  jumpTo(day: CalendarDay): void {
    this.active.set(day);
    this.awaited.set(day);
  }

  /** Focuses a day, if it is shown. */
  focusDay(day: CalendarDay): void {
    this.active.set(day);
    this.cellOf(day)?.focus();
  }

  /** Focuses the day that Tab stops at. */
  focusActive(): void {
    this.focusDay(this.active());
  }

  protected weeksOf({ weekCount }: YearDays, index: number): number {
    // The newest year first, which is seen first.
    return drawnWeeks(weekCount, this.years().length - 1 - index, this.steps());
  }

  protected move(event: KeyboardEvent): void {
    const from = dayAt(event.target);
    if (from === undefined || event.metaKey) return;
    if (event.key === 'Enter') {
      this.opened.emit(from);
    } else if (event.key === ' ') {
      this.select(event.ctrlKey ? withRangeAt(this.made(), from) : { anchor: from, to: from });
    } else {
      const to = movedBy(event, from, { weeksAs: this.weeksAs(), shown: this.shown() });
      if (to === undefined) return;
      if (event.shiftKey) this.select(extended(this.made(), from, to));
      this.focusDay(to);
    }
    event.preventDefault();
  }

  protected activate(event: FocusEvent): void {
    const day = dayAt(event.target);
    if (day !== undefined && isWithin(day, this.shown())) this.active.set(day);
  }

  /** A tooltip for the day under the pointer. */
  protected explain({ target }: PointerEvent): void {
    if (dayAt(target) === undefined || !(target instanceof HTMLElement)) return;
    target.title = target.getAttribute('aria-label') ?? '';
  }

  /** @returns whether the day is drawn */
  private show(day: CalendarDay): boolean {
    const cell = this.cellOf(day);
    // Where weeks are columns, the newest year is on top: nothing scrolls up or down if it need not.
    const block = this.weeksAs() === 'rows' ? 'center' : 'nearest';
    cell?.scrollIntoView({ block, inline: 'center' });
    return cell !== null;
  }

  private cellOf(day: CalendarDay): HTMLElement | null {
    return this.host.querySelector<HTMLElement>(`[data-day='${day}']`);
  }

  private select(selection: DaySelection): void {
    this.made.set(selection);
    this.selectionChange.emit(selection);
  }

  /** The style sheet decides on the direction of the weeks. */
  private weeksAs(): WeeksAs {
    const run = getComputedStyle(this.host).getPropertyValue('--weeks-as').trim();
    return run === 'rows' ? 'rows' : 'columns';
  }
}
