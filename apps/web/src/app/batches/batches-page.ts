import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { Router, RouterLink } from '@angular/router';
import { addressParams, isFiltered, type TextOf } from '../api/address-query';
import { lastKnown } from '../api/last-known';
import { batchesResource, datasetsResource } from '../api/resources';
import { lastPageOf, Pager } from '../design/pager';
import { ReadState } from '../design/read-state';
import { Words } from '../i18n/words';
import { ActiveBatch } from '../live/active-batch';
import { newestOf } from '../live/known-batches';
import { injectBatchesKey, rereadOnChange } from '../live/reread';
import { ALL_BATCHES, BATCH_STATES, readBatchesQuery, type BatchesQuery } from './batches-query';
import { BatchesTable } from './batches-table';
import { ChosenDataset } from '../session/chosen-dataset';

/** All batches, filtered; filters and page are in the address. The active batch updates live. */
@Component({
  selector: 'ds-batches-page',
  imports: [
    BatchesTable,
    MatButtonModule,
    MatFormFieldModule,
    MatInputModule,
    Pager,
    ReadState,
    RouterLink,
  ],
  templateUrl: './batches-page.html',
  styleUrl: './batches-page.scss',
  host: { class: 'ds-page' },
})
export class BatchesPage {
  private readonly router = inject(Router);
  private readonly chosen = inject(ChosenDataset);
  private readonly active = inject(ActiveBatch);
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly language = this.words.language;

  readonly dataset = input<string>();
  readonly state = input<string>();
  readonly page = input<string>();

  protected readonly states = BATCH_STATES;
  protected readonly datasets = datasetsResource();
  private readonly query = computed(() =>
    readBatchesQuery({ dataset: this.dataset(), state: this.state(), page: this.page() }),
  );
  protected readonly leavesOut = computed(() => isFiltered(this.query()));
  /** The chosen filters: those of the address, until the user chooses others. */
  protected readonly filter = linkedSignal(() => this.query());

  protected readonly batches = batchesResource(
    computed(() => ({ ...this.query(), page_size: 20 })),
  );
  protected readonly shown = lastKnown(this.batches);
  protected readonly rows = computed(() =>
    newestOf(this.shown()?.items ?? [], [this.active.progress()]),
  );
  protected readonly lastPage = computed(() => lastPageOf(this.shown()));

  constructor() {
    rereadOnChange(this.batches, injectBatchesKey());
  }

  protected choose(changed: TextOf<Omit<BatchesQuery, 'page'>>): void {
    if (changed.dataset) this.chosen.choose(changed.dataset);
    const { dataset, state } = this.filter();
    this.filter.set(readBatchesQuery({ dataset, state, ...changed }));
    this.go(this.filter());
  }

  protected turn(page: number): void {
    this.go({ ...this.query(), page });
  }

  protected clear(): void {
    if (this.leavesOut()) this.go(ALL_BATCHES);
  }

  private go(query: BatchesQuery): void {
    void this.router.navigate([], { queryParams: addressParams(query, ALL_BATCHES) });
  }
}
