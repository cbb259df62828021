import {
  calendarDay,
  commonRange,
  compareDays,
  findGaps,
  isCovered,
  listDays,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import type { BatchDay, RecordCalendar, RecordedDay, Settlement } from '../api/wire';
import { isWithin, joinedRange } from '../time/calendar-days';

/** The states of a day, in the order of the legend. */
export const DAY_STATES = [
  'synced',
  /** Failed, and never synced before. */
  'failed',
  /** Failed, with the rows of an older success still in the target. */
  'kept',
  /** The source has no data. */
  'empty',
  /** Not in the target, between days that were ever synced. */
  'gap',
  /** Not in the target, before or after all days that were ever synced. */
  'missing',
  'future',
  /** Not expected to have data. */
  'not_expected',
  'running',
  /** Planned in an active batch. */
  'waiting',
] as const;
export type CalendarDayState = (typeof DAY_STATES)[number];

/** One day of the calendar. */
export interface CalendarCell {
  readonly day: CalendarDay;
  readonly state: CalendarDayState;
  /** Rows written at the last try. */
  readonly rows: number | null;
  readonly error_code: string | null;
  /** Whether its rows are marked. */
  readonly unusual: boolean;
  /** Who has marked it as not expected; null if its rule says so, or if it is expected. */
  readonly settlement: Settlement | null;
}

/** The known days of one dataset. */
export interface KnownDays {
  readonly records: ReadonlyMap<CalendarDay, RecordedDay>;
  /** The days that are running or planned in an active batch. */
  readonly open: ReadonlyMap<CalendarDay, 'running' | 'waiting'>;
  /** From the first day that has a record to the last, in other years too. */
  readonly recorded: DayRange | undefined;
  /** From the first day that was ever synced to the last, in other years too. */
  readonly synced: DayRange | undefined;
  readonly today: CalendarDay;
  /** The days that are not expected to have data. */
  readonly notExpected: ReadonlySet<CalendarDay>;
  /** Those of them that an operator has marked. */
  readonly settled: ReadonlyMap<CalendarDay, Settlement>;
}

export const NOTHING_KNOWN: KnownDays = {
  records: new Map(),
  open: new Map(),
  recorded: undefined,
  synced: undefined,
  today: calendarDay('9999-12-31'),
  notExpected: new Set(),
  settled: new Map(),
};

export function cellOf(day: CalendarDay, known: KnownDays): CalendarCell {
  const record = known.records.get(day);
  const { rows, error_code } = record ?? { rows: null, error_code: null };
  const state = stateOf(day, record, known);
  const unusual = state === 'synced' && (record?.unusual ?? []).length > 0;
  const settlement = state === 'not_expected' ? (known.settled.get(day) ?? null) : null;
  return { day, state, rows, error_code, unusual, settlement };
}

/** The cells of consecutive days. Unchanged cells keep their identity, and so does an unchanged list. */
export function cellsOf(
  days: readonly CalendarDay[],
  known: KnownDays,
  before: readonly CalendarCell[] = [],
): readonly CalendarCell[] {
  const cells = days.map((day, index) => {
    const [cell, old] = [cellOf(day, known), before[index]];
    return old !== undefined && isSameCell(cell, old) ? old : cell;
  });
  const isSame =
    cells.length === before.length && cells.every((cell, index) => cell === before[index]);
  return isSame ? before : cells;
}

/**
 * The known days after an answer.
 * @param items ascending
 * @param synced from the first day that was ever synced to the last, if that is known from elsewhere
 */
export function knownDays(
  {
    items,
    today,
    not_expected,
    settled,
  }: Pick<RecordCalendar, 'items' | 'today' | 'not_expected' | 'settled'>,
  synced?: DayRange,
): KnownDays {
  // A day whose rows are in another table was synced once.
  const isSynced = (item: RecordedDay): boolean => item.synced || item.elsewhere;
  return {
    records: new Map(items.map((item) => [item.day, item])),
    open: new Map(),
    recorded: joinedRange(synced, between(items[0], items.at(-1))),
    synced: joinedRange(synced, between(items.find(isSynced), items.findLast(isSynced))),
    today,
    notExpected: new Set(
      not_expected.flatMap(({ start_date, end_date }) => listDays(start_date, end_date)),
    ),
    settled: new Map(
      settled.flatMap(({ start_date, end_date, ...settlement }) =>
        listDays(start_date, end_date).map((day) => [day, settlement] as const),
      ),
    ),
  };
}

/** Applies changed days of an active batch. */
export function withChanges(known: KnownDays, changes: readonly BatchDay[]): KnownDays {
  if (changes.length === 0) return known;
  const [records, open] = [new Map(known.records), new Map(known.open)];
  let { recorded, synced } = known;
  for (const change of changes) {
    const { day, state } = change;
    if (state === 'running') open.set(day, 'running');
    else if (state === 'pending') open.set(day, 'waiting');
    else open.delete(day);
    const record = recordAfter(records.get(day), change);
    if (record === undefined) continue;
    records.set(day, record);
    recorded = joinedRange(recorded, oneDay(day));
    if (record.synced) synced = joinedRange(synced, oneDay(day));
  }
  return { ...known, records, open, recorded, synced };
}

/** What is counted: the days in each state, and the synced ones that are marked. */
const COUNTED = [...DAY_STATES, 'unusual'] as const;
export type StateCounts = Readonly<Record<(typeof COUNTED)[number], number>>;

/** The number of cells in each state. */
export function countStates(cells: Iterable<CalendarCell>): StateCounts {
  const counts = noCounts();
  for (const { state, unusual } of cells) {
    counts[state] += 1;
    if (unusual) counts.unusual += 1;
  }
  return counts;
}

export function sumStates(all: readonly StateCounts[]): StateCounts {
  const sum = noCounts();
  for (const counts of all) for (const state of COUNTED) sum[state] += counts[state];
  return sum;
}

type GapDays = Pick<KnownDays, 'records' | 'open' | 'synced' | 'notExpected'>;

/**
 * The gaps between the first and the last synced day, like the server's, but without the days of active batches: those
 * are being filled.
 * @param shown the range to search
 */
export function gapsOf(
  { records, open, synced, notExpected }: GapDays,
  shown: DayRange,
): readonly DayRange[] {
  const range = (synced && commonRange(synced, shown)) ?? null;
  const covered = [...records.values()].filter((record) => isCovered(record));
  const closed = new Set([...covered.map(({ day }) => day), ...open.keys(), ...notExpected]);
  return findGaps([...closed].sort(compareDays), range);
}

/** How many days of gaps are running or planned in an active batch. */
export function openInGaps(
  { records, open, synced, notExpected }: GapDays,
  shown: DayRange,
): number {
  const range = synced && commonRange(synced, shown);
  if (range == null) return 0;
  return [...open.keys()].filter((day) => {
    const record = records.get(day);
    const isGap = record === undefined || !isCovered(record);
    return isGap && !notExpected.has(day) && isWithin(day, range);
  }).length;
}

/** Ranges that have all gaps and no day of an active batch: another batch can't have such a day. */
export function rangesToFill(
  gaps: readonly DayRange[],
  { open }: Pick<KnownDays, 'open'>,
): readonly DayRange[] {
  const days = [...open.keys()].sort(compareDays);
  const ranges: DayRange[] = [];
  let at = 0;
  for (const gap of gaps) {
    const last = ranges.at(-1);
    const before = at;
    while (days[at] !== undefined && compareDays(days[at] ?? gap.start_date, gap.start_date) < 0) {
      at += 1;
    }
    if (last === undefined || at > before) ranges.push(gap);
    else ranges[ranges.length - 1] = { start_date: last.start_date, end_date: gap.end_date };
  }
  return ranges;
}

/** How many days of the gaps are failed days; the others were never synced. */
export function failedInGaps(
  { records, open, synced, notExpected }: GapDays,
  shown: DayRange,
): number {
  const range = synced && commonRange(synced, shown);
  if (range == null) return 0;
  const isFailed = (record: RecordedDay): boolean =>
    record.status === 'failed' &&
    !isCovered(record) &&
    !open.has(record.day) &&
    !notExpected.has(record.day) &&
    isWithin(record.day, range);
  return [...records.values()].filter(isFailed).length;
}

function stateOf(
  day: CalendarDay,
  record: RecordedDay | undefined,
  { notExpected, open, synced, today }: KnownDays,
): CalendarDayState {
  const batch = open.get(day);
  if (batch === 'running') return 'running';
  const isElsewhere = record?.status === 'success' && record.elsewhere;
  if (record?.status === 'success' && !isElsewhere) return 'synced';
  if (record?.reason === 'no_data') return 'empty';
  // A batch skips it, whatever its last try was.
  if (notExpected.has(day)) return 'not_expected';
  if (record === undefined && compareDays(day, today) > 0) return 'future';
  // A recorded day keeps its state until it runs again: the batch may skip it.
  if (batch === 'waiting') return 'waiting';
  if (record !== undefined && !isElsewhere) return record.synced ? 'kept' : 'failed';
  return synced !== undefined && isWithin(day, synced) ? 'gap' : 'missing';
}

/** The record after an outcome; undefined if the outcome does not change it. */
function recordAfter(
  before: RecordedDay | undefined,
  { day, state, reason, rows, duration_ms, error, marks }: BatchDay,
): RecordedDay | undefined {
  const was = before?.synced ?? false;
  const wasElsewhere = before?.elsewhere ?? false;
  switch (state) {
    case 'success':
    case 'failed': {
      const synced = was || state === 'success';
      const error_code = error?.code ?? null;
      const elsewhere = wasElsewhere && !synced;
      // A failure leaves the rows of before, and what they are marked for.
      const unusual = state === 'success' ? marks.map(({ of }) => of) : (before?.unusual ?? []);
      return {
        ...{ day, status: state, reason, rows, duration_ms, error_code, synced, elsewhere },
        unusual,
      };
    }
    case 'skipped':
      // Other skipped days were not tried.
      if (reason !== 'no_data') return undefined;
      return {
        ...{ day, status: state, reason, rows, duration_ms, error_code: null },
        ...{ synced: was, elsewhere: wasElsewhere, unusual: [] },
      };
    case 'pending':
    case 'running':
      return undefined;
  }
}

function isSameCell(one: CalendarCell, other: CalendarCell): boolean {
  return (
    one.day === other.day &&
    one.state === other.state &&
    one.rows === other.rows &&
    one.error_code === other.error_code &&
    one.unusual === other.unusual &&
    one.settlement?.reason === other.settlement?.reason &&
    one.settlement?.settled_by === other.settlement?.settled_by
  );
}

function oneDay(day: CalendarDay): DayRange {
  return { start_date: day, end_date: day };
}

function between(
  first: RecordedDay | undefined,
  last: RecordedDay | undefined,
): DayRange | undefined {
  return first && last && { start_date: first.day, end_date: last.day };
}

function noCounts(): Record<keyof StateCounts, number> {
  return Object.fromEntries(COUNTED.map((counted) => [counted, 0])) as Record<
    keyof StateCounts,
    number
  >;
}
