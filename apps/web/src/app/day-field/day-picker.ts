import {
  afterRenderEffect,
  Component,
  effect,
  inject,
  Injectable,
  input,
  output,
  untracked,
  viewChild,
  ViewEncapsulation,
} from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { DateAdapter, MAT_DATE_FORMATS } from '@angular/material/core';
import {
  MatCalendarHeader,
  MatDatepicker,
  MatDatepickerInput,
  MatDatepickerIntl,
} from '@angular/material/datepicker';
import { Words } from '../i18n/words';
import { CALENDAR_DAY_FORMATS, CalendarDayAdapter } from './calendar-day-adapter';

/** The date picker's labels for screen readers, in the language of the page. */
@Injectable()
class CalendarLabels extends MatDatepickerIntl {
  constructor() {
    super();
    const { t } = inject(Words);
    effect(() => {
      this.calendarLabel = t('calendar.calendar');
      this.openCalendarLabel = t('calendar.open');
      this.closeCalendarLabel = t('calendar.close');
      this.prevMonthLabel = t('calendar.prev_month');
      this.nextMonthLabel = t('calendar.next_month');
      this.prevYearLabel = t('calendar.prev_year');
      this.nextYearLabel = t('calendar.next_year');
      this.prevMultiYearLabel = t('calendar.prev_years');
      this.nextMultiYearLabel = t('calendar.next_years');
      this.switchToMonthViewLabel = t('calendar.to_month');
      this.switchToMultiYearViewLabel = t('calendar.to_years');
      this.changes.next();
    });
  }

  override formatYearRangeLabel(start: string, end: string): string {
    return `${start}–${end}`;
  }
}

/** The head of the calendar: unlike Material's, its button to other years is called by the text that it shows. */
@Component({
  selector: 'ds-picker-head',
  imports: [MatButton, MatIconButton],
  template: `
    <div class="mat-calendar-header">
      <div class="mat-calendar-controls">
        <button
          matButton
          type="button"
          class="mat-calendar-period-button"
          [attr.aria-label]="periodButtonText + ' · ' + periodButtonLabel"
          (click)="currentPeriodClicked()"
        >
          <span aria-live="polite">{{ periodButtonText }}</span>
          <svg
            class="mat-calendar-arrow"
            [class.mat-calendar-invert]="calendar.currentView !== 'month'"
            viewBox="0 0 10 5"
            focusable="false"
            aria-hidden="true"
          >
            <polygon points="0,0 5,5 10,0" />
          </svg>
        </button>
        <div class="mat-calendar-spacer"></div>
        @for (way of ways; track way.path) {
          <button
            matIconButton
            type="button"
            disabledInteractive
            [disabled]="!way.isPossible()"
            [attr.aria-label]="way.label()"
            (click)="way.go()"
          >
            <svg viewBox="0 0 24 24" fill="currentColor" focusable="false" aria-hidden="true">
              <path [attr.d]="way.path" />
            </svg>
          </button>
        }
      </div>
    </div>
  `,
})
class PickerHead extends MatCalendarHeader<string> {
  protected readonly ways = [
    {
      path: 'M15.41 7.41L14 6l-6 6 6 6 1.41-1.41L10.83 12z',
      isPossible: () => this.previousEnabled(),
      label: () => this.prevButtonLabel,
      go: () => this.previousClicked(),
    },
    {
      path: 'M10 6L8.59 7.41 13.17 12l-4.58 4.59L10 18l6-6z',
      isPossible: () => this.nextEnabled(),
      label: () => this.nextButtonLabel,
      go: () => this.nextClicked(),
    },
  ];
}

/** The calendar to pick a date from. It is loaded when it is first opened: most dates are typed. */
@Component({
  selector: 'ds-day-picker',
  imports: [MatDatepicker, MatDatepickerInput],
  providers: [
    { provide: DateAdapter, useClass: CalendarDayAdapter },
    { provide: MAT_DATE_FORMATS, useValue: CALENDAR_DAY_FORMATS },
    { provide: MatDatepickerIntl, useClass: CalendarLabels },
  ],
  template: `
    <input
      hidden
      [matDatepicker]="picker"
      [value]="day()"
      (dateChange)="$event.value && picked.emit($event.value)"
    />
    <mat-datepicker #picker [calendarHeaderComponent]="head" />
  `,
  // The calendar stands outside of this component. Material shows no ring around the day with the focus, and shows the
  // close button only while that has the focus: below the calendar, where it may be outside of the window.
  encapsulation: ViewEncapsulation.None,
  styles: `
    .mat-calendar-body-cell:focus-visible {
      outline: 2px solid var(--mat-sys-primary);
      outline-offset: -2px;
      border-radius: 50%;
    }
    .mat-datepicker-content .mat-datepicker-close-button.mat-mdc-button-base {
      position: relative;
      inset: auto;
      clip: auto;
      align-self: end;
      width: auto;
      height: 40px;
      margin: 0 12px 12px;
      padding-inline: 16px;
      overflow: visible;
    }
    .mat-datepicker-close-button:focus-visible {
      outline: 2px solid var(--mat-sys-primary);
    }
  `,
})
export class DayPicker {
  /** How often it was opened: it opens whenever this grows. */
  readonly openings = input.required<number>();
  /** The selected day. */
  readonly day = input.required<string | null>();
  readonly picked = output<string>();
  protected readonly head = PickerHead;
  private readonly picker = viewChild.required<MatDatepicker<string>>(MatDatepicker);

  constructor() {
    afterRenderEffect(() => {
      this.openings();
      untracked(() => this.picker().open());
    });
  }
}
