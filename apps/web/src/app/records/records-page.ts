import { Component, computed, effect, inject, input } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { FormControl, FormGroup, ReactiveFormsModule } from '@angular/forms';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { Router } from '@angular/router';
import { OUTCOMES, parseCalendarDay, type Outcome } from '@daysync/progress';
import { addressParams, isFiltered } from '../api/address-query';
import { datasetsResource, exportUrl } from '../api/resources';
import { DayPanel } from '../day-panel/day-panel';
import { Words } from '../i18n/words';
import { DayField } from '../day-field/day-field';
import { DEFAULT_QUERY, exportParams, readQuery, type RecordsQuery } from './records-query';
import { RecordsCharts } from './records-charts';
import { RecordsTable } from './records-table';

/** All sync records, filtered; the address holds filters, order and page. */
@Component({
  selector: 'ds-records-page',
  imports: [
    DayField,
    DayPanel,
    MatButtonModule,
    MatFormFieldModule,
    MatInputModule,
    ReactiveFormsModule,
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
  protected readonly form = new FormGroup({
    dataset: new FormControl('', { nonNullable: true }),
    status: new FormControl<Outcome | ''>('', { nonNullable: true }),
    start_date: new FormControl<string | null>(null),
    end_date: new FormControl<string | null>(null),
  });

  constructor() {
    // The address leads; the form follows it, and asks for another address when a person changes it.
    effect(() => {
      const { dataset = '', status = '', start_date = null, end_date = null } = this.query();
      this.form.setValue({ dataset, status, start_date, end_date }, { emitEvent: false });
    });
    this.form.valueChanges.pipe(takeUntilDestroyed()).subscribe(() => this.filter());
  }

  protected go(query: RecordsQuery): void {
    void this.router.navigate([], { queryParams: addressParams(query, DEFAULT_QUERY) });
  }

  protected clear(): void {
    this.go({ ...DEFAULT_QUERY, sort: this.query().sort });
  }

  private filter(): void {
    if (this.form.invalid) return;
    const { dataset, status, start_date, end_date } = this.form.getRawValue();
    this.go({
      ...this.query(),
      page: 1,
      dataset: dataset || undefined,
      status: status || undefined,
      start_date: parseCalendarDay(start_date ?? ''),
      end_date: parseCalendarDay(end_date ?? ''),
    });
  }
}
