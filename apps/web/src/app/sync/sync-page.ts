import {
  Component,
  computed,
  effect,
  inject,
  input,
  linkedSignal,
  signal,
  untracked,
} from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import type { Progress } from '@daysync/progress';
import { datasetsResource } from '../api/resources';
import { DayPanel } from '../day-panel/day-panel';
import { injectProblem } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { ActiveBatch } from '../live/active-batch';
import { isActive } from '../live/watch-state';
import { DEFAULT_QUERY, type RecordsQuery } from '../records/records-query';
import { RecordsTable } from '../records/records-table';
import { BatchWatch } from '../live/batch-watch';
import { ProgressCard } from '../progress-card/progress-card';
import { StartForm, type StartFormValues } from './start-form';
import { isSameQuery, readStartQuery, type StartQuery } from '../start/start-values';

/** The start form, the progress and the newest records. */
@Component({
  selector: 'ds-sync-page',
  imports: [DayPanel, MatButtonModule, ProgressCard, RecordsTable, RouterLink, StartForm],
  providers: [BatchWatch],
  templateUrl: './sync-page.html',
  styleUrl: './sync-page.scss',
  host: { class: 'ds-page' },
})
export class SyncPage {
  protected readonly active = inject(ActiveBatch);
  private readonly router = inject(Router);
  protected readonly t = inject(Words).t;
  protected readonly watch = inject(BatchWatch);

  /** The watched batch; in the address, so that a reload finds it again. */
  readonly task_id = input<string>();
  readonly dataset = input<string>();
  readonly start_date = input<string>();
  readonly end_date = input<string>();
  readonly mode = input<string>();
  readonly order = input<string>();
  readonly day = input<string>();
  readonly day_dataset = input<string>();

  private readonly addressed = computed(
    () =>
      readStartQuery({
        dataset: this.dataset(),
        start_date: this.start_date(),
        end_date: this.end_date(),
        mode: this.mode(),
        order: this.order(),
      }),
    { equal: isSameQuery },
  );
  /** The query that this page is putting into the address. */
  private written: { readonly query: StartQuery | undefined } | undefined;
  /**
   * The values of the address for the form. The page's own change of the address arrives late, and must not undo a
   * newer change of the form.
   */
  protected readonly asked = linkedSignal<StartQuery | undefined, StartQuery | undefined>({
    source: this.addressed,
    computation: (addressed, before) => {
      const isOwn = this.written !== undefined && isSameQuery(addressed, this.written.query);
      return isOwn && before !== undefined ? before.value : addressed;
    },
  });
  /** The values of the form. */
  protected readonly shown = signal<StartFormValues | undefined>(undefined);
  /** What belongs into the address: the form, and the watched batch. Undefined while the form opens. */
  private readonly params = computed(() => {
    const [shown, asked, task_id] = [this.shown(), this.asked(), this.watch.batchId()];
    const batch = task_id === undefined ? {} : { task_id };
    if (shown === undefined) return batch;
    return shown.asked === asked ? { ...shown.params, ...batch } : undefined;
  });

  protected readonly datasets = datasetsResource();
  protected readonly datasetsProblem = injectProblem(() => this.datasets);
  protected readonly isSearching = computed(() => !this.active.isKnown());
  protected readonly query = signal<RecordsQuery>({
    ...DEFAULT_QUERY,
    sort: '-last_tried_at',
    page_size: 20,
  });

  constructor() {
    effect(() => {
      const batchId = this.task_id();
      if (batchId !== undefined) this.watch.watch(batchId);
    });
    effect(() => {
      const [params, isBusy] = [this.params(), this.router.currentNavigation() !== null];
      // A pending navigation leads elsewhere, or brings another query.
      if (params !== undefined && !isBusy) untracked(() => this.putInAddress(params));
    });
    // A batch that was started elsewhere is shown too, unless the address has another.
    effect(() => {
      const active = this.active.progress();
      const isIdle = this.watch.batchId() === undefined || this.watch.trouble()?.kind === 'refused';
      if (isIdle && active !== undefined && isActive(active)) this.show(active);
    });
  }

  protected started(progress: Progress): void {
    this.active.apply(progress);
    this.show(progress);
  }

  protected overlapped(batchId: string): void {
    this.watch.watch(batchId);
  }

  private show(progress: Progress): void {
    this.watch.watchFrom(progress);
  }

  /** Merges the parameters into the address: what a link asked for and an open day stay. */
  private putInAddress(queryParams: Readonly<Record<string, string | null>>): void {
    const { queryParamMap } = this.router.parseUrl(this.router.url);
    const isThere = Object.entries(queryParams).every(
      ([name, value]) => queryParamMap.get(name) === value,
    );
    if (isThere) return;
    this.written = { query: readStartQuery(queryParams) };
    const written = this.router.navigate([], {
      queryParams,
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
    void written.then(() => {
      // Computes the values while `written` is still set.
      this.asked();
      this.written = undefined;
    });
  }
}
