import type { CalendarDay } from './calendar-day.js';
import type { MessageCode } from './message.js';
import type { Pace } from './estimate.js';
import {
  ACTIVE_STATUSES,
  addSkips,
  derive,
  isTerminal,
  waitingIn,
  type BatchStatus,
  type Control,
  type Eta,
  type Instant,
  type Outcome,
  type Progress,
  type ProgressError,
  type SkipReason,
  type TerminalStatus,
  type WaitingFor,
} from './progress.js';

/** One step in the life of a batch. */
export type ProgressEvent =
  | { readonly type: 'batch_started' }
  | { readonly type: 'day_started'; readonly day: CalendarDay }
  | {
      readonly type: 'day_finished';
      readonly day: CalendarDay;
      readonly outcome: Outcome;
      /** Rows that it has written. @default 0 */
      readonly rows?: number;
      /** Why it was skipped. @default not counted by reason */
      readonly reason?: SkipReason;
    }
  /** A day in flight was requeued and will be started again. */
  | { readonly type: 'day_returned' }
  /** Days were skipped without being tried. */
  | {
      readonly type: 'days_skipped';
      readonly count: number;
      /** Why. @default not counted by reason */
      readonly reason?: SkipReason;
    }
  /** Deferred days, whose source was down, failed. */
  | { readonly type: 'days_failed'; readonly count: number }
  /** The batch got more days, before its first one or after its last one. */
  | {
      readonly type: 'batch_extended';
      readonly start_date: CalendarDay;
      readonly end_date: CalendarDay;
      /** How many days were added. */
      readonly count: number;
    }
  /** The source has so many rows whose day can't be read. */
  | { readonly type: 'rows_unreadable'; readonly count: number }
  | { readonly type: 'batch_paused'; readonly error: ProgressError | null }
  | { readonly type: 'batch_resumed' }
  | { readonly type: 'batch_cancelling' }
  | { readonly type: 'waiting_changed'; readonly waiting_for: WaitingFor | null }
  | {
      readonly type: 'estimate_changed';
      readonly eta: Eta | null;
      /** How fast its days end. @default unknown */
      readonly pace?: Pace | null;
    }
  | { readonly type: 'batch_cancelled' }
  | { readonly type: 'batch_completed' }
  | { readonly type: 'batch_failed'; readonly error: ProgressError };

/** The events of one commit. */
export interface ProgressChange {
  /** When it was committed: the next `updated_at`. */
  readonly at: Instant;
  /** In order; all of them are applied, or none. */
  readonly events: readonly ProgressEvent[];
  /** The operator's command, where one caused the change. */
  readonly control?: Omit<Control, 'at'>;
}

/** The state of the batch does not allow the event. The progress is unchanged. */
export class IllegalStepError extends Error {
  /** The name of the error. */
  override readonly name = 'IllegalStepError';
  constructor(progress: Progress, event: ProgressEvent, expected: string) {
    super(
      `${event.type} of batch ${progress.task_id} expected ${expected}, got ` +
        `status ${progress.status}, total ${progress.total}, finished ${progress.finished}, ` +
        `running ${progress.running}`,
    );
  }
}

/**
 * The progress after one commit. Increments `rev` and sets the times.
 * @throws {IllegalStepError} if the state does not allow one of the events; none is applied then.
 */
export function applyChange(progress: Progress, change: ProgressChange): Progress {
  const next = change.events.reduce(applyEvent, progress);
  const { at, control } = change;
  const begins = change.events.some(({ type }) => type === 'batch_started');
  return {
    ...next,
    rev: progress.rev + 1,
    last_control: control === undefined ? progress.last_control : { ...control, at },
    updated_at: at,
    started_at: next.started_at ?? (begins ? at : null),
    finished_at: isTerminal(next.status) ? at : null,
  };
}

/**
 * The progress after one event. Pure: server and console apply events alike.
 * @throws {IllegalStepError} if the state does not allow the event.
 */
