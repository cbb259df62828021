import {
  Component,
  DestroyRef,
  ErrorHandler,
  inject,
  input,
  inputBinding,
  output,
  outputBinding,
  ViewContainerRef,
} from '@angular/core';
import type { CalendarDay } from '@daysync/progress';

/**
 * All that is known of one day: its sync record, what each batch came to with it, and its rows in the target. It lies
 * over the page until it is closed. The page keeps the day in its address as `?day=`, and the ways from a day to its
 * neighbours change just that.
 *
 * What it shows is loaded when the first day is opened: no page is larger for it.
 */
@Component({ selector: 'ds-day-panel', template: '' })
export class DayPanel {
  private readonly place = inject(ViewContainerRef);
  private readonly destroyRef = inject(DestroyRef);
  private readonly errors = inject(ErrorHandler);

  readonly dataset = input.required<string>();
  readonly day = input.required<CalendarDay>();
  /** The reader is done with it: the page takes the day out of its address. */
  readonly closed = output();

  constructor() {
    this.open().catch((error: unknown) => {
      // Not loaded, the network may be gone: a day that stays open without a panel could not be opened again.
      this.errors.handleError(error);
      if (!this.destroyRef.destroyed) this.closed.emit();
    });
  }

  private async open(): Promise<void> {
    const { DaySheet } = await import('./day-sheet');
    if (this.destroyRef.destroyed) return;
    this.place.createComponent(DaySheet, {
      bindings: [
        inputBinding('dataset', this.dataset),
        inputBinding('day', this.day),
        outputBinding('closed', () => this.closed.emit()),
      ],
    });
  }
}
