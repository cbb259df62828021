import {
  Component,
  computed,
  DestroyRef,
  DOCUMENT,
  ElementRef,
  inject,
  input,
  linkedSignal,
  output,
  viewChild,
  type AfterViewInit,
} from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { CalendarDay } from '@daysync/progress';
import { lastKnownOf } from '../api/last-known';
import { datasetsResource, recordHistoryResource } from '../api/resources';
import { dayAfter, dayBefore, monthOf, monthRange, yearOf } from '../time/calendar-days';
import { ReadState } from '../design/read-state';
import { Words } from '../i18n/words';
import { injectRecordsRev } from '../live/records-rev';
import { rereadOnChange } from '../live/reread';
import { DayLog } from '../log/day-log';
import { Session } from '../session/session';
import { StartHere } from '../start/start-here';
import { DayHistoryList } from './day-history-list';
import { DayRecord } from './day-record';
import { DayRowsTable } from './day-rows-table';
import { DaySettlement } from './day-settlement';

const PAGE_SIZE = 10;

/** The dialog of a day; when it closes, the focus returns to the element that opened it. */
@Component({
  selector: 'ds-day-sheet',
  imports: [
    DayHistoryList,
    DayLog,
    DayRecord,
    DayRowsTable,
    DaySettlement,
    MatButtonModule,
    ReadState,
    RouterLink,
    StartHere,
  ],
  templateUrl: './day-sheet.html',
  styleUrl: './day-sheet.scss',
})
export class DaySheet implements AfterViewInit {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  private readonly isViewer = inject(Session).isViewer;

  readonly dataset = input.required<string>();
  readonly day = input.required<CalendarDay>();
  /** The dialog is closed. */
  readonly closed = output();

  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  private readonly datasets = datasetsResource();
  protected readonly title = computed(() => {
    const known = this.datasets.hasValue() ? this.datasets.value() : [];
    const dataset = known.find(({ name }) => name === this.dataset());
    return dataset?.title[this.words.language()] ?? this.dataset();
  });

  private readonly key = computed(() => `${this.dataset()} ${this.day()}`);
  protected readonly historyPage = linkedSignal<string, number>({
    source: this.key,
    computation: () => 1,
  });
  protected readonly history = recordHistoryResource(
    computed(() => ({
      dataset: this.dataset(),
      day: this.day(),
      page: this.historyPage(),
      pageSize: PAGE_SIZE,
    })),
  );
  protected readonly known = lastKnownOf(this.history, this.key);
  protected readonly triedAt = computed(() => {
    const known = this.known();
    return known && (known.record?.last_tried_at ?? '');
  });

  /** Whether the day was never tried. */
  protected readonly isNew = computed(() => this.known()?.record === null);
  /** A batch skips a day that is not expected. */
  protected readonly canStart = computed(
    () => !this.isViewer() && this.known()?.expected !== false,
  );
  protected readonly neighbours = computed(() =>
    [
      { word: 'panel.previous', day: dayBefore(this.day()) } as const,
      { word: 'panel.next', day: dayAfter(this.day()) } as const,
    ].filter(({ day }) => day !== undefined),
  );
  /** The records of its month. */
  protected readonly month = computed(() => {
    const day = this.day();
    return { dataset: this.dataset(), ...monthRange(yearOf(day), monthOf(day)) };
  });
  protected readonly range = computed(() => [{ start_date: this.day(), end_date: this.day() }]);
  /** Whether the day is being started. */
  protected readonly isStarting = linkedSignal<string, boolean>({
    source: this.key,
    computation: () => false,
  });

  constructor() {
    rereadOnChange(this.history, injectRecordsRev(this.dataset));
    const document = inject(DOCUMENT);
    const opener = document.activeElement;
    inject(DestroyRef).onDestroy(() => {
      // After a link or the back button the dialog is still open, and elements below an open dialog take no focus.
      const dialog = this.dialog().nativeElement;
      dialog.close();
      if (isLost(document.activeElement, dialog)) homeOf(opener, document)?.focus();
    });
  }

  ngAfterViewInit(): void {
    this.dialog().nativeElement.showModal();
  }

  protected close(): void {
    this.dialog().nativeElement.close();
  }

  /** A click whose target is the dialog is on the backdrop. */
  protected closeBeside(event: Event): void {
    if (event.target === this.dialog().nativeElement) this.close();
  }
}

/** Whether the focus is lost with the dialog: Tab would start at the top of the page. */
function isLost(focused: Element | null, dialog: HTMLElement): boolean {
  return focused === null || focused.localName === 'body' || dialog.contains(focused);
}

/** The element that had the focus before, or the page if that element is gone. */
function homeOf(opener: Element | null, document: Document): HTMLElement | null {
  const isThere = opener instanceof HTMLElement && opener.isConnected;
  return isThere && opener !== document.body ? opener : document.getElementById('main');
}
