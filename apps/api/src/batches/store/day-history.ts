import { addDays, calendarDay, toEpochDay, type CalendarDay } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../database/database.js';
import type { Schema, SyncRecordRow } from '../../database/schema.js';
import type { CompiledQuery, SelectQueryBuilder } from 'kysely';
import type { PastFigure } from '../unusual.js';
import { isAbout, standingMarks, type JudgedFigure, type Marked } from '../day-marks.js';

/** So far back are the days that a check compares with: one that a user has set finds its days also where they are rare. */
const WEEKS_OF_CHECKS = 52;
/** So far back are the days that show what is usual now. */
const WEEKS_OF_USUAL = 12;
const WEEK = 7;
const FIRST_EPOCH_DAY = toEpochDay(calendarDay('0001-01-01'));
/** Readings that are kept, and how long: the days of a week share one. */
const MOST_READINGS = 64;
const READING_MS = 10_000;

const COLUMNS = [
  'day',
  'status',
  'rows',
  'synced_rows',
  'duration_ms',
  'marks',
  'accepted_at',
] as const satisfies readonly (keyof SyncRecordRow)[];
type RecordOfDay = Pick<SyncRecordRow, (typeof COLUMNS)[number]>;

/** An earlier day that was synced, for those that come after it. */
export interface PastDay extends Marked {
  readonly day: CalendarDay;
  /** The rows that it has in the target. */
  readonly rows: number | null;
  /** Null where its last try is another than the success. */
  readonly durationMs: number | null;
}

/** The earlier days of the same weekday as a day, from the records of its dataset. */
@Injectable()
export class DayHistory {
  /** By dataset and week, all days before that week, by their weekdays. */
  private readonly readings = new LRUCache<string, ReadonlyMap<number, readonly PastDay[]>>({
    max: MOST_READINGS,
    ttl: READING_MS,
  });

  private range: CompiledQuery<RecordOfDay> | undefined;

  constructor(@Inject(Database) private readonly database: Pick<Database, 'read'>) {}

  /** The earlier days of a weekday, the latest first, as they are now: those of a year. */
  async sameWeekday(dataset: string, day: CalendarDay): Promise<readonly PastDay[]> {
    const at = toEpochDay(day);
    const days = Array.from({ length: WEEKS_OF_CHECKS }, (_, week) => WEEK * (week + 1))
      .filter((before) => at - before >= FIRST_EPOCH_DAY)
      .map((before) => addDays(day, -before));
    if (days.length === 0) return [];
    return (await this.records(dataset).where('day', 'in', days).execute()).map(pastDay);
  }

  /** Those of the latest twelve weeks, as they were up to ten seconds ago: one statement serves all days of a week. */
  async recentSameWeekday(dataset: string, day: CalendarDay): Promise<readonly PastDay[]> {
    const at = toEpochDay(day);
    const week = Math.floor(at / WEEK) * WEEK;
    const key = `${week} ${dataset}`;
    let before = this.readings.get(key);
    if (before === undefined) {
      const dayAt = (epochDay: number): CalendarDay =>
        addDays(day, Math.max(epochDay, FIRST_EPOCH_DAY) - at);
      const past = await this.readRange(dataset, dayAt(week - WEEKS_OF_USUAL * WEEK), dayAt(week));
      before = Map.groupBy(past, (one) => weekdayOf(toEpochDay(one.day)));
      this.readings.set(key, before);
    }
    return before.get(weekdayOf(at)) ?? [];
  }

  /** What was read before counts no more: a day has changed without a sync. */
  forget(): void {
    this.readings.clear();
  }

  /** To build this statement takes longer than to run it: it is compiled once. */
  private async readRange(
    dataset: string,
    first: CalendarDay,
    before: CalendarDay,
  ): Promise<readonly PastDay[]> {
    this.range ??= this.records(dataset)
      .where('day', '>=', first)
      .where('day', '<', before)
      .compile();
    const query = { ...this.range, parameters: [dataset, first, before] };
    return (await this.database.read.executeQuery<RecordOfDay>(query)).rows.map(pastDay);
  }

  private records(dataset: string): SelectQueryBuilder<Schema, 'sync_record', RecordOfDay> {
    return this.database.read
      .selectFrom('sync_record')
      .select(COLUMNS)
      .where('dataset', '=', dataset)
      .where('last_success_at', 'is not', null)
      .orderBy('day', 'desc');
  }
}

/** 0 to 6, also before 1970. */
function weekdayOf(epochDay: number): number {
  return ((epochDay % WEEK) + WEEK) % WEEK;
}

function pastDay({ duration_ms, rows, status, synced_rows, ...day }: RecordOfDay): PastDay {
  return {
    ...day,
    rows: synced_rows ?? rows,
    durationMs: status === 'success' ? duration_ms : null,
  };
}

/** A figure of earlier days, where they have it. */
export function figuresOf(figure: JudgedFigure, past: readonly PastDay[]): readonly PastFigure[] {
  return past.flatMap((day) => {
    const value = figure === 'rows' ? day.rows : day.durationMs;
    if (value === null) return [];
    const unusual = standingMarks(day).some((mark) => isAbout(figure, mark));
    return [{ value, unusual }];
  });
}
