import { Component, computed, inject, input, signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { ReactiveFormsModule, type FormControl } from '@angular/forms';
import { MatIconButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { startWith, switchMap } from 'rxjs';
import { Words } from '../i18n/words';
import type { WordKey } from '../i18n/zh';
import { DayPicker } from './day-picker';
import { DayText } from './day-text';

/** A date field to type into or pick from; the value of its control is a calendar day or null. */
@Component({
  selector: 'ds-day-field',
  imports: [
    DayPicker,
    DayText,
    MatFormFieldModule,
    MatIconButton,
    MatInputModule,
    ReactiveFormsModule,
  ],
  template: `
    <mat-form-field appearance="outline" hideRequiredMarker subscriptSizing="dynamic">
      <mat-label>{{ label() }}</mat-label>
      <input
        matInput
        dsDayText
        autocomplete="off"
        inputmode="numeric"
        maxlength="12"
        [formControl]="control()"
      />
      <span matIconSuffix>
        <button
          matIconButton
          type="button"
          aria-haspopup="dialog"
          [attr.aria-label]="toggleLabel()"
          (click)="open($event)"
        >
          <svg viewBox="0 0 24 24" width="24" height="24" fill="currentColor" aria-hidden="true">
            <path
              d="M19 3h-1V1h-2v2H8V1H6v2H5c-1.1 0-2 .9-2 2v14c0 1.1.9 2 2 2h14c1.1 0 2-.9 2-2V5c0-1.1-.9-2-2-2zm0 16H5V8h14v11zM7 10h5v5H7z"
            />
          </svg>
        </button>
        @defer (when openings() > 0) {
          <ds-day-picker [day]="day()" [openings]="openings()" (picked)="pick($event)" />
        }
      </span>
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

  /** Each button on a page needs a name of its own. */
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
    if ('noDay' in errors) return 'start.date_bad';
    return 'reversed' in errors ? 'start.range_reversed' : 'start.date_required';
  });

  protected readonly day = computed(() => {
    this.changes();
    return this.control().value;
  });
  /** How often the calendar was opened. */
  protected readonly openings = signal(0);

  protected open(event: Event): void {
    // Otherwise the click would focus the field.
    event.stopPropagation();
    this.openings.update((openings) => openings + 1);
  }

  protected pick(day: string): void {
    const control = this.control();
    control.setValue(day);
    control.markAsDirty();
  }
}
