import {
  Component,
  computed,
  DestroyRef,
  effect,
  ElementRef,
  inject,
  input,
  linkedSignal,
  output,
  signal,
  viewChild,
  viewChildren,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButtonModule } from '@angular/material/button';
import {
  countDays,
  DAY_ORDERS,
  type DayOrder,
  type DayRange,
  type SyncMode,
} from '@daysync/progress';
import { concat } from 'rxjs';
import { BatchNames } from '../design/batch-names';
import { injectOwnFocus } from '../design/own-focus';
import { injectStartHereWords } from '../i18n/start-here-words';
import { StartRange } from './start-range';
import { inOrder, modeRequest, START_MODES, type StartMode } from './start-values';

/**
 * Starts days of a dataset where the user is: with the plan in place, without a way over the start form. Each of several
 * ranges is a batch of its own.
 */
@Component({
  selector: 'ds-start-here',
  imports: [MatButtonModule, StartRange],
  templateUrl: './start-here.html',
  styleUrl: './start-here.scss',
  host: { '(keydown.escape)': 'discard($event)' },
})
export class StartHere {
  private readonly names = inject(BatchNames);
  private readonly destroyRef = inject(DestroyRef);
  protected readonly t = injectStartHereWords();

  readonly dataset = input.required<string>();
  readonly ranges = input.required<readonly DayRange[]>();
  /** The days of the ranges to sync, until the user chooses others. */
  readonly days = input<SyncMode>('missing_and_failed');
  /** The user is done here. */
  readonly closed = output();

  protected readonly modes = START_MODES;
  protected readonly mode = linkedSignal((): StartMode => this.days());
  protected readonly orders = DAY_ORDERS;
  protected readonly order = signal<DayOrder>('asc');
  protected readonly isSubmitting = signal(false);
  private readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');
  private readonly parts = viewChildren(StartRange);

  protected readonly requests = computed(() => {
    const [dataset, mode, order] = [this.dataset(), this.mode(), this.order()];
    return inOrder(this.ranges(), order).map(({ start_date, end_date }) => ({
      dataset,
      start_date,
      end_date,
      ...modeRequest(mode),
      order,
    }));
  });
  protected readonly name = computed(() => {
    const [ranges, dataset] = [this.ranges(), this.dataset()];
    const [only, ...others] = ranges;
    if (only !== undefined && others.length === 0) return this.names.of({ dataset, ...only });
    const count = ranges.reduce((sum, one) => sum + countDays(one.start_date, one.end_date), 0);
    const name = this.names.dataset(dataset);
    return this.t('here.ranges', { name, ranges: ranges.length, count });
  });
  /** The ranges that are not started yet. */
  private readonly open = computed(() => this.parts().filter((part) => !part.batch()));
  protected readonly isDone = computed(() => this.parts().length > 0 && this.open().length === 0);
  protected readonly canStart = computed(
    () => !this.isSubmitting() && this.open().every((part) => part.isReady()),
  );
  protected readonly label = computed(() => {
    if (this.isSubmitting()) return this.t('start.submitting');
    const count = this.open().length;
    return count > 1 ? this.t('here.start_all', { count }) : this.t('start.submit');
  });

  constructor() {
    injectOwnFocus(this.heading);
    effect(() => this.names.want(this.dataset()));
  }

  protected choose(value: string): void {
    const mode = START_MODES.find((one) => one === value);
    if (mode !== undefined) this.mode.set(mode);
  }

  protected chooseOrder(value: string): void {
    const order = DAY_ORDERS.find((one) => one === value);
    if (order !== undefined) this.order.set(order);
  }

  protected start(): void {
    if (!this.canStart()) return;
    this.isSubmitting.set(true);
    // One after another, in the chosen order of the days: that is their order in the queue.
    concat(...this.open().map((part) => part.start()))
      .pipe(takeUntilDestroyed(this.destroyRef))
      .subscribe({
        complete: () => {
          this.isSubmitting.set(false);
          this.heading().nativeElement.focus();
        },
      });
  }

  /** Escape closes this, and nothing around it. */
  protected discard(event: Event): void {
    event.stopPropagation();
    event.preventDefault();
    this.closed.emit();
  }
}
