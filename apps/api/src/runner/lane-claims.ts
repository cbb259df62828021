import { Inject, Injectable } from '@nestjs/common';
import { BatchStates } from '../batches/store/batch-states.js';
import type { BatchState } from '../batches/transition.js';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import type { WriteTransaction } from '../database/database.js';
import type { LaneRow } from '../database/schema.js';
import { spacingOf, type Dataset } from '../datasets/file/dataset.js';
import { DayFetcher } from './fetch/day-fetcher.js';
import { StoredRateLimit } from './stored-rate-limit.js';
import { skipsOf, withSkips } from '../batches/skip-counts.js';
import type { Claim } from './day-commit.js';
import { LaneQueue, type AcquiredLane } from '../batches/lane-queue.js';
import { LANE_WAIT_CLEARED, type WaitColumns } from './lane-row.js';
import {
  beginDay,
  countDeferred,
  selectNext,
  selectSuspect,
  selectWaiting,
  skipPassed,
  type Candidate,
} from './lane-statements.js';

/** How often a lane tries again to run a suspect isolated. */
const ISOLATION_RETRY_MS = 200;

export interface ClaimRequest {
  readonly lane: AcquiredLane;
  readonly dataset: Dataset;
  /** The process that claims it. */
  readonly holder: string;
  /** Whether the next day may be claimed. */
  readonly mayClaim: boolean;
  /** Makes the lane the only one of its process, for a suspect. False if others are still running. */
  readonly isolate: () => boolean;
}

/** Something has to be decided for the batch, and it is not locked. */
export class BatchLockNeededError extends Error {
  override readonly name = 'BatchLockNeededError';
}

/** How long a throttle, or the source's own limit, lets no day begin. */
export interface Wait {
  readonly ms: number;
  readonly kind: 'throttle' | 'rate_limit';
}
const NO_WAIT: Wait = { ms: 0, kind: 'throttle' };

type ClaimAttempt =
  | { readonly row: LaneRow; readonly claim: Claim; readonly wait: Wait }
  | { readonly row: null; readonly wait: Wait };

/** When a lane that has claimed nothing is acquired again, and what it waits for. */
export interface NextWake {
  /** Null: not before it is enqueued. */
  readonly freeInMs: number | null;
  readonly hasSuspect: boolean;
  readonly columns: WaitColumns;
}
/** No day is left that the lane could wait for. */
export const NO_WAKE: NextWake = {
  freeInMs: null,
  hasSuspect: false,
  columns: LANE_WAIT_CLEARED,
};

