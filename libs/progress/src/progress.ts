import type { CalendarDay } from './calendar-day.js';
import { progressMessage, type MessageCode } from './message.js';

/** The states of a batch that has not ended. */
export const ACTIVE_STATUSES = ['queued', 'running', 'paused', 'cancelling'] as const;
/** The states of a batch that has ended. */
export const TERMINAL_STATUSES = ['cancelled', 'completed', 'failed'] as const;

/** One of the {@link ACTIVE_STATUSES}. */
export type ActiveStatus = (typeof ACTIVE_STATUSES)[number];
/** One of the {@link TERMINAL_STATUSES}. */
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];
/** The state of a batch. */
export type BatchStatus = ActiveStatus | TerminalStatus;

/** Which days of a range a batch tries. */
export const SYNC_MODES = [
  'missing',
  'missing_and_failed',
  'incomplete',
  'all',
  'verify',
  'move',
] as const;
/** One of the {@link SYNC_MODES}. */
export type SyncMode = (typeof SYNC_MODES)[number];

/** What a batch of the mode `verify` does with a day whose rows differ: write it again, or only report it. */
export type VerifyAction = 'repair' | 'report';

/** The orders in which a batch runs its days: the oldest first, or the newest first. */
export const DAY_ORDERS = ['asc', 'desc'] as const;
/** One of the {@link DAY_ORDERS}. */
export type DayOrder = (typeof DAY_ORDERS)[number];

/** How one day of a batch ended. */
export const OUTCOMES = ['success', 'failed', 'skipped'] as const;
/** One of the {@link OUTCOMES}. */
export type Outcome = (typeof OUTCOMES)[number];

/** Why a day is skipped. */
export const SKIP_REASONS = [
  'already_synced',
  'failed_before',
  'future_date',
  'no_data',
  'not_expected',
  'cancelled',
  'not_run',
  'unchanged',
  'not_synced',
] as const;
/** One of the {@link SKIP_REASONS}. */
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Skipped days with the same reason. */
export interface SkipCount {
  /** The reason. */
  readonly reason: SkipReason;
  /** How many days have it. */
  readonly count: number;
}

/** What an active batch waits for. */
export const WAITING_KINDS = [
  'retry',
  'throttle',
  'rate_limit',
  'queue',
  'paused',
  'source',
  'failures',
  'disk',
  'database',
  'target',
] as const;
/** One of the {@link WAITING_KINDS}. */
export type WaitingKind = (typeof WAITING_KINDS)[number];

/** The code of a batch's error after it has paused because its days fail with the same error. */
export const REPEATED_ERROR = 'SAME_ERROR_REPEATED';

/** The commands of an operator. */
export const CONTROL_VERBS = ['pause', 'resume', 'cancel'] as const;
/** One of the {@link CONTROL_VERBS}. */
export type ControlVerb = (typeof CONTROL_VERBS)[number];

/** An instant: RFC 3339 in UTC, such as `2025-10-01T08:00:00.000Z`. */
export type Instant = string;

/** What an active batch waits for. */
export interface WaitingFor {
  /** What it waits for. */
  readonly kind: WaitingKind;
  /** When the wait ends; null if unknown. */
  readonly until: Instant | null;
  /** Details, for people. */
  readonly detail: string | null;
}

/** When a batch will end. */
export interface Eta {
  /** The expected instant. */
  readonly likely: Instant;
  /** Nine batches in ten end before it. */
  readonly late: Instant;
}

/** A command of an operator. */
export interface Control {
  /** The command. */
  readonly verb: ControlVerb;
  /** The name of the operator's token; null without tokens. */
  readonly by: string | null;
  /** When it was received. */
  readonly at: Instant;
}

