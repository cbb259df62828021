import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { Router } from '@angular/router';
import { OUTCOMES, type DayRange } from '@daysync/progress';
import { addressParams, isFiltered, type TextOf } from '../api/address-query';
import { datasetsResource, exportUrl } from '../api/resources';
import { dayParams } from '../day-panel/day-address';
import { ChosenDataset } from '../session/chosen-dataset';
import { DayPanel } from '../day-panel/day-panel';
import { injectRecordsWords } from '../i18n/records-words';
import { Words } from '../i18n/words';
import { Session } from '../session/session';
import { datesOf, injectDateFilter } from '../day-field/date-filter';
import { DayField } from '../day-field/day-field';
import { DEFAULT_QUERY, exportParams, readQuery, type RecordsQuery } from './records-query';
import { RecordsCharts } from './records-charts';
import { RecordsTable } from './records-table';

/** All sync records, filtered; filters, order and page are in the address. */
@Component({
  selector: 'ds-records-page',
  imports: [
    DayField,
    DayPanel,
    MatButtonModule,
    MatFormFieldModule,
    MatInputModule,
    RecordsCharts,
    RecordsTable,
  ],
  templateUrl: './records-page.html',
  styleUrl: './records-page.scss',
  host: { class: 'ds-page' },
})
export class RecordsPage {
  private readonly router = inject(Router);
  private readonly chosen = inject(ChosenDataset);
  private readonly words = inject(Words);
  protected readonly t = injectRecordsWords();
  protected readonly isViewer = inject(Session).isViewer;
  protected readonly language = this.words.language;

  readonly dataset = input<string>();
  readonly status = input<string>();
  readonly code = input<string>();
  readonly text = input<string>();
  readonly unusual = input<string>();
  readonly start_date = input<string>();
  readonly end_date = input<string>();
  readonly sort = input<string>();
  readonly page = input<string>();
  readonly page_size = input<string>();

  protected readonly outcomes = OUTCOMES;
  protected readonly datasets = datasetsResource();
  protected readonly query = computed(() =>
    readQuery({
      dataset: this.dataset(),
      status: this.status(),
      code: this.code(),
      text: this.text(),
      unusual: this.unusual(),
      start_date: this.start_date(),
      end_date: this.end_date(),
      sort: this.sort(),
      page: this.page(),
      page_size: this.page_size(),
    }),
  );
  protected readonly exportUrl = computed(() => exportUrl(exportParams(this.query())));
  protected readonly isFiltered = computed(() => isFiltered(this.query()));
  /** The chosen filters: those of the address, until the user chooses others. */
  protected readonly filter = linkedSignal(() => this.query());
  protected readonly dates = injectDateFilter(this.query, () => {
    this.choose({});
  });

  protected choose(changed: TextOf<RecordsQuery>): void {
    const dates = datesOf(this.dates());
    if (dates === undefined) return;
    if (changed.dataset) this.chosen.choose(changed.dataset);
    const { sort, page_size, dataset, status, code, text, unusual } = this.filter();
    this.filter.set(
      readQuery({
        ...{ sort, page_size: String(page_size), dataset, status, code, text, unusual },
        ...dates,
        ...changed,
      }),
    );
    this.go(this.filter());
  }

  protected go(query: RecordsQuery): void {
    void this.router.navigate([], { queryParams: addressParams(query, DEFAULT_QUERY) });
  }

  /** A bar of a chart: the panel of its day, or the records of its days. */
  protected open({ start_date, end_date }: DayRange): void {
    const { dataset } = this.query();
    if (dataset === undefined) return;
    if (start_date !== end_date) this.go({ ...this.query(), start_date, end_date, page: 1 });
    else {
      const queryParams = dayParams({ dataset, day: start_date });
      void this.router.navigate([], { queryParams, queryParamsHandling: 'merge' });
    }
  }

  protected clear(): void {
    if (!this.isFiltered()) return;
    this.go({ ...DEFAULT_QUERY, sort: this.query().sort });
  }
}
