import type {
  BatchStatus,
  CalendarDay,
  ControlVerb,
  DayOrder,
  MessageCode,
  Outcome,
  SkipReason,
  SyncMode,
  VerifyAction,
} from '@daysync/progress';
import type { Generated, Selectable } from 'kysely';

export const DAY_STATES = ['pending', 'running', 'success', 'failed', 'skipped'] as const;
export type DayState = (typeof DAY_STATES)[number];

/**
 * What a pending day waits for: its next attempt, a server-requested delay, a source that is down, or room for its rows.
 */
export type DayWait = 'retry' | 'rate_limit' | 'source' | 'disk' | 'database';

/** One batch. Instants are RFC 3339 text in UTC. */
interface BatchTable {
  /** In the order in which batches were created. */
  seq: Generated<number>;
  batch_id: string;
  dataset: string;
  fingerprint: string;
  status: BatchStatus;
  start_date: CalendarDay;
  end_date: CalendarDay;
  mode: SyncMode;
  /** Null unless the mode is `verify`. */
  verify: Generated<VerifyAction | null>;
  day_order: DayOrder;
  retry_of: string | null;
  /** 1 if its days were chosen one by one; in batches of older versions also 0. */
  chosen_days: Generated<0 | 1>;
  total: number;
  /** How many days its plan skips. */
  planned_skips: number;
  /** Outcomes that no lane counts: of changes of many days at once; and all of them once the batch has ended. */
  success: number;
  failed: number;
  skipped: number;
  /** A JSON object: how many of `skipped` have a reason, by the reason. */
  skip_reasons: Generated<string>;
  /** Rows that its days have written, and that no lane counts. */
  rows: Generated<number>;
  /** Of `failed`, once it has ended: how many days have been synced since, by any batch. */
  repaired: Generated<number>;
  /** The day that was started last; null before the end, while its lanes have it. */
  current_day: CalendarDay | null;
  message_code: MessageCode;
  error_code: string | null;
  error_text: string | null;
  /** Counts the changes of the row; with the `rev` of its lanes it makes that of the progress. */
  rev: number;
  /** How many rows without a readable day its days have met. */
  unreadable_rows: Generated<number>;
  /** Rows that its days have put in quarantine, and that no lane counts. */
  quarantined_rows: Generated<number>;
  created_at: string;
  started_at: string | null;
  /** When it last began to run: its message is about a day that was started since. */
  running_since: string | null;
  updated_at: string;
  finished_at: string | null;
  /** The name of the token that started it; null without tokens. */
  started_by: string | null;
  /** The last control, by whom, and when; null before the first. */
  control_verb: ControlVerb | null;
  control_by: string | null;
  control_at: string | null;
  /** A JSON list of what the columns above do not keep: its latest starts and controls. */
  log: string | null;
  /** Its span, in the form of W3C Trace Context; null for a batch that is not traced. */
  traceparent: Generated<string | null>;
  /** The id of the span above it: that of the request that started it, if it had one. */
  parent_span_id: Generated<string | null>;
}

/** What a lane without a day waits for. */
type LaneWait = DayWait | 'throttle' | 'target';

/**
 * A lane of a running batch: days run in it one after another. The commit of a day writes its own lane instead of the batch,
 * so that commits of two lanes do not wait for each other.
 */
