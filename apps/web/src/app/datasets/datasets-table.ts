import { Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Progress } from '@daysync/progress';
import type { Dataset } from '../api/wire';
import { BatchBadge } from '../design/badge';
import { displayStatus } from '../design/progress-view';
import { injectDatasetWords, type DatasetWordKey } from '../i18n/dataset-words';
import { Words } from '../i18n/words';
import type { WordKey } from '../i18n/zh';
import { shownBatch } from '../live/known-batches';
import { ageText } from '../time/age';
import { injectNow } from '../time/server-clock';
import { AttentionNotes } from './attention-notes';
import {
  directionOf,
  nextRunOf,
  orderedBy,
  sortDatasets,
  type DatasetSort,
  type DatasetsOrder,
} from './datasets-order';

const COLUMNS: readonly {
  readonly word: WordKey | DatasetWordKey;
  /** The column is sortable by it. */
  readonly field?: DatasetSort;
  readonly isNumber?: boolean;
}[] = [
  { word: 'records.dataset', field: 'name' },
  { word: 'dataset.synced', field: 'synced', isNumber: true },
  { word: 'dataset.gaps', field: 'gaps', isNumber: true },
  { word: 'dataset.failed', field: 'failed', isNumber: true },
  { word: 'datasets.last_success', field: 'last_success' },
  { word: 'dataset.last_batch' },
  { word: 'datasets.next_run', field: 'next_run' },
];

const MINUTE_MS = 60_000;

/** The datasets, a row each; on a phone a card each. The title leads to the page of a dataset. */
@Component({
  selector: 'ds-datasets-table',
  imports: [AttentionNotes, BatchBadge, RouterLink],
  templateUrl: './datasets-table.html',
  styleUrl: './datasets-table.scss',
})
export class DatasetsTable {
  private readonly words = inject(Words);
  protected readonly t = injectDatasetWords();
  protected readonly known = this.words.known;
  private readonly ticks = injectNow();
  /** Ages change once a minute. */
  private readonly now = computed(() => Math.floor(this.ticks() / MINUTE_MS) * MINUTE_MS);

  readonly datasets = input.required<readonly Dataset[]>();
  readonly order = input<DatasetsOrder>();
  /** The known batches of all datasets: badges update live. */
  readonly batches = input<readonly (Progress | undefined)[]>([]);
  readonly orderChange = output<DatasetsOrder>();

  protected readonly columns = computed(() =>
    COLUMNS.map(({ word, field, isNumber = false }) => {
      const direction = field === undefined ? null : directionOf(this.order(), field);
      return { word, field, isNumber, direction };
    }),
  );
  protected readonly rows = computed(() => {
    const language = this.words.language();
    const now = this.now();
    const sorted = sortDatasets(this.datasets(), this.order(), ({ title }) => title[language], now);
    return sorted.map((dataset) => {
      const { coverage, schedule } = dataset;
      const next = nextRunOf(dataset, now);
      return {
        dataset,
        coverage,
        behind: coverage.behind,
        title: dataset.title[language],
        age: coverage.last_success && this.age(now - Date.parse(coverage.last_success.at)),
        lastBatch: shownBatch(coverage.last_batch, this.batches()),
        next: next && this.words.minute(next, schedule?.time_zone),
        zone: schedule?.time_zone,
        isPaused: schedule !== null && schedule.paused !== null,
      };
    });
  });
  protected readonly displayStatus = displayStatus;
  protected readonly instantText = this.words.instant;

  protected sort(field: DatasetSort): void {
    this.orderChange.emit(orderedBy(this.order(), field));
  }

  private age(ms: number): string {
    return ms < MINUTE_MS ? this.t('datasets.just_now') : ageText(ms, this.words.language());
  }

  protected count(number: number): string {
    return this.words.number(number);
  }
}
