import {
  ApiPositive,
  ApiText,
  NULLABLE,
  ApiCount,
  ApiDay,
  ApiInstantOrNull,
  ApiModel,
  ApiOneOf,
  AskedDataset,
  AskedDay,
  AskedIfAny,
  AskedOneOf,
  AskedText,
  BATCH_STATUSES,
  TASK_ID,
} from '../http/openapi/api-properties.js';
import type { DayError } from '../sources/day-source.js';
import { SYNC_MODES, type BatchStatus, type CalendarDay, type SyncMode } from '@daysync/progress';
import { ExpectedTexts } from '../config/expectation.js';
import {
  DAY_ORDERS,
  DAY_STATES,
  SKIP_REASONS,
  type DayOrder,
  type DayState,
  type SkipReason,
  type BatchDayRow,
} from '../database/schema.js';
import { PageDto, PageQueryDto } from '../http/input/page.dto.js';
import { encodeDaysCursor, START } from '../batches/store/days-cursor.js';
import { ProgressDto } from './progress.dto.js';
import { readDayError } from '../batches/store/sync-record.js';

/** Why a day failed. */
export class DayErrorDto implements DayError {
  @ApiText('For programs.', 'VALUE_INVALID') readonly code: string;

  @ApiText(
    'What was expected and what came.',
    'row 12, column speed_knots: expected an integer of 64 bits, got "fast" (text)',
  )
  readonly text: string;

  @ApiPositive('The row of the source, counted from 1.', 12, NULLABLE) readonly row: number | null;
  @ApiText('The column.', 'speed_knots', NULLABLE) readonly column: string | null;
}

/** Room for the cursor of a batch with as many lanes as a dataset may have. */
const MOST_CURSOR = 1_000;
const DAYS_CURSOR = encodeDaysCursor(START, [{ lane: null, rev: 7 }]);

/** A batch to start. */
export class StartBatchDto {
  @AskedDay('The first day.', '2012-03-01') readonly start_date: CalendarDay;
  @AskedDay('The last day, included.', '2012-03-31') readonly end_date: CalendarDay;
  @AskedDataset('The dataset; without it, the first one.') readonly dataset?: string;

  @AskedOneOf(
    SYNC_MODES,
    'Which days are tried: those with no record, those that failed as well, or all.',
    'missing_and_failed',
    'missing_and_failed',
  )
  readonly mode: SyncMode = 'missing_and_failed';

  @AskedOneOf(DAY_ORDERS, 'From the first day to the last, or the other way.', 'asc', 'asc')
  readonly order: DayOrder = 'asc';

  @AskedText(
    64,
    'The `plan_hash` of a preview: where the plan has changed since, it is 409 `PLAN_CHANGED`.',
    '0f3a5c7e9b1d2f40',
  )
  readonly plan_hash?: string;
}

/** Which of a batch's failed days to try again. */
export class RetryBatchDto {
  @AskedIfAny(
    ExpectedTexts(50, 63),
    'Only days that failed with one of these error codes; without it, all of them.',
    ['SOURCE_FILE_MISSING'],
  )
  readonly codes?: readonly string[];
}

export class BatchQueryDto extends PageQueryDto {
  @AskedDataset('Only batches of this dataset.') readonly dataset?: string;

  @AskedOneOf(BATCH_STATUSES, 'Only batches in this state.', 'running')
  readonly status?: BatchStatus;

  @AskedText(63, 'Only the retries of this batch.', TASK_ID) readonly retry_of?: string;
}

export class BatchPageDto extends PageDto {
  @ApiModel([ProgressDto], 'The batches, the active ones first, then the newest first.', [])
  readonly items: readonly ProgressDto[];
}

/** One day of one batch. */
export class BatchDayDto {
  @ApiDay('The day.', '2025-10-03') readonly day: CalendarDay;
  @ApiOneOf(DAY_STATES, 'Where it stands.', 'success') readonly state: DayState;
  @ApiOneOf(SKIP_REASONS, 'Why it is skipped.', null, NULLABLE) readonly reason: SkipReason | null;
  @ApiCount('Rows written.', 2, NULLABLE) readonly rows: number | null;
  @ApiCount('How often it was tried.', 1) readonly attempts: number;

  @ApiInstantOrNull('When its next attempt may begin, while it waits for that.', null)
  readonly next_at: string | null;

  @ApiCount('How long it took, in milliseconds.', 4, NULLABLE) readonly duration_ms: number | null;
  @ApiInstantOrNull('When it began.') readonly started_at: string | null;
  @ApiInstantOrNull('When it got its outcome.') readonly finished_at: string | null;

  @ApiModel(
    DayErrorDto,
    'Why it failed, or what its last attempt met while it waits.',
    null,
    NULLABLE,
  )
  readonly error: DayErrorDto | null;
}

/** Which days of a batch. */
export class BatchDaysQueryDto {
  @AskedText(
    MOST_CURSOR,
    'Only days that changed since the answer that had this `cursor`; without it, every day.',
    DAYS_CURSOR,
  )
  readonly since?: string;
}

export class BatchDaysDto {
  @ApiModel([BatchDayDto], 'The days, in the order of the batch.', [])
  readonly items: readonly BatchDayDto[];

  @ApiText(
    'The point up to which these days are known: as `since` it asks for what changes after them. Opaque.',
    DAYS_CURSOR,
  )
  readonly cursor: string;
}

/** A day of a batch as its callers see it. */
export function describeBatchDay(day: BatchDayRow): BatchDayDto {
  return {
    day: day.day,
    state: day.state,
    reason: toldReason(day),
    rows: day.rows,
    attempts: day.attempts,
    next_at: day.next_at,
    duration_ms: day.duration_ms,
    started_at: day.started_at,
    finished_at: day.finished_at,
    error: readDayError(day),
  };
}

/** A planned skip has its reason before its turn; it is told with the outcome. */
function toldReason({
  state,
  reason,
}: Pick<BatchDayRow, 'state' | 'reason'>): BatchDayRow['reason'] {
  return state === 'skipped' ? reason : null;
}