interface LaneTable {
  batch_id: string;
  /** From 0 to the dataset's concurrency. */
  number: number;
  /** 1 while days may begin in it. A batch that is not running has closed its lanes. */
  open: 0 | 1;
  /** The fencing token. It changes with each claim and each requeue: a commit with another token is stale. */
  token: number;
  /** The process that runs it, and whether that is stopping: then its end is no crash. */
  holder: string | null;
  stopping: 0 | 1;
  /** The day in flight. */
  day: CalendarDay | null;
  success: number;
  failed: number;
  skipped: number;
  /** The planned skips among `skipped`. */
  planned: number;
  /** A JSON object: how many of `skipped` have a reason, by the reason. */
  skip_reasons: Generated<string>;
  /** Rows that its days have written. */
  rows: Generated<number>;
  /** Rows that its days have put in quarantine. */
  quarantined_rows: Generated<number>;
  wait_kind: LaneWait | null;
  wait_until: string | null;
  wait_detail: string | null;
  /** The day that it started last, and when, by the database's clock. */
  current_day: CalendarDay | null;
  current_at: string | null;
  /** When its source answered last. */
  answered_at: string | null;
  /** A JSON list of the instants of its latest outcomes, in milliseconds since the epoch. */
  outcomes: string;
  /** A JSON list of the rows that these have written. */
  outcome_rows: Generated<string>;
  rev: number;
  updated_at: string;
}

export interface DayErrorColumns {
  error_code: string | null;
  error_text: string | null;
  error_row: number | null;
  error_column: string | null;
  /** The HTTP answer that the error is about: its status and the beginning of its body, redacted. */
  answer_status: number | null;
  answer_body: string | null;
}

/** A day of a batch: its plan and its outcome. */
interface BatchDayTable extends DayErrorColumns {
  batch_id: string;
  day: CalendarDay;
  /** Its position in the batch. A day that an extension puts before the first one has a negative position. */
  position: number;
  /** 1 if the day is compared with its source; null if it is synced. */
  verifies: Generated<1 | null>;
  action: 'run' | 'skip';
  state: DayState;
  reason: SkipReason | null;
  /** The lane that changed it last; null after a change of the whole batch. */
  lane: number | null;
  /** The fencing token of its last claim. */
  token: number | null;
  attempts: number;
  /** What a pending day waits for; null if it may begin, `source` if it is deferred. */
  waits_for: DayWait | null;
  /** When its next attempt may begin. */
  next_at: string | null;
  /** 1 for a suspect: it was in flight at a crash, and runs isolated until an attempt of it has ended. */
  suspect: Generated<0 | 1>;
  /** At how many crashes it was the only day in flight. */
  crashes: Generated<number>;
  rows: number | null;
  /** Rows in quarantine. Null where `rows` is, and for a day from before quarantine. */
  quarantined_rows: Generated<number | null>;
  /** A JSON list: what the day is marked for. Null for nothing. */
  marks: Generated<string | null>;
  duration_ms: number | null;
  started_at: string | null;
  finished_at: string | null;
  /** The `rev` of its last change: that of its lane, or of its batch without a lane. */
  rev: number;
  /**
   * Of a day that failed: how many days of its batch had an answer before. Days with the same number have failed in a
   * row. Null for all others, and after a resume.
   */
  answers_before: Generated<number | null>;
  /** A JSON list of what the columns above do not keep: its earlier attempts and waits. */
  log: string | null;
  /** When the last entry of that list was written. */
  logged_at: string | null;
}

/** The sync record of a day of a dataset, over all batches: its last try and its last success. */
interface SyncRecordTable extends DayErrorColumns {
  dataset: string;
  day: CalendarDay;
  status: Outcome;
  reason: SkipReason | null;
  /** The rows written to the target. */
  rows: number | null;
  /** The rows of the source: those that were written and those in quarantine. Null as for `batch_day`. */
  fetched_rows: Generated<number | null>;
  quarantined_rows: Generated<number | null>;
  /** Of the rows that its last answer has left in the target, also of none. Null without an answer, and from before fingerprints. */
  fingerprint: Generated<string | null>;
  /** How many rows that are. */
  synced_rows: Generated<number | null>;
  /** When its rows were last compared with the source; null before. */
  verified_at: Generated<string | null>;
  /** A JSON object: what the latest comparison found; null if all was the same. */
  finding: Generated<string | null>;
  /** A JSON object: some of the rows that it found, before and after. */
  finding_rows: Generated<string | null>;
  /** A JSON list: what its rows, those of the last success, are marked for. Null for nothing. */
  marks: Generated<string | null>;
  /** When an operator has accepted them as they are, and the name of the token; null before that, or without tokens. */
  accepted_at: Generated<string | null>;
  accepted_by: Generated<string | null>;
  attempts: number;
  duration_ms: number | null;
  last_batch_id: string;
  last_tried_at: string;
  last_success_at: string | null;
  /**
   * The version of the target that its last success was written to. Null without a success, and for one from before
   * versions: that belongs to the table which exists when the first version is written. Null also once another dataset has
   * written over the day.
   */
  target_version: number | null;
}

