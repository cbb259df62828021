import { Component, computed, inject, input } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';
import { NO_DAY, openDay } from './day-address';
import { DaySheet } from './day-sheet';

/**
 * One day over the page: its sync record, its outcome in each batch, and its rows in the target. The address keeps the
 * day as `?day=`; the links to the day before and after change only that.
 *
 * The sheet is loaded when the first day is opened: no page grows by it.
 */
@Component({
  selector: 'ds-day-panel',
  imports: [DaySheet],
  template: `
    @if (open(); as shown) {
      @defer (on immediate) {
        <ds-day-sheet [dataset]="shown.dataset" [day]="shown.day" (closed)="close()" />
      }
    }
  `,
  styles: ':host { display: contents; }',
})
export class DayPanel {
  private readonly router = inject(Router);
  private readonly params = toSignal(inject(ActivatedRoute).queryParamMap, { requireSync: true });

  /** The dataset of the page, if the page shows only one. */
  readonly dataset = input<string>();

  protected readonly open = computed(() => {
    const params = this.params();
    const [day, day_dataset] = [params.get('day'), params.get('day_dataset')];
    return openDay({ day, day_dataset, dataset: this.dataset() });
  });

  protected close(): void {
    void this.router.navigate([], { queryParams: NO_DAY, queryParamsHandling: 'merge' });
  }
}