export function applyEvent(progress: Progress, event: ProgressEvent): Progress {
  const refuseUnless = (allowed: boolean, expected: string): void => {
    if (!allowed) throw new IllegalStepError(progress, event, expected);
  };
  const refuseUnlessIn = (...statuses: readonly BatchStatus[]): void => {
    refuseUnless(statuses.includes(progress.status), `status ${statuses.join(' or ')}`);
  };
  const ended = progress.finished === progress.total && progress.running === 0;
  const open = progress.total - progress.finished - progress.running;
  const refuseUnlessOpen = (count: number): void => {
    refuseUnless(
      Number.isSafeInteger(count) && count > 0 && count <= open,
      `1 to ${open} open days, not ${count}`,
    );
  };

  switch (event.type) {
    case 'batch_started':
      refuseUnlessIn('queued');
      return derive({
        ...progress,
        status: 'running',
        message_code: 'BATCH_STARTED',
        waiting_for: null,
      });

    case 'day_started':
      refuseUnlessIn('running');
      refuseUnless(open > 0, 'an open day');
      return derive({
        ...progress,
        running: progress.running + 1,
        current_date: event.day,
        message_code: 'DAY_STARTED',
        waiting_for: null,
      });

    case 'day_finished':
      // A resumed batch is queued, and may still have days in flight.
      refuseUnlessIn(...ACTIVE_STATUSES);
      refuseUnless(progress.running > 0, 'a day in flight');
      return derive({
        ...progress,
        running: progress.running - 1,
        [event.outcome]: progress[event.outcome] + 1,
        rows: progress.rows + (event.rows ?? 0),
        skip_reasons: skipped(progress, event.reason, event.outcome === 'skipped' ? 1 : 0),
      });

    case 'day_returned':
      refuseUnlessIn(...ACTIVE_STATUSES);
      refuseUnless(progress.running > 0, 'a day in flight');
      return derive({ ...progress, running: progress.running - 1 });

    case 'days_skipped':
      refuseUnlessIn(...ACTIVE_STATUSES);
      refuseUnlessOpen(event.count);
      return derive({
        ...progress,
        skipped: progress.skipped + event.count,
        skip_reasons: skipped(progress, event.reason, event.count),
      });

    case 'days_failed':
      refuseUnlessIn('running');
      refuseUnlessOpen(event.count);
      return derive({ ...progress, failed: progress.failed + event.count });

    case 'rows_unreadable':
      refuseUnlessIn(...ACTIVE_STATUSES);
      refuseUnless(Number.isSafeInteger(event.count) && event.count > 0, 'one row or more');
      return { ...progress, unreadable_rows: event.count };

    case 'batch_extended':
      refuseUnlessIn('queued', 'running', 'paused');
      refuseUnless(Number.isSafeInteger(event.count) && event.count > 0, 'one day or more');
      return derive({
        ...progress,
        total: progress.total + event.count,
        start_date: event.start_date,
        end_date: event.end_date,
      });

    case 'batch_paused':
      refuseUnlessIn('queued', 'running');
      return derive({
        ...progress,
        status: 'paused',
        message_code: 'BATCH_PAUSED',
        ...NO_ESTIMATE,
        waiting_for: waitingIn('paused', event.error),
        error: event.error,
      });

    case 'batch_resumed':
      refuseUnlessIn('paused');
      return derive({
        ...progress,
        status: 'queued',
        message_code: 'BATCH_QUEUED',
        waiting_for: waitingIn('queued', null),
        error: null,
      });

    case 'batch_cancelling':
      refuseUnlessIn('queued', 'running', 'paused');
      return derive({
        ...progress,
        status: 'cancelling',
        message_code: 'BATCH_CANCELLING',
        ...NO_ESTIMATE,
        waiting_for: null,
        error: null,
      });

    case 'waiting_changed':
      refuseUnlessIn(...ACTIVE_STATUSES);
      return { ...progress, waiting_for: event.waiting_for };

    case 'estimate_changed':
      refuseUnlessIn(...ACTIVE_STATUSES);
      return { ...progress, ...(event.pace ?? NO_PACE), eta: event.eta };

    case 'batch_cancelled':
      refuseUnlessIn('cancelling');
      refuseUnless(ended, 'an outcome for every day');
      return terminal(progress, 'cancelled', 'BATCH_CANCELLED', null);

    case 'batch_completed':
      // Also from a pause: the days in flight may have been the last.
      refuseUnlessIn('running', 'paused');
      refuseUnless(ended, 'an outcome for every day');
      return terminal(progress, 'completed', 'BATCH_COMPLETED', null);

    case 'batch_failed':
      refuseUnlessIn('queued', 'running', 'paused');
      refuseUnless(ended, 'an outcome for every day');
      return terminal(progress, 'failed', 'BATCH_FAILED', event.error);
  }
}

const NO_PACE = { days_per_minute: null, rows_per_minute: null };
const NO_ESTIMATE = { eta: null, ...NO_PACE };

function skipped(
  { skip_reasons }: Progress,
  reason: SkipReason | undefined,
  count: number,
): Progress['skip_reasons'] {
  return reason === undefined ? skip_reasons : addSkips(skip_reasons, [{ reason, count }]);
}

function terminal(
  progress: Progress,
  status: TerminalStatus,
  message_code: MessageCode,
  error: ProgressError | null,
): Progress {
  return derive({ ...progress, status, message_code, error, ...NO_ESTIMATE, waiting_for: null });
}
