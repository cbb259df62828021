import {
  isTerminal,
  type BatchStatus,
  type CalendarDay,
  type ControlVerb,
  type ProgressError,
  type SkipCount,
} from '@daysync/progress';
import type { BatchRow, LaneRow } from '../database/schema.js';
import { readSkips, sumSkips, withSkips } from './skip-counts.js';
import { appendBatchLog, type StoredLogEntry } from './sync-log.js';

/** A batch with its lanes, in the order of their numbers. */
export interface BatchState {
  readonly batch: BatchRow;
  readonly lanes: readonly LaneRow[];
}

/** A control that an operator has asked for. */
interface AskedControl {
  readonly verb: ControlVerb;
  readonly by: string | null;
}

/** The inputs of a transition: everything that happens to a batch, except days in its lanes. */
export type BatchInput = { readonly at: string; readonly control?: AskedControl } & (
  | { readonly type: 'begin' }
  /** By an operator; or the batch pauses itself (auto pause), for an error. */
  | { readonly type: 'pause'; readonly error: ProgressError | null }
  | { readonly type: 'resume' }
  /** Days that were not begun have been skipped. */
  | { readonly type: 'cancel'; readonly skipped: readonly SkipCount[] }
  | { readonly type: 'skip_days'; readonly skipped: readonly SkipCount[] }
  | { readonly type: 'fail_days'; readonly count: number }
  /** It got `count` more days; its plan skips `skips` of them. `start` and `end` are its new range. */
  | {
      readonly type: 'extend';
      readonly start: CalendarDay;
      readonly end: CalendarDay;
      readonly count: number;
      readonly skips: number;
      /** The name of the caller's token. */
      readonly by?: string | null;
    }
  /** Its days have met so many rows whose day can't be read. */
  | { readonly type: 'meet_unreadable'; readonly count: number }
  /** Every day has its outcome. */
  | { readonly type: 'end' }
  /** The batch can't go on; its `skipped` days without an outcome, also those in flight, have been skipped. */
  | { readonly type: 'fail'; readonly error: ProgressError; readonly skipped: readonly SkipCount[] }
);

/** The input does not fit the state of the batch: a bug. */
export class IllegalTransitionError extends Error {
  override readonly name = 'IllegalTransitionError';
  constructor({ batch_id, status }: BatchRow, { type }: BatchInput, expected: string) {
    super(`${type} of batch ${batch_id} expected ${expected}, got one that is ${status}`);
  }
}

/** The states in which a verb changes the batch, and those in which it has nothing left to do. */
const CONTROLS: Readonly<
  Record<ControlVerb, { from: readonly BatchStatus[]; done: readonly BatchStatus[] }>
> = {
  pause: { from: ['queued', 'running'], done: ['paused'] },
  resume: { from: ['paused'], done: ['queued', 'running'] },
  cancel: { from: ['queued', 'running', 'paused'], done: ['cancelling', 'cancelled'] },
};

/** The states in which a batch can get more days. */
const EXTENDABLE: readonly BatchStatus[] = ['queued', 'running', 'paused'];

export function isExtendable(status: BatchStatus): boolean {
  return EXTENDABLE.includes(status);
}

/** What a verb does in a state. */
export function effectOf(
  verb: ControlVerb,
  status: BatchStatus,
): 'changes' | 'done' | 'wrong_state' {
  const { from, done } = CONTROLS[verb];
  if (from.includes(status)) return 'changes';
  return done.includes(status) ? 'done' : 'wrong_state';
}

/**
 * The life cycle of a batch: its next row after an input. A terminal transition adds the lanes' counters to the row.
 * @throws {IllegalTransitionError}
 */
