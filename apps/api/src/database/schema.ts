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
  task_id: string;
  dataset: string;
  fingerprint: string;
  status: BatchStatus;
  start_date: CalendarDay;
  end_date: CalendarDay;
  mode: SyncMode;
  day_order: DayOrder;
  retry_of: string | null;
  total: number;
  success: number;
  failed: number;
  skipped: number;
  running: number;
  /** How many of its days are held: they met a source that is down, and have no outcome yet. */
  held: Generated<number>;
  current_day: CalendarDay | null;
  message_code: MessageCode;
  error_code: string | null;
  error_text: string | null;
  rev: number;
  created_at: string;
  started_at: string | null;
  updated_at: string;
  finished_at: string | null;
  /** Whose token started it; null where there were no tokens. */
  started_by: string | null;
  /** What was asked of it last, by whom, and when; null as long as nothing was. */
  control_verb: ControlVerb | null;
  control_by: string | null;
  control_at: string | null;
}

/** What went wrong with a day. */
interface DayErrorColumns {
  error_code: string | null;
  error_text: string | null;
  error_row: number | null;
  error_column: string | null;
}

/** One day of one batch: what was planned, and what came of it. */
interface BatchDayTable extends DayErrorColumns {
  task_id: string;
  day: CalendarDay;
  /** Its place in the batch, from 0. */
  position: number;
  action: 'run' | 'skip';
  state: DayState;
  reason: SkipReason | null;
  /** The claim that holds it while it is running: a commit with another one is refused. */
  token: number | null;
  /** The process that runs it, and the job by which it does, where there are several processes. */
  node: Generated<string | null>;
  job: Generated<string | null>;
  attempts: number;
  /** What it waits for while it is pending; null for a day that may begin, `source` for one that is held. */
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
  /** The batch's `rev` that changed it last. */
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
  last_task_id: string;
  last_tried_at: string;
  last_success_at: string | null;
}

/** A start that can be sent again: the key that its caller gave it, and the batch that it led to. */
interface IdempotencyKeyTable {
  identity: string;
  key: string;
  /** A hash of the request: the same key with another one is refused. */
  request_hash: string;
  task_id: string;
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
interface PaceTable {
  name: string;
  /** In milliseconds since the epoch, by the database's clock. */
  free_at: number;
}

export interface Schema {
  batch: BatchTable;
  batch_day: BatchDayTable;
  sync_record: SyncRecordTable;
  idempotency_key: IdempotencyKeyTable;
  session: SessionTable;
  pace: PaceTable;
}

export type BatchRow = Selectable<BatchTable>;
export type BatchDayRow = Selectable<BatchDayTable>;
export type SyncRecordRow = Selectable<SyncRecordTable>;
