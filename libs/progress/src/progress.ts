import type { CalendarDay } from './calendar-day.js';
import { progressMessage, type MessageCode } from './message.js';

/** The states of a batch that still holds its dataset. */
export const ACTIVE_STATUSES = ['queued', 'running', 'paused', 'cancelling'] as const;
/** The states that no batch ever leaves. */
export const TERMINAL_STATUSES = ['cancelled', 'completed', 'failed'] as const;

/** One of the {@link ACTIVE_STATUSES}. */
export type ActiveStatus = (typeof ACTIVE_STATUSES)[number];
/** One of the {@link TERMINAL_STATUSES}. */
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];
/** The state of a batch. */
export type BatchStatus = ActiveStatus | TerminalStatus;

/** Which days of a range a batch tries. */
export const SYNC_MODES = ['missing', 'missing_and_failed', 'all'] as const;
/** One of the {@link SYNC_MODES}. */
export type SyncMode = (typeof SYNC_MODES)[number];

/** How one day of a batch ended. */
export const OUTCOMES = ['success', 'failed', 'skipped'] as const;
/** One of the {@link OUTCOMES}. */
export type Outcome = (typeof OUTCOMES)[number];

/** What an active batch waits for. */
export const WAITING_KINDS = [
  'retry',
  'throttle',
  'rate_limit',
  'queue',
  'paused',
  'source',
  'disk',
  'database',
] as const;
/** One of the {@link WAITING_KINDS}. */
export type WaitingKind = (typeof WAITING_KINDS)[number];

/** What an operator can ask of a batch. */
export const CONTROL_VERBS = ['pause', 'resume', 'cancel'] as const;
/** One of the {@link CONTROL_VERBS}. */
export type ControlVerb = (typeof CONTROL_VERBS)[number];

/** An instant: RFC 3339 in UTC, such as `2025-10-01T08:00:00.000Z`. */
export type Instant = string;

/** What holds up an active batch. */
export interface WaitingFor {
  /** What kind of thing that is. */
  readonly kind: WaitingKind;
  /** When the waiting ends, if that is known. */
  readonly until: Instant | null;
  /** More of it, for people. */
  readonly detail: string | null;
}

/** When a batch will end. */
export interface Eta {
  /** The instant to expect. */
  readonly likely: Instant;
  /** The instant by which nine batches in ten have ended. */
  readonly late: Instant;
}

/** What an operator asked of a batch. */
export interface Control {
  /** What it was. */
  readonly verb: ControlVerb;
  /** By whose token; null where there are no tokens. */
  readonly by: string | null;
  /** When it was asked. */
  readonly at: Instant;
}

/** Why a batch failed or paused by itself. */
export interface ProgressError {
  /** A stable code, for programs. */
  readonly code: string;
  /** A sentence, for people. */
  readonly text: string;
}

/**
 * The live picture of one batch: immutable, and the same shape in memory and on the wire.
 * `success + failed + skipped = finished`, `finished + running = current`, `current <= total`.
 */
export interface Progress {
  /** The id of the batch. */
  readonly task_id: string;
  /** The name of what is synced. */
  readonly dataset: string;
  /** Its state. */
  readonly status: BatchStatus;
  /** Days of the batch. */
  readonly total: number;
  /** Days that are in progress or done: 1 while the first of three runs. */
  readonly current: number;
  /** Days that succeeded. */
  readonly success: number;
  /** Days that failed. */
  readonly failed: number;
  /** Days that were skipped. */
  readonly skipped: number;
  /** Days that have their outcome. */
  readonly finished: number;
  /** Days in flight. */
  readonly running: number;
  /** 0 to 100; 100 only when `current` is `total`. */
  readonly percent: number;
  /** The day that was started last. */
  readonly current_date: CalendarDay | null;
  /** One sentence for people; Chinese unless asked otherwise. */
  readonly message: string;
  /** What the message says, for programs. */
  readonly message_code: MessageCode;
  /** The first day of its range. */
  readonly start_date: CalendarDay;
  /** The last day of its range. */
  readonly end_date: CalendarDay;
  /** Which days of the range it tries. */
  readonly mode: SyncMode;
  /** The batch whose failed days this one tries again. */
  readonly retry_of: string | null;
  /** By whose token it was started; null where there are no tokens. */
  readonly started_by: string | null;
  /** What was asked of it last; null as long as nothing was. */
  readonly last_control: Control | null;
  /** When its first day could begin; null while it waits for its turn. */
  readonly started_at: Instant | null;
  /** When it changed last. */
  readonly updated_at: Instant;
  /** When it ended; null before. */
  readonly finished_at: Instant | null;
  /** When it will end; null as long as nobody can tell, and after the end. */
  readonly eta: Eta | null;
  /** What holds it up; null where nothing does. */
  readonly waiting_for: WaitingFor | null;
  /** Why it failed or paused by itself; null otherwise. */
  readonly error: ProgressError | null;
  /** Counts the committed changes of the batch. */
  readonly rev: number;
  /** After how many milliseconds a poller should ask again. */
  readonly poll_after_ms: number;
}

