import { Component, computed, effect, inject, input } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { Progress } from '@daysync/progress';
import { lastKnown } from '../api/last-known';
import { problemOf } from '../api/problem';
import { batchDaysResource, batchesResource } from '../api/sync-api';
import { DayChart } from '../charts/day-chart';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { BatchWatch } from '../sync/batch-watch';
import { ProgressCard } from '../sync/progress-card';
import { chartDays, readDayState } from './batch-days';
import { BatchDaysList } from './batch-days-list';
import { readPage } from './batches-query';
import { BatchesTable } from './batches-table';

/** One batch, by its id in the address: its progress, its days one by one and as charts, and its retries. */
@Component({
  selector: 'ds-batch-page',
  imports: [BatchDaysList, BatchesTable, DayChart, ProgressCard, RouterLink],
  providers: [BatchWatch],
  templateUrl: './batch-page.html',
  styleUrl: './batch-page.scss',
})
export class BatchPage {
  private readonly router = inject(Router);
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly watch = inject(BatchWatch);

  readonly task_id = input.required<string>();
  /** Which days are listed, and which page of them. */
  readonly state = input<string>();
  readonly days = input<string>();

  /** There is nothing to see of this batch: a link to a parent outlives the parent. */
  protected readonly isUnknown = computed(
    () => this.watch.trouble()?.kind === 'refused' && this.watch.progress() === undefined,
  );
  protected readonly shownState = computed(() => readDayState(this.state()));
  protected readonly shownPage = computed(() => readPage(this.days()));

  protected readonly daysRead = batchDaysResource(computed(() => ({ taskId: this.task_id() })));
  protected readonly allDays = lastKnown(this.daysRead);
  protected readonly daysProblem = computed(() => {
    const error = this.daysRead.error();
    return error && problemSentence(problemOf(error), this.words);
  });
  protected readonly charted = computed(() => chartDays(this.allDays() ?? []));

  private readonly retriesRead = batchesResource(computed(() => ({ retry_of: this.task_id() })));
  protected readonly retries = computed(() =>
    this.retriesRead.hasValue() ? this.retriesRead.value()?.items : undefined,
  );

  constructor() {
    effect(() => this.watch.watch(this.task_id()));
  }

  protected retried(progress: Progress): void {
    this.watch.watchFrom(progress);
    this.open(progress.task_id);
  }

  /** Another batch is another page: the way back leads to this one. */
  protected open(taskId: string): void {
    void this.router.navigate(['/batches', taskId]);
  }
}
