import type {
  BatchStatus,
  CalendarDay,
  ControlVerb,
  MessageCode,
  Outcome,
  SyncMode,
} from '@daysync/progress';
import type { Generated, Selectable } from 'kysely';

/** Which way a batch goes through its range. */
export const DAY_ORDERS = ['asc', 'desc'] as const;
export type DayOrder = (typeof DAY_ORDERS)[number];

/** Why a day was skipped. */
export const SKIP_REASONS = [
  'already_synced',
  'failed_before',
  'future_date',
  'no_data',
  'cancelled',
  'not_run',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export const DAY_STATES = ['pending', 'running', 'success', 'failed', 'skipped'] as const;
export type DayState = (typeof DAY_STATES)[number];

/**
 * What a day that was given back waits for: its next attempt, the source's limit, the source itself, or room for its
 * rows.
 */
export type DayWait = 'retry' | 'rate_limit' | 'source' | 'disk' | 'database';

/** One batch. Instants are RFC 3339 text in UTC. */
interface BatchTable {
  /** The order of the starts. */
  seq: Generated<number>;
  batch_id: string;
  dataset: string;
  fingerprint: string;
  status: BatchStatus;
  start_date: CalendarDay;
  end_date: CalendarDay;
  mode: SyncMode;
  day_order: DayOrder;
  retry_of: string | null;
  total: number;
  /** How many of its days are skipped by its plan. */
  planned_skips: number;
  /** Outcomes that no lane counts: those of many days at once, and all of them once the batch has ended. */
  success: number;
  failed: number;
  skipped: number;
  /** The day that was started last; null until the batch has ended, as its lanes have it. */
  current_day: CalendarDay | null;
  message_code: MessageCode;
  error_code: string | null;
  error_text: string | null;
  /** How often the row has changed; with the `rev` of its lanes it is that of the progress. */
  rev: number;
  created_at: string;
  started_at: string | null;
  /** When it began to run last: a day that a lane has started since is what its message is about. */
  running_since: string | null;
  updated_at: string;
  finished_at: string | null;
  /** Whose token started it; null where there were no tokens. */
  started_by: string | null;
  /** What was asked of it last, by whom, and when; null as long as nothing was. */
  control_verb: ControlVerb | null;
  control_by: string | null;
  control_at: string | null;
}

/** What a lane without a day waits for. */
type LaneWait = DayWait | 'throttle';

/**
 * One of a running batch's places for a day: days run in it one after another. What a day's commit writes of its batch
 * is in here, so that the commits of two lanes do not wait for each other.
 */
interface LaneTable {
  batch_id: string;
  /** From 0 to the dataset's concurrency. */
  number: number;
  /** 1 while its days may begin: a batch that does not run has closed its lanes. */
  open: 0 | 1;
  /** Counts up with each claim and each requeue: a commit with another token is refused. */
  token: number;
  /** The process that runs it, and whether that is about to stop: its end is no crash then. */
  holder: string | null;
  stopping: 0 | 1;
  /** The day in flight. */
  day: CalendarDay | null;
  success: number;
  failed: number;
  skipped: number;
  /** How many of `skipped` were skipped by the plan. */
  planned: number;
  wait_kind: LaneWait | null;
  wait_until: string | null;
  wait_detail: string | null;
  /** The day that it started last, and when by the database's clock. */
  current_day: CalendarDay | null;
  current_at: string | null;
  /** When its source answered last. */
  answered_at: string | null;
  /** A JSON list of the instants of its latest outcomes, in milliseconds since the epoch. */
  outcomes: string;
  rev: number;
  updated_at: string;
}

/** What went wrong with a day. */
export interface DayErrorColumns {
  error_code: string | null;
  error_text: string | null;
  error_row: number | null;
  error_column: string | null;
}

/** One day of one batch: what was planned, and what came of it. */
interface BatchDayTable extends DayErrorColumns {
  batch_id: string;
  day: CalendarDay;
  /** Its place in the batch, from 0. */
  position: number;
  action: 'run' | 'skip';
  state: DayState;
  reason: SkipReason | null;
  /** The lane that changed it last; null for a change of the whole batch. */
  lane: number | null;
  /** The lane's token that it was claimed with last: a commit with another one is refused. */
  token: number | null;
  attempts: number;
  /** What it waits for while it is pending; null for a day that may begin, `source` for one that is deferred. */
  waits_for: DayWait | null;
  /** When its next attempt may begin, while it waits for that. */
  next_at: string | null;
  /** 1 after a crash that it was in flight at: it runs alone, until an attempt of it has ended. */
  suspect: Generated<0 | 1>;
  /** How many crashes it was alone in flight at. */
  crashes: Generated<number>;
  rows: number | null;
  duration_ms: number | null;
  started_at: string | null;
  finished_at: string | null;
  /** The `rev` that changed it last: of its lane, or of its batch where it has none. */
  rev: number;
}

/** What is known of one day of a dataset over all batches: its last try and its last success. */
interface SyncRecordTable extends DayErrorColumns {
  dataset: string;
  day: CalendarDay;
  status: Outcome;
  reason: SkipReason | null;
  rows: number | null;
  attempts: number;
  duration_ms: number | null;
  last_batch_id: string;
  last_tried_at: string;
  last_success_at: string | null;
}

/** A start that can be sent again: the key that its caller gave it, and the batch that it led to. */
interface IdempotencyKeyTable {
  identity: string;
  key: string;
  /** A hash of the request: the same key with another one is refused. */
  request_hash: string;
  batch_id: string;
  created_at: string;
}

/** A session of the console. */
interface SessionTable {
  secret_hash: string;
  token_name: string;
  /** A session ends with its token. */
  token_hash: string;
  created_at: string;
  expires_at: string;
}

/** When the next day of a dataset, or the next request to its source, may begin: over all processes. */
interface RateLimitTable {
  name: string;
  /** In milliseconds since the epoch, by the database's clock. */
  free_at: number;
}

/** What became of a time of a schedule: a batch, or none, because an active batch has some of its days. */
export const SCHEDULE_RUN_OUTCOMES = ['started', 'skipped_overlap'] as const;
export type ScheduleRunOutcome = (typeof SCHEDULE_RUN_OUTCOMES)[number];

/** How far the schedule of a dataset has come. Instants are RFC 3339 text in UTC. */
interface DatasetScheduleTable {
  dataset: string;
  /** The schedule that the instants below are about: a change of it begins anew. */
  cron: string;
  time_zone: string;
  /** Of its times up to here it is decided what becomes of them. */
  decided_until: string;
  /** The days of its times up to here have had a batch. Before `decided_until` after a run that was skipped. */
  covered_until: string;
  /** The run that was decided last: its time, when it was decided, and what came of it. */
  last_due_at: string | null;
  last_at: string | null;
  last_outcome: ScheduleRunOutcome | null;
  /** The batch that it started, or the one that was in its way. */
  last_batch_id: string | null;
}

/** What becomes of a delivery: it waits for an attempt, was taken, or will not be tried again. */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** What is told of a batch. */
export const WEBHOOK_EVENTS = [
  'completed',
  'failed_days',
  'failed',
  'cancelled',
  'paused_by_itself',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** To whom what is told, as the process that began last has it configured. */
interface WebhookEndpointTable {
  name: string;
  /** A JSON list of its events. */
  events: string;
  /** A JSON list of its datasets; null for all of them. */
  datasets: string | null;
  /** A hash of its address: what was said of another one does not hold any more. */
  address_hash: string;
  /** When it said that nothing is to come any more; null as long as it did not. */
  gone_at: string | null;
}

/** One thing that one endpoint is told: written with what it tells, sent after that. */
interface WebhookDeliveryTable {
  /** The same at each attempt. */
  id: string;
  endpoint: string;
  event: WebhookEvent;
  batch_id: string;
  dataset: string;
  /** The body, as it is signed and sent. */
  payload: string;
  created_at: string;
  state: DeliveryState;
  /** Since it was written, or was asked for anew. */
  attempts: number;
  /** When it may be tried again; null for at once. */
  next_attempt_at: string | null;
  /** Until when a process has it that tries it; nobody else does before. */
  claimed_until: string | null;
  last_attempt_at: string | null;
  /** The HTTP status of the last answer; null where there was none. */
  last_status: number | null;
  error_code: string | null;
  error_text: string | null;
}

export interface Schema {
  batch: BatchTable;
  lane: LaneTable;
  batch_day: BatchDayTable;
  sync_record: SyncRecordTable;
  idempotency_key: IdempotencyKeyTable;
  session: SessionTable;
  rate_limit: RateLimitTable;
  dataset_schedule: DatasetScheduleTable;
  webhook_endpoint: WebhookEndpointTable;
  webhook_delivery: WebhookDeliveryTable;
}

/** The names of all of them. */
export const OWN_TABLES = Object.keys({
  batch: true,
  lane: true,
  batch_day: true,
  sync_record: true,
  idempotency_key: true,
  session: true,
  rate_limit: true,
  dataset_schedule: true,
  webhook_endpoint: true,
  webhook_delivery: true,
} satisfies Record<keyof Schema, true>);

export type BatchRow = Selectable<BatchTable>;
export type LaneRow = Selectable<LaneTable>;
export type DatasetScheduleRow = Selectable<DatasetScheduleTable>;
export type BatchDayRow = Selectable<BatchDayTable>;
export type DeliveryRow = Selectable<WebhookDeliveryTable>;
export type SyncRecordRow = Selectable<SyncRecordTable>;
