import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { takeUntilDestroyed, toObservable } from '@angular/core/rxjs-interop';
import { FormControl, FormGroup } from '@angular/forms';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { Router } from '@angular/router';
import { OUTCOMES } from '@daysync/progress';
import { switchMap } from 'rxjs';
import { addressParams, isFiltered, type TextOf } from '../api/address-query';
import { datasetsResource, exportUrl } from '../api/resources';
import { DayPanel } from '../day-panel/day-panel';
import { Words } from '../i18n/words';
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
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly language = this.words.language;

  readonly dataset = input<string>();
  readonly status = input<string>();
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
  /** The controls of the two dates, created anew for each address. */
  protected readonly dates = computed(() => {
    const { start_date = null, end_date = null } = this.query();
    return new FormGroup({
      start_date: new FormControl<string | null>(start_date),
      end_date: new FormControl<string | null>(end_date),
    });
  });

  constructor() {
    toObservable(this.dates)
      .pipe(
        switchMap((dates) => dates.valueChanges),
        takeUntilDestroyed(),
      )
      .subscribe(() => this.choose({}));
  }

  protected choose(changed: TextOf<RecordsQuery>): void {
    const dates = this.dates();
    if (dates.invalid) return;
    const { start_date, end_date } = dates.getRawValue();
    const { sort, page_size, dataset, status } = this.filter();
    this.filter.set(
      readQuery({
        ...{ sort, page_size: String(page_size), dataset, status },
        ...{ start_date: start_date ?? undefined, end_date: end_date ?? undefined },
        ...changed,
      }),
    );
    this.go(this.filter());
  }

  protected go(query: RecordsQuery): void {
    void this.router.navigate([], { queryParams: addressParams(query, DEFAULT_QUERY) });
  }

  protected clear(): void {
    this.go({ ...DEFAULT_QUERY, sort: this.query().sort });
  }
}