export function transition({ batch, lanes }: BatchState, input: BatchInput): BatchRow {
  const { status } = batch;
  const at = latest(input.at, batch, lanes);
  const expectIn = (...expected: readonly BatchStatus[]): void => {
    if (!expected.includes(status)) {
      throw new IllegalTransitionError(batch, input, `a batch that is ${expected.join(' or ')}`);
    }
  };
  const changed = (changes: Partial<BatchRow>): BatchRow => ({
    ...batch,
    ...controlled(input, at),
    ...logged(batch, input, at),
    ...changes,
    rev: batch.rev + 1,
    updated_at: at,
  });
  switch (input.type) {
    case 'begin':
      expectIn('queued');
      return changed({
        ...{ status: 'running', message_code: 'BATCH_STARTED' },
        ...{ started_at: batch.started_at ?? at, running_since: at },
      });
    case 'pause':
      expectIn('queued', 'running');
      return changed({ status: 'paused', message_code: 'BATCH_PAUSED', ...errorIn(input.error) });
    case 'resume':
      expectIn('paused');
      return changed({ status: 'queued', message_code: 'BATCH_QUEUED', ...errorIn(null) });
    case 'cancel':
      expectIn('queued', 'running', 'paused');
      return changed({
        status: 'cancelling',
        message_code: 'BATCH_CANCELLING',
        ...skipped(batch, input.skipped),
        ...errorIn(null),
      });
    case 'skip_days':
      expectIn('queued', 'running', 'paused', 'cancelling');
      return changed(skipped(batch, input.skipped));
    case 'fail_days':
      expectIn('running');
      return changed({ failed: batch.failed + input.count });
    case 'extend': {
      expectIn(...EXTENDABLE);
      const { count, end: end_date, skips, start: start_date } = input;
      const total = batch.total + count;
      const planned_skips = batch.planned_skips + skips;
      return changed({ start_date, end_date, total, planned_skips });
    }
    case 'meet_unreadable':
      expectIn('queued', 'running', 'paused', 'cancelling');
      return changed({ unreadable_rows: input.count });
    case 'end': {
      expectIn('queued', 'running', 'paused', 'cancelling');
      const folded = fold({ batch, lanes });
      if (folded.success + folded.failed + folded.skipped !== batch.total) {
        throw new IllegalTransitionError(batch, input, 'one whose days all have their outcome');
      }
      return ended(folded, at, {
        status: status === 'cancelling' ? 'cancelled' : 'completed',
        error: null,
      });
    }
    case 'fail': {
      expectIn('queued', 'running', 'paused', 'cancelling');
      const folded = fold({ batch, lanes });
      return ended({ ...folded, ...skipped(folded, input.skipped) }, at, {
        // A batch that is cancelling ends as cancelled.
        ...(status === 'cancelling'
          ? { status: 'cancelled', error: null }
          : { status: 'failed', error: input.error }),
      });
    }
  }
}

export function changesState({ batch }: BatchState, row: BatchRow): boolean {
  return row.status !== batch.status;
}

/** The row with the counters of its lanes added. */
function fold({ batch, lanes }: BatchState): BatchRow {
  const sum = (count: (lane: LaneRow) => number): number =>
    lanes.reduce((all, lane) => all + count(lane), 0);
  return {
    ...batch,
    success: batch.success + sum(({ success }) => success),
    failed: batch.failed + sum(({ failed }) => failed),
    skipped: batch.skipped + sum(({ skipped }) => skipped),
    skip_reasons: lanes.reduce(
      (text, lane) => withSkips(text, readSkips(lane.skip_reasons)),
      batch.skip_reasons,
    ),
    rows: batch.rows + sum(({ rows }) => rows),
    quarantined_rows: batch.quarantined_rows + sum((lane) => lane.quarantined_rows),
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
}

const END_MESSAGES = {
  completed: 'BATCH_COMPLETED',
  cancelled: 'BATCH_CANCELLED',
  failed: 'BATCH_FAILED',
} as const;

function ended(folded: BatchRow, at: string, { status, error }: End): BatchRow {
  return {
    ...folded,
    status,
    message_code: END_MESSAGES[status],
    ...errorIn(error),
    rev: folded.rev + 1,
    started_at: folded.started_at ?? (status === 'completed' ? at : null),
    updated_at: at,
    finished_at: at,
  };
}

function skipped(
  batch: BatchRow,
  skips: readonly SkipCount[],
): Pick<BatchRow, 'skipped' | 'skip_reasons'> {
  return {
    skipped: batch.skipped + sumSkips(skips),
    skip_reasons: withSkips(batch.skip_reasons, skips),
  };
}

function controlled({ control }: BatchInput, at: string): Partial<BatchRow> {
  if (control === undefined) return {};
  return { control_verb: control.verb, control_by: control.by, control_at: at };
}

function logged(batch: BatchRow, input: BatchInput, at: string): Partial<BatchRow> {
  const entry = entryOf(input, at);
  return entry === null ? {} : { log: appendBatchLog(batch, entry) };
}

/** What an input adds to the log of its batch. The end of the batch stands in its columns. */
function entryOf(input: BatchInput, at: string): StoredLogEntry | null {
  const by = input.control?.by ?? null;
  switch (input.type) {
    case 'begin':
      return { at, kind: 'started' };
    case 'pause': {
      const { code, text } = input.error ?? { code: null, text: null };
      return { at, kind: 'paused', by, code, text };
    }
    case 'resume':
      return { at, kind: 'resumed', by };
    case 'cancel':
      return { at, kind: 'cancelled', by };
    case 'extend':
      return { at, kind: 'extended', by: input.by ?? null, text: `${input.start}/${input.end}` };
    case 'skip_days':
    case 'fail_days':
    case 'meet_unreadable':
    case 'end':
    case 'fail':
      return null;
  }
}

function errorIn(error: ProgressError | null): Pick<BatchRow, 'error_code' | 'error_text'> {
  return { error_code: error?.code ?? null, error_text: error?.text ?? null };
}

/** The latest instant: a clock that was set back must not make the time of a change go back. */
function latest(at: string, batch: BatchRow, lanes: readonly LaneRow[]): string {
  return lanes.reduce(
    (last, lane) => (lane.updated_at > last ? lane.updated_at : last),
    [at, batch.updated_at].sort()[1] ?? at,
  );
}

export function hasEnded({ batch }: BatchState): boolean {
  return isTerminal(batch.status);
}
