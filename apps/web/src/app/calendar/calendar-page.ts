import { Component, computed, effect, inject, input, linkedSignal, viewChild } from '@angular/core';
import { takeUntilDestroyed, toObservable } from '@angular/core/rxjs-interop';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { Router, RouterLink } from '@angular/router';
import { parseCalendarDay, type CalendarDay, type DayRange } from '@daysync/progress';
import { debounceTime, merge, switchMap } from 'rxjs';
import { lastKnown } from '../api/last-known';
import { datasetsResource } from '../api/resources';
import { FreshnessNote } from '../design/freshness-note';
import { ReadState, type Readable } from '../design/read-state';
import { Words } from '../i18n/words';
import { DayPanel } from '../day-panel/day-panel';
import { ActiveBatch } from '../live/active-batch';
import { DayChanges } from '../live/day-changes';
import { injectWithEdits } from '../live/record-edits';
import { injectEndsKey, rereadOnChange } from '../live/reread';
import { isActive } from '../live/watch-state';
import { ChosenDataset } from '../session/chosen-dataset';
import { Session } from '../session/session';
import { dayIn, isSameRanges, isWithin, nearestIn } from '../time/calendar-days';
import { CalendarGrid } from './calendar-grid';
import { CalendarLegend } from './calendar-legend';
import { MOST_RANGES, rangeOf, rangesOf, type DaySelection } from './day-selection';
import { DatasetDays } from './dataset-days';
import { injectDrawnSteps, STEPS_A_YEAR } from './drawn-years';
import { GapList } from './gap-list';
import { SelectionBar } from './selection-bar';
import { ShadeChoice } from './shade-choice';
import { otherYears } from './shown-years';

/** How long a selection rests before it goes into the address. */
const ADDRESS_AFTER_MS = 300;

/** So many batches of a dataset are followed at a time, the running one first. */
const MOST_LIVE_BATCHES = 5;

/** Years of days of one dataset; dataset, years, selection and open day are in the address. */
@Component({
  selector: 'ds-calendar-page',
  imports: [
    CalendarGrid,
    CalendarLegend,
    DayPanel,
    FreshnessNote,
    GapList,
    MatButtonModule,
    MatFormFieldModule,
    MatInputModule,
    ReadState,
    RouterLink,
    SelectionBar,
    ShadeChoice,
  ],
  templateUrl: './calendar-page.html',
  styleUrl: './calendar-page.scss',
  host: { class: 'ds-page', '(keydown.escape)': 'escape($event)' },
})
export class CalendarPage {
  private readonly router = inject(Router);
  private readonly active = inject(ActiveBatch);
  private readonly chosen = inject(ChosenDataset);
  private readonly dayChanges = inject(DayChanges);
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly language = this.words.language;
  protected readonly isViewer = inject(Session).isViewer;

  readonly dataset = input<string>();
  /** The first year to show. */
  readonly from = input<string>();
  /** `rows`: synced days are shaded by their rows. */
  readonly shade = input<string>();
  /** The first and the last selected day. */
  readonly start_date = input<string>();
  readonly end_date = input<string>();
  /** The ranges that are selected beside these days. */
  readonly also = input<string>();

