import { computed, effect, linkedSignal, signal, untracked, type Signal } from '@angular/core';
import { laterDay, type CalendarDay } from '@daysync/progress';
import { lastKnownOf } from '../api/last-known';
import { problemOf } from '../api/problem';
import { calendarResource } from '../api/resources';
import type { BatchDay, Dataset, RecordCalendar } from '../api/wire';
import { isSameRange } from '../time/calendar-days';
import {
  gapsOf,
  knownDays,
  NOTHING_KNOWN,
  sumStates,
  withChanges,
  type KnownDays,
} from './day-states';
import { allYears, daysOfYears, MOST_DAYS, shownYears, yearsFrom, type Years } from './shown-years';
import { YearDays } from './calendar-layout';

/** What a calendar is asked to show. */
export interface AskedDays {
  /** Undefined: the first one. */
  readonly dataset: string | undefined;
  /** The first year; undefined: the years with the newest days. */
  readonly from: number | undefined;
  /** The dataset as it is configured, as soon as that is known. */
  readonly configured: Dataset | undefined;
}

const NONE: ReadonlyMap<CalendarDay, BatchDay> = new Map();

/** The days of a dataset as a calendar shows them. Reads them by itself; made where there is an injector. */
export class DatasetDays {
  /** How many days the server shows at once, as far as it has told. */
  private readonly mostDays = signal(MOST_DAYS);
  private readonly params = computed(
    () => {
      const { dataset, from } = this.asked();
      const range =
        from === undefined ? {} : daysOfYears(yearsFrom(from, this.mostDays()), this.mostDays());
      return { dataset, ...range };
    },
    { equal: (one, other) => JSON.stringify(one) === JSON.stringify(other) },
  );
  private readonly resource = calendarResource(this.params);

  /** What went wrong at the last reading. */
  readonly error = computed(() => this.resource.error());
  /** Whether they are being read. */
  readonly isLoading = this.resource.isLoading;
  /** The newest answer to what is asked for: it stays while it is read again. */
  private readonly answer = lastKnownOf(this.resource, this.params);
  /** What an active batch has done with days since. */
  private readonly changes = linkedSignal<
    RecordCalendar | undefined,
    ReadonlyMap<CalendarDay, BatchDay>
  >({
    source: () => this.answer(),
    computation: (_, before) => (before && untracked(this.isLive) ? before.value : NONE),
  });

  private readonly read = computed((): KnownDays | undefined => {
    const answer = this.answer();
    if (answer === undefined) return undefined;
    return knownDays(answer, this.coverage());
  });
  private readonly known = computed(() => {
    const read = this.read();
    return read && withChanges(read, [...this.changes().values()]);
  });
  private readonly coverage = computed(
    () => {
      const { first_synced, last_synced } = this.asked().configured?.coverage ?? {};
      if (first_synced == null || last_synced == null) return undefined;
      return { start_date: first_synced, end_date: last_synced };
    },
    { equal: isSameRange },
  );
  private readonly span = computed(() => {
    const known = this.known();
    if (known === undefined) return undefined;
    const source = this.asked().configured?.source_days;
    return {
      recorded: known.recorded,
      source: source ? { start_date: source.first, end_date: source.last } : undefined,
      today: known.today,
    };
  });

  /** The dataset that is shown. */
  readonly dataset = computed(() => this.answer()?.dataset);
  readonly today = computed(() => this.known()?.today);
  /** The last day that has a record. */
  readonly newest = computed(() => this.known()?.recorded?.end_date);
  /** Every year that has something to show. */
  readonly allYears = computed(() => pick(this.span(), allYears), { equal: isSameYears });
  /** Those that are shown. */
  readonly shownYears = computed(
    () =>
      pick(this.span(), (span) =>
        shownYears(span, { from: this.asked().from, mostDays: this.mostDays() }),
      ),
    { equal: isSameYears },
  );
  /** The days that are shown; what the server has left out is not. */
  readonly shown = computed(
    () => {
      const [years, answer] = [this.shownYears(), this.answer()];
      if (years === undefined || answer === undefined) return undefined;
      const days = daysOfYears(years, Infinity);
      const synced = this.coverage()?.start_date;
      const { start_date } = answer;
      const isCut = start_date !== null && synced !== undefined && synced < start_date;
      if (this.asked().from === undefined && !isCut) return days;
      return {
        ...days,
        start_date: start_date === null ? days.start_date : laterDay(days.start_date, start_date),
      };
    },
    { equal: isSameRange },
  );
  /** Another list where another dataset or other years are shown. */
  readonly years = computed((): readonly YearDays[] => {
    const [years, dataset] = [this.shownYears(), this.dataset()];
    if (years === undefined || dataset === undefined) return [];
    const known = computed(() => this.known() ?? NOTHING_KNOWN);
    const shown = computed(() => this.shown() ?? daysOfYears(years, Infinity));
    const count = years.last - years.first + 1;
    return Array.from({ length: count }, (_, at) => new YearDays(years.first + at, known, shown));
  });
  /** How many of the shown days are in each state. */
  readonly counts = computed(() => sumStates(this.years().map((year) => year.counts())));
  /** Those of the shown days. */
  readonly gaps = computed(() => {
    const [known, shown] = [this.known(), this.shown()];
    return known === undefined || shown === undefined ? [] : gapsOf(known, shown);
  });
  /** Whether the dataset has never been synced, and is not now. */
  readonly isNew = computed(() => {
    const known = this.known();
    const isBare = known?.records.size === 0 && known.open.size === 0;
    return isBare && this.asked().from === undefined;
  });

  /**
   * @param asked what to show
   * @param isLive whether a batch of the dataset goes on: what it has done stays until it is read
   */
  constructor(
    private readonly asked: Signal<AskedDays>,
    private readonly isLive: Signal<boolean>,
  ) {
    effect(() => {
      const error = this.resource.error();
      const limit = error && problemOf(error).limit;
      if (limit != null && limit > 0) this.mostDays.update((most) => Math.min(most, limit));
    });
  }

  /** Reads them again, unless they are being read; what is shown stays meanwhile. */
  reload(): boolean {
    return this.resource.reload();
  }

  /** Takes in what a batch of the dataset has done. */
  change(changes: readonly BatchDay[]): void {
    if (changes.length === 0) return;
    this.changes.update((known) => {
      const next = new Map(known);
      for (const change of changes) next.set(change.day, change);
      return next;
    });
  }
}

function pick<From, To>(from: From | undefined, to: (from: From) => To): To | undefined {
  return from === undefined ? undefined : to(from);
}

function isSameYears(one: Years | undefined, other: Years | undefined): boolean {
  return one?.first === other?.first && one?.last === other?.last;
}
