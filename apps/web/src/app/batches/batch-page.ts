import { Component, computed, effect, inject, input, linkedSignal, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { Progress } from '@daysync/progress';
import { Words } from '../i18n/words';
import { ActiveBatch } from '../live/active-batch';
import { DEFAULT_QUERY, type RecordsQuery } from '../records/records-query';
import { RecordsTable } from '../records/records-table';
import { BatchWatch } from '../sync/batch-watch';
import { ProgressCard } from '../sync/progress-card';

/** One batch, by its id in the address: its progress, and the records of its range. */
@Component({
  selector: 'ds-batch-page',
  imports: [ProgressCard, RecordsTable, RouterLink],
  providers: [BatchWatch],
  template: `
    <h1>{{ t('title.batch') }}</h1>
    <ds-progress-card
      [progress]="watch.progress()"
      [trouble]="watch.trouble()"
      [isLoading]="true"
      (resumed)="watch.resume()"
      (changed)="watch.watchFrom($event)"
      (retried)="retried($event)"
      (overlapped)="open($event)"
    />
    @if (isUnknown()) {
      <p class="ways">
        <a routerLink="/">{{ t('not_found.home') }}</a>
        <a routerLink="/records">{{ t('records.all') }}</a>
      </p>
    }
    @if (query(); as shown) {
      <ds-records-table
        [query]="shown"
        [refreshKey]="watch.endedAt()"
        (queryChange)="query.set($event)"
      />
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--ds-gap);
    }
    .ways {
      display: flex;
      flex-wrap: wrap;
      gap: 8px 24px;
    }
    .ways a {
      min-height: 24px;
    }
  `,
})
export class BatchPage {
  private readonly router = inject(Router);
  private readonly active = inject(ActiveBatch);
  protected readonly t = inject(Words).t;
  protected readonly watch = inject(BatchWatch);
  readonly task_id = input.required<string>();

  /** There is nothing to see of this batch: a link to a parent outlives the parent. */
  protected readonly isUnknown = computed(
    () => this.watch.trouble()?.kind === 'refused' && this.watch.progress() === undefined,
  );

  /** The range of the batch to begin with; the reader may sort and turn pages. */
  protected readonly query = linkedSignal<string | undefined, RecordsQuery | undefined>({
    source: () => this.watch.progress()?.task_id,
    computation: () => {
      const progress = untracked(this.watch.progress);
      if (progress === undefined) return undefined;
      const { dataset, start_date, end_date } = progress;
      return { ...DEFAULT_QUERY, dataset, start_date, end_date };
    },
  });

  constructor() {
    effect(() => this.watch.watch(this.task_id()));
  }

  protected retried(progress: Progress): void {
    this.active.tell(progress);
    this.watch.watchFrom(progress);
    this.open(progress.task_id);
  }

  /** Another batch is another page: the way back leads to this one. */
  protected open(taskId: string): void {
    void this.router.navigate(['/batches', taskId]);
  }
}
