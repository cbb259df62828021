import { Directive, ElementRef, forwardRef, inject } from '@angular/core';
import {
  NG_VALIDATORS,
  NG_VALUE_ACCESSOR,
  type ControlValueAccessor,
  type ValidationErrors,
  type Validator,
} from '@angular/forms';
import { readWrittenDay } from './written-day';

/**
 * Binds a text field to a calendar day: it accepts the usual notations, and shows `YYYY-MM-DD` on blur. Once the user
 * types, nothing else is written into it until it is left.
 */
@Directive({
  selector: 'input[dsDayText]',
  providers: [
    { provide: NG_VALUE_ACCESSOR, useExisting: forwardRef(() => DayText), multi: true },
    { provide: NG_VALIDATORS, useExisting: forwardRef(() => DayText), multi: true },
  ],
  host: { '(input)': 'read()', '(keydown.enter)': 'commit()', '(blur)': 'leave()' },
})
export class DayText implements ControlValueAccessor, Validator {
  private readonly field = inject<ElementRef<HTMLInputElement>>(ElementRef).nativeElement;
  private day: string | null = null;
  private isBad = false;
  /** Whether the user has typed since the field has the focus. */
  private isTyped = false;
  private changed: (day: string | null) => void = () => undefined;
  private touched: () => void = () => undefined;

  writeValue(day: string | null): void {
    if (this.isTyped && this.field === this.field.ownerDocument.activeElement) return;
    this.day = day;
    this.isBad = false;
    this.field.value = day ?? '';
  }

  registerOnChange(changed: (day: string | null) => void): void {
    this.changed = changed;
  }

  registerOnTouched(touched: () => void): void {
    this.touched = touched;
  }

  setDisabledState(isDisabled: boolean): void {
    this.field.disabled = isDisabled;
  }

  validate(): ValidationErrors | null {
    return this.isBad ? { noDay: true } : null;
  }

  protected read(): void {
    this.isTyped = true;
    const day = readWrittenDay(this.field.value);
    this.isBad = day === undefined;
    this.day = day ?? null;
    this.changed(this.day);
  }

  protected commit(): void {
    // The control may be another one than when it was typed.
    if (this.isTyped) this.read();
    this.touched();
  }

  protected leave(): void {
    this.commit();
    this.isTyped = false;
    if (!this.isBad) this.field.value = this.day ?? '';
  }
}
