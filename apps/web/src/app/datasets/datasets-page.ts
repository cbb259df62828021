import { Component, computed, inject } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { lastKnown } from '../api/last-known';
import { problemOf } from '../api/problem';
import { datasetsResource } from '../api/sync-api';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { ActiveBatch } from '../live/active-batch';
import { injectBatchesKey } from '../live/batches-key';
import { rereadOnChange } from '../live/reread';
import { DatasetCard } from './dataset-card';

/** What is configured, and which days of it are there. */
@Component({
  selector: 'ds-datasets-page',
  imports: [DatasetCard, MatButtonModule],
  template: `
    <h1>{{ t('title.datasets') }}</h1>
    @if (shown(); as list) {
      @if (problem(); as reason) {
        <div class="ds-notice warning problem" role="status">
          <p>{{ t('records.stale', { reason }) }}</p>
          <button matButton="outlined" type="button" (click)="datasets.reload()">
            {{ t('retry') }}
          </button>
        </div>
      }
      @for (dataset of list; track dataset.name) {
        <ds-dataset-card [dataset]="dataset" [followed]="active.progress()" />
      } @empty {
        <div class="ds-card empty">
          <p>{{ t('start.no_datasets') }}</p>
          <p class="ds-quiet">{{ t('datasets.none_hint') }}</p>
        </div>
      }
    } @else if (problem(); as reason) {
      <div class="ds-notice failed problem" role="alert">
        <p>{{ t('start.datasets_failed', { reason }) }}</p>
        <button matButton="outlined" type="button" (click)="datasets.reload()">
          {{ t('retry') }}
        </button>
      </div>
    } @else {
      <p class="ds-unseen" role="status">{{ t('datasets.loading') }}</p>
      @for (card of [0, 1]; track card) {
        <span class="ds-skeleton" style="height: 320px"></span>
      }
    }
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--ds-gap);
    }
    .problem {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: space-between;
      gap: 8px 16px;
    }
    .empty {
      display: grid;
      justify-items: center;
      gap: 4px;
      padding-block: 40px;
      text-align: center;
    }
  `,
})
export class DatasetsPage {
  private readonly words = inject(Words);
  protected readonly active = inject(ActiveBatch);
  protected readonly t = this.words.t;

  protected readonly datasets = datasetsResource();
  protected readonly shown = lastKnown(this.datasets);
  protected readonly problem = computed(() => {
    const error = this.datasets.error();
    return error && problemSentence(problemOf(error), this.words);
  });

  constructor() {
    // What a batch has done is counted when it begins, pauses or ends: its days would be too many questions.
    rereadOnChange(this.datasets, injectBatchesKey());
  }
}