  private readonly grid = viewChild(CalendarGrid);
  protected readonly skeletonYears = Array.from({ length: 3 });
  private readonly datasets = datasetsResource();
  protected readonly all = lastKnown(this.datasets);
  /** The dataset that was chosen last, unless it has left the datasets file. */
  private readonly remembered = computed(() => {
    const [all, name] = [this.all(), this.chosen.name()];
    return all === undefined || all.some((one) => one.name === name) ? name : undefined;
  });
  /** The first dataset, once this page has put its name into the address. */
  private named: string | undefined;
  /** The requested dataset, undefined for the first one. Its name in the address then requests nothing new. */
  private readonly requested = linkedSignal<
    { readonly asked: string | undefined; readonly remembered: string | undefined },
    string | undefined
  >({
    source: () => ({ asked: this.dataset(), remembered: this.remembered() }),
    computation: ({ asked, remembered }, before) => {
      const isFirst = before !== undefined && before.value === undefined && asked === this.named;
      return asked !== undefined && isFirst ? undefined : (asked ?? remembered);
    },
  });
  protected readonly configured = computed(() => {
    const all = this.all() ?? [];
    return all.find(({ name }) => name === (this.requested() ?? all[0]?.name));
  });
  protected readonly name = computed(() => this.dataset() ?? this.days.dataset());
  /** The active batches of the shown dataset, those that wait in the queue too: their days are shown as they go. */
  private readonly liveBatches = computed(
    () => {
      const batches = [this.active.progress(), ...(this.active.batches() ?? [])];
      const live = batches.flatMap((batch) =>
        batch !== undefined && batch.dataset === this.days.dataset() && isActive(batch)
          ? batch.task_id
          : [],
      );
      return [...new Set(live)].slice(0, MOST_LIVE_BATCHES);
    },
    { equal: (one, other) => one.join() === other.join() },
  );
  protected readonly days: DatasetDays = new DatasetDays(
    computed(() => ({
      dataset: this.requested(),
      from: askedYear(this.from()),
      configured: this.configured(),
    })),
    computed(() => this.liveBatches().length > 0),
  );
  protected readonly steps = injectDrawnSteps(this.days.years);
  /** Counts and gaps need all years, so they wait until all are drawn. */
  protected readonly isDrawn = computed(
    () => this.steps() === this.days.years().length * STEPS_A_YEAR,
  );
  /** Once the gaps of a dataset are shown they stay while other years are drawn: a form may be open there. */
  protected readonly hasGaps = linkedSignal<
    { readonly dataset: string | undefined; readonly isDrawn: boolean },
    boolean
  >({
    source: () => ({ dataset: this.days.dataset(), isDrawn: this.isDrawn() }),
    computation: (now, before) =>
      now.isDrawn || (before?.value === true && before.source.dataset === now.dataset),
  });
  /** Reloads everything; the shown days stay meanwhile. */
  protected readonly read: Readable = {
    error: computed(() => this.days.error() ?? this.datasets.error()),
    reload: () => {
      this.datasets.reload();
      this.days.reload();
    },
  };
  protected readonly otherYears = computed(() => {
    const [shown, all] = [this.days.shownYears(), this.days.allYears()];
    return shown && all ? otherYears(shown, all) : undefined;
  });

  /** All years of the dataset, the newest first. */
  protected readonly years = computed(() => {
    const all = this.days.allYears();
    if (all === undefined) return [];
    return Array.from({ length: all.last - all.first + 1 }, (_, back) => all.last - back);
  });
  /** The year that the reader went to; another dataset opens at its own place. */
  private readonly chosenYear = linkedSignal<unknown, number | undefined>({
    source: () => this.name(),
    computation: () => undefined,
  });
  protected readonly shownYear = computed(() => {
    const [chosen, shown] = [this.chosenYear(), this.days.shownYears()];
    if (shown === undefined) return undefined;
    const isShown = chosen !== undefined && chosen >= shown.first && chosen <= shown.last;
    return isShown ? chosen : shown.last;
  });
  /** Where the calendar opens: the year that the reader went to, the selection, today, or the newest day. */
  protected readonly opensAt = computed(() => {
    const [shown, chosen] = [this.days.shown(), this.chosenYear()];
    if (shown === undefined) return undefined;
    if (chosen !== undefined && chosen === this.shownYear()) {
      return nearestIn(dayIn(chosen, 1, 1), shown);
    }
    const places = [this.selected()[0]?.start_date, this.days.today()];
    const place = places.find((day) => day !== undefined && isWithin(day, shown));
    return place ?? nearestIn(this.days.newest() ?? shown.end_date, shown);
  });
  /** The shades by rows, if they are wanted. */
  protected readonly shades = computed(() =>
    this.shade() === 'rows' ? this.days.shades() : undefined,
  );

  private readonly asked = computed(
    () => askedSelection(this.start_date(), this.end_date(), this.also()),
    {
      equal: isSameSelection,
    },
  );
  /** The selection that this page is putting into the address. */
  private written: { readonly selection: DaySelection | undefined } | undefined;
  /**
   * The selection of the address. The page's own change of the address arrives late, and must not undo a newer
   * selection.
   */
  protected readonly selection = linkedSignal<DaySelection | undefined, DaySelection | undefined>({
    source: this.asked,
    computation: (asked, before) => {
      const isOwn = this.written !== undefined && isSameSelection(asked, this.written.selection);
      return isOwn && before !== undefined ? before.value : asked;
    },
  });
  protected readonly selected = computed(() => {
    const selection = this.selection();
    return selection === undefined ? [] : rangesOf(selection);
  });