/**
 * One table that a dataset was written to, with the columns that it had then. A table that is dropped and created again
 * is another table: it has another key.
 */
interface TargetVersionTable {
  /** From 1. */
  id: number;
  dataset: string;
  table_name: string;
  /** The name of the table's index on its day: it is dropped with the table. */
  table_key: string;
  /** A JSON object: the type of each column by its name. */
  columns: string;
}

/** A target outside this database that a dataset was configured with. */
interface TargetPlaceTable {
  dataset: string;
  /** Where it is, without secrets. */
  place: string;
  /** The key that it had when it was last asked: see {@link TargetVersionTable}. Null if nothing was there. */
  table_key: string | null;
  /** The latest fencing token of its days. */
  token: number;
  /** How the datasets file has it, as JSON, with `${NAME}` in place of secrets. */
  written: string;
}

/** A day that is being written to a target outside this database: its outcome, until it is committed. */
interface UnfinishedWriteTable {
  dataset: string;
  day: CalendarDay;
  place: string;
  batch_id: string;
  /** The fencing token of the write. */
  token: number;
  /** What the commit writes of the day once its rows are in, as JSON. */
  outcome: string;
  begun_at: string;
}

/** What a fingerprint of a dataset was made of, so that a change can be named. */
interface DatasetVersionTable {
  fingerprint: string;
  /** A JSON mapping of the keys in the datasets file to a hash of their values. */
  keys: string;
}

/** The datasets file that a start or a reload has taken in last. It has one row. */
interface DatasetsFileTable {
  /** Counts the files that were taken in. A process follows when `version` is not its own. */
  seq: number;
  /** A hash of `text`. */
  version: string;
  /** As it is written: variables have their names. */
  text: string;
  /** A JSON object: the fingerprint of each dataset by its name. */
  fingerprints: string;
  taken_at: string;
  /** Who asked for the reload; null for a start, and without tokens. */
  taken_by: string | null;
}

/** The idempotency key of a start, and the batch that it created. */
interface IdempotencyKeyTable {
  identity: string;
  key: string;
  /** A hash of the request: the same key with another request is refused. */
  request_hash: string;
  batch_id: string;
  created_at: string;
}

/** A session of the console. */
interface SessionTable {
  secret_hash: string;
  token_name: string;
  /** The session ends with this token. */
  token_hash: string;
  created_at: string;
  expires_at: string;
}

/** When the next day of a dataset, or the next request to its source, may begin, over all processes. */
interface RateLimitTable {
  name: string;
  /** In milliseconds since the epoch, by the database's clock. */
  free_at: number;
}

/** A run started a batch, or was skipped because an active batch has some of its days. */
export const SCHEDULE_RUN_OUTCOMES = ['started', 'skipped_overlap'] as const;
export type ScheduleRunOutcome = (typeof SCHEDULE_RUN_OUTCOMES)[number];

