import { effect, inject, Injectable } from '@angular/core';
import { MatDatepickerIntl } from '@angular/material/datepicker';
import { Words } from './words';

/** What the date picker says to people who can't see it, in the language of the page. */
@Injectable()
export class CalendarLabels extends MatDatepickerIntl {
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
