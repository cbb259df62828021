import {
  isTerminal,
  type BatchStatus,
  type ControlVerb,
  type ProgressError,
  type ProgressEvent,
} from '@daysync/progress';
import type { BatchRow, LaneRow } from '../database/schema.js';

/** A batch with its lanes, in the order of their numbers: all that its progress is made of. */
export interface BatchState {
  readonly batch: BatchRow;
  readonly lanes: readonly LaneRow[];
}

/** What an operator asked for, and who. */
export interface AskedControl {
  readonly verb: ControlVerb;
  readonly by: string | null;
}

/** What happens to a batch beside the days in its lanes. */
export type BatchInput = { readonly at: string; readonly control?: AskedControl } & (
  | { readonly type: 'begin' }
  /** By an operator, or by itself for an error. */
  | { readonly type: 'pause'; readonly error: ProgressError | null }
  | { readonly type: 'resume' }
  /** `skipped` days that were not begun have been skipped. */
  | { readonly type: 'cancel'; readonly skipped: number }
  | { readonly type: 'skip_days'; readonly count: number }
  | { readonly type: 'fail_days'; readonly count: number }
  /** Every day has its outcome. */
  | { readonly type: 'end' }
  /** It can't go on; `skipped` days without an outcome, those in flight included, have been skipped. */
  | { readonly type: 'fail'; readonly error: ProgressError; readonly skipped: number }
);

/** The batch's row as it is then, and what has happened to its progress. */
export interface Transition {
  readonly row: BatchRow;
  readonly events: readonly ProgressEvent[];
}

/** The batch is not in a state that an input belongs to: a bug. */
export class IllegalTransitionError extends Error {
  override readonly name = 'IllegalTransitionError';
  constructor({ batch_id, status }: BatchRow, { type }: BatchInput, expected: string) {
    super(`${type} of batch ${batch_id} expected ${expected}, got one that is ${status}`);
  }
}

/** From which states a verb moves a batch, and in which it finds its work done. */
const CONTROLS: Readonly<
  Record<ControlVerb, { from: readonly BatchStatus[]; done: readonly BatchStatus[] }>
> = {
  pause: { from: ['queued', 'running'], done: ['paused'] },
  resume: { from: ['paused'], done: ['queued', 'running'] },
  cancel: { from: ['queued', 'running', 'paused'], done: ['cancelling', 'cancelled'] },
};

/** What a verb means in a state: it moves the batch, finds its work done, or is refused. */
export function effectOf(verb: ControlVerb, status: BatchStatus): 'moves' | 'done' | 'refused' {
  const { from, done } = CONTROLS[verb];
  if (from.includes(status)) return 'moves';
  return done.includes(status) ? 'done' : 'refused';
}

/**
 * The life of a batch: what becomes of its row by an input. A terminal state takes the lanes' counters into the row.
 * @throws {IllegalTransitionError}
 */
export function transition({ batch, lanes }: BatchState, input: BatchInput): Transition {
  const { status } = batch;
  const at = latest(input.at, batch, lanes);
  const expectIn = (...expected: readonly BatchStatus[]): void => {
    if (!expected.includes(status)) {
      throw new IllegalTransitionError(batch, input, `a batch that is ${expected.join(' or ')}`);
    }
  };
  const moved = (changes: Partial<BatchRow>, events: readonly ProgressEvent[]): Transition => ({
    row: { ...batch, ...controlled(input, at), ...changes, rev: batch.rev + 1, updated_at: at },
    events,
  });
  switch (input.type) {
    case 'begin':
      expectIn('queued');
      return moved({ status: 'running', started_at: batch.started_at ?? at, running_since: at }, [
        { type: 'batch_started' },
      ]);
    case 'pause':
      expectIn('queued', 'running');
      return moved({ status: 'paused', message_code: 'BATCH_PAUSED', ...errorIn(input.error) }, [
        { type: 'batch_paused', error: input.error },
      ]);
    case 'resume':
      expectIn('paused');
      return moved({ status: 'queued', message_code: 'BATCH_QUEUED', ...errorIn(null) }, [
        { type: 'batch_resumed' },
      ]);
    case 'cancel':
      expectIn('queued', 'running', 'paused');
      return moved(
        {
          status: 'cancelling',
          message_code: 'BATCH_CANCELLING',
          skipped: batch.skipped + input.skipped,
          ...errorIn(null),
        },
        [{ type: 'batch_cancelling' }, ...daysSkipped(input.skipped)],
      );
    case 'skip_days':
      expectIn('queued', 'running', 'paused', 'cancelling');
      return moved({ skipped: batch.skipped + input.count }, daysSkipped(input.count));
    case 'fail_days':
      expectIn('running');
      return moved({ failed: batch.failed + input.count }, [
        { type: 'days_failed', count: input.count },
      ]);
    case 'end': {
      expectIn('queued', 'running', 'paused', 'cancelling');
      const folded = fold({ batch, lanes });
      if (folded.success + folded.failed + folded.skipped !== batch.total) {
        throw new IllegalTransitionError(batch, input, 'one whose days all have their outcome');
      }
      const begins: ProgressEvent[] = status === 'queued' ? [{ type: 'batch_started' }] : [];
      return status === 'cancelling'
        ? ended(folded, at, { status: 'cancelled', error: null, events: [] })
        : ended(folded, at, { status: 'completed', error: null, events: begins });
    }
    case 'fail': {
      expectIn('queued', 'running', 'paused', 'cancelling');
      const inFlight = lanes.filter(({ day }) => day !== null);
      const folded = fold({ batch, lanes });
      return ended({ ...folded, skipped: folded.skipped + input.skipped }, at, {
        // What was cancelled has come to its end by whatever ends it.
        ...(status === 'cancelling'
          ? { status: 'cancelled', error: null }
          : { status: 'failed', error: input.error }),
        events: [
          ...inFlight.map(() => ({ type: 'day_returned' }) as const),
          ...daysSkipped(input.skipped),
        ],
      });
    }
    default: {
      const unknown: never = input;
      return unknown;
    }
  }
}