/** The progress of a dataset's schedule. Instants are RFC 3339 text in UTC. */
interface DatasetScheduleTable {
  dataset: string;
  /** The schedule that the instants below belong to: after a change of it they begin anew. */
  cron: string;
  time_zone: string;
  /** Its times up to here are decided: started or skipped. */
  decided_until: string;
  /** Its times up to here have had a batch. It is before `decided_until` after a skipped run. */
  covered_until: string;
  /**
   * The days that had come to an age of `recheck_days` by then have been in a batch. Null where an
   * older process has registered the schedule: then `covered_until` counts.
   */
  rechecked_until: string | null;
  /** The last run: its scheduled time, when it was decided, and its outcome. */
  last_due_at: string | null;
  last_at: string | null;
  last_outcome: ScheduleRunOutcome | null;
  /** The batch that it started, or the active one that has some of its days. */
  last_batch_id: string | null;
  /** While it is paused, no run is due. */
  paused_at: string | null;
  /** The name of the token that paused it; null without tokens. */
  paused_by: string | null;
}

/** Whether a dataset with `fresh_by` is late. Without a row it never was. */
interface DatasetFreshnessTable {
  dataset: string;
  /** The first deadline that was missed, since when no due day was synced; null while it is fresh. */
  late_since: string | null;
  /** 1 if webhooks have reported that it is late now. */
  notified: 0 | 1;
  /** The due day of the last such report: no day is reported twice. */
  notified_day: CalendarDay | null;
}

/** A missing day that an operator has marked as not expected. */
interface SettledDayTable {
  dataset: string;
  day: CalendarDay;
  /** Why its source will never have it. */
  reason: string;
  /** The name of the token; null without tokens. */
  settled_by: string | null;
  settled_at: string;
}

/** A delivery waits for its next attempt, was accepted, or will not be tried again. */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** What happens to batches. */
const BATCH_EVENTS = [
  'completed',
  'failed_days',
  'failed',
  'cancelled',
  'paused_by_itself',
] as const;
export type BatchEvent = (typeof BATCH_EVENTS)[number];

/** What happens to datasets with `fresh_by`. */
const FRESHNESS_EVENTS = ['late', 'recovered'] as const;
export type FreshnessEvent = (typeof FRESHNESS_EVENTS)[number];

/** What happens to single days. */
const DAY_EVENTS = ['check_failed', 'check_warned', 'unusual'] as const;
export type DayEvent = (typeof DAY_EVENTS)[number];

/** What an endpoint gets that names no events: there may be very many of single days. */
export const DEFAULT_EVENTS = [...BATCH_EVENTS, ...FRESHNESS_EVENTS] as const;
export const WEBHOOK_EVENTS = [...DEFAULT_EVENTS, ...DAY_EVENTS] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** A webhook endpoint, as the process that started last has it configured. */
interface WebhookEndpointTable {
  name: string;
  /** A JSON list of its events. */
  events: string;
  /** A JSON list of its datasets; null for all of them. */
  datasets: string | null;
  /** A hash of its address: `gone_at` is only about this address. */
  address_hash: string;
  /** When it answered 410 Gone; null if it has not. */
  gone_at: string | null;
}

/** One event for one endpoint: written in the transaction of the event, and sent later. */
interface WebhookDeliveryTable {
  /** The same at each attempt. */
  id: string;
  endpoint: string;
  event: WebhookEvent;
  /** Empty for an event of a dataset. */
  batch_id: string;
  dataset: string;
  /** The body, as it is signed and sent. */
  payload: string;
  created_at: string;
  state: DeliveryState;
  /** Counted since it was written, or was last redelivered. */
  attempts: number;
  /** When it may be tried again; null for at once. */
  next_attempt_at: string | null;
  /** Until when a process has claimed it: no other one tries it before. */
  claimed_until: string | null;
  last_attempt_at: string | null;
  /** The HTTP status of the last answer; null without one. */
  last_status: number | null;
  error_code: string | null;
  error_text: string | null;
}

/**
 * A version of a file, or of an answer, that has rows whose day can't be read. Its id is a hash of the dataset, the file and
 * these rows.
 */
interface UnreadableFileTable {
  id: string;
  dataset: string;
  /** The source as written in the datasets file. */
  file: string;
  /** Which of its files or answers; null where an older version wrote it, which had one list for all. */
  place: string | null;
  /** All such rows; of many, only the first are stored. */
  count: number;
  /** How many of them were put in quarantine; null where an older version wrote it. */
  quarantined_rows: number | null;
  /** 1 if the file had these rows when it was read last. The others belong to batches that have met them. */
  is_current: 0 | 1;
  found_at: string;
}