/** How long a poller waits between two requests, unless a progress says otherwise. */
export const POLL_AFTER_MS = 2_000;

/** Whether a batch in this state has ended for good. */
export function isTerminal(status: BatchStatus): status is TerminalStatus {
  return (TERMINAL_STATUSES as readonly BatchStatus[]).includes(status);
}

/** What a batch begins with. */
export interface NewProgress {
  /** An id that no other batch has. */
  readonly task_id: string;
  /** The name of what is synced. */
  readonly dataset: string;
  /** Days of the batch. */
  readonly total: number;
  /** The first day of its range. */
  readonly start_date: CalendarDay;
  /** The last day of its range. */
  readonly end_date: CalendarDay;
  /** Which days of the range it tries. */
  readonly mode: SyncMode;
  /** The batch whose failed days this one tries again. @default null */
  readonly retry_of?: string | null;
  /** By whose token it was started. @default null */
  readonly started_by?: string | null;
  /** When it was started. */
  readonly at: Instant;
}

/**
 * The progress of a batch of which nothing has happened yet: `queued`, `rev` 1.
 * @throws {RangeError} if `total` is not a whole number from 0 up.
 */
export function newProgress(batch: NewProgress): Progress {
  if (!Number.isSafeInteger(batch.total) || batch.total < 0) {
    throw new RangeError(`total: expected a whole number from 0 up, got ${batch.total}`);
  }
  const { at, retry_of = null, started_by = null, ...range } = batch;
  return restoreProgress({
    ...range,
    status: 'queued',
    success: 0,
    failed: 0,
    skipped: 0,
    running: 0,
    current_date: null,
    message_code: 'BATCH_STARTED',
    retry_of,
    started_by,
    last_control: null,
    started_at: null,
    updated_at: at,
    finished_at: null,
    error: null,
    rev: 1,
  });
}

/** What a store keeps of a batch: everything that does not follow from it. */
export type StoredProgress = Omit<
  Progress,
  'current' | 'finished' | 'percent' | 'message' | 'eta' | 'waiting_for' | 'poll_after_ms'
>;

/** The progress that a store has kept. */
export function restoreProgress(stored: StoredProgress): Progress {
  // Field by field: the order is the one of the wire.
  return derive({
    task_id: stored.task_id,
    dataset: stored.dataset,
    status: stored.status,
    total: stored.total,
    current: 0,
    success: stored.success,
    failed: stored.failed,
    skipped: stored.skipped,
    finished: 0,
    running: stored.running,
    percent: 0,
    current_date: stored.current_date,
    message: '',
    message_code: stored.message_code,
    start_date: stored.start_date,
    end_date: stored.end_date,
    mode: stored.mode,
    retry_of: stored.retry_of,
    started_by: stored.started_by,
    last_control: stored.last_control,
    started_at: stored.started_at,
    updated_at: stored.updated_at,
    finished_at: stored.finished_at,
    eta: null,
    waiting_for: waitingIn(stored.status, stored.error),
    error: stored.error,
    rev: stored.rev,
    poll_after_ms: POLL_AFTER_MS,
  });
}

/** What a batch waits for by its state alone. */
export function waitingIn(status: BatchStatus, error: ProgressError | null): WaitingFor | null {
  if (status === 'queued') return { kind: 'queue', until: null, detail: null };
  if (status !== 'paused') return null;
  // A batch that paused by itself waits for its source; one that was paused, for its operator.
  return error === null
    ? { kind: 'paused', until: null, detail: null }
    : { kind: 'source', until: null, detail: error.text };
}

/** Fills in the fields that follow from the others. */
export function derive(progress: Progress): Progress {
  const finished = progress.success + progress.failed + progress.skipped;
  const current = finished + progress.running;
  const next = { ...progress, finished, current, percent: percentOf(current, progress.total) };
  return { ...next, message: progressMessage(next, 'zh') };
}

/** 100 only at the very end: a rounded 100 with a day to go would be a lie. */
function percentOf(current: number, total: number): number {
  return current === total ? 100 : Math.min(99, Math.round((100 * current) / total));
}
