import {
  Component,
  computed,
  DestroyRef,
  inject,
  input,
  linkedSignal,
  signal,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { Router, RouterLink } from '@angular/router';
import type { Progress } from '@daysync/progress';
import { addressParams, isFiltered, type TextOf } from '../api/address-query';
import { lastKnown } from '../api/last-known';
import { problemOf, type RequestProblem } from '../api/problem';
import { datasetsResource, quarantineExportUrl, quarantineResource } from '../api/resources';
import { SyncApi } from '../api/sync-api';
import { datesOf, injectDateFilter } from '../day-field/date-filter';
import { DayField } from '../day-field/day-field';
import { lastPageOf, Pager } from '../design/pager';
import { ReadState } from '../design/read-state';
import { problemSentence } from '../i18n/problem-sentence';
import { injectQuarantineWords } from '../i18n/quarantine-words';
import { Words } from '../i18n/words';
import { ActiveBatch } from '../live/active-batch';
import { newestIn } from '../live/known-batches';
import { injectRecordsRev } from '../live/records-rev';
import { rereadOnChange } from '../live/reread';
import { Session } from '../session/session';
import { StartedBatch } from '../start/started-batch';
import { ALL_ROWS, readQuarantineQuery, ROW_CODES, type QuarantineQuery } from './quarantine-query';
import { QuarantineTable } from './quarantine-table';

/** The rows that did not fit, filtered; filters and page are in the address. */
@Component({
  selector: 'ds-quarantine-page',
  imports: [
    DayField,
    MatButtonModule,
    MatFormFieldModule,
    MatInputModule,
    Pager,
    QuarantineTable,
    ReadState,
    RouterLink,
    StartedBatch,
  ],
  templateUrl: './quarantine-page.html',
  styleUrl: './quarantine-page.scss',
  host: { class: 'ds-page' },
})
export class QuarantinePage {
  private readonly router = inject(Router);
  private readonly api = inject(SyncApi);
  private readonly words = inject(Words);
  private readonly active = inject(ActiveBatch);
  private readonly destroyRef = inject(DestroyRef);
  protected readonly t = injectQuarantineWords();
  protected readonly language = this.words.language;
  protected readonly isViewer = inject(Session).isViewer;

  readonly dataset = input<string>();
  readonly start_date = input<string>();
  readonly end_date = input<string>();
  readonly code = input<string>();
  readonly task_id = input<string>();
  readonly page = input<string>();

  protected readonly codes = ROW_CODES;
  protected readonly datasets = datasetsResource();
  protected readonly query = computed(() =>
    readQuarantineQuery({
      dataset: this.dataset(),
      start_date: this.start_date(),
      end_date: this.end_date(),
      code: this.code(),
      task_id: this.task_id(),
      page: this.page(),
    }),
  );
  protected readonly leavesOut = computed(() => isFiltered(this.query()));
  /** The chosen filters: those of the address, until the user chooses others. */
  protected readonly filter = linkedSignal(() => this.query());
  protected readonly dates = injectDateFilter(this.query, () => {
    this.choose({});
  });

  protected readonly rows = quarantineResource(
    computed(() => ({ ...this.query(), page_size: 50 })),
  );
  protected readonly shown = lastKnown(this.rows);
  protected readonly lastPage = computed(() => lastPageOf(this.shown()));
  protected readonly exportUrl = computed(() => {
    const { page: _page, ...filter } = this.query();
    return quarantineExportUrl(filter);
  });

  private readonly isStarting = signal(false);
  private readonly refusal = signal<RequestProblem | undefined>(undefined);
  protected readonly refused = computed(() => {
    const problem = this.refusal();
    return problem && problemSentence(problem, this.words);
  });
  /** The batch of the last retry: announced to screen readers too. */
  private readonly begun = signal<Progress | undefined>(undefined);
  protected readonly started = computed(() => {
    const batch = this.begun();
    return batch && newestIn(batch, this.active.batches() ?? []);
  });
  protected readonly canRetry = computed(
    () =>
      !this.isViewer() &&
      !this.isStarting() &&
      this.query().dataset !== undefined &&
      // A retry takes rows of all batches, also those that are not shown.
      this.query().task_id === undefined &&
      (this.shown()?.total ?? 0) > 0,
  );

  constructor() {
    rereadOnChange(this.rows, injectRecordsRev(computed(() => this.query().dataset)));
  }

  protected choose(changed: TextOf<QuarantineQuery>): void {
    const dates = datesOf(this.dates());
    if (dates === undefined) return;
    const { dataset, code, task_id } = this.filter();
    this.filter.set(
      readQuarantineQuery({
        ...{ dataset, code, task_id },
        ...dates,
        ...changed,
      }),
    );
    this.go(this.filter());
  }

  protected retry(): void {
    const { dataset, start_date, end_date, code } = this.query();
    if (!this.canRetry() || dataset === undefined) return;
    this.isStarting.set(true);
    this.refusal.set(undefined);
    this.begun.set(undefined);
    this.api
      .retryQuarantine({
        dataset,
        ...(start_date && { start_date }),
        ...(end_date && { end_date }),
        ...(code && { codes: [code] }),
      })
      .pipe(takeUntilDestroyed(this.destroyRef))
      .subscribe({
        next: (progress) => {
          this.isStarting.set(false);
          this.active.apply(progress);
          this.begun.set(progress);
        },
        error: (error: unknown) => {
          this.isStarting.set(false);
          this.refusal.set(problemOf(error));
        },
      });
  }

  protected turn(page: number): void {
    this.go({ ...this.query(), page });
  }

  protected clear(): void {
    if (this.leavesOut()) this.go(ALL_ROWS);
  }

  private go(query: QuarantineQuery): void {
    void this.router.navigate([], { queryParams: addressParams(query, ALL_ROWS) });
  }
}