/** A row of a file that belongs to no day, because its day can't be read. */
interface UnreadableRowTable {
  file_id: string;
  /** Orders the rows; of a file, it is the row's number. */
  row: number;
  /** The file or the page of an answer that it stands in; null where an older version wrote it, which had one file. */
  place: string | null;
  /** Counted from 1 in its file, without the header; null with `place`. */
  place_row: number | null;
  /** The column with the day. */
  column: string;
  /** What was expected and what came, for people. */
  text: string;
  /** The beginning of the row. */
  content: string;
}

/** A batch that has met the unreadable rows of a file. */
interface BatchUnreadableFileTable {
  batch_id: string;
  file_id: string;
}

/** A row of a source that did not fit its target. It is there as long as the last success of its day. */
interface QuarantinedRowTable {
  dataset: string;
  /** Empty for a row that belongs to no day, because its day can't be read. */
  day: CalendarDay | '';
  /** Its place among those of its day. */
  position: number;
  /** The list of a file that it is on, if it belongs to no day; else null. */
  file_id: string | null;
  /** What its source is: a file, an address, a module. */
  file: string;
  /** Counted from 1, without a header. */
  row: number;
  code: string;
  column: string | null;
  /** What was expected and what came, for people. */
  text: string;
  /** The row's own text, at most 4 kB. */
  content: string;
  /** The batch that put it here; null for a row without a day that no batch has met. */
  batch_id: string | null;
  quarantined_at: string;
}

export interface Schema {
  batch: BatchTable;
  lane: LaneTable;
  batch_day: BatchDayTable;
  sync_record: SyncRecordTable;
  target_version: TargetVersionTable;
  target_place: TargetPlaceTable;
  unfinished_write: UnfinishedWriteTable;
  dataset_version: DatasetVersionTable;
  datasets_file: DatasetsFileTable;
  idempotency_key: IdempotencyKeyTable;
  session: SessionTable;
  rate_limit: RateLimitTable;
  dataset_schedule: DatasetScheduleTable;
  webhook_endpoint: WebhookEndpointTable;
  webhook_delivery: WebhookDeliveryTable;
  dataset_freshness: DatasetFreshnessTable;
  settled_day: SettledDayTable;
  unreadable_file: UnreadableFileTable;
  unreadable_row: UnreadableRowTable;
  batch_unreadable_file: BatchUnreadableFileTable;
  quarantined_row: QuarantinedRowTable;
}

export const OWN_TABLES = Object.keys({
  batch: true,
  lane: true,
  batch_day: true,
  sync_record: true,
  target_version: true,
  target_place: true,
  unfinished_write: true,
  dataset_version: true,
  datasets_file: true,
  idempotency_key: true,
  session: true,
  rate_limit: true,
  dataset_schedule: true,
  webhook_endpoint: true,
  webhook_delivery: true,
  dataset_freshness: true,
  settled_day: true,
  unreadable_file: true,
  unreadable_row: true,
  batch_unreadable_file: true,
  quarantined_row: true,
} satisfies Record<keyof Schema, true>);

export type BatchRow = Selectable<BatchTable>;
export type LaneRow = Selectable<LaneTable>;
export type DatasetScheduleRow = Selectable<DatasetScheduleTable>;
export type BatchDayRow = Selectable<BatchDayTable>;
export type DatasetFreshnessRow = Selectable<DatasetFreshnessTable>;
export type DeliveryRow = Selectable<WebhookDeliveryTable>;
export type UnfinishedWriteRow = Selectable<UnfinishedWriteTable>;
export type SyncRecordRow = Selectable<SyncRecordTable>;
export type QuarantinedRowRow = Selectable<QuarantinedRowTable>;
