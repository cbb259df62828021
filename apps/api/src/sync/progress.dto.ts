import {
  CONTROL_VERBS,
  DAY_ORDERS,
  MESSAGE_CODES,
  SKIP_REASONS,
  SYNC_MODES,
  WAITING_KINDS,
  type BatchStatus,
  type CalendarDay,
  type Control,
  type ControlVerb,
  type DayOrder,
  type Eta,
  type MessageCode,
  type Progress,
  type ProgressError,
  type SkipCount,
  type SkipReason,
  type SyncMode,
  type VerifyAction,
  type WaitingFor,
  type WaitingKind,
} from '@daysync/progress';
import { VERIFY_ACTIONS } from '../batches/day-finding.js';
import {
  ApiCount,
  ApiDay,
  ApiInstant,
  ApiInstantOrNull,
  ApiModel,
  ApiNumber,
  ApiFlag,
  ApiOneOf,
  ApiPositive,
  ApiText,
  BATCH_STATUSES,
  INSTANT,
  NULLABLE,
  TASK_ID,
} from '../http/openapi/api-properties.js';

export class EtaDto implements Eta {
  @ApiInstant('The expected end.') readonly likely: string;
  @ApiInstant('The time by which nine batches in ten have ended.') readonly late: string;
}

export class WaitingForDto implements WaitingFor {
  @ApiOneOf(WAITING_KINDS, 'What the batch waits for.', 'throttle') readonly kind: WaitingKind;
  @ApiInstantOrNull('Until when, if known.') readonly until: string | null;
  @ApiText('Details in words.', null, NULLABLE) readonly detail: string | null;
}

export class ProgressErrorDto implements ProgressError {
  @ApiText('For programs.', 'DATASET_CHANGED') readonly code: string;
  @ApiText('For people.', 'the dataset weather is no longer configured') readonly text: string;
}

export class ControlDto implements Control {
  @ApiOneOf(CONTROL_VERBS, 'The action.', 'pause') readonly verb: ControlVerb;

  @ApiText('The name of the token; null without `AUTH_TOKENS`.', 'ana', NULLABLE)
  readonly by: string | null;

  @ApiInstant('The time.') readonly at: string;
}

export class SkipCountDto implements SkipCount {
  @ApiOneOf(SKIP_REASONS, 'The reason.', 'already_synced') readonly reason: SkipReason;
  @ApiCount('Number of days.', 1) readonly count: number;
}

export class ProgressDto implements Progress {
  @ApiText('The id of the batch.', TASK_ID) readonly task_id: string;
  @ApiText('The dataset.', 'weather') readonly dataset: string;

  @ApiOneOf(
    BATCH_STATUSES,
    'The state of the batch; completed, failed and cancelled are final.',
    'running',
  )
  readonly status: BatchStatus;

  @ApiCount('Days of the batch.', 10) readonly total: number;

  @ApiCount('Days in flight or finished: 1 while the first of three runs.', 3)
  readonly current: number;

  @ApiCount('Days that succeeded.', 1) readonly success: number;
  @ApiCount('Days that failed.', 0) readonly failed: number;
  @ApiCount('Days that were skipped, each with a reason.', 1) readonly skipped: number;

  @ApiModel([SkipCountDto], 'The skipped days, by reason.', [
    { reason: 'already_synced', count: 1 },
  ])
  readonly skip_reasons: readonly SkipCountDto[];

  @ApiCount(
    'Of the failed days: how many have been synced since, by a retry or another batch. Counted as batches end; 0 while ' +
      'this one is active.',
    0,
  )
  readonly repaired: number;

  @ApiCount('Days with an outcome: success + failed + skipped.', 2)
  readonly finished: number;

  @ApiCount('Days in flight.', 1) readonly running: number;
  @ApiCount('100 only when current is total.', 30, { maximum: 100 }) readonly percent: number;

  @ApiDay('The day that started last.', '2025-10-03', NULLABLE)
  readonly current_date: CalendarDay | null;

  @ApiText(
    'The state in words; Chinese unless Accept-Language prefers English.',
    '正在同步 2025-10-03...',
  )
  readonly message: string;

  @ApiOneOf(MESSAGE_CODES, 'The meaning of the message, for programs.', 'DAY_STARTED')
  readonly message_code: MessageCode;

  @ApiDay('The first day of the range.', '2025-10-01') readonly start_date: CalendarDay;
  @ApiDay('The last day of the range, included.', '2025-10-10') readonly end_date: CalendarDay;
  @ApiOneOf(SYNC_MODES, 'Which days are tried.', 'missing_and_failed') readonly mode: SyncMode;

  @ApiOneOf(
    VERIFY_ACTIONS,
    'What is done with a day that is verified and differs: in the mode `verify`, and in a scheduled batch that verifies days by their age. Else null.',
    null,
    NULLABLE,
  )
  readonly verify: VerifyAction | null;

  @ApiOneOf(DAY_ORDERS, 'Whether its oldest days run first, or its newest.', 'asc')
  readonly order: DayOrder;

  @ApiFlag(
    'Whether its days were chosen, as those of a retry. Such a batch cannot be extended.',
    false,
  )
  readonly chosen_days: boolean;

  @ApiText('The batch whose failed days this one retries.', null, NULLABLE)
  readonly retry_of: string | null;

  @ApiText(
    'The name of the token that started it, or `schedule`; null without `AUTH_TOKENS`.',
    'ana',
    NULLABLE,
  )
  readonly started_by: string | null;

  @ApiModel(
    ControlDto,
    'The last pause, resume or cancel; null if there was none.',
    { verb: 'pause', by: 'ana', at: INSTANT },
    NULLABLE,
  )
  readonly last_control: ControlDto | null;

  @ApiInstantOrNull('When its first day could start; null while it is queued.')
  readonly started_at: string | null;

  @ApiInstant('The time of its last change.') readonly updated_at: string;
  @ApiInstantOrNull('When it ended.', null) readonly finished_at: string | null;

  @ApiModel(
    EtaDto,
    'The estimated end; null until three of its days are finished.',
    { likely: INSTANT, late: INSTANT },
    NULLABLE,
  )
  readonly eta: EtaDto | null;

  @ApiNumber(
    'How many days end in a minute, by the latest ones; null until three are finished, and when the batch does not run.',
    12.5,
    NULLABLE,
  )
  readonly days_per_minute: number | null;

  @ApiNumber('How many rows they write in a minute; null as above.', 340, NULLABLE)
  readonly rows_per_minute: number | null;

  @ApiModel(
    WaitingForDto,
    'What it waits for.',
    { kind: 'throttle', until: INSTANT, detail: null },
    NULLABLE,
  )
  readonly waiting_for: WaitingForDto | null;

  @ApiModel(ProgressErrorDto, 'Why it failed or was paused automatically.', null, NULLABLE)
  readonly error: ProgressErrorDto | null;

  @ApiCount('Rows that its days have written.', 2) readonly rows: number;

  @ApiCount(
    'Rows of the source whose day could not be read. They belong to no day and fail none; ' +
      '`GET sync/batch/{task_id}/unreadable-rows` lists them.',
    0,
  )
  readonly unreadable_rows: number;

  @ApiCount(
    'Rows of its days that did not fit and are in quarantine (`on_bad_row`); `GET quarantine` lists them.',
    0,
  )
  readonly quarantined_rows: number;

  @ApiPositive('The number of committed changes; never decreases.', 7) readonly rev: number;
  @ApiCount('After how many milliseconds to poll again.', 2000) readonly poll_after_ms: number;
}
