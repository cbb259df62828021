import { Inject, Injectable } from '@nestjs/common';
import { BatchStates } from '../batches/store/batch-states.js';
import type { BatchState } from '../batches/transition.js';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import type { WriteTransaction } from '../database/database.js';
import type { LaneRow } from '../database/schema.js';
import { spacingOf, type Dataset } from '../datasets/dataset.js';
import { DayFetcher } from './fetch/day-fetcher.js';
import { StoredRateLimit } from './shared-rate-limiter.js';
import { countByReason } from '../batches/day-outcome.js';
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

/** How often it is looked whether a day may run that has to be alone in its process. */
const ISOLATION_RETRY_MS = 200;

/** Who asks for the next day of a lane. */
export interface ClaimRequest {
  readonly lane: AcquiredLane;
  readonly dataset: Dataset;
  /** The process that takes it. */
  readonly holder: string;
  /** Whether the next day may be claimed. */
  readonly mayClaim: boolean;
  /** Has the lane be the only one of its process, for a day that has to be: whether that is so. */
  readonly isolate: () => boolean;
}

/** Something is to be decided of the batch, which is not locked. */
export class BatchLockNeededError extends Error {
  override readonly name = 'BatchLockNeededError';
}

export interface Wait {
  readonly ms: number;
  readonly kind: 'throttle' | 'rate_limit';
}
const NO_WAIT: Wait = { ms: 0, kind: 'throttle' };

type ClaimAttempt =
  | { readonly row: LaneRow; readonly claim: Claim; readonly waitMs: Wait }
  | { readonly row: null; readonly waitMs: Wait };

export interface NextWake {
  readonly freeInMs: number | null;
  readonly hasSuspect: boolean;
  readonly columns: WaitColumns;
}
/** Nothing that it could wait for is left. */
export const NO_WAKE: NextWake = {
  freeInMs: null,
  hasSuspect: false,
  columns: LANE_WAIT_CLEARED,
};

/** The claims of days, statement by statement, and what a lane waits for that has claimed none. */
@Injectable()
export class LaneClaims {
  constructor(
    private readonly queue: LaneQueue,
    private readonly states: BatchStates,
    private readonly fetcher: DayFetcher,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Whether a day may begin now, and beside others: neither a throttle nor its source has it wait. */
  mayBegin({ dataset, mayClaim }: ClaimRequest): boolean {
    return mayClaim && spacingOf(dataset) === 0 && (this.fetcher.waitMs(dataset) ?? 0) <= 0;
  }

  /**
   * Begins the next day, if one may: a suspect first, where the process has nothing else in flight.
   * @throws {BatchLockNeededError} where the batch is not locked on PostgreSQL, for a suspect or a deferred day
   */
  async claim(
    transaction: WriteTransaction,
    { dataset, holder, isolate, lane: { number, batchId }, mayClaim }: ClaimRequest,
    lane: LaneRow,
    state: BatchState | null,
  ): Promise<ClaimAttempt> {
    const nothing = { row: null, waitMs: NO_WAIT };
    const isOpen = state === null || state.batch.status === 'running';
    if (!mayClaim || lane.open === 0 || !isOpen) return nothing;
    const steadyNow = this.clock.steady();
    const throttle = StoredRateLimit.ofDays(dataset.name, spacingOf(dataset));
    const throttleMs = await throttle.waitMs(transaction.db, steadyNow);
    const sourceMs = this.fetcher.waitMs(dataset) ?? 0;
    const waitMs = Math.max(throttleMs, sourceMs);
    if (waitMs > 0) {
      return {
        row: null,
        waitMs: { ms: waitMs, kind: sourceMs > throttleMs ? 'rate_limit' : 'throttle' },
      };
    }
    // What becomes of deferred days is decided with the batch locked.
    if (state === null && (await this.hasDeferred(transaction, batchId))) {
      if (transaction.dialect === 'postgres') throw new BatchLockNeededError();
      return nothing;
    }
    const [first] = (await selectSuspect(transaction, { batch_id: batchId })).rows;
    // Lanes that claim side by side would claim the same one.
    if (first !== undefined && state === null && transaction.dialect === 'postgres') {
      throw new BatchLockNeededError();
    }
    // Suspects come first, and alone: this process makes room for them.
    if (first !== undefined && !isolate()) return nothing;
    const now = toInstant(steadyNow);
    const candidate: Candidate | undefined =
      first ?? (await selectNext(transaction, { batch_id: batchId, now })).rows[0];
    if (candidate === undefined) return nothing;
    await throttle.reserve(transaction.db, steadyNow);
    const { attempts, day, position } = candidate;
    const { rev, token, updated_at: at } = lane;
    const place = { batch_id: batchId, lane: number, rev };
    await beginDay(transaction, { ...place, day, token, started_at: at, attempts: attempts + 1 });
    const passed = await skipPassed(transaction, { ...place, position, finished_at: at });
    const reasons = passed.rows.map(({ reason }) => reason);
    if (reasons.length > 0) {
      this.states.countEnded(transaction, dataset.name, countByReason('skipped', reasons));
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
      },
      claim: { day, token, attempt: attempts + 1, isolated: first !== undefined },
      waitMs: NO_WAIT,
    };
  }

  async hasDeferred(transaction: WriteTransaction, batch_id: string): Promise<boolean> {
    return ((await countDeferred(transaction, { batch_id })).rows[0]?.count ?? 0) > 0;
  }

  /** What a lane waits for that has claimed nothing, and in how many milliseconds it is to be looked at again. */
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
    // The time that is left, on the clock that people read.
    const columns = waitFor(waits_for, toInstant(now + dueMs), detail);
    return { freeInMs: Math.max(ms, dueMs), hasSuspect: false, columns };
  }

  /** An open lane of a running batch that is free looks after a day that this one leaves, in so long. */
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
