import { calendarDay, type CalendarDay, type Outcome } from '@daysync/progress';
import { toInstant } from '../../config/clock.js';
import type { BatchRow, LaneRow } from '../../database/schema.js';
import { withSkips } from '../skip-counts.js';
import { transition, type BatchInput, type BatchState, type Transition } from '../transition.js';

const START = Date.parse('2025-10-17T16:00:00.000Z');

/** What a successful day writes. */
export const ROWS_OF_DAY = 1;
const NO_DATA = { reason: 'no_data', count: 1 } as const;

/** The instant so many seconds after the start of every batch of a spec. */
export function instant(seconds: number): string {
  return toInstant(START + 1_000 * seconds);
}

/** A batch that waits for its first turn. */
export function queuedBatch(total: number): BatchState {
  const batch: BatchRow = {
    ...{ seq: 1, batch_id: 'batch', dataset: 'readings', fingerprint: 'f1', status: 'queued' },
    ...{ start_date: calendarDay('2025-10-01'), end_date: calendarDay('2025-10-31') },
    ...{
      mode: 'missing_and_failed',
      verify: null,
      traceparent: null,
      parent_span_id: null,
      day_order: 'asc',
      retry_of: null,
      total,
      planned_skips: 0,
    },
    ...{ skip_reasons: '{}', rows: 0, repaired: 0, chosen_days: 0 },
    ...{ success: 0, failed: 0, skipped: 0, current_day: null, message_code: 'BATCH_STARTED' },
    ...{
      error_code: null,
      error_text: null,
      rev: 1,
      unreadable_rows: 0,
      quarantined_rows: 0,
      created_at: instant(0),
      started_at: null,
    },
    ...{ running_since: null, updated_at: instant(0), finished_at: null, started_by: null },
    ...{ control_verb: null, control_by: null, control_at: null, log: null },
  };
  return { batch, lanes: [] };
}

/** The batch with open lanes that have run no day. */
export function withLanes({ batch }: BatchState, count: number): BatchState {
  const lane: Omit<LaneRow, 'number'> = {
    ...{ batch_id: batch.batch_id, open: 1, token: 0, holder: null, stopping: 0, day: null },
    ...{ success: 0, failed: 0, skipped: 0, planned: 0, wait_kind: null, wait_until: null },
    ...{ quarantined_rows: 0, skip_reasons: '{}', rows: 0, outcome_rows: '[]' },
    ...{ wait_detail: null, current_day: null, current_at: null, answered_at: null },
    ...{ outcomes: '[]', rev: 0, updated_at: batch.updated_at },
  };
  return { batch, lanes: Array.from({ length: count }, (_, number) => ({ ...lane, number })) };
}

/** What a commit in a lane is: what came of its day in flight, if it had one, and its next day, if it claims one. */
interface LaneCommit {
  readonly number: number;
  readonly outcome: Outcome | null;
  readonly next: CalendarDay | null;
}

/** The batch after a commit in a lane of it. */
export function stepped(
  state: BatchState,
  { next, number, outcome }: LaneCommit,
  at: string,
): BatchState {
  const ended = changed(state, number, (lane) => ({
    ...(outcome === null ? {} : { [outcome]: lane[outcome] + 1 }),
    rows: lane.rows + (outcome === 'success' ? ROWS_OF_DAY : 0),
    skip_reasons: withSkips(lane.skip_reasons, outcome === 'skipped' ? [NO_DATA] : []),
    ...{ day: null, rev: lane.rev + 1, updated_at: at },
  }));
  return next === null ? ended : begun(ended, { number, next, planned: 0 }, at);
}

/** The batch with a day begun by a commit that has ended the day before, coming past so many planned skips. */
export function begun(
  state: BatchState,
  { next, number, planned }: { number: number; next: CalendarDay; planned: number },
  at: string,
): BatchState {
  return changed(state, number, (lane) => ({
    ...{ day: next, current_day: next, current_at: at },
    ...{ skipped: lane.skipped + planned, planned: lane.planned + planned },
    skip_reasons: withSkips(lane.skip_reasons, [{ reason: 'future_date', count: planned }]),
  }));
}

function changed(
  { batch, lanes }: BatchState,
  number: number,
  change: (lane: LaneRow) => Partial<LaneRow>,
): BatchState {
  return {
    batch,
    lanes: lanes.map((lane) => (lane.number === number ? { ...lane, ...change(lane) } : lane)),
  };
}

/** The batch after an input: one that has ended has no lanes. */
export function moved(
  state: BatchState,
  input: BatchInput,
): Transition & { readonly state: BatchState } {
  const next = transition(state, input);
  return { ...next, state: { batch: next.row, lanes: next.row.finished_at ? [] : state.lanes } };
}

/** The lanes with a day in flight. */
export function inFlight({ lanes }: BatchState): readonly LaneRow[] {
  return lanes.filter(({ day }) => day !== null);
}

/** How many days have no outcome and are not in flight. */
export function openDays(state: BatchState): number {
  const { batch, lanes } = state;
  const ended = [batch, ...lanes].reduce(
    (sum, { failed, skipped, success }) => sum + success + failed + skipped,
    0,
  );
  return batch.total - ended - inFlight(state).length;
}
