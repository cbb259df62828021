import { ACTIVE_STATUSES, type CalendarDay } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { NotNull } from 'kysely';
import type { Logger } from 'pino';
import { lockKnownBatch } from '../batches/store/batch-reading.js';
import { BatchStates } from '../batches/store/batch-states.js';
import { hasEnded, type BatchState } from '../batches/transition.js';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { Database, type WriteTransaction } from '../database/database.js';
import { isProcessGone } from '../database/postgres/postgres-events.js';
import type { LaneRow } from '../database/schema.js';
import { NO_ROWS, writeDayError, writeRecord } from '../batches/store/sync-record.js';
import { LOGGER } from '../logging/logger.js';
import { LONGEST_WAIT_MS } from '../batches/day-outcome.js';
import { requeueDay, requeuedEntry } from './day-commit.js';
import type { RequeueReason } from '../batches/sync-log.js';
import { LaneQueue, type LaneId } from '../batches/lane-queue.js';
import { writeLane } from './lane-statements.js';
import { freed, latest, withLane } from './lane-row.js';
import { LiveView } from '../batches/live-view.js';

/** A day fails that was the only one in flight at so many crashes. */
const MOST_CRASHES = 2;

const CRASHED = {
  code: 'DAY_CRASHED_PROCESS',
  text: `expected the process to live through this day, and it ended ${MOST_CRASHES} times while this day alone was in flight`,
  row: null,
  column: null,
};

const CRASH_RESULT = { reason: null, rows: null, duration_ms: null, ...writeDayError(CRASHED) };

/** A process that seemed dead has committed the day: the transaction that recorded a crash is undone. */
class CommittedMeanwhileError extends Error {
  override readonly name = 'CommittedMeanwhileError';
}

/** A lane whose process is gone, with its day in flight. */
export type LostLane = Pick<LaneRow, 'batch_id' | 'number' | 'token' | 'stopping'> & {
  readonly day: CalendarDay;
};

/** When days were found lost, and why. */
interface Loss {
  readonly at: string;
  readonly isCrash: boolean;
  readonly reason: RequeueReason;
}

function goneReason(isGone: boolean, isCrash: boolean): RequeueReason {
  if (isCrash) return 'process_crashed';
  return isGone ? 'process_stopped' : 'lease_expired';
}

