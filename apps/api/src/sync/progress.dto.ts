import { ApiProperty } from '@nestjs/swagger';
import {
  CONTROL_VERBS,
  MESSAGE_CODES,
  SYNC_MODES,
  WAITING_KINDS,
  type BatchStatus,
  type CalendarDay,
  type Control,
  type ControlVerb,
  type Eta,
  type MessageCode,
  type Progress,
  type ProgressError,
  type SyncMode,
  type WaitingFor,
  type WaitingKind,
} from '@daysync/progress';
import { COUNT, INSTANT, NULLABLE_INSTANT, STATUSES, TASK_ID } from './wire-examples.js';

export class EtaDto implements Eta {
  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'When to expect the end.',
    example: INSTANT,
  })
  readonly likely: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'When nine batches in ten have ended.',
    example: INSTANT,
  })
  readonly late: string;
}

export class WaitingForDto implements WaitingFor {
  @ApiProperty({
    enum: WAITING_KINDS,
    description: 'What the batch waits for.',
    example: 'throttle',
  })
  readonly kind: WaitingKind;

  @ApiProperty({ ...NULLABLE_INSTANT, description: 'Until when, if that is known.' })
  readonly until: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'More in words.', example: null })
  readonly detail: string | null;
}

export class ProgressErrorDto implements ProgressError {
  @ApiProperty({ type: String, description: 'For programs.', example: 'DATASET_CHANGED' })
  readonly code: string;

  @ApiProperty({
    type: String,
    description: 'For people.',
    example: 'the dataset weather is not configured any more',
  })
  readonly text: string;
}

/** What an operator asked of a batch. */
export class ControlDto implements Control {
  @ApiProperty({ enum: CONTROL_VERBS, description: 'What was asked for.', example: 'pause' })
  readonly verb: ControlVerb;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'By whose token; null where there are no tokens.',
    example: 'ana',
  })
  readonly by: string | null;

  @ApiProperty({ type: String, format: 'date-time', description: 'When.', example: INSTANT })
  readonly at: string;
}

/** The live picture of one batch. */
export class ProgressDto implements Progress {
  @ApiProperty({ type: String, description: 'The id of the batch.', example: TASK_ID })
  readonly task_id: string;

  @ApiProperty({ type: String, description: 'The dataset that is synced.', example: 'weather' })
  readonly dataset: string;

  @ApiProperty({
    enum: STATUSES,
    description: 'Where the batch stands; completed, failed and cancelled are final.',
    example: 'running',
  })
  readonly status: BatchStatus;

  @ApiProperty({ ...COUNT, description: 'Days of the batch.', example: 10 })
  readonly total: number;

  @ApiProperty({
    ...COUNT,
    description: 'Days in progress or done: 1 while the first of three runs.',
    example: 3,
  })
  readonly current: number;

  @ApiProperty({ ...COUNT, description: 'Days that succeeded.', example: 1 })
  readonly success: number;

  @ApiProperty({ ...COUNT, description: 'Days that failed.', example: 0 })
  readonly failed: number;

  @ApiProperty({ ...COUNT, description: 'Days that were skipped, each with a reason.', example: 1 })
  readonly skipped: number;

  @ApiProperty({
    ...COUNT,
    description: 'Days that have their outcome: success + failed + skipped.',
    example: 2,
  })
  readonly finished: number;

  @ApiProperty({ ...COUNT, description: 'Days in flight.', example: 1 })
  readonly running: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    description: '100 only when current is total.',
    example: 30,
  })
  readonly percent: number;

  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    description: 'The day that was started last.',
    example: '2025-10-03',
  })
  readonly current_date: CalendarDay | null;

  @ApiProperty({
    type: String,
    description: 'Where it stands, in words; Chinese unless Accept-Language prefers English.',
    example: '正在同步 2025-10-03...',
  })
  readonly message: string;

  @ApiProperty({
    enum: MESSAGE_CODES,
    description: 'What the message says, for programs.',
    example: 'DAY_STARTED',
  })
  readonly message_code: MessageCode;

  @ApiProperty({
    type: String,
    format: 'date',
    description: 'The first day of the range.',
    example: '2025-10-01',
  })
  readonly start_date: CalendarDay;

  @ApiProperty({
    type: String,
    format: 'date',
    description: 'The last day of the range, included.',
    example: '2025-10-10',
  })
  readonly end_date: CalendarDay;

  @ApiProperty({
    enum: SYNC_MODES,
    description: 'Which days are tried.',
    example: 'missing_and_failed',
  })
  readonly mode: SyncMode;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The batch whose failed days this one tries again.',
    example: null,
  })
  readonly retry_of: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'By whose token it was started, or `schedule` for one that a schedule has started; null where there are no tokens.',
    example: 'ana',
  })
  readonly started_by: string | null;

  @ApiProperty({
    type: ControlDto,
    nullable: true,
    description: 'What was asked of it last; null as long as nothing was.',
    example: { verb: 'pause', by: 'ana', at: INSTANT },
  })
  readonly last_control: ControlDto | null;

  @ApiProperty({
    ...NULLABLE_INSTANT,
    description: 'When its first day could begin; null while it waits for its turn.',
  })
  readonly started_at: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'When it changed last.',
    example: INSTANT,
  })
  readonly updated_at: string;

  @ApiProperty({ ...NULLABLE_INSTANT, description: 'When it ended.', example: null })
  readonly finished_at: string | null;

  @ApiProperty({
    type: EtaDto,
    nullable: true,
    description: 'When it will end; null until three of its days are done.',
    example: { likely: INSTANT, late: INSTANT },
  })
  readonly eta: EtaDto | null;

  @ApiProperty({
    type: WaitingForDto,
    nullable: true,
    description: 'What it waits for.',
    example: { kind: 'throttle', until: INSTANT, detail: null },
  })
  readonly waiting_for: WaitingForDto | null;

  @ApiProperty({
    type: ProgressErrorDto,
    nullable: true,
    description: 'Why it failed or paused by itself.',
    example: null,
  })
  readonly error: ProgressErrorDto | null;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'Counts the committed changes; never goes down.',
    example: 7,
  })
  readonly rev: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'After how many milliseconds to ask again.',
    example: 2000,
  })
  readonly poll_after_ms: number;
}