/** Claims the next eligible day of a lane, or finds what the lane has to wait for. */
@Injectable()
export class LaneClaims {
  constructor(
    private readonly queue: LaneQueue,
    private readonly states: BatchStates,
    private readonly fetcher: DayFetcher,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Whether a day may begin now: neither a throttle nor its source makes it wait. */
  mayBegin({ dataset, mayClaim }: ClaimRequest): boolean {
    return mayClaim && spacingOf(dataset) === 0 && (this.fetcher.waitMs(dataset) ?? 0) <= 0;
  }

  /**
   * Claims the next eligible day, suspects first.
   * @throws {BatchLockNeededError} on PostgreSQL with the batch not locked, if it has a suspect or a deferred day
   */
  async claim(
    transaction: WriteTransaction,
    { dataset, holder, isolate, lane: { number, batchId }, mayClaim }: ClaimRequest,
    lane: LaneRow,
    state: BatchState | null,
  ): Promise<ClaimAttempt> {
    const nothing = { row: null, wait: NO_WAIT };
    const isOpen = state === null || state.batch.status === 'running';
    if (!mayClaim || lane.open === 0 || !isOpen) return nothing;
    const steadyNow = this.clock.steady();
    const throttle = StoredRateLimit.ofDays(dataset.name, spacingOf(dataset));
    const throttleMs = await throttle.waitMs(transaction.db, steadyNow);
    const sourceMs = this.fetcher.waitMs(dataset) ?? 0;
    const waitMs = Math.max(throttleMs, sourceMs);
    if (waitMs > 0) {
      const kind = sourceMs > throttleMs ? 'rate_limit' : 'throttle';
      return { row: null, wait: { ms: waitMs, kind } };
    }
    // Deferred days are decided with the batch locked.
    if (state === null && (await this.hasDeferred(transaction, batchId))) {
      if (transaction.dialect === 'postgres') throw new BatchLockNeededError();
      return nothing;
    }
    const [first] = (await selectSuspect(transaction, { batch_id: batchId })).rows;
    // Without the lock, two lanes could claim the same suspect.
    if (first !== undefined && state === null && transaction.dialect === 'postgres') {
      throw new BatchLockNeededError();
    }
    if (first !== undefined && !isolate()) return nothing;
    const now = toInstant(steadyNow);
    const candidate: Candidate | undefined =
      first ?? (await selectNext(transaction, { batch_id: batchId, now })).rows[0];
    if (candidate === undefined) return nothing;
    await throttle.reserve(transaction.db, steadyNow);
    const { attempts, day, position } = candidate;
    const { rev, token, updated_at: at } = lane;
    const change = { batch_id: batchId, lane: number, rev };
    await beginDay(transaction, { ...change, day, token, started_at: at, attempts: attempts + 1 });
    const passed = await skipPassed(transaction, { ...change, position, finished_at: at });
    const reasons = passed.rows.map(({ reason }) => reason);
    const skips = skipsOf(reasons);
    if (skips.length > 0) {
      this.states.countSkipped(transaction, dataset.name, skips);
    }
    return {
      row: {
        ...lane,
        holder,
        day,
        current_day: day,
        current_at: at,
        skipped: lane.skipped + reasons.length,
        planned: lane.planned + reasons.length,
        skip_reasons: withSkips(lane.skip_reasons, skips),
      },
      claim: { day, token, attempt: attempts + 1, isolated: first !== undefined },
      wait: NO_WAIT,
    };
  }

  async hasDeferred(transaction: WriteTransaction, batch_id: string): Promise<boolean> {
    return ((await countDeferred(transaction, { batch_id })).rows[0]?.count ?? 0) > 0;
  }

  /** What a lane that has claimed nothing waits for, and when it wakes. */
  async nextWakeOf(
    transaction: WriteTransaction,
    batch_id: string,
    { kind, ms }: Wait,
    mayClaim: boolean,
  ): Promise<NextWake> {
    const [steadyNow, now] = [this.clock.steady(), this.clock.now()];
    if ((await selectSuspect(transaction, { batch_id })).rows.length > 0) {
      return { ...NO_WAKE, freeInMs: Math.max(ms, ISOLATION_RETRY_MS), hasSuspect: true };
    }
    const next = await selectNext(transaction, { batch_id, now: toInstant(steadyNow) });
    if (next.rows.length > 0) {
      if (ms === 0) return { ...NO_WAKE, freeInMs: mayClaim ? ISOLATION_RETRY_MS : 0 };
      return { freeInMs: ms, hasSuspect: false, columns: waitFor(kind, toInstant(now + ms), null) };
    }
    const [waiting] = (await selectWaiting(transaction, { batch_id })).rows;
    if (waiting?.waits_for == null || waiting.next_at === null) return NO_WAKE;
    const { day, error_text, next_at, waits_for } = waiting;
    const dueMs = Math.max(0, Date.parse(next_at) - steadyNow);
    const detail = error_text === null ? day : `${day}: ${error_text}`;
    // Shown by the wall clock; due by the steady one.
    const columns = waitFor(waits_for, toInstant(now + dueMs), detail);
    return { freeInMs: Math.max(ms, dueMs), hasSuspect: false, columns };
  }

  /** Wakes another lane of the batch after a delay, for a day that this one does not run. */
  async wakeIdleLane(
    transaction: WriteTransaction,
    { number, batchId }: AcquiredLane,
    { batch, lanes }: BatchState,
    delayMs: number,
  ): Promise<void> {
    if (batch.status !== 'running') return;
    const free = lanes.find(
      (lane) => lane.number !== number && lane.open === 1 && lane.day === null,
    );
    if (free === undefined) return;
    await this.queue.enqueue(transaction, [{ batchId, number: free.number }], delayMs);
  }
}

function waitFor(
  wait_kind: LaneRow['wait_kind'],
  wait_until: string,
  wait_detail: string | null,
): WaitColumns {
  return { wait_kind, wait_until, wait_detail };
}