  constructor() {
    toObservable(this.liveBatches)
      .pipe(
        switchMap((batchIds) => merge(...batchIds.map((batchId) => this.dayChanges.of(batchId)))),
        takeUntilDestroyed(),
      )
      .subscribe((changes) => this.days.change(changes));
    effect(() => {
      const name = this.configured()?.name;
      if (name !== undefined) this.chosen.choose(name);
    });
    // A colleague who gets the address sees the same dataset.
    effect(() => {
      const isNamed = this.dataset() !== undefined || this.router.currentNavigation() !== null;
      const dataset = this.days.dataset();
      if (!isNamed && dataset !== undefined) this.nameInAddress(dataset);
    });
    const changes = injectWithEdits(injectEndsKey());
    rereadOnChange(this.datasets, changes);
    rereadOnChange(this.days, changes);
    toObservable(this.selection)
      .pipe(debounceTime(ADDRESS_AFTER_MS), takeUntilDestroyed())
      .subscribe(() => this.putInAddress());
  }

  protected goToYear(year: number): void {
    const [years, all, days] = [this.days.shownYears(), this.days.allYears(), this.days.shown()];
    if (years === undefined || all === undefined || days === undefined) return;
    this.chosenYear.set(year);
    if (year >= years.first && year <= years.last) {
      this.grid()?.jumpTo(nearestIn(dayIn(year, 1, 1), days));
      return;
    }
    // The year is the newest one of its page.
    const from = Math.max(all.first, year - (years.last - years.first));
    void this.router.navigate([], { queryParams: { from }, queryParamsHandling: 'merge' });
  }

  protected wantShades(isWanted: boolean): void {
    void this.router.navigate([], {
      queryParams: { shade: isWanted ? 'rows' : null },
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }

  protected choose(dataset: string): void {
    void this.router.navigate([], { queryParams: { dataset } });
  }

  protected open(day: CalendarDay): void {
    void this.router.navigate([], { queryParams: { day }, queryParamsHandling: 'merge' });
  }

  /** The Escape that closes a panel does not clear the selection. */
  protected escape({ target }: Event): void {
    if (target instanceof Element && target.closest('dialog') === null) this.clear();
  }

  protected clear(): void {
    const isInBar = document.activeElement?.closest('ds-selection-bar') != null;
    this.selection.set(undefined);
    // The pressed button goes with the selection.
    if (isInBar) this.grid()?.focusActive();
  }

  private nameInAddress(dataset: string): void {
    this.named = dataset;
    const queryParams = { dataset };
    void this.router.navigate([], {
      queryParams,
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }

  private putInAddress(): void {
    const selection = this.selection();
    // A pending navigation leads elsewhere, or returns with its own address.
    const isLeaving = this.router.currentNavigation() !== null;
    if (isLeaving || isSameSelection(selection, this.asked())) return;
    this.written = { selection };
    const range = selection && rangeOf(selection);
    const written = this.router.navigate([], {
      queryParams: {
        start_date: range?.start_date ?? null,
        end_date: range?.end_date ?? null,
        also: writtenRanges(selection?.kept ?? []),
      },
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
    void written.then(() => {
      // Computes the selection while `written` is still set.
      this.selection();
      this.written = undefined;
    });
  }
}

/** Reads the year of an address; invalid values are ignored. */
function askedYear(text: string | undefined): number | undefined {
  const year = Number(text);
  return Number.isInteger(year) && year >= 1 && year <= 9_999 ? year : undefined;
}

/** Reads the selection of an address; invalid values are ignored. */
function askedSelection(first = '', last = '', also = ''): DaySelection | undefined {
  const [anchor, to] = [parseCalendarDay(first), parseCalendarDay(last)];
  if (anchor === undefined || to === undefined) return undefined;
  const kept = also.split(',').flatMap((text) => {
    const [start_date, end_date] = text.split('_').map(parseCalendarDay);
    return start_date && end_date && start_date <= end_date ? [{ start_date, end_date }] : [];
  });
  return { anchor, to, kept: kept.slice(0, MOST_RANGES - 1) };
}

/** `2026-01-05_2026-01-09,…`; null without ranges. */
function writtenRanges(ranges: readonly DayRange[]): string | null {
  const written = ranges.map(({ start_date, end_date }) => `${start_date}_${end_date}`);
  return written.join(',') || null;
}

function isSameSelection(one: DaySelection | undefined, other: DaySelection | undefined): boolean {
  return isSameRanges(one ? rangesOf(one) : [], other ? rangesOf(other) : []);
}
