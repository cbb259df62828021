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
} from '@angular/core';
import { DateAdapter, MAT_DATE_FORMATS } from '@angular/material/core';
import { MatDatepicker, MatDatepickerInput, MatDatepickerIntl } from '@angular/material/datepicker';
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
    <mat-datepicker #picker />
  `,
})
export class DayPicker {
  /** How often it was opened: it opens whenever this grows. */
  readonly openings = input.required<number>();
  /** The selected day. */
  readonly day = input.required<string | null>();
  readonly picked = output<string>();
  private readonly picker = viewChild.required<MatDatepicker<string>>(MatDatepicker);

  constructor() {
    afterRenderEffect(() => {
      this.openings();
      untracked(() => this.picker().open());
    });
  }
}
