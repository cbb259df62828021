import { NgComponentOutlet } from '@angular/common';
import {
  Component,
  computed,
  DestroyRef,
  ErrorHandler,
  inject,
  input,
  output,
  signal,
  type Type,
} from '@angular/core';
import type { CalendarDay } from '@daysync/progress';

/**
 * All that is known of one day: its sync record, what each batch came to with it, and its rows in the target. It lies
 * over the page until it is closed. The page keeps the day in its address as `?day=`, and the ways from a day to its
 * neighbours change just that.
 *
 * What it shows is loaded when the first day is opened: no page is larger for it.
 */
@Component({
  selector: 'ds-day-panel',
  imports: [NgComponentOutlet],
  template: `<ng-container [ngComponentOutlet]="sheet()" [ngComponentOutletInputs]="inputs()" />`,
})
export class DayPanel {
  readonly dataset = input.required<string>();
  readonly day = input.required<CalendarDay>();
  /** The reader is done with it: the page takes the day out of its address. */
  readonly closed = output();

  protected readonly sheet = signal<Type<unknown> | null>(null);
  protected readonly inputs = computed(() => ({
    dataset: this.dataset(),
    day: this.day(),
    leave: this.leave,
  }));

  constructor() {
    const destroyRef = inject(DestroyRef);
    const errors = inject(ErrorHandler);
    import('./day-sheet').then(
      ({ DaySheet }) => this.sheet.set(DaySheet),
      (error: unknown) => {
        // Not loaded, the network may be gone: a day that stays open without a panel could not be opened again.
        errors.handleError(error);
        if (!destroyRef.destroyed) this.closed.emit();
      },
    );
  }

  private readonly leave = (): void => this.closed.emit();
}
