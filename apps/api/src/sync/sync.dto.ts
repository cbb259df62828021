import {
  SKIP_REASONS,
  DAY_ORDERS,
  SYNC_MODES,
  type BatchStatus,
  type CalendarDay,
  type SkipReason,
  type SyncMode,
  type VerifyAction,
  type DayOrder,
} from '@daysync/progress';
import { VERIFY_ACTIONS } from '../batches/day-finding.js';
import {
  ApiPositive,
  ApiText,
  NULLABLE,
  OPTIONAL,
  ApiCount,
  ApiDay,
  ApiInstantOrNull,
  ApiModel,
  ApiNumber,
  ApiOneOf,
  Asked,
  AskedDataset,
  AskedDay,
  AskedDayIfAny,
  AskedIfAny,
  AskedOneOf,
  AskedText,
  BATCH_STATUSES,
  ExpectedDays,
  TASK_ID,
} from '../http/openapi/api-properties.js';
import { CHECK_NAMES, FIGURES, MARK_KINDS, readMarks, type DayMark } from '../batches/day-marks.js';
import type { SourceAnswer } from '../sources/day-source.js';
import { ExpectedText, ExpectedTexts, MOST_NAME } from '../config/expectation.js';
import { DAY_STATES, type DayState, type BatchDayRow } from '../database/schema.js';
import { PageDto, PageQueryDto } from '../http/input/page.dto.js';
import { BATCH_STATES, type FilteredState } from '../batches/store/batch-filter.js';
import type { ListedBatch, ListedDayRow } from '../batches/store/batch-store.js';
import { encodeDaysCursor, START } from '../batches/store/days-cursor.js';
import { ProgressDto } from './progress.dto.js';
import { readListedError, type ListedError } from '../batches/store/sync-record.js';

/** What an HTTP source has answered. */
export class SourceAnswerDto implements Partial<SourceAnswer> {
  @ApiCount('The status.', 503) readonly status: number;

  @ApiText(
    'The first 2 kB of the body, without secrets; null without a body that is text. Absent in lists: the history of a day has it.',
    '{"error":"maintenance until 10:00"}',
    { ...NULLABLE, ...OPTIONAL },
  )
  readonly body?: string | null;
}

/** Why a day failed. */
export class DayErrorDto implements ListedError {
  @ApiText('For programs.', 'VALUE_INVALID') readonly code: string;

  @ApiText(
    'The expected and the received value.',
    'row 12, column speed_knots: expected an integer of 64 bits, got "fast" (text)',
  )
  readonly text: string;

  @ApiPositive('The row of the source, starting at 1.', 12, NULLABLE) readonly row: number | null;
  @ApiText('The column.', 'speed_knots', NULLABLE) readonly column: string | null;

  @ApiModel(
    SourceAnswerDto,
    'The HTTP answer that the error is about; absent for any other error.',
    undefined,
    OPTIONAL,
  )
  readonly answer?: SourceAnswerDto;
}

/** What a day that was written is marked for. */
export class DayMarkDto implements DayMark {
  @ApiOneOf(
    MARK_KINDS,
    'A check of the dataset with `action: warn`, or a figure that is unusual for the weekday.',
    'unusual',
  )
  readonly kind: DayMark['kind'];

  @ApiOneOf([...CHECK_NAMES, ...FIGURES], 'The check, or the figure.', 'rows')
  readonly of: DayMark['of'];

  @ApiText(
    'What was expected and what came.',
    'expected 540 to 1851 rows (median 1000), as on the 8 days of this weekday before, got 500',
  )
  readonly text: string;

  @ApiCount('What came, in rows or milliseconds; null for other checks.', 500, NULLABLE)
  readonly value: number | null;

  @ApiNumber('The median of the days that it was compared with.', 1_000, NULLABLE)
  readonly median: number | null;

  @ApiCount('How many these are.', 8, NULLABLE) readonly days: number | null;
}

/** Enough for the cursor of a batch with the maximum number of lanes. */
const MOST_CURSOR = 1_000;
const DAYS_CURSOR = encodeDaysCursor(START, [{ lane: null, rev: 7 }]);

export class StartBatchDto {
  @AskedDay('The first day.', '2012-03-01') readonly start_date: CalendarDay;
  @AskedDay('The last day, included.', '2012-03-31') readonly end_date: CalendarDay;
  @AskedDataset('The dataset. Default: the first one.') readonly dataset?: string;

  @AskedOneOf(
    SYNC_MODES,
    'Which days are tried: missing ones; these and failed ones; these and synced ones whose rows lack a column; all; or, ' +
      'with `verify`, those that are synced, whose rows are compared with the source.',
    'missing_and_failed',
    'missing_and_failed',
  )
  readonly mode: SyncMode = 'missing_and_failed';

  @AskedOneOf(
    VERIFY_ACTIONS,
    'Only with the mode `verify`: whether a day that differs is written again, or only reported. Default: `repair`.',
    'report',
  )
  readonly verify?: VerifyAction;

  @AskedOneOf(DAY_ORDERS, 'The order of the days, ascending or descending.', 'asc', 'asc')
  readonly order: DayOrder = 'asc';

  @AskedText(
    64,
    'The `plan_hash` of a preview. If the plan has changed since, the answer is 409 `PLAN_CHANGED`.',
    '0f3a5c7e9b1d2f40',
  )
  readonly plan_hash?: string;
}

export class ExtendBatchDto {
  @AskedDayIfAny('The new first day. Default: the one that the batch has.', '2012-02-01')
  readonly start_date?: CalendarDay;

