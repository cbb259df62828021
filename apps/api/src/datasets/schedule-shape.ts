import { SYNC_MODES, type SyncMode } from '@daysync/progress';
import {
  Expected,
  ExpectedOneOf,
  ExpectedWholeNumber,
  OptionalOrNull,
} from '../config/expectation.js';
import { FIVE_FIELDS, isCron } from './schedule-times.js';
import type { Schedule } from './schedule.js';
import type { ShapeReader } from './shape-reader.js';
import { ExpectedTimeZone } from './time-zone.js';
import type { Path } from './yaml-document.js';

const MOST_LOOKBACK_DAYS = 366;

/** The mapping `schedule` of a dataset. */
export class ScheduleShape {
  static readonly keys = ['cron', 'time_zone', 'lookback_days', 'mode'];

  @Expected(
    'a cron expression of five fields (minute, hour, day of the month, month, day of the week) with a time that comes, such as "30 6 * * *"',
    isCron,
    // What each field may have, and whether the day ever comes, only the parser knows.
    { value: { type: 'string', pattern: FIVE_FIELDS.source } },
  )
  cron!: string;

  @OptionalOrNull(ExpectedTimeZone()) time_zone?: string;
  @ExpectedWholeNumber(1, MOST_LOOKBACK_DAYS) lookback_days!: number;
  @OptionalOrNull(ExpectedOneOf(SYNC_MODES)) mode?: SyncMode;
}

/**
 * Reads the schedule of a dataset.
 * @param timeZone the dataset's, for a schedule without one of its own
 * @returns null where there is none, or an error was told
 */
export function readSchedule(
  reader: ShapeReader,
  value: unknown,
  path: Path,
  timeZone: string,
): Schedule | null {
  if (value === undefined || value === null) return null;
  const shape = reader.shape(ScheduleShape, value, path);
  if (shape === undefined) return null;
  return {
    cron: shape.cron,
    timeZone: shape.time_zone ?? timeZone,
    lookbackDays: shape.lookback_days,
    mode: shape.mode ?? 'missing_and_failed',
  };
}