/** Requeues the days that dead processes had in flight, without an attempt counted. */
@Injectable()
export class LostDays {
  constructor(
    private readonly database: Database,
    private readonly queue: LaneQueue,
    private readonly states: BatchStates,
    private readonly live: LiveView,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * At the start of the only process: requeues all days in flight, ends cancelling batches that waited for them, and
   * enqueues the lanes of running batches.
   * @param afterCrash whether the last process ended without being asked to stop
   */
  async recoverAll(afterCrash: boolean): Promise<void> {
    const [at, steadyNow] = [toInstant(this.clock.now()), this.clock.steady()];
    await this.database.write('recover', async (transaction) => {
      const lost = await selectLost(transaction, null);
      const reason = afterCrash ? 'process_crashed' : 'process_stopped';
      await this.requeue(transaction, lost, { at, isCrash: afterCrash, reason });
      await shortenWaits(transaction, at, toInstant(steadyNow + LONGEST_WAIT_MS));
      const active = await transaction.db
        .selectFrom('batch')
        .select(['batch_id', 'status'])
        .where('status', 'in', ACTIVE_STATUSES)
        .orderBy('seq')
        .execute();
      for (const { status, batch_id } of active) {
        const state = await lockKnownBatch(transaction, batch_id);
        this.live.batchChanged(transaction, state);
        if (status === 'cancelling') await this.states.endIfDone(transaction, state, at);
        const open = status === 'running' ? state.lanes.filter((lane) => lane.open === 1) : [];
        const ids = open.map(({ number }) => ({ batchId: batch_id, number }));
        await this.queue.enqueue(transaction, ids, 0);
        if (status !== 'running') continue;
        transaction.afterCommit(() => {
          const { dataset } = state.batch;
          this.logger.info({ task_id: batch_id, dataset }, '继续未完成的批量同步');
        });
      }
      if (!afterCrash) return;
      transaction.afterCommit(() => {
        for (const { day, batch_id } of lost) {
          this.logger.warn({ task_id: batch_id, day }, `上次异常退出时正在同步 ${day}，将单独重试`);
        }
      });
    });
  }

  /**
   * Recovers a lane with an expired lease. If its process is gone, all days of that process are requeued as suspects. If
   * the process is alive, and was only slow, only the day of this lane is requeued.
   */
  async recover({ number, batchId }: LaneId): Promise<void> {
    const at = toInstant(this.clock.now());
    const recovering = this.database.write('recover', async (transaction) => {
      // One recovery handles all days of a process: only then is it clear whether a day was the only one in flight.
      await transaction.lockExclusive('recovery');
      const lane = await transaction.db
        .selectFrom('lane')
        .selectAll()
        .where('batch_id', '=', batchId)
        .where('number', '=', number)
        .executeTakeFirst();
      if (lane?.day == null || lane.holder === null) return;
      if (transaction.dialect !== 'postgres')
        throw new TypeError('expected processes on PostgreSQL');
      const isGone = await isProcessGone(transaction, lane.holder);
      const held = await selectLost(transaction, lane.holder);
      const lost = isGone ? held : held.filter((one) => isSame(one, lane));
      const isCrash = isGone && !lost.some(({ stopping }) => stopping === 1);
      const reason = goneReason(isGone, isCrash);
      await this.requeue(transaction, lost, { at, isCrash, reason });
      transaction.afterCommit(() => {
        for (const { day, batch_id } of lost) {
          const fields = { batch_id, day };
          if (isGone) this.logger.warn(fields, `同步 ${day} 的进程已失联，将重新同步`);
          else this.logger.warn(fields, `${day} 的租约已过期，将重新同步`);
        }
      });
    });
    await recovering.catch((error: unknown) => {
      if (!(error instanceof CommittedMeanwhileError)) throw error;
    });
  }

  /** After a crash the days are suspects. The only day in flight fails, if this is not its first crash. */
  private async requeue(
    transaction: WriteTransaction,
    lost: readonly LostLane[],
    { at, isCrash, reason }: Loss,
  ): Promise<void> {
    const wasOnlyDay = isCrash && lost.length === 1;
    const isFatal = wasOnlyDay && (await recordCrash(transaction, lost, at));
    const batchIds = [...new Set(lost.map(({ batch_id }) => batch_id))].sort();
    for (const batchId of batchIds) {
      let state = await lockKnownBatch(transaction, batchId);
      // A halted process may have committed the last day meanwhile.
      if (hasEnded(state) && !isFatal) continue;
      for (const { number, token } of lost.filter(({ batch_id }) => batch_id === batchId)) {
        // A halted process may have committed this day meanwhile.
        const lane = state.lanes.find((one) => one.number === number && one.token === token);
        if (lane === undefined && isFatal) throw new CommittedMeanwhileError();
        if (lane === undefined) continue;
        const how = { at, isCrash, reason, wasOnlyDay, isFatal };
        state = await this.requeueIn(transaction, state, lane, how);
      }
      const ended = await this.states.endIfDone(transaction, state, at);
      if (hasEnded(ended)) continue;
      for (const lane of state.lanes) await writeLane(transaction, lane);
      await this.live.laneChanged(transaction, batchId);
    }
  }

  private async requeueIn(
    transaction: WriteTransaction,
    state: BatchState,
    lane: LaneRow,
    how: Loss & { wasOnlyDay: boolean; isFatal: boolean },
  ): Promise<BatchState> {
    const { dataset, batch_id: batchId } = state.batch;
    const { day, number, token } = lane;
    if (day === null) return state;
    const { at, wasOnlyDay, isCrash, isFatal, reason } = how;
    const next = freed(lane, latest(at, lane.updated_at));
    const change = { batchId, lane: number, rev: next.rev };
    const { attempts, crashes, suspect } = await transaction.db
      .selectFrom('batch_day')
      .select(['attempts', 'crashes', 'suspect'])
      .where('batch_id', '=', batchId)
      .where('day', '=', day)
      .executeTakeFirstOrThrow();
    const known = crashes + (wasOnlyDay ? 1 : 0);
    const entries = [requeuedEntry(next.updated_at, reason)];
    if (!isFatal) {
      await requeueDay(transaction, change, { day, token }, entries, {
        attempts: attempts - 1,
        suspect: isCrash ? 1 : suspect,
        crashes: known,
      });
      return withLane(state, next);
    }
    await requeueDay(
      transaction,
      change,
      { day, token },
      // It failed, and was not put back: its log ends with its start.
      [],
      {
        ...CRASH_RESULT,
        state: 'failed',
        crashes: known,
        finished_at: next.updated_at,
      },
    );
    this.states.countEnded(transaction, dataset, [
      { outcome: 'failed', reason: CRASHED.code, count: 1 },
    ]);
    transaction.afterCommit(() => {
      this.logger.error({ task_id: batchId, day }, `同步 ${day} 时程序两次崩溃，记为失败`);
    });
    return withLane(state, { ...next, failed: next.failed + 1 });
  }
}

/**
 * Writes a failed record for the only day in flight, if that day has crashed the process too often. As in the commit of
 * a day, records come before the locks of batches: the process may be alive after all.
 * @returns whether the day fails
 */
async function recordCrash(
  transaction: WriteTransaction,
  [lost]: readonly LostLane[],
  at: string,
): Promise<boolean> {
  if (lost === undefined) return false;
  const { day, batch_id } = lost;
  const { attempts, crashes, dataset, verifies } = await transaction.db
    .selectFrom('batch_day')
    .innerJoin('batch', 'batch.batch_id', 'batch_day.batch_id')
    .select(['attempts', 'crashes', 'dataset', 'verifies'])
    .where('batch_day.batch_id', '=', batch_id)
    .where('day', '=', day)
    .executeTakeFirstOrThrow();
  if (crashes + 1 < MOST_CRASHES) return false;
  // A day that is only verified stays what it was.
  if (verifies !== null) return true;
  await writeRecord(transaction, {
    ...CRASH_RESULT,
    ...{ dataset, day, attempts, status: 'failed' },
    ...NO_ROWS,
    ...{ last_batch_id: batch_id, last_tried_at: at },
  });
  return true;
}

/** The lanes with a day in flight, of one process or of all. */
async function selectLost(
  { db }: WriteTransaction,
  holder: string | null,
): Promise<readonly LostLane[]> {
  let query = db
    .selectFrom('lane')
    .select(['batch_id', 'number', 'token', 'stopping', 'day'])
    .where('day', 'is not', null)
    .$narrowType<{ day: NotNull }>();
  if (holder !== null) query = query.where('holder', '=', holder);
  return query.execute();
}

function isSame(one: Pick<LaneRow, 'batch_id' | 'number'>, lane: LaneRow): boolean {
  return one.batch_id === lane.batch_id && one.number === lane.number;
}

/**
 * Shortens waits that reach beyond `latestInstant`: the system's clock was set back while the program was down. Clients
 * that follow the days of a batch see it as any other change.
 */
async function shortenWaits(
  transaction: WriteTransaction,
  at: string,
  latestInstant: string,
): Promise<void> {
  const { db } = transaction;
  const waiting = await db
    .selectFrom('batch_day')
    .select(['batch_id', 'day', 'lane'])
    .where('waits_for', 'is not', null)
    .where('next_at', '>', latestInstant)
    .execute();
  for (const { day, lane, batch_id } of waiting) {
    if (lane === null) continue;
    const { rev } = await db
      .updateTable('lane')
      .set((set) => ({ rev: set('rev', '+', 1), updated_at: at }))
      .where('batch_id', '=', batch_id)
      .where('number', '=', lane)
      .returning('rev')
      .executeTakeFirstOrThrow();
    await db
      .updateTable('batch_day')
      .set({ next_at: latestInstant, rev })
      .where('batch_id', '=', batch_id)
      .where('day', '=', day)
      .execute();
  }
}