/** Why a batch failed or paused automatically. */
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
  /** The name of the dataset. */
  readonly dataset: string;
  /** The state of the batch. */
  readonly status: BatchStatus;
  /** All days of the range. */
  readonly total: number;
  /** Days that are finished or in flight: 1 while the first of three runs. */
  readonly current: number;
  /** Days that succeeded. */
  readonly success: number;
  /** Days that failed. */
  readonly failed: number;
  /** Days that were skipped. */
  readonly skipped: number;
  /** The skipped days by reason, in the order of {@link SKIP_REASONS}, without zeros. */
  readonly skip_reasons: readonly SkipCount[];
  /** Of the failed days of an ended batch: how many have been synced since, by a retry or another batch. */
  readonly repaired: number;
  /** Days with an outcome. */
  readonly finished: number;
  /** Days in flight. */
  readonly running: number;
  /** 0 to 100; 100 only when `current` is `total`. */
  readonly percent: number;
  /** The day that started last. */
  readonly current_date: CalendarDay | null;
  /** A sentence for people, in Chinese by default. */
  readonly message: string;
  /** The message as a code, for programs. */
  readonly message_code: MessageCode;
  /** The first day of the range. */
  readonly start_date: CalendarDay;
  /** The last day of the range. */
  readonly end_date: CalendarDay;
  /** Which days of the range the batch tries. */
  readonly mode: SyncMode;
  /** What a batch of the mode `verify` does with a day that differs; null in any other mode. */
  readonly verify: VerifyAction | null;
  /** Whether its oldest days run first, or its newest. */
  readonly order: DayOrder;
  /** Whether its days were chosen one by one, as those of a retry. */
  readonly chosen_days: boolean;
  /** The batch whose failed days this one retries. */
  readonly retry_of: string | null;
  /** The name of the token that started it; null without tokens. */
  readonly started_by: string | null;
  /** The latest command of an operator; null before the first. */
  readonly last_control: Control | null;
  /** When it left the queue for the first time; null before. */
  readonly started_at: Instant | null;
  /** When it last changed. */
  readonly updated_at: Instant;
  /** When it ended; null before. */
  readonly finished_at: Instant | null;
  /** When it will end; null while unknown, and after the end. */
  readonly eta: Eta | null;
  /** Days that end in a minute, by its latest days; null while unknown, and when it does not run. */
  readonly days_per_minute: number | null;
  /** Rows that are written in a minute, by its latest days; null while unknown, and when it does not run. */
  readonly rows_per_minute: number | null;
  /** What it waits for; null if it does not wait. */
  readonly waiting_for: WaitingFor | null;
  /** Why it failed or paused automatically; null otherwise. */
  readonly error: ProgressError | null;
  /** Rows that its days have written. */
  readonly rows: number;
  /** Rows of the source whose day could not be read: they belong to no day, and fail none. */
  readonly unreadable_rows: number;
  /** Rows of its days that did not fit and are in quarantine. */
  readonly quarantined_rows: number;
  /** The number of committed changes. */
  readonly rev: number;
  /** When a client should poll again, in milliseconds. */
  readonly poll_after_ms: number;
}

/** The default interval between polls. */
export const POLL_AFTER_MS = 2_000;

/** Whether a batch in this state has ended. */
export function isTerminal(status: BatchStatus): status is TerminalStatus {
  return (TERMINAL_STATUSES as readonly BatchStatus[]).includes(status);
}

/**
 * Whether a progress is older than the newest of the same batch, and not to be shown. The end counts in any case: after a
 * restored backup, a lower `rev` may be the last one.
 */
export function isOlder(
  { rev, status }: Pick<Progress, 'rev' | 'status'>,
  newest: Pick<Progress, 'rev'>,
): boolean {
  return rev < newest.rev && !isTerminal(status);
}

/** The input of {@link newProgress}. */
export interface NewProgress {
  /** The unique id of the batch. */
  readonly task_id: string;
  /** The name of the dataset. */
  readonly dataset: string;
  /** All days of the range. */
  readonly total: number;
  /** The first day of the range. */
  readonly start_date: CalendarDay;
  /** The last day of the range. */
  readonly end_date: CalendarDay;
  /** Which days of the range the batch tries. */
  readonly mode: SyncMode;
  /** Whether its oldest days run first, or its newest. @default asc */
  readonly order?: DayOrder;
  /** The batch whose failed days this one retries. @default null */
  readonly retry_of?: string | null;
  /** The name of the token that started it. @default null */
  readonly started_by?: string | null;
  /** When it was started. */
  readonly at: Instant;
}

/**
 * The progress of a new batch: `queued`, `rev` 1.
 * @throws {RangeError} if `total` is not a whole number, 0 or more.
 */
export function newProgress(batch: NewProgress): Progress {
  if (!Number.isSafeInteger(batch.total) || batch.total < 0) {
    throw new RangeError(`total: expected a whole number from 0, got ${batch.total}`);
  }
  return restoreProgress({
    ...batch,
    ...NOT_BEGUN,
    retry_of: batch.retry_of ?? null,
    started_by: batch.started_by ?? null,
    updated_at: batch.at,
  });
}

