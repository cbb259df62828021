import { Component, computed, inject, input } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { Router } from '@angular/router';
import { lastKnown } from '../api/last-known';
import { datasetListResource } from '../api/resources';
import { ReadState } from '../design/read-state';
import { injectDatasetWords } from '../i18n/dataset-words';
import { ActiveBatch } from '../live/active-batch';
import { injectBatchesKey, rereadOnChange } from '../live/reread';
import { readOrder, writeOrder, type DatasetsOrder } from './datasets-order';
import { DatasetsTable } from './datasets-table';
import { ReloadFile } from './reload-file';

/** The configured datasets, with their synced days. The order is in the address. */
@Component({
  selector: 'ds-datasets-page',
  imports: [DatasetsTable, MatButtonModule, ReadState, ReloadFile],
  template: `
    <h1 class="ds-unseen">{{ t('title.datasets') }}</h1>
    <section
      class="ds-card ds-stack"
      [attr.aria-label]="t('title.datasets')"
      [attr.aria-busy]="datasets.isLoading()"
    >
      <header>
        <h2>{{ t('title.datasets') }}</h2>
        @if (order()) {
          <button matButton type="button" (click)="orderBy(undefined)">
            {{ t('datasets.by_attention') }}
          </button>
        }
      </header>
      @if (shown(); as list) {
        @if (list.file; as file) {
          <ds-reload-file [file]="file" (replaced)="datasets.reload()" />
        }
        <ds-read-state stale [read]="datasets" failed="records.stale" />
        @if (list.items.length > 0) {
          <ds-datasets-table
            [datasets]="list.items"
            [order]="order()"
            [batches]="batches()"
            (orderChange)="orderBy($event)"
          />
        } @else {
          <div class="ds-empty">
            <p>{{ t('start.no_datasets') }}</p>
            <p class="ds-quiet">{{ t('datasets.none_hint') }}</p>
          </div>
        }
      } @else {
        <ds-read-state
          [read]="datasets"
          failed="start.datasets_failed"
          loading="datasets.loading"
          [rowHeight]="48"
        />
      }
    </section>
  `,
  styles: `
    header {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: space-between;
      gap: 4px 16px;
      // The table stays where it is when the button comes.
      min-block-size: 40px;
    }
  `,
  host: { class: 'ds-page' },
})
export class DatasetsPage {
  private readonly router = inject(Router);
  private readonly active = inject(ActiveBatch);
  /** The known batches of all datasets. */
  protected readonly batches = computed(() => [
    this.active.progress(),
    ...(this.active.batches() ?? []),
  ]);
  protected readonly t = injectDatasetWords();

  readonly sort = input<string>();

  protected readonly datasets = datasetListResource();
  protected readonly shown = lastKnown(this.datasets);
  protected readonly order = computed(() => readOrder(this.sort()));

  constructor() {
    // Counts reload when a batch starts, pauses or ends; reloading for each day would be too often.
    rereadOnChange(this.datasets, injectBatchesKey());
  }

  /** @param order undefined for those first that need a person */
  protected orderBy(order: DatasetsOrder | undefined): void {
    const sort = order === undefined ? null : writeOrder(order);
    void this.router.navigate([], { queryParams: { sort } });
  }
}
