import { isDeepStrictEqual } from 'node:util';
import {
  addDays,
  calendarDay,
  calendarDayAt,
  commonRange,
  compareDays,
  countDays,
  isCovered,
  laterDay,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Kysely, Selectable } from 'kysely';
import { standingMarks } from '../batches/day-marks.js';
import { mapInSlices } from '../config/slices.js';
import { CLOCK, type Clock } from '../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { Database } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { EVERY_DAY, expectedDaysOf, unexpectedIn } from '../datasets/expected/expected-days.js';
import {
  readSettledDays,
  withoutSettled,
  type SettledDay,
} from '../datasets/expected/settled-days.js';
import type { SettledDaysDto } from './settled-days.dto.js';
import { refuseRange, type Refused } from '../sync/refusal.js';
import type { TargetState } from '../targets/target-version.js';
import { CalendarDto, CalendarQueryDto } from './calendar.dto.js';
import { isElsewhere, readState } from './elsewhere.js';
import { findGapsInSlices, sumGaps } from './gaps.js';
import { KnownDatasets } from './records.service.js';

type RecordedDay = Pick<
  Selectable<Schema['sync_record']>,
  | 'day'
  | 'status'
  | 'reason'
  | 'rows'
  | 'duration_ms'
  | 'error_code'
  | 'last_success_at'
  | 'target_version'
  | 'marks'
  | 'accepted_at'
>;

interface CalendarRecords {
  readonly kind: 'read';
  /** The range of the query; null if it names neither end and no day has a record. */
  readonly asked: DayRange | null;
  /** The days of that range with a record, ascending. */
  readonly days: readonly RecordedDay[];
  /** From the first day of the dataset that was ever synced to the last. */
  readonly synced: DayRange | null;
  /** Undefined for a dataset that is no longer in the file. */
  readonly target: TargetState | undefined;
  /** Of all years, ascending. */
  readonly settled: readonly SettledDay[];
}

