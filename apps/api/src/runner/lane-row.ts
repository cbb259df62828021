import { withOutcome } from '../batches/batch-progress.js';
import { countFetched, type DayVerdict } from '../batches/day-outcome.js';
import { withSkips } from '../batches/skip-counts.js';
import type { BatchState } from '../batches/transition.js';
import type { LaneRow } from '../database/schema.js';
import type { FetchedDay } from '../sources/day-source.js';
import { isOutcome, type DecidedDay } from './day-commit.js';

// How the row of a lane changes. Pure.

export type WaitColumns = Pick<LaneRow, 'wait_kind' | 'wait_until' | 'wait_detail'>;

export const LANE_WAIT_CLEARED: WaitColumns = {
  wait_kind: null,
  wait_until: null,
  wait_detail: null,
};

export function hasSameWait(one: WaitColumns, other: WaitColumns): boolean {
  return (
    one.wait_kind === other.wait_kind &&
    one.wait_until === other.wait_until &&
    one.wait_detail === other.wait_detail
  );
}

/** The lane with the next token, and no day in flight. */
export function freed(lane: LaneRow, at: string): LaneRow {
  return {
    ...lane,
    ...LANE_WAIT_CLEARED,
    token: lane.token + 1,
    holder: null,
    stopping: 0,
    day: null,
    rev: lane.rev + 1,
    updated_at: at,
  };
}

/** The lane with the verdict on its day counted. */
export function counted(lane: LaneRow, decided: DecidedDay, at: string, now: number): LaneRow {
  const { fetched, verdict } = decided;
  const answered_at = hasAnswered(fetched) ? at : lane.answered_at;
  if (!isOutcome(verdict)) return { ...lane, answered_at };
  return {
    ...lane,
    answered_at,
    ...withOutcome(lane, { at: now, rows: rowsOf(verdict) }),
    rows: lane.rows + rowsOf(verdict),
    skip_reasons:
      verdict.state === 'skipped'
        ? withSkips(lane.skip_reasons, [{ reason: verdict.reason, count: 1 }])
        : lane.skip_reasons,
    quarantined_rows: lane.quarantined_rows + quarantinedOf(decided),
    [verdict.state]: lane[verdict.state] + 1,
  };
}

/** How many rows a day puts in quarantine. */
export function quarantinedOf({ fetched, verdict }: DecidedDay): number {
  return countFetched(fetched, verdict).quarantined_rows ?? 0;
}

/** How many rows a verdict writes. */
export function rowsOf(verdict: DayVerdict): number {
  return verdict.state === 'success' ? verdict.rows : 0;
}

/** How many days of a batch have had an answer: with rows, or that there are none. It never goes down. */
export function answersOf({ lanes }: BatchState): number {
  return lanes.reduce((all, { planned, skipped, success }) => all + success + skipped - planned, 0);
}

/** Whether the source has answered for a day, even if it has no data or bad data. */
export function hasAnswered(fetched: FetchedDay): boolean {
  if (fetched.kind === 'no_room') return false;
  return fetched.kind !== 'error' || fetched.errorKind === 'lasting';
}

export function withLane({ batch, lanes }: BatchState, next: LaneRow): BatchState {
  return {
    batch,
    lanes: lanes.map((lane) => (lane.number === next.number ? { ...next, open: lane.open } : lane)),
  };
}

/** The later of two instants: a clock that was set back must not make the time of a change go back. */
export function latest(at: string, before: string): string {
  return at > before ? at : before;
}
