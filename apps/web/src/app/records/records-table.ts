import {
  Component,
  computed,
  ElementRef,
  inject,
  input,
  linkedSignal,
  output,
  viewChild,
} from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { isFiltered } from '../api/address-query';
import { lastKnown } from '../api/last-known';
import { recordsResource } from '../api/resources';
import type { SyncRecord } from '../api/wire';
import { dayParams } from '../day-panel/day-address';
import { OutcomeBadge } from '../design/badge';
import { BatchNames } from '../design/batch-names';
import { lastPageOf, Pager } from '../design/pager';
import { ReadState } from '../design/read-state';
import { UnusualSign } from '../design/unusual-sign';
import { injectDetail } from '../i18n/detail';
import { Words } from '../i18n/words';
import type { WordKey } from '../i18n/zh';
import { injectRecordsRev } from '../live/records-rev';
import { rereadOnChange } from '../live/reread';
import { durationWords } from '../i18n/duration';
import { RecordsRetry } from './records-retry';
import {
  directionOf,
  PAGE_SIZES,
  resizedTo,
  sortedBy,
  type RecordsQuery,
  type SortField,
} from './records-query';

/** As many rows as fit into a window; on longer pages the pager sticks to its lower edge. */
const MOST_RESERVED = 20;

interface Column {
  readonly word: WordKey;
  /** The sort field, if the column is sortable. */
  readonly field: SortField | undefined;
  readonly isNumber: boolean;
}

const COLUMNS: readonly Column[] = [
  { word: 'records.day', field: 'day', isNumber: false },
  { word: 'records.dataset', field: 'dataset', isNumber: false },
  { word: 'records.status', field: 'status', isNumber: false },
  { word: 'records.rows', field: 'rows', isNumber: true },
  { word: 'records.attempts', field: undefined, isNumber: true },
  { word: 'records.duration', field: 'duration_ms', isNumber: true },
  { word: 'records.reason', field: undefined, isNumber: false },
  { word: 'records.last_tried_at', field: 'last_tried_at', isNumber: false },
];

/** Loads and shows one page of sync records, with headers to sort by and a pager. */
@Component({
  selector: 'ds-records-table',
  imports: [MatButtonModule, OutcomeBadge, Pager, ReadState, RecordsRetry, RouterLink, UnusualSign],
  templateUrl: './records-table.html',
  styleUrl: './records-table.scss',
})
export class RecordsTable {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly names = inject(BatchNames);
  protected readonly detail = injectDetail();

  readonly query = input.required<RecordsQuery>();
  readonly queryChange = output<RecordsQuery>();
  /** Whether records can be selected, to sync their days again. */
  readonly selectable = input(false);

  /** The keys of the selected records. Another page or filter starts without any. */
  private readonly chosen = linkedSignal<RecordsQuery, ReadonlySet<string>>({
    source: this.query,
    computation: () => new Set(),
  });
  protected readonly selected = computed(() => {
    const chosen = this.chosen();
    return (this.page()?.items ?? []).filter((record) => chosen.has(keyOf(record)));
  });
  protected readonly isWhole = computed(
    () => this.selected().length === (this.page()?.items.length ?? 0),
  );

  private readonly section = viewChild.required<ElementRef<HTMLElement>>('section');
  protected readonly records = recordsResource(this.query);
  protected readonly page = lastKnown(this.records);
  protected readonly isFiltered = computed(() => isFiltered(this.query()));
  protected readonly columns = computed(() =>
    COLUMNS.map((column) => ({
      ...column,
      direction: column.field && directionOf(this.query(), column.field),
    })),
  );
  protected readonly sizes = PAGE_SIZES;
  protected readonly dayParams = dayParams;
  /** With several pages, a short last page does not move the pager. */
  protected readonly reservedRows = computed(() => {
    const page = this.page();
    return page !== undefined && page.total > page.page_size
      ? Math.min(page.page_size, MOST_RESERVED)
      : 0;
  });
  /** The last page, if the address has a page beyond it. */
  protected readonly lastPage = computed(() => lastPageOf(this.page()));
  protected readonly instantText = this.words.instant;
  protected readonly number = this.words.number;

  constructor() {
    rereadOnChange(this.records, injectRecordsRev(computed(() => this.query().dataset)));
  }

  /** Whether it is marked, and not accepted. */
  protected isUnusual({ accepted_at, marks }: SyncRecord): boolean {
    return marks.length > 0 && accepted_at === null;
  }

  protected isSelected(record: SyncRecord): boolean {
    return this.chosen().has(keyOf(record));
  }

  protected select(record: SyncRecord, event: Event): void {
    const next = new Set(this.chosen());
    if (isChecked(event)) next.add(keyOf(record));
    else next.delete(keyOf(record));
    this.chosen.set(next);
  }

  protected selectPage(event: Event): void {
    const items = isChecked(event) ? (this.page()?.items ?? []) : [];
    this.chosen.set(new Set(items.map(keyOf)));
  }

  protected clearSelection(): void {
    this.chosen.set(new Set());
  }

  protected sort(field: SortField): void {
    this.queryChange.emit(sortedBy(this.query(), field));
  }

  protected turn(page: number): void {
    this.queryChange.emit({ ...this.query(), page });
    // Another page starts at its first row.
    const section = this.section().nativeElement;
    if (section.getBoundingClientRect().top < 0) section.scrollIntoView();
  }

  protected resize(size: number): void {
    this.queryChange.emit(resizedTo(this.query(), size));
  }

  protected duration({ duration_ms }: SyncRecord): string {
    return duration_ms === null ? '—' : this.words.say(durationWords(duration_ms));
  }

  protected why(record: SyncRecord): string {
    const { error, reason } = record;
    if (error !== null) return this.words.known(`error.${error.code}`, error.text);
    return reason === null ? '' : this.words.known(`reason.${reason}`, reason);
  }
}

function keyOf({ dataset, day }: SyncRecord): string {
  return `${dataset} ${day}`;
}

function isChecked(event: Event): boolean {
  return (event.target as HTMLInputElement).checked;
}
