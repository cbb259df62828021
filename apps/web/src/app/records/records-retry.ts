import { Component, computed, DestroyRef, inject, input, output, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { Progress } from '@daysync/progress';
import { from, concatMap } from 'rxjs';
import { problemOf, type RequestProblem } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import type { SyncRecord } from '../api/wire';
import { BatchNames } from '../design/batch-names';
import { problemSentence } from '../i18n/problem-sentence';
import { injectRecordsWords } from '../i18n/records-words';
import { Words } from '../i18n/words';
import { ActiveBatch } from '../live/active-batch';
import { newestIn } from '../live/known-batches';
import { StartedBatch } from '../start/started-batch';

/** The selected records, and the button that syncs their days again: a batch for each dataset. */
@Component({
  selector: 'ds-records-retry',
  imports: [MatButtonModule, RouterLink, StartedBatch],
  template: `
    <p>{{ t('resync.selected', { count: selected().length }) }}</p>
    <button
      matButton="filled"
      type="button"
      disabledInteractive
      [disabled]="selected().length === 0 || isStarting()"
      (click)="retry()"
    >
      {{
        selected().length === 0
          ? t('resync.none')
          : t('resync.button', { count: selected().length })
      }}
    </button>
    <button
      matButton
      type="button"
      disabledInteractive
      [disabled]="selected().length === 0"
      (click)="cleared.emit()"
    >
      {{ t('resync.clear') }}
    </button>
    <div role="status">
      @for (batch of started(); track batch.task_id) {
        <ds-started-batch [batch]="newest(batch)" />
      }
    </div>
    <div role="alert">
      @if (refused(); as reason) {
        <p class="ds-message failed">
          {{ t('resync.refused', { reason }) }}
          @if (inTheWay(); as batch) {
            <a [routerLink]="['/batches', batch]">{{ t('resync.batch') }}</a>
          }
        </p>
      }
    </div>
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px 12px;
    }
    div {
      display: grid;
      flex: 1 0 100%;
      gap: 4px;
    }
    div:empty {
      position: absolute;
    }
  `,
})
export class RecordsRetry {
  private readonly api = inject(SyncApi);
  private readonly active = inject(ActiveBatch);
  private readonly destroyRef = inject(DestroyRef);
  private readonly words = inject(Words);
  private readonly names = inject(BatchNames);
  protected readonly t = injectRecordsWords();

  readonly selected = input.required<readonly SyncRecord[]>();
  /** Nothing is to be selected any more. */
  readonly cleared = output();

  protected readonly isStarting = signal(false);
  protected readonly started = signal<readonly Progress[]>([]);
  private readonly refusal = signal<RequestProblem | undefined>(undefined);
  protected readonly refused = computed(() => {
    const problem = this.refusal();
    return problem && problemSentence(problem, this.words);
  });
  /** The active batch that has some of the days. */
  protected readonly inTheWay = computed(() => this.refusal()?.batchId);

  protected newest(batch: Progress): Progress {
    return newestIn(batch, [...(this.active.batches() ?? []), this.active.progress()]);
  }

  protected retry(): void {
    const selected = this.selected();
    if (selected.length === 0 || this.isStarting()) return;
    this.isStarting.set(true);
    this.refusal.set(undefined);
    this.started.set([]);
    const datasets = [...Map.groupBy(selected, ({ dataset }) => dataset)];
    from(datasets)
      .pipe(
        concatMap(([dataset, records]) =>
          this.api.retryRecords({ dataset, days: records.map(({ day }) => day) }),
        ),
        takeUntilDestroyed(this.destroyRef),
      )
      .subscribe({
        next: (progress) => {
          this.names.want(progress.dataset);
          this.active.apply(progress);
          this.started.update((before) => [...before, progress]);
        },
        error: (error: unknown) => {
          this.isStarting.set(false);
          this.refusal.set(problemOf(error));
        },
        complete: () => {
          this.isStarting.set(false);
          this.cleared.emit();
        },
      });
  }
}
