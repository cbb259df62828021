import { Component, computed, effect, inject, input } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { FormControl, FormGroup, ReactiveFormsModule } from '@angular/forms';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { Router, RouterLink } from '@angular/router';
import type { BatchStatus } from '@daysync/progress';
import { addressParams, isFiltered } from '../api/address-query';
import { lastKnown } from '../api/last-known';
import { batchesResource, datasetsResource } from '../api/resources';
import { lastPageOf, Pager } from '../design/pager';
import { ReadState } from '../design/read-state';
import { Words } from '../i18n/words';
import { ActiveBatch } from '../live/active-batch';
import { newestOf } from '../live/known-batches';
import { injectBatchesKey, rereadOnChange } from '../live/reread';
import { ALL_BATCHES, BATCH_STATUSES, readBatchesQuery, type BatchesQuery } from './batches-query';
import { BatchesTable } from './batches-table';

/** All batches, filtered; the address holds filters and page. The one that runs moves by itself. */
@Component({
  selector: 'ds-batches-page',
  imports: [
    BatchesTable,
    MatButtonModule,
    MatFormFieldModule,
    MatInputModule,
    Pager,
    ReactiveFormsModule,
    ReadState,
    RouterLink,
  ],
  templateUrl: './batches-page.html',
  styleUrl: './batches-page.scss',
  host: { class: 'ds-page' },
})
export class BatchesPage {
  private readonly router = inject(Router);
  private readonly active = inject(ActiveBatch);
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly language = this.words.language;

  readonly dataset = input<string>();
  readonly status = input<string>();
  readonly page = input<string>();

  protected readonly statuses = BATCH_STATUSES;
  protected readonly datasets = datasetsResource();
  private readonly query = computed(() =>
    readBatchesQuery({ dataset: this.dataset(), status: this.status(), page: this.page() }),
  );
  protected readonly leavesOut = computed(() => isFiltered(this.query()));
  protected readonly form = new FormGroup({
    dataset: new FormControl('', { nonNullable: true }),
    status: new FormControl<BatchStatus | ''>('', { nonNullable: true }),
  });

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
    // The address leads; the form follows it, and asks for another address when a person changes it.
    effect(() => {
      const { dataset = '', status = '' } = this.query();
      this.form.setValue({ dataset, status }, { emitEvent: false });
    });
    this.form.valueChanges.pipe(takeUntilDestroyed()).subscribe(() => {
      const { dataset, status } = this.form.getRawValue();
      this.go({ dataset: dataset || undefined, status: status || undefined, page: 1 });
    });
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
