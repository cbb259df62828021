import { Component, inject } from '@angular/core';
import { lastKnown } from '../api/last-known';
import { datasetListResource } from '../api/resources';
import { ReadState } from '../design/read-state';
import { Words } from '../i18n/words';
import { ActiveBatch } from '../live/active-batch';
import { injectBatchesKey, rereadOnChange } from '../live/reread';
import { DatasetCard } from './dataset-card';
import { ReloadFile } from './reload-file';

/** The configured datasets, with their synced days. */
@Component({
  selector: 'ds-datasets-page',
  imports: [DatasetCard, ReadState, ReloadFile],
  template: `
    <h1>{{ t('title.datasets') }}</h1>
    @if (shown(); as list) {
      @if (list.file; as file) {
        <ds-reload-file [file]="file" (replaced)="datasets.reload()" />
      }
      <ds-read-state stale [read]="datasets" failed="records.stale" />
      @for (dataset of list.items; track dataset.name) {
        <ds-dataset-card [dataset]="dataset" [followed]="active.progress()" />
      } @empty {
        <div class="ds-card ds-empty">
          <p>{{ t('start.no_datasets') }}</p>
          <p class="ds-quiet">{{ t('datasets.none_hint') }}</p>
        </div>
      }
    } @else {
      <ds-read-state [read]="datasets" failed="start.datasets_failed" loading="datasets.loading">
        @for (card of [0, 1]; track card) {
          <span class="ds-skeleton" style="height: 320px"></span>
        }
      </ds-read-state>
    }
  `,
  host: { class: 'ds-page' },
})
export class DatasetsPage {
  protected readonly active = inject(ActiveBatch);
  protected readonly t = inject(Words).t;

  protected readonly datasets = datasetListResource();
  protected readonly shown = lastKnown(this.datasets);

  constructor() {
    // Counts reload when a batch starts, pauses or ends; reloading for each day would be too often.
    rereadOnChange(this.datasets, injectBatchesKey());
  }
}
