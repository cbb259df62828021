import { NgComponentOutlet } from '@angular/common';
import {
  Component,
  computed,
  DestroyRef,
  effect,
  ErrorHandler,
  inject,
  input,
  signal,
  type Type,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';
import { NO_DAY, openDay } from './day-address';

/**
 * All that is known of one day: its sync record, what each batch came to with it, and its rows in the target. It lies
 * over the page until it is closed. The address keeps the day as `?day=`, and the ways from a day to its neighbours
 * change just that.
 *
 * What it shows is loaded when the first day is opened: no page is larger for it.
 */
@Component({
  selector: 'ds-day-panel',
  imports: [NgComponentOutlet],
  template: `
    @if (inputs(); as open) {
      <ng-container [ngComponentOutlet]="sheet()" [ngComponentOutletInputs]="open" />
    }
  `,
  // Closed, it takes no place on its page.
  styles: ':host { display: contents; }',
})
export class DayPanel {
  private readonly router = inject(Router);
  private readonly params = toSignal(inject(ActivatedRoute).queryParamMap, { requireSync: true });

  /** The dataset that the page shows, if it shows one. */
  readonly dataset = input<string>();

  protected readonly sheet = signal<Type<unknown> | null>(null);
  protected readonly inputs = computed(() => {
    const params = this.params();
    const [day, day_dataset] = [params.get('day'), params.get('day_dataset')];
    const open = openDay({ day, day_dataset, dataset: this.dataset() });
    return open && { ...open, leave: this.leave };
  });

  constructor() {
    const destroyRef = inject(DestroyRef);
    const errors = inject(ErrorHandler);
    effect(() => {
      if (this.inputs() === undefined || this.sheet() !== null) return;
      import('./day-sheet').then(
        ({ DaySheet }) => this.sheet.set(DaySheet),
        (error: unknown) => {
          // Not loaded, the network may be gone: a day that stays open without a panel could not be opened again.
          errors.handleError(error);
          if (!destroyRef.destroyed) this.leave();
        },
      );
    });
  }

  /** The reader is done with the day. */
  private readonly leave = (): void => {
    void this.router.navigate([], { queryParams: NO_DAY, queryParamsHandling: 'merge' });
  };
}
