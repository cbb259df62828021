import { ApiProperty } from '@nestjs/swagger';
import { SYNC_MODES, type BatchStatus, type CalendarDay, type SyncMode } from '@daysync/progress';
import { ExpectedOneOf, ExpectedText, ExpectedTexts, Optional } from '../config/expectation.js';
import {
  DAY_ORDERS,
  DAY_STATES,
  SKIP_REASONS,
  type DayOrder,
  type DayState,
  type SkipReason,
} from '../database/schema.js';
import { DayErrorDto } from '../dispatch/day-error.dto.js';
import { DAY_PATTERN, ExpectedDay } from '../http/expected-day.js';
import { PageDto, PageQueryDto } from '../http/page.dto.js';
import { encodeDaysCursor, START } from './days-cursor.js';
import { ProgressDto } from './progress.dto.js';
import { COUNT, NULLABLE_INSTANT, STATUSES, TASK_ID } from './wire-examples.js';

/** Room for the cursor of a batch with as many lanes as a dataset may have. */
const MOST_CURSOR = 1_000;
const DAYS_CURSOR = encodeDaysCursor(START, [{ lane: null, rev: 7 }]);

/** A batch to start. */
export class StartBatchDto {
  @ApiProperty({
    type: String,
    format: 'date',
    pattern: DAY_PATTERN,
    description: 'The first day.',
    example: '2012-03-01',
  })
  @ExpectedDay()
  readonly start_date: CalendarDay;

  @ApiProperty({
    type: String,
    format: 'date',
    pattern: DAY_PATTERN,
    description: 'The last day, included.',
    example: '2012-03-31',
  })
  @ExpectedDay()
  readonly end_date: CalendarDay;

  @ApiProperty({
    type: String,
    required: false,
    minLength: 1,
    maxLength: 63,
    description: 'The dataset; without it, the first one.',
    example: 'weather',
  })
  @Optional()
  @ExpectedText(63)
  readonly dataset?: string;

  @ApiProperty({
    enum: SYNC_MODES,
    required: false,
    default: 'missing_and_failed',
    description: 'Which days are tried: those with no record, those that failed as well, or all.',
    example: 'missing_and_failed',
  })
  @Optional()
  @ExpectedOneOf(SYNC_MODES)
  readonly mode: SyncMode = 'missing_and_failed';

  @ApiProperty({
    enum: DAY_ORDERS,
    required: false,
    default: 'asc',
    description: 'From the first day to the last, or the other way.',
    example: 'asc',
  })
  @Optional()
  @ExpectedOneOf(DAY_ORDERS)
  readonly order: DayOrder = 'asc';

  @ApiProperty({
    type: String,
    required: false,
    minLength: 1,
    maxLength: 64,
    description:
      'The `plan_hash` of a preview: where the plan has changed since, it is 409 `PLAN_CHANGED`.',
    example: '0f3a5c7e9b1d2f40',
  })
  @Optional()
  @ExpectedText(64)
  readonly plan_hash?: string;
}

/** Which of a batch's failed days to try again. */
export class RetryBatchDto {
  @ApiProperty({
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 63 },
    required: false,
    minItems: 1,
    maxItems: 50,
    uniqueItems: true,
    description: 'Only days that failed with one of these error codes; without it, all of them.',
    example: ['SOURCE_FILE_MISSING'],
  })
  @Optional()
  @ExpectedTexts(50, 63)
  readonly codes?: readonly string[];
}

export class BatchQueryDto extends PageQueryDto {
  @ApiProperty({
    type: String,
    required: false,
    minLength: 1,
    maxLength: 63,
    description: 'Only batches of this dataset.',
    example: 'weather',
  })
  @Optional()
  @ExpectedText(63)
  readonly dataset?: string;

  @ApiProperty({
    enum: STATUSES,
    required: false,
    description: 'Only batches in this state.',
    example: 'running',
  })
  @Optional()
  @ExpectedOneOf(STATUSES)
  readonly status?: BatchStatus;

  @ApiProperty({
    type: String,
    required: false,
    minLength: 1,
    maxLength: 63,
    description: 'Only the retries of this batch.',
    example: TASK_ID,
  })
  @Optional()
  @ExpectedText(63)
  readonly retry_of?: string;
}

export class BatchPageDto extends PageDto {
  @ApiProperty({
    type: [ProgressDto],
    description: 'The batches, the active ones first, then the newest first.',
    example: [],
  })
  readonly items: readonly ProgressDto[];
}

/** One day of one batch. */
export class BatchDayDto {
  @ApiProperty({ type: String, format: 'date', description: 'The day.', example: '2025-10-03' })
  readonly day: CalendarDay;

  @ApiProperty({ enum: DAY_STATES, description: 'Where it stands.', example: 'success' })
  readonly state: DayState;

  @ApiProperty({
    enum: SKIP_REASONS,
    nullable: true,
    description: 'Why it is skipped.',
    example: null,
  })
  readonly reason: SkipReason | null;

  @ApiProperty({ ...COUNT, nullable: true, description: 'Rows written.', example: 2 })
  readonly rows: number | null;

  @ApiProperty({ ...COUNT, description: 'How often it was tried.', example: 1 })
  readonly attempts: number;

  @ApiProperty({
    ...NULLABLE_INSTANT,
    description: 'When its next attempt may begin, while it waits for that.',
    example: null,
  })
  readonly next_at: string | null;

  @ApiProperty({
    ...COUNT,
    nullable: true,
    description: 'How long it took, in milliseconds.',
    example: 4,
  })
  readonly duration_ms: number | null;

  @ApiProperty({ ...NULLABLE_INSTANT, description: 'When it began.' })
  readonly started_at: string | null;

  @ApiProperty({ ...NULLABLE_INSTANT, description: 'When it got its outcome.' })
  readonly finished_at: string | null;

  @ApiProperty({
    type: DayErrorDto,
    nullable: true,
    description: 'Why it failed, or what its last attempt met while it waits.',
    example: null,
  })
  readonly error: DayErrorDto | null;
}

/** Which days of a batch. */
export class BatchDaysQueryDto {
  @ApiProperty({
    type: String,
    required: false,
    minLength: 1,
    maxLength: MOST_CURSOR,
    description:
      'Only days that changed since the answer that had this `cursor`; without it, every day.',
    example: DAYS_CURSOR,
  })
  @Optional()
  @ExpectedText(MOST_CURSOR)
  readonly since?: string;
}

export class BatchDaysDto {
  @ApiProperty({
    type: [BatchDayDto],
    description: 'The days, in the order of the batch.',
    example: [],
  })
  readonly items: readonly BatchDayDto[];

  @ApiProperty({
    type: String,
    description:
      'The point up to which these days are known: as `since` it asks for what changes after them. Opaque.',
    example: DAYS_CURSOR,
  })
  readonly cursor: string;
}
