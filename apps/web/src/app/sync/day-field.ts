import { Component, computed, inject, input } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { ReactiveFormsModule, type FormControl } from '@angular/forms';
import { DateAdapter, MAT_DATE_FORMATS } from '@angular/material/core';
import { MatDatepickerModule, MatDatepickerIntl } from '@angular/material/datepicker';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { startWith, switchMap } from 'rxjs';
import { CalendarLabels } from '../i18n/calendar-labels';
import { Words } from '../i18n/words';
import type { WordKey } from '../i18n/zh';
import { CALENDAR_DAY_FORMATS, CalendarDayAdapter } from './calendar-day-adapter';

/** A date typed as `YYYY-MM-DD` or picked; its control holds a calendar day, or null. */
@Component({
  selector: 'ds-day-field',
  imports: [MatDatepickerModule, MatFormFieldModule, MatInputModule, ReactiveFormsModule],
  providers: [
    { provide: DateAdapter, useClass: CalendarDayAdapter },
    { provide: MAT_DATE_FORMATS, useValue: CALENDAR_DAY_FORMATS },
    { provide: MatDatepickerIntl, useClass: CalendarLabels },
  ],
  template: `
    <mat-form-field appearance="outline" hideRequiredMarker subscriptSizing="dynamic">
      <mat-label>{{ label() }}</mat-label>
      <input
        matInput
        autocomplete="off"
        inputmode="numeric"
        maxlength="12"
        [matDatepicker]="picker"
        [formControl]="control()"
      />
      <mat-datepicker-toggle matIconSuffix [for]="picker" [aria-label]="toggleLabel()" />
      <mat-datepicker #picker />
      <mat-hint>{{ t('start.date_hint') }}</mat-hint>
      @if (error(); as key) {
        <mat-error>{{ t(key) }}</mat-error>
      }
    </mat-form-field>
  `,
  styles: `
    :host {
      min-width: 0;
    }
    :host,
    mat-form-field {
      display: block;
      width: 100%;
    }
  `,
})
export class DayField {
  protected readonly t = inject(Words).t;
  readonly label = input.required<string>();
  readonly control = input.required<FormControl<string | null>>();

  /** Two fields on a page, two names for their buttons. */
  protected readonly toggleLabel = computed(() => `${this.label()} · ${this.t('calendar.open')}`);

  private readonly changes = toSignal(
    toObservable(this.control).pipe(
      switchMap((control) => control.events.pipe(startWith(undefined))),
    ),
  );

  protected readonly error = computed((): WordKey | undefined => {
    this.changes();
    const errors = this.control().errors;
    if (errors === null) return undefined;
    if ('matDatepickerParse' in errors) return 'start.date_bad';
    return 'reversed' in errors ? 'start.range_reversed' : 'start.date_required';
  });
}
