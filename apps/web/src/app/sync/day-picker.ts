import { afterRenderEffect, Component, input, untracked, viewChild } from '@angular/core';
import { DateAdapter, MAT_DATE_FORMATS } from '@angular/material/core';
import { MatDatepicker, MatDatepickerInput, MatDatepickerIntl } from '@angular/material/datepicker';
import { CalendarLabels } from '../i18n/calendar-labels';
import { CALENDAR_DAY_FORMATS, CalendarDayAdapter } from './calendar-day-adapter';

/** A calendar that opens when it is there, and whenever it is asked to. It is loaded once somebody asks for it: most dates are typed or chosen. */
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
      (dateChange)="$event.value && picked()($event.value)"
    />
    <mat-datepicker #picker />
  `,
})
export class DayPicker {
  /** How often it was asked to open. */
  readonly turns = input.required<number>();
  /** The day that is chosen when it opens. */
  readonly day = input.required<string | null>();
  readonly picked = input.required<(day: string) => void>();
  private readonly picker = viewChild.required<MatDatepicker<string>>(MatDatepicker);

  constructor() {
    afterRenderEffect(() => {
      this.turns();
      untracked(() => this.picker().open());
    });
  }
}
