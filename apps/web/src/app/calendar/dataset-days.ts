import { computed, effect, linkedSignal, signal, untracked, type Signal } from '@angular/core';
import { laterDay, type CalendarDay } from '@daysync/progress';
import { lastKnownOf } from '../api/last-known';
import { problemOf } from '../api/problem';
import { calendarResource } from '../api/resources';
import type { BatchDay, Dataset, RecordCalendar } from '../api/wire';
import { isSameRange } from '../time/calendar-days';
import {
  failedInGaps,
  gapsOf,
  knownDays,
  NOTHING_KNOWN,
  openInGaps,
  rangesToFill,
  sumStates,
  withChanges,
  type KnownDays,
} from './day-states';
import { inTurn, injectTurns } from './drawn-years';
import {
  allYears,
  daysOfYears,
  MOST_DAYS,
  MOST_YEARS,
  shownYears,
  yearsFrom,
  type Years,
} from './shown-years';
import { YearDays } from './calendar-layout';
import { shadeLimits } from './row-shades';

/** The request of a calendar. */
interface AskedDays {
  /** Undefined for the first dataset. */
  readonly dataset: string | undefined;
  /** The first year; undefined for the years with the newest days. */
  readonly from: number | undefined;
  /** The configured dataset, once it is loaded. */
  readonly configured: Dataset | undefined;
}

const NONE: ReadonlyMap<CalendarDay, BatchDay> = new Map();

/** Loads the days of a dataset for a calendar. Created in an injection context. */
export class DatasetDays {
  /** The most days in one answer, as far as known. */
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

  readonly error = computed(() => this.resource.error());
  readonly isLoading = this.resource.isLoading;
  /** The newest answer to the current request; it stays during a reload. */
  private readonly answer = lastKnownOf(this.resource, this.params);
  /** The newer outcomes of an active batch. */
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
  private readonly turns = injectTurns(this.known, MOST_YEARS);
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

  /** The shown dataset. */
  readonly dataset = computed(() => this.answer()?.dataset);
  readonly today = computed(() => this.known()?.today);
  /** The last day that has a record. */
  readonly newest = computed(() => this.known()?.recorded?.end_date);
  /** All years with something to show. */
  readonly allYears = computed(() => pick(this.span(), allYears), { equal: isSameYears });
  /** The shown years. */
  readonly shownYears = computed(
    () =>
      pick(this.span(), (span) =>
        shownYears(span, { from: this.asked().from, mostDays: this.mostDays() }),
      ),
    { equal: isSameYears },
  );
  /** The shown days, without those that the server left out. */
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
  /** A new list for another dataset or other years. */
  readonly years = computed((): readonly YearDays[] => {
    const [years, dataset] = [this.shownYears(), this.dataset()];
    if (years === undefined || dataset === undefined) return [];
    const all = computed(() => this.known() ?? NOTHING_KNOWN);
    const shown = computed(() => this.shown() ?? daysOfYears(years, Infinity));
    const count = years.last - years.first + 1;
    return Array.from({ length: count }, (_, at) => {
      // The newest year first, which is seen first.
      const known = inTurn(all, this.turns, { index: count - 1 - at, count: MOST_YEARS });
      return new YearDays(years.first + at, known, shown);
    });
  });
  /** The number of shown days in each state. */
  readonly counts = computed(() => sumStates(this.years().map((year) => year.counts())));
  /** The shades of the shown days by their rows. */
  readonly shades = computed(() => shadeLimits(this.known()?.records.values() ?? []), {
    equal: (one, other) => String(one) === String(other),
  });
  /** The gaps between the shown days. */
  readonly gaps = computed(() => {
    const [known, shown] = [this.known(), this.shown()];
    return known === undefined || shown === undefined ? [] : gapsOf(known, shown);
  });
  /** The ranges that fill them. */
  readonly toFill = computed(() => rangesToFill(this.gaps(), this.known() ?? NOTHING_KNOWN));
  /** How many days of gaps are being synced. */
  readonly openInGaps = computed(() => {
    const [known, shown] = [this.known(), this.shown()];
    return known === undefined || shown === undefined ? 0 : openInGaps(known, shown);
  });
  readonly failedInGaps = computed(() => {
    const [known, shown] = [this.known(), this.shown()];
    return known === undefined || shown === undefined ? 0 : failedInGaps(known, shown);
  });
  /** Whether the dataset was never synced, and is not being synced. */
  readonly isNew = computed(() => {
    const known = this.known();
    const isBare = known?.records.size === 0 && known.open.size === 0;
    return isBare && this.asked().from === undefined;
  });

  /** @param isLive whether a batch of the dataset is active: its newer outcomes stay until they are loaded */
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

  /** Reloads, unless it is loading; the shown days stay meanwhile. */
  reload(): boolean {
    return this.resource.reload();
  }

  /** Applies newer outcomes of a batch of the dataset. */
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
