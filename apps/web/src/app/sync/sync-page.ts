import { Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
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
import { StartForm } from './start-form';
import { readStartQuery } from './start-values';

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
  private readonly active = inject(ActiveBatch);
  private readonly router = inject(Router);
  protected readonly t = inject(Words).t;
  protected readonly watch = inject(BatchWatch);

  /** The watched batch; in the address, so that a reload finds it again. */
  readonly task_id = input<string>();
  readonly dataset = input<string>();
  readonly start_date = input<string>();
  readonly end_date = input<string>();
  readonly mode = input<string>();
  readonly day = input<string>();
  readonly day_dataset = input<string>();

  /** The values of the address for the form. */
  protected readonly asked = computed(() =>
    readStartQuery({
      dataset: this.dataset(),
      start_date: this.start_date(),
      end_date: this.end_date(),
      mode: this.mode(),
    }),
  );

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
    this.putInAddress(batchId);
  }

  private show(progress: Progress): void {
    this.watch.watchFrom(progress);
    this.putInAddress(progress.task_id);
  }

  private putInAddress(batchId: string): void {
    // An open day stays open; the values for the form go.
    const [day, day_dataset] = [untracked(this.day), untracked(this.day_dataset)];
    const queryParams = { task_id: batchId, day, day_dataset };
    void this.router.navigate([], { queryParams, replaceUrl: true });
  }
}
