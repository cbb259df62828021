import { ViewportScroller } from '@angular/common';
import { Component, computed, DestroyRef, DOCUMENT, effect, inject, input } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { isTerminal, type Progress } from '@daysync/progress';
import { readPage } from '../api/address-query';
import { lastKnownOf } from '../api/last-known';
import { batchDaysResource, batchesResource } from '../api/resources';
import { BatchId } from '../design/batch-id';
import { BatchNames } from '../design/batch-names';
import { TabTitle } from '../i18n/tab-title';
import { DayChart } from '../charts/day-chart';
import { DayPanel } from '../day-panel/day-panel';
import { Words } from '../i18n/words';
import { ActiveBatch } from '../live/active-batch';
import { newestOf } from '../live/known-batches';
import { injectBatchesKey, rereadOnChange } from '../live/reread';
import { BatchWatch } from '../live/batch-watch';
import { BatchLog } from '../log/batch-log';
import { readLogFilter } from '../log/log-view';
import { ProgressCard } from '../progress-card/progress-card';
import { chartDays, readDayState } from './batch-days';
import { BatchDaysList } from './batch-days-list';
import { BatchesTable } from './batches-table';
import { injectFollowedDays } from '../live/day-changes';

/** One batch by the id in the address: its progress, its days as a list and as charts, and its retries. */
@Component({
  selector: 'ds-batch-page',
  imports: [
    BatchDaysList,
    BatchLog,
    BatchId,
    BatchesTable,
    DayChart,
    DayPanel,
    ProgressCard,
    RouterLink,
  ],
  providers: [BatchWatch],
  templateUrl: './batch-page.html',
  styleUrl: './batch-page.scss',
  host: { class: 'ds-page' },
})
export class BatchPage {
  private readonly router = inject(Router);
  private readonly active = inject(ActiveBatch);
  protected readonly t = inject(Words).t;
  protected readonly watch = inject(BatchWatch);

  readonly task_id = input.required<string>();
  /** The state and the page of the listed days. */
  readonly state = input<string>();
  readonly days = input<string>();
  /** The filter of the log. */
  readonly log = input<string>();

  /** The batch no longer exists: a link to a parent outlives the parent. */
  protected readonly isUnknown = computed(
    () => this.watch.trouble()?.kind === 'refused' && this.watch.progress() === undefined,
  );
  protected readonly shownState = computed(() => readDayState(this.state()));
  protected readonly shownLog = computed(() => readLogFilter(this.log()));
  protected readonly shownPage = computed(() => readPage(this.days()));

  private readonly phase = computed(() => {
    const progress = this.watch.progress();
    return progress && (isTerminal(progress.status) ? 'ended' : 'active');
  });
  protected readonly daysRead = batchDaysResource(computed(() => ({ batchId: this.task_id() })));
  private readonly read = lastKnownOf(this.daysRead, this.task_id);
  /** All days, kept current while the batch goes on. */
  protected readonly allDays = injectFollowedDays(this.task_id, this.read);
  /** The days of the charts; none where all are skipped, which leaves nothing to draw. */
  protected readonly charted = computed(() => {
    const days = chartDays(this.allDays() ?? []);
    return days.some(({ status }) => status !== 'skipped') ? days : [];
  });

  private readonly retriesRead = batchesResource(computed(() => ({ retry_of: this.task_id() })));
  private readonly knownRetries = lastKnownOf(this.retriesRead, this.task_id);
  protected readonly retries = computed(() =>
    newestOf(this.knownRetries()?.items ?? [], [this.active.progress()]),
  );

  private readonly names = inject(BatchNames);
  /** The batch as its heading and the tab name it. */
  protected readonly named = computed(() => {
    const progress = this.watch.progress();
    return progress && { batchId: progress.task_id, name: this.names.of(progress) };
  });

  constructor() {
    inject(DestroyRef).onDestroy(inject(TabTitle).nameSubject(this.named));
    // The log begins below the header, which stays at the top.
    const document = inject(DOCUMENT);
    inject(ViewportScroller).setOffset(() => [
      0,
      document.querySelector('header')?.offsetHeight ?? 0,
    ]);
    effect(() => this.watch.watch(this.task_id()));
    rereadOnChange(this.retriesRead, injectBatchesKey());
    // A reload at the end corrects whatever was missed.
    rereadOnChange(this.daysRead, this.phase);
  }

  protected retried(progress: Progress): void {
    this.active.apply(progress);
    this.watch.watchFrom(progress);
    this.open(progress.task_id);
  }

  protected turn(page: number): void {
    const queryParams = { days: page === 1 ? null : page };
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge' });
  }

  /** Another batch is another page, so the back button returns to this one. */
  protected open(batchId: string): void {
    void this.router.navigate(['/batches', batchId]);
  }
}