/** Whether an input has brought a batch to another state. */
export function changesState({ batch }: BatchState, { row }: Transition): boolean {
  return row.status !== batch.status;
}

/** The row with all that its lanes have counted. */
function fold({ batch, lanes }: BatchState): BatchRow {
  const sum = (count: (lane: LaneRow) => number): number =>
    lanes.reduce((all, lane) => all + count(lane), 0);
  return {
    ...batch,
    success: batch.success + sum(({ success }) => success),
    failed: batch.failed + sum(({ failed }) => failed),
    skipped: batch.skipped + sum(({ skipped }) => skipped),
    current_day: lastStarted(lanes)?.current_day ?? batch.current_day,
    rev: batch.rev + sum(({ rev }) => rev),
  };
}

/** The lane that has started a day last; undefined before the first. */
export function lastStarted(lanes: readonly LaneRow[]): LaneRow | undefined {
  const startedAt = ({ current_at, current_day }: LaneRow): string =>
    `${current_at ?? ''} ${current_day ?? ''}`;
  const started = lanes.filter(({ current_at }) => current_at !== null);
  return started.reduce<LaneRow | undefined>(
    (last, lane) => (last === undefined || startedAt(lane) > startedAt(last) ? lane : last),
    undefined,
  );
}

interface End {
  readonly status: 'completed' | 'cancelled' | 'failed';
  readonly error: ProgressError | null;
  /** What comes before it. */
  readonly events: readonly ProgressEvent[];
}

const END_MESSAGES = {
  completed: 'BATCH_COMPLETED',
  cancelled: 'BATCH_CANCELLED',
  failed: 'BATCH_FAILED',
} as const;

function ended(folded: BatchRow, at: string, { status, error, events }: End): Transition {
  const end: ProgressEvent =
    error === null
      ? { type: status === 'cancelled' ? 'batch_cancelled' : 'batch_completed' }
      : { type: 'batch_failed', error };
  return {
    row: {
      ...folded,
      status,
      message_code: END_MESSAGES[status],
      ...errorIn(error),
      rev: folded.rev + 1,
      started_at: folded.started_at ?? (status === 'completed' ? at : null),
      updated_at: at,
      finished_at: at,
    },
    events: [...events, end],
  };
}

function daysSkipped(count: number): ProgressEvent[] {
  return count === 0 ? [] : [{ type: 'days_skipped', count }];
}

function controlled({ control }: BatchInput, at: string): Partial<BatchRow> {
  if (control === undefined) return {};
  return { control_verb: control.verb, control_by: control.by, control_at: at };
}

function errorIn(error: ProgressError | null): Pick<BatchRow, 'error_code' | 'error_text'> {
  return { error_code: error?.code ?? null, error_text: error?.text ?? null };
}

/** A clock that was set back does not have the time of a change go backwards. */
function latest(at: string, batch: BatchRow, lanes: readonly LaneRow[]): string {
  return lanes.reduce(
    (last, lane) => (lane.updated_at > last ? lane.updated_at : last),
    [at, batch.updated_at].sort()[1] ?? at,
  );
}

/** Whether a batch has ended for good. */
export function hasEnded({ batch }: BatchState): boolean {
  return isTerminal(batch.status);
}