const NOT_BEGUN = {
  status: 'queued',
  success: 0,
  failed: 0,
  skipped: 0,
  running: 0,
  current_date: null,
  message_code: 'BATCH_STARTED',
  last_control: null,
  started_at: null,
  finished_at: null,
  error: null,
  rev: 1,
} as const;

/** The fields of a progress that a store keeps: all but the derived ones. */
export type StoredProgress = Omit<
  Progress,
  | 'current'
  | 'finished'
  | 'percent'
  | 'message'
  | 'eta'
  | 'days_per_minute'
  | 'rows_per_minute'
  | 'waiting_for'
  | 'skip_reasons'
  | 'repaired'
  | 'verify'
  | 'order'
  | 'chosen_days'
  | 'rows'
  | 'unreadable_rows'
  | 'quarantined_rows'
  | 'poll_after_ms'
> & {
  /** The skipped days by reason. @default none */
  readonly skip_reasons?: readonly SkipCount[];
  /** Failed days that have been synced since. @default 0 */
  readonly repaired?: number;
  /** What it does with a day that differs. @default null */
  readonly verify?: VerifyAction | null;
  /** The order of its days. @default asc */
  readonly order?: DayOrder;
  /** Whether its days were chosen one by one. @default false */
  readonly chosen_days?: boolean;
  /** Rows that its days have written. @default 0 */
  readonly rows?: number;
  /** Rows of the source whose day could not be read. @default 0 */
  readonly unreadable_rows?: number;
  /** Rows in quarantine. @default 0 */
  readonly quarantined_rows?: number;
};

/** Restores a progress from its stored fields. */
export function restoreProgress(stored: StoredProgress): Progress {
  // Field by field, in the order of the API.
  return derive({
    task_id: stored.task_id,
    dataset: stored.dataset,
    status: stored.status,
    total: stored.total,
    current: 0,
    success: stored.success,
    failed: stored.failed,
    skipped: stored.skipped,
    skip_reasons: stored.skip_reasons ?? [],
    repaired: stored.repaired ?? 0,
    finished: 0,
    running: stored.running,
    percent: 0,
    current_date: stored.current_date,
    message: '',
    message_code: stored.message_code,
    start_date: stored.start_date,
    end_date: stored.end_date,
    mode: stored.mode,
    verify: stored.verify ?? null,
    order: stored.order ?? 'asc',
    chosen_days: stored.chosen_days ?? false,
    retry_of: stored.retry_of,
    started_by: stored.started_by,
    last_control: stored.last_control,
    started_at: stored.started_at,
    updated_at: stored.updated_at,
    finished_at: stored.finished_at,
    eta: null,
    days_per_minute: null,
    rows_per_minute: null,
    waiting_for: waitingIn(stored.status, stored.error),
    error: stored.error,
    rows: stored.rows ?? 0,
    unreadable_rows: stored.unreadable_rows ?? 0,
    quarantined_rows: stored.quarantined_rows ?? 0,
    rev: stored.rev,
    poll_after_ms: POLL_AFTER_MS,
  });
}

/** What a batch in this state waits for. */
export function waitingIn(status: BatchStatus, error: ProgressError | null): WaitingFor | null {
  if (status === 'queued') return { kind: 'queue', until: null, detail: null };
  if (status !== 'paused') return null;
  if (error === null) return { kind: 'paused', until: null, detail: null };
  // After an automatic pause a batch waits for its source; or for a fix of what fails its days.
  const kind = error.code === REPEATED_ERROR ? 'failures' : 'source';
  return { kind, until: null, detail: error.text };
}

/** Counts more skipped days, in the order of the reasons. */
export function addSkips(
  known: readonly SkipCount[],
  added: readonly SkipCount[],
): readonly SkipCount[] {
  const counts = new Map<SkipReason, number>();
  for (const { reason, count } of [...known, ...added]) {
    counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return SKIP_REASONS.flatMap((reason) => {
    const count = counts.get(reason) ?? 0;
    return count === 0 ? [] : [{ reason, count }];
  });
}

/** Sets the derived fields. */
export function derive(progress: Progress): Progress {
  const finished = progress.success + progress.failed + progress.skipped;
  const current = finished + progress.running;
  const next = { ...progress, finished, current, percent: percentOf(current, progress.total) };
  return { ...next, message: progressMessage(next, 'zh') };
}

/** So many of all days in percent, rounded; 100 only at the end: 99.6 is not rounded up to 100. */
export function percentOf(current: number, total: number): number {
  return current === total ? 100 : Math.min(99, Math.round((100 * current) / total));
}
