import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { AcquiredLane } from '../batches/lane-queue.js';
import { LiveView } from '../batches/live-view.js';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { Database, type WriteTransaction } from '../database/database.js';
import type { LaneRow } from '../database/schema.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { LOGGER } from '../logging/logger.js';
import { TargetUnavailableError } from '../targets/day-target.js';
import type { DatabaseWatch } from './database-watch.js';
import { logInFlight, type Claim } from './day-commit.js';
import { LANE_WAIT_CLEARED, latest, type WaitColumns } from './lane-row.js';
import { selectLane, writeLane } from './lane-statements.js';
import { StaleClaimError } from './stale-claim.js';

/** How long a target that is away is left alone: the first time, and at most. */
const FIRST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 10_000;

/** The lane was closed while its day waited for its target, by a pause or a cancel: the day is requeued. */
export class LaneClosedError extends Error {
  override readonly name = 'LaneClosedError';
}

/** A lane with its day in flight. */
interface HeldLane {
  readonly lane: AcquiredLane;
  readonly claim: Claim | null;
  /** As it was last written. */
  laneRow: LaneRow | null;
}

interface WaitPorts {
  readonly watch: DatabaseWatch;
  readonly signal: AbortSignal;
}

/** Lets days in flight wait for a target elsewhere that is away. No attempt is counted, and fetched rows are kept. */
@Injectable()
export class TargetWaits {
  constructor(
    private readonly database: Database,
    private readonly live: LiveView,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'info' | 'warn'>,
  ) {}

  /**
   * Runs `work`, again and again while the target is away. Meanwhile, and no longer, the lane shows that it waits.
   * @throws {LaneClosedError} once the lane is closed, and {@link StaleClaimError} once it has another token
   * @throws any other error of `work`, and the signal's reason
   */
  async whenReachable<T>(
    held: HeldLane,
    { name }: Pick<Dataset, 'name'>,
    { watch, signal }: WaitPorts,
    work: () => Promise<T>,
  ): Promise<T> {
    const { claim, lane } = held;
    const fields = { task_id: lane.batchId, dataset: name, day: claim?.day };
    let waited = 0;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, MOST_WAIT_MS)) {
      try {
        const done = await watch.whenAvailable(work);
        if (claim !== null && waited > 0) {
          this.logger.info(fields, '目标已恢复，继续同步');
          await watch.whenAvailable(() => this.endWait(held, claim));
        }
        return done;
      } catch (error) {
        if (!(error instanceof TargetUnavailableError) || claim === null) throw error;
        if (waited === 0) this.logger.warn({ ...fields, err: error }, '目标暂不可用，稍后重试');
        const isFirst = waited === 0;
        await watch.whenAvailable(() =>
          this.show(held, claim, waitOf(error, this.clock.now() + waitMs), isFirst),
        );
      }
      await sleep(waitMs, undefined, { signal });
      waited += 1;
    }
  }

  /** Shows in the lane what its day waits for, and logs where the wait begins. */
  private async show(
    held: HeldLane,
    claim: Claim,
    wait: WaitColumns,
    isFirst: boolean,
  ): Promise<void> {
    const { number, batchId } = held.lane;
    held.laneRow = await this.database.write('target_wait', async (transaction) => {
      const { rows } = await selectLane(transaction, { batch_id: batchId, number });
      const [row] = rows;
      if (row?.token !== claim.token) throw new StaleClaimError(held.lane, claim);
      if (row.open === 0) throw new LaneClosedError(`lane ${number} of ${batchId} is closed`);
      if (isFirst) {
        const at = toInstant(this.clock.now());
        const entry = { at, kind: 'waiting', code: 'target', text: wait.wait_detail } as const;
        await logInFlight(transaction, { batchId }, claim, [entry]);
      }
      return this.write(transaction, row, wait);
    });
  }

  /** Nothing is to be done where the work was the commit of the day: it has written the lane. */
  private async endWait(held: HeldLane, claim: Claim): Promise<void> {
    const { number, batchId } = held.lane;
    await this.database.write('target_wait', async (transaction) => {
      const { rows } = await selectLane(transaction, { batch_id: batchId, number });
      const [row] = rows;
      if (row?.token !== claim.token) return;
      held.laneRow = await this.write(transaction, row, LANE_WAIT_CLEARED);
    });
  }

  private async write(
    transaction: WriteTransaction,
    row: LaneRow,
    wait: WaitColumns,
  ): Promise<LaneRow> {
    const updated_at = latest(toInstant(this.clock.now()), row.updated_at);
    const next = { ...row, ...wait, rev: row.rev + 1, updated_at };
    await writeLane(transaction, next);
    await this.live.laneChanged(transaction, row.batch_id);
    return next;
  }
}

function waitOf({ message }: TargetUnavailableError, until: number): WaitColumns {
  return {
    wait_kind: 'target',
    wait_until: toInstant(until),
    wait_detail: message,
  };
}
