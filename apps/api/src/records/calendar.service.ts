import {
  addDays,
  calendarDayAt,
  countDays,
  findGaps,
  isSettled,
  type DayRange,
} from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import { CLOCK, type Clock } from '../clock.js';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/environment.js';
import { Database } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { problemOfRange } from '../http/asked-range.js';
import { CalendarDto, CalendarQueryDto } from './calendar.dto.js';
import { commonRange, laterDay, sumGaps } from './gaps.js';
import { KnownDatasets } from './known-datasets.js';

type RecordedDay = Pick<
  Selectable<Schema['sync_record']>,
  'day' | 'status' | 'reason' | 'rows' | 'duration_ms' | 'error_code' | 'last_success_at'
>;

/** Shows a range of a dataset's days, one by one. */
@Injectable()
export class CalendarService {
  constructor(
    private readonly database: Database,
    private readonly catalog: DatasetCatalog,
    private readonly known: KnownDatasets,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'maxRangeDays'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws {Problem} `DATASET_NOT_FOUND`, `RANGE_REVERSED`, `RANGE_TOO_LARGE` */
  async show(query: CalendarQueryDto): Promise<CalendarDto> {
    const dataset = query.dataset ?? this.catalog.first.name;
    await this.known.require(dataset);
    const asked = askedRange(query, await this.recorded(dataset), this.config.maxRangeDays);
    const problem =
      asked && problemOfRange(asked.start_date, asked.end_date, this.config.maxRangeDays);
    if (problem) throw problem;
    const days = asked === null ? [] : await this.days(dataset, asked);
    const items = days.map(({ last_success_at, ...day }) => ({
      ...day,
      synced: last_success_at !== null,
    }));
    const settled = items.filter((item) => isSettled(item)).map(({ day }) => day);
    const gaps = findGaps(settled, commonRange(asked, await this.synced(dataset)));
    const { timeZone } = this.catalog.get(dataset) ?? { timeZone: 'UTC' };
    return {
      dataset,
      start_date: asked?.start_date ?? null,
      end_date: asked?.end_date ?? null,
      today: calendarDayAt(this.clock.now(), timeZone),
      synced: items.filter(({ synced }) => synced).length,
      failed: items.filter(({ status }) => status === 'failed').length,
      empty: items.filter(({ reason }) => reason === 'no_data').length,
      gaps: sumGaps(gaps, this.config.maxRangeDays),
      items,
    };
  }

  private days(dataset: string, { start_date, end_date }: DayRange): Promise<RecordedDay[]> {
    return this.database.read
      .selectFrom('sync_record')
      .select(['day', 'status', 'reason', 'rows', 'duration_ms', 'error_code', 'last_success_at'])
      .where('dataset', '=', dataset)
      .where('day', '>=', start_date)
      .where('day', '<=', end_date)
      .orderBy('day')
      .execute();
  }

  /** From the first day that has a record to the last. */
  private recorded(dataset: string): Promise<DayRange | null> {
    return this.ends(dataset, false);
  }

  /** From the first day that was ever synced to the last. */
  private synced(dataset: string): Promise<DayRange | null> {
    return this.ends(dataset, true);
  }

  private async ends(dataset: string, onlySynced: boolean): Promise<DayRange | null> {
    let query = this.database.read
      .selectFrom('sync_record')
      .select('day')
      .where('dataset', '=', dataset)
      .limit(1);
    if (onlySynced) query = query.where('last_success_at', 'is not', null);
    const first = await query.orderBy('day').executeTakeFirst();
    const last = await query.orderBy('day', 'desc').executeTakeFirst();
    return first === undefined || last === undefined
      ? null
      : { start_date: first.day, end_date: last.day };
  }
}

/**
 * The range that a query means: an end that it leaves out is that of the records, as far as a range reaches that has
 * `limit` days and the end that it asks for, or else the last one. What it does not ask for never makes the range
 * reversed or too large.
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
