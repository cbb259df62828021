import type { ProgressError } from '@daysync/progress';
import type { Logger } from 'pino';
import { toInstant, type Clock } from '../clock.js';
import type { DayDispatcher } from '../dispatch/day-dispatcher.js';
import type { HeldSlot } from '../dispatch/slot-queue.js';
import type { BatchCommit } from './batch-commit.js';
import type { DatabaseWatch } from './database-watch.js';
import { StaleClaimError, type FinishedDay } from './day-commit.js';
import type { DayCommits } from './day-commits.js';
import type { SlotKeeper } from './slot-keeper.js';
import type { BegunDay } from './slot-turn.js';
import type { SlotTurns } from './slot-turns.js';
import type { SyncMetrics } from './sync-metrics.js';

/** How long a slot is held for one day after another before whoever is free may have it. */
const HOLD_MS = 5_000;

/** What days in a slot are run with. */
export interface RunnerPorts {
  readonly turns: SlotTurns;
  readonly keeper: SlotKeeper;
  readonly commits: DayCommits;
  readonly watch: DatabaseWatch;
  readonly commit: Pick<BatchCommit, 'fail'>;
  readonly dispatcher: DayDispatcher;
  readonly metrics: SyncMetrics;
  readonly clock: Pick<Clock, 'monotonic' | 'now'>;
  readonly logger: Logger;
  /** The dataset of a batch, as far as it is known. */
  readonly datasetOf: (taskId: string) => string;
  /** Told that a batch has ended, or can't go on. */
  readonly onEnd: (taskId: string) => void;
}

/** What the process that runs it lets a slot do. */
export interface SlotRules {
  /** Whether a slot may go on with another day. */
  readonly mayGoOn: () => boolean;
  /** Told in how many milliseconds a slot is free again; null if nobody is to have it. */
  readonly onFree: (inMs: number | null) => void;
  /** Aborted when no day is to be finished any more. */
  readonly aborting: AbortSignal;
}

/** Runs the days of one batch in a slot that this process holds, one after another. */
export class SlotRunner {
  constructor(
    private readonly ports: RunnerPorts,
    private readonly rules: SlotRules,
  ) {}

  /**
   * Runs days for as long as the slot is held. What goes wrong is told, and ends with it.
   * @param since when the slot was taken at the earliest, on the monotonic clock
   */
  async run(first: BegunDay, since: number): Promise<void> {
    const { clock, keeper } = this.ports;
    const { slot } = first;
    const until = clock.monotonic() + HOLD_MS;
    const signal = AbortSignal.any([this.rules.aborting, keeper.hold(slot, since)]);
    let day = first;
    try {
      for (;;) {
        const next = await this.runDay(day, until, signal);
        if (next === null) return;
        day = next;
      }
    } catch (error) {
      if (error instanceof StaleClaimError) await this.dropStale(day, error);
      else if (signal.aborted) await this.giveBack(day);
      else await this.breakOff(day, error);
    } finally {
      keeper.letGo(slot);
    }
  }

  /** Ends a batch that can't go on. */
  async fail(taskId: string, error: ProgressError): Promise<void> {
    const { clock, commit, datasetOf, metrics, onEnd, watch } = this.ports;
    const at = toInstant(clock.now());
    const failed = await watch.whenAvailable(() => commit.fail(taskId, error, at));
    if (failed === null) return;
    const dataset = datasetOf(taskId);
    metrics.daysEnded(dataset, failed.ended);
    const isCancelled = failed.events.some(({ type }) => type === 'batch_cancelled');
    metrics.batchChanged(dataset, isCancelled ? 'cancelled' : 'failed');
    onEnd(taskId);
  }

  /** @returns the day that the slot holds then */
  private async runDay(
    day: BegunDay,
    until: number,
    signal: AbortSignal,
  ): Promise<BegunDay | null> {
    const { clock, dispatcher, keeper, logger } = this.ports;
    const { claim, dataset, slot } = day;
    // A process that was halted goes on in the midst of things: others may have done the day by now.
    keeper.dropUnsure();
    signal.throwIfAborted();
    const fields = { task_id: slot.taskId, dataset: dataset.name, day: claim.day };
    logger.info(fields, `开始同步 ${claim.day}`);
    const begun = clock.monotonic();
    const fetched = await dispatcher.fetchDay(dataset, claim.day, signal);
    try {
      const ended = clock.monotonic();
      const finished = { claim, fetched, durationMs: ended - begun };
      return await this.commit(day, finished, ended < until && this.rules.mayGoOn());
    } finally {
      if (fetched.kind === 'staged') fetched.rows.drop();
    }
  }

  private async commit(
    day: BegunDay,
    finished: FinishedDay,
    goesOn: boolean,
  ): Promise<BegunDay | null> {
    const { freeInMs, next } = await this.ports.commits.commit({ day, finished, goesOn });
    this.rules.onFree(freeInMs);
    return next;
  }

  private async giveBack(day: BegunDay): Promise<void> {
    const { logger, turns, watch } = this.ports;
    const { day: lost } = day.claim;
    try {
      await watch.whenAvailable(() => turns.giveBack(day));
      logger.info({ task_id: day.slot.taskId, day: lost }, `已归还 ${lost}，稍后重新同步`);
    } catch (error) {
      if (error instanceof StaleClaimError) await this.dropStale(day, error);
      // Its lease ends by itself, and another process has it then.
      else logger.error({ err: error, day: lost }, 'a day in flight was not given back');
    }
  }

  /** Somebody else holds the day, or nobody: what came of it is dropped. */
  private async dropStale({ slot }: BegunDay, error: StaleClaimError): Promise<void> {
    this.ports.logger.warn({ task_id: slot.taskId, err: error }, '租约已失效，丢弃结果');
    await this.release(slot);
  }

  /** A bug: it ends the batch, and not the process. */
  private async breakOff({ slot }: BegunDay, error: unknown): Promise<void> {
    this.ports.logger.error({ err: error, task_id: slot.taskId }, '批量同步中断');
    const text = 'an unexpected error, which the log tells';
    try {
      await this.fail(slot.taskId, { code: 'INTERNAL', text });
    } catch (failure) {
      this.ports.logger.error({ err: failure }, 'the end of a batch was not written');
    }
    await this.release(slot);
  }

  /** Lets go of a slot, whatever it holds. */
  async release(slot: HeldSlot): Promise<void> {
    const { logger, turns, watch } = this.ports;
    try {
      await watch.whenAvailable(() => turns.release(slot));
    } catch (error) {
      logger.error({ err: error, task_id: slot.taskId }, 'a slot was not let go of');
    }
  }
}