/** The state of each day of a range, and its gaps. */
@Injectable()
export class CalendarService {
  constructor(
    @Inject(Database) private readonly database: Pick<Database, 'longRead' | 'dialect'>,
    private readonly catalog: DatasetCatalog,
    @Inject(KnownDatasets) private readonly known: Pick<KnownDatasets, 'refuseUnknown'>,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'maxRangeDays'>,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async show(
    query: CalendarQueryDto,
  ): Promise<
    | { readonly kind: 'found'; readonly calendar: CalendarDto }
    | Refused<'unknown_dataset' | 'range_reversed' | 'range_too_large'>
  > {
    const dataset = query.dataset ?? this.catalog.first.name;
    const unknown = await this.known.refuseUnknown(dataset);
    if (unknown !== null) return unknown;
    const read = await this.read(dataset, query);
    if (read.kind !== 'read') return read;
    return { kind: 'found', calendar: await this.calendarOf(dataset, read) };
  }

  private async calendarOf(dataset: string, read: CalendarRecords): Promise<CalendarDto> {
    const { asked, days, settled, synced, target } = read;
    const items = await mapInSlices(
      days,
      ({ last_success_at, target_version, marks, accepted_at, ...day }) => {
        const unusual = standingMarks({ marks, accepted_at }).map((mark) => mark.of);
        const elsewhere = isElsewhere(target, { last_success_at, target_version });
        return { ...day, unusual, synced: last_success_at !== null && !elsewhere, elsewhere };
      },
    );
    const covered = items.filter((item) => isCovered(item)).map(({ day }) => day);
    const range = asked && synced && commonRange(asked, synced);
    const configured = this.catalog.get(dataset);
    const ruled = configured === undefined ? EVERY_DAY : expectedDaysOf(configured);
    const expected = withoutSettled(ruled, settled);
    const gaps = await findGapsInSlices(covered, range ?? null, expected);
    const today = calendarDayAt(this.clock.now(), configured?.timeZone ?? 'UTC');
    const shown = shownAround(asked, today);
    const isFailed = ({ day, status }: RecordedDay): boolean =>
      status === 'failed' && expected.isExpected(day);
    return {
      dataset,
      start_date: asked?.start_date ?? null,
      end_date: asked?.end_date ?? null,
      today,
      synced: items.filter((item) => item.synced).length,
      failed: days.filter(isFailed).length,
      empty: items.filter(({ reason }) => reason === 'no_data').length,
      gaps: sumGaps(gaps, this.config.maxRangeDays, expected),
      not_expected: expected === EVERY_DAY ? [] : unexpectedIn(expected, shown),
      settled: settledIn(settled, shown),
      items,
    };
  }

  /**
   * Reads in one snapshot: a day that is synced between two reads would extend the range of the gaps and be missing in it.
   * SQLite's transactions always read one snapshot.
   */
  private read(
    dataset: string,
    query: CalendarQueryDto,
  ): Promise<CalendarRecords | Refused<'range_reversed' | 'range_too_large'>> {
    const { maxRangeDays } = this.config;
    const reading = this.database.longRead.transaction().setIsolationLevel('repeatable read');
    return reading.execute(async (db): ReturnType<CalendarService['read']> => {
      const asked = askedRange(query, await readEnds(db, dataset, false), maxRangeDays);
      const refused = asked && refuseRange(asked.start_date, asked.end_date, maxRangeDays);
      if (refused) return refused;
      const days = asked === null ? [] : await readDays(db, dataset, asked);
      const synced = await readEnds(db, dataset, true);
      const { dialect } = this.database;
      const target = await readState({ db, dialect }, this.catalog, dataset);
      const settled = await readSettledDays(db, dataset);
      return { kind: 'read', asked, days, settled, synced, target };
    });
  }
}

/** How many years a calendar may show at once. */
const YEARS_SHOWN = 10;

/**
 * Whole years: those of a calendar, and those that it may show around its last day.
 * @param asked null for the year of today
 */
function shownAround(asked: DayRange | null, today: CalendarDay): DayRange {
  const { start_date, end_date } = asked ?? { start_date: today, end_date: today };
  const [first, last] = [yearOf(start_date), yearOf(end_date)];
  const from = Math.max(Math.min(first, last - YEARS_SHOWN + 1), 1);
  const until = Math.min(last + YEARS_SHOWN - 1, 9_999);
  return {
    start_date: calendarDay(`${String(from).padStart(4, '0')}-01-01`),
    end_date: calendarDay(`${String(until).padStart(4, '0')}-12-31`),
  };
}

/** The settled days of a range, those that were settled together as one. */
function settledIn(
  days: readonly SettledDay[],
  { start_date: first, end_date: last }: DayRange,
): readonly SettledDaysDto[] {
  const ranges: SettledDaysDto[] = [];
  for (const { day, ...settlement } of days) {
    if (compareDays(day, first) < 0 || compareDays(day, last) > 0) continue;
    const before = ranges.at(-1);
    const { start_date = day, end_date, ...others } = before ?? {};
    const goesOn =
      end_date !== undefined &&
      addDays(end_date, 1) === day &&
      isDeepStrictEqual(others, settlement);
    if (goesOn) ranges.pop();
    ranges.push({ start_date: goesOn ? start_date : day, end_date: day, ...settlement });
  }
  return ranges;
}

function yearOf(day: CalendarDay): number {
  return Number(day.slice(0, 4));
}

function readDays(
  db: Kysely<Schema>,
  dataset: string,
  { start_date, end_date }: DayRange,
): Promise<RecordedDay[]> {
  return db
    .selectFrom('sync_record')
    .select(['day', 'status', 'reason', 'rows', 'duration_ms', 'error_code'])
    .select(['last_success_at', 'target_version', 'marks', 'accepted_at'])
    .where('dataset', '=', dataset)
    .where('day', '>=', start_date)
    .where('day', '<=', end_date)
    .orderBy('day')
    .execute();
}

/** From the first day with a record, or the first one that was ever synced, to the last. */
async function readEnds(
  db: Kysely<Schema>,
  dataset: string,
  onlySynced: boolean,
): Promise<DayRange | null> {
  let query = db.selectFrom('sync_record').select('day').where('dataset', '=', dataset).limit(1);
  if (onlySynced) query = query.where('last_success_at', 'is not', null);
  const first = await query.orderBy('day').executeTakeFirst();
  const last = await query.orderBy('day', 'desc').executeTakeFirst();
  return first === undefined || last === undefined
    ? null
    : { start_date: first.day, end_date: last.day };
}

/**
 * The range of a query. A missing end is that of the records, cut to `limit` days from the other end of the query, or from
 * the last record. So a default never makes the range reversed or too large.
 */
export function askedRange(
  { start_date: start, end_date: end }: Pick<CalendarQueryDto, 'start_date' | 'end_date'>,
  recorded: DayRange | null,
  limit: number,
): DayRange | null {
  if (start !== undefined && end !== undefined) return { start_date: start, end_date: end };
  if (start !== undefined) {
    const last = laterDay(start, recorded?.end_date ?? start);
    const isTooLarge = countDays(start, last) > limit;
    return { start_date: start, end_date: isTooLarge ? addDays(start, limit - 1) : last };
  }
  const last = end ?? recorded?.end_date;
  if (last === undefined) return null;
  const first = recorded !== null && recorded.start_date < last ? recorded.start_date : last;
  const isTooLarge = countDays(first, last) > limit;
  return { start_date: isTooLarge ? addDays(last, 1 - limit) : first, end_date: last };
}