  @AskedDayIfAny('The new last day, included. Default: the one that the batch has.', '2012-04-30')
  readonly end_date?: CalendarDay;
}

export class RetryBatchDto {
  @AskedIfAny(
    ExpectedTexts(50, 63),
    'Only days that failed with one of these error codes. Default: all failed days.',
    ['SOURCE_FILE_MISSING'],
  )
  readonly codes?: readonly string[];
}

export class RetryQuarantineDto {
  @Asked(ExpectedText(MOST_NAME), 'The dataset.', 'weather') readonly dataset: string;
  @AskedDayIfAny('The first day.', '2012-03-01') readonly start_date?: CalendarDay;
  @AskedDayIfAny('The last day, included.', '2012-03-31') readonly end_date?: CalendarDay;

  @AskedIfAny(
    ExpectedTexts(50, 63),
    'Only days with rows that have one of these codes. Default: all days with rows in quarantine.',
    ['VALUE_INVALID'],
  )
  readonly codes?: readonly string[];
}

/** As many as a batch may have days by default. */
const MOST_RETRIED_DAYS = 3_660;

export class RetryRecordsDto {
  @Asked(ExpectedText(MOST_NAME), 'The dataset.', 'weather') readonly dataset: string;

  @Asked(ExpectedDays(MOST_RETRIED_DAYS), 'The days; those without a record are left out.', [
    '2012-03-01',
    '2012-03-07',
  ])
  readonly days: readonly CalendarDay[];
}

export class BatchQueryDto extends PageQueryDto {
  @AskedDataset('Only batches of this dataset.') readonly dataset?: string;

  @AskedOneOf(BATCH_STATUSES, 'Only batches in this state.', 'running')
  readonly status?: BatchStatus;

  @AskedOneOf(
    BATCH_STATES,
    'Only batches in this state, as people see it. `running`: also those that are being cancelled. `completed`: all ' +
      'days that were tried have succeeded or have no data; otherwise `partly_failed` or `all_failed`. `failed_to_run`: ' +
      'the batch could not go on, for example because its dataset has changed. `needs_attention`: paused automatically, ' +
      'or with failed days that nothing has repaired since, or failed to run and no later batch of its dataset has.',
    'needs_attention',
  )
  readonly state?: FilteredState;

  @AskedText(63, 'Only the retries of this batch.', TASK_ID) readonly retry_of?: string;
}

export class ListedBatchDto extends ProgressDto implements ListedBatch {
  @ApiPositive('Of a queued batch: its place in the queue, starting at 1.', 1, NULLABLE)
  readonly queue_place: number | null;
}

export class BatchPageDto extends PageDto {
  @ApiModel([ListedBatchDto], 'The batches: active ones first, then newest first.', [])
  readonly items: readonly ListedBatchDto[];
}

export class BatchDayDto {
  @ApiDay('The day.', '2025-10-03') readonly day: CalendarDay;
  @ApiOneOf(DAY_STATES, 'The state.', 'success') readonly state: DayState;
  @ApiOneOf(SKIP_REASONS, 'Why it is skipped.', null, NULLABLE) readonly reason: SkipReason | null;
  @ApiCount('Rows written.', 2, NULLABLE) readonly rows: number | null;
  @ApiCount('Rows put in quarantine.', 0, NULLABLE) readonly quarantined_rows: number | null;
  @ApiCount('Number of attempts.', 1) readonly attempts: number;

  @ApiInstantOrNull('When its next attempt may start, if it waits for one.', null)
  readonly next_at: string | null;

  @ApiCount('The duration, in milliseconds.', 4, NULLABLE) readonly duration_ms: number | null;
  @ApiInstantOrNull('When it started.') readonly started_at: string | null;
  @ApiInstantOrNull('When it ended.') readonly finished_at: string | null;

  @ApiModel(
    DayErrorDto,
    'Why it failed, or the error of its last attempt while it waits for the next one.',
    null,
    NULLABLE,
  )
  readonly error: DayErrorDto | null;

  @ApiModel([DayMarkDto], 'What it was marked for when it was written.', [])
  readonly marks: readonly DayMarkDto[];
}

export class BatchDaysQueryDto {
  @AskedText(
    MOST_CURSOR,
    'Only days that changed since the response with this `cursor`. Default: every day.',
    DAYS_CURSOR,
  )
  readonly since?: string;
}

export class BatchDaysDto {
  @ApiModel([BatchDayDto], 'The days, in the order of the batch.', [])
  readonly items: readonly BatchDayDto[];

  @ApiText('Send it as `since` to get only later changes. Opaque.', DAYS_CURSOR)
  readonly cursor: string;
}

export function describeBatchDay(day: Omit<ListedDayRow, 'lane' | 'rev'>): BatchDayDto {
  return {
    day: day.day,
    state: day.state,
    reason: shownReason(day),
    rows: day.rows,
    quarantined_rows: day.quarantined_rows ?? (day.rows === null ? null : 0),
    attempts: day.attempts,
    next_at: day.next_at,
    duration_ms: day.duration_ms,
    started_at: day.started_at,
    finished_at: day.finished_at,
    error: readListedError(day),
    marks: readMarks(day.marks),
  };
}

/** A planned skip has a reason before it has an outcome; only the outcome shows it. */
function shownReason({
  state,
  reason,
}: Pick<BatchDayRow, 'state' | 'reason'>): BatchDayRow['reason'] {
  return state === 'skipped' ? reason : null;
}
