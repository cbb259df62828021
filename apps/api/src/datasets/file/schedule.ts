import { SYNC_MODES, type SyncMode } from '@daysync/progress';
import { Cron } from 'croner';
import {
  Expected,
  ExpectedOneOf,
  ExpectedTimeZone,
  ExpectedWholeNumber,
  OptionalOrNull,
} from '../../config/expectation.js';
import type { ShapeReader, Path } from '../../config/yaml-document.js';

/** When batches of a dataset start by themselves, and which days they have. */
export interface Schedule {
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** IANA name of the zone whose clock the cron expression is about; also says which day was yesterday. */
  readonly timeZone: string;
  /** How many days a run asks for, yesterday being the last. */
  readonly lookbackDays: number;
  readonly mode: SyncMode;
  /** Ages of synced days, in days: a day of such an age is verified. Ascending; empty for none. */
  readonly recheckDays: readonly number[];
}

/** What says when: of equal ones the times are the same. */
type Timetable = Pick<Schedule, 'cron' | 'timeZone'>;

/** Without seconds and years, names for a whole pattern, or a date in the place of a pattern. */
const FIVE_FIELDS = /^[0-9A-Za-z*,/?#+-]+(?: +[0-9A-Za-z*,/?#+-]+){4}$/;
/** A move happens once. */
const SCHEDULE_MODES = SYNC_MODES.filter((mode) => mode !== 'move');
const A_SECOND_MS = 1_000;

/** Parsing costs more than asking, and there are as many timetables as datasets. */
const parsed = new WeakMap<Timetable, Cron>();

/** Whether a text is a cron expression of five fields with a time that ever comes. */
export function isCron(value: unknown): value is string {
  if (typeof value !== 'string' || !FIVE_FIELDS.test(value)) return false;
  try {
    // 30 February can be written, and never comes.
    return parse({ cron: value, timeZone: 'UTC' }).nextRun(new Date(0)) !== null;
  } catch (error) {
    // The library throws either, and nothing else, for what it can't read.
    if (error instanceof TypeError || error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * The first times after an instant, in their order; all in milliseconds since the epoch.
 *
 * By the clock of the zone, as Vixie cron has it: a time without wildcards that the clocks skip comes at the first
 * instant after the gap, and one that they show twice comes once, the first time. With a wildcard or a step in the
 * minutes or hours, what is skipped does not come, and what is shown twice comes twice.
 */
export function nextTimes(timetable: Timetable, afterMs: number, count: number): number[] {
  return cronOf(timetable)
    .nextRuns(count, new Date(afterMs))
    .map((time) => time.getTime());
}

/** The last time that an instant or one before it is, in milliseconds since the epoch; null if there was none yet. */
export function latestTime(timetable: Timetable, atMs: number): number | null {
  // Times are whole minutes, and the library leaves out the second that it is asked from.
  const after = (Math.floor(atMs / A_SECOND_MS) + 1) * A_SECOND_MS;
  const [latest] = cronOf(timetable).previousRuns(1, new Date(after));
  return latest?.getTime() ?? null;
}

function cronOf(timetable: Timetable): Cron {
  let cron = parsed.get(timetable);
  if (cron === undefined) parsed.set(timetable, (cron = parse(timetable)));
  return cron;
}

function parse({ cron, timeZone }: Timetable): Cron {
  return new Cron(cron, {
    timezone: timeZone,
    mode: '5-part',
    fixedTimeRule: 'no-wildcard',
    paused: true,
  });
}

const MOST_LOOKBACK_DAYS = 366;
const MOST_RECHECKS = 20;
const MOST_AGE = 3_660;

/** The mapping `schedule` of a dataset. */
export class ScheduleShape {
  static readonly keys = ['cron', 'time_zone', 'lookback_days', 'mode', 'recheck_days'];

  @Expected(
    'a cron expression of five fields (minute, hour, day of the month, month, day of the week) with a time that comes, such as "30 6 * * *"',
    isCron,
    // What each field may have, and whether the day ever comes, only the parser knows.
    { value: { type: 'string', pattern: FIVE_FIELDS.source } },
  )
  cron!: string;

  @OptionalOrNull(ExpectedTimeZone()) time_zone?: string;
  @ExpectedWholeNumber(1, MOST_LOOKBACK_DAYS) lookback_days!: number;
  @OptionalOrNull(ExpectedOneOf(SCHEDULE_MODES)) mode?: SyncMode;

  @OptionalOrNull()
  @Expected(
    `a list of 1 to ${MOST_RECHECKS} ages in days, whole numbers from 1 to ${MOST_AGE}, each once`,
    isAgeList,
    {
      value: {
        type: 'array',
        minItems: 1,
        maxItems: MOST_RECHECKS,
        uniqueItems: true,
        items: { type: 'integer', minimum: 1, maximum: MOST_AGE },
      },
    },
  )
  recheck_days?: readonly number[];
}

function isAgeList(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= MOST_RECHECKS &&
    new Set(value).size === value.length &&
    value.every((age) => Number.isInteger(age) && age >= 1 && age <= MOST_AGE)
  );
}

/**
 * Reads the schedule of a dataset.
 * @param timeZone the dataset's, for a schedule without one of its own
 * @returns null where there is none, or an error was reported
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
    recheckDays: (shape.recheck_days ?? []).toSorted((one, other) => one - other),
  };
}
