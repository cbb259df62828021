import { setTimeout as sleep } from 'node:timers/promises';
import type { ProgressError } from '@daysync/progress';
import { toInstant } from '../clock.js';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import type { HeldSlot } from '../dispatch/slot-queue.js';
import type { BatchAdmission } from './batch-admission.js';
import { logVerdict } from './day-log.js';
import { StaleClaimError, type FinishedDay } from './day-commit.js';
import { SlotKeeper } from './slot-keeper.js';
import { hasEnded, type BegunDay, type SlotTurns, type TurnPorts } from './slot-turns.js';
import type { SyncMetrics } from './sync-metrics.js';

/** Who was told nothing looks all the same, so often. */
const LOOK_MS = 1_000;
/** How long a slot is held for one day after another before whoever is free may have it. */
const HOLD_MS = 1_000;
/** How long a database that is away is left alone. */
const AWAY_MS = 1_000;
/** Who has days in flight already leaves the next slot to who has fewer, for so long a day. */
const STEP_BACK_MS = 4;
/** So long a process with several days in flight leaves a slot that it had to whoever is free. */
const YIELD_MS = 20;

export interface WorkerPorts extends TurnPorts {
  readonly turns: SlotTurns;
  readonly admission: BatchAdmission;
  readonly metrics: SyncMetrics;
  /** How many days at a time. */
  readonly capacity: number;
  /** Told that a batch has ended, or can't go on. */
  readonly onEnd: (taskId: string) => void;
}

/**
 * Runs days in this process, of whatever batch has a slot free: one of several such processes. It holds each slot for
 * one day, so that whoever has room takes the next.
 */
export class SlotWorker {
  private readonly running = new Set<Promise<void>>();
  private readonly keeper: SlotKeeper;
  private readonly stopping = new AbortController();
  private readonly aborting = new AbortController();
  private woken = Promise.withResolvers<void>();
  /** When the next slot comes free that this process knows of, on the monotonic clock. */
  private freeAt = Number.POSITIVE_INFINITY;
  /** When it is looked again whether a batch may begin. */
  private admitAt = Number.NEGATIVE_INFINITY;
  /** Until then others may take what this process has passed on. */
  private notBefore = Number.NEGATIVE_INFINITY;
  /** A day waits that has to be alone in its process. */
  private wantsAlone = false;
  private isAlone = false;
  private isAway = false;
  private looping: Promise<void> = Promise.resolve();

  constructor(private readonly ports: WorkerPorts) {
    this.keeper = new SlotKeeper(ports.queue, ports.clock, ports.logger);
  }

  /** Whether it can take days; false as long as the database is away. */
  get isReady(): boolean {
    return !this.isAway;
  }

  start(): void {
    this.keeper.start();
    this.looping = this.loop();
  }

  /** Somebody has said that there is something to do. */
  hearOfWork(): void {
    this.admitAt = Number.NEGATIVE_INFINITY;
    this.wake();
  }

  /** The database was away, and is there again: those that were cut off get time to say that they live. */
  reconnected(): void {
    this.keeper.reconnected();
    this.wake();
  }

  /**
   * Begins no other day, lets those in flight finish, and gives back what is left.
   * @param graceMs how long they may take
   */
  async stop(graceMs: number): Promise<void> {
    this.stopping.abort();
    this.wake();
    const timer = setTimeout(() => {
      this.aborting.abort();
    }, graceMs);
    await this.looping;
    await Promise.all(this.running);
    clearTimeout(timer);
    this.keeper.stop();
  }

  private async loop(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const woken = this.woken.promise;
      try {
        await this.admit();
        const taken = this.hasRoom() && (await this.take());
        this.tellAway(null);
        if (taken) continue;
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError)) {
          this.ports.logger.error({ err: error }, '取任务失败，稍后重试');
        }
        this.tellAway(error);
        await this.rest(AWAY_MS);
        continue;
      }
      await this.waitFor(woken);
    }
  }

  private hasRoom(): boolean {
    const { size } = this.running;
    if (this.isAlone || this.ports.clock.monotonic() < this.notBefore) return false;
    return this.wantsAlone ? size === 0 : size < this.ports.capacity;
  }

  private wake(): void {
    this.woken.resolve();
  }

  private async admit(): Promise<void> {
    const now = this.ports.clock.monotonic();
    if (now < this.admitAt) return;
    this.admitAt = now + LOOK_MS;
    const broken = await this.ports.admission.admit();
    for (const { taskId, error } of broken ?? []) await this.fail(taskId, error);
  }

  /** @returns whether to look again at once */
  private async take(): Promise<boolean> {
    const alone = this.running.size === 0;
    const turn = await this.ports.turns.take(alone);
    switch (turn.kind) {
      case 'none':
        return false;
      case 'spent': {
        const { blocked, broken, freeInMs, result, slot } = turn;
        if (result !== null) this.ports.metrics.stepped(this.datasetOf(slot), null, result);
        if (result !== null && hasEnded(result)) this.ports.onEnd(slot.taskId);
        if (broken !== null) await this.fail(slot.taskId, broken);
        this.wantsAlone = blocked;
        this.expect(freeInMs);
        return true;
      }
      case 'begun': {
        const { day, result } = turn;
        this.ports.metrics.stepped(day.dataset.name, null, result);
        this.isAlone = result.outlook.blocked && alone;
        this.wantsAlone = false;
        this.begin(day);
        // Others that look at this moment come before one who has something to do.
        await this.rest(STEP_BACK_MS * (this.running.size - 1));
        return true;
      }
      default: {
        const unknown: never = turn;
        return unknown;
      }
    }
  }

  private begin(day: BegunDay): void {
    const run = this.run(day).finally(() => {
      this.running.delete(run);
      this.isAlone = false;
      this.wake();
    });
    this.running.add(run);
  }

  /** Runs days for as long as the slot is held. */
  private async run(first: BegunDay): Promise<void> {
    const { slot } = first;
    const until = this.ports.clock.monotonic() + HOLD_MS;
    const lease = this.keeper.hold(slot);
    const signal = AbortSignal.any([this.aborting.signal, lease]);
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
      this.keeper.letGo(slot);
    }
  }

  /** @returns the day that the slot holds then */
  private async runDay(
    day: BegunDay,
    until: number,
    signal: AbortSignal,
  ): Promise<BegunDay | null> {
    const { clock, dispatcher, logger } = this.ports;
    const { claim, dataset, slot } = day;
    const fields = { task_id: slot.taskId, dataset: dataset.name, day: claim.day };
    logger.info(fields, `开始同步 ${claim.day}`);
    const begun = clock.monotonic();
    const fetched = await dispatcher.fetchDay(dataset, claim.day, signal);
    try {
      const ended = clock.monotonic();
      const finished = { claim, fetched, durationMs: ended - begun };
      const goesOn =
        ended < until && !this.stopping.signal.aborted && !this.wantsAlone && !this.isAlone;
      return await this.commit(day, finished, goesOn);
    } finally {
      if (fetched.kind === 'staged') fetched.rows.drop();
    }
  }

  /** Commits as soon as the database can be written. */
  private async commit(
    day: BegunDay,
    finished: FinishedDay,
    goesOn: boolean,
  ): Promise<BegunDay | null> {
    const { logger, metrics, turns } = this.ports;
    const { dataset, slot } = day;
    const { freeInMs, next, result } = await this.whenAvailable(() =>
      turns.finish(day, finished, goesOn),
    );
    metrics.stepped(dataset.name, finished, result);
    if (result.verdict !== null) {
      logVerdict(logger, { dataset, taskId: slot.taskId }, finished, result.verdict);
    }
    if (hasEnded(result)) this.ports.onEnd(slot.taskId);
    this.expect(freeInMs);
    return next;
  }

  private async giveBack(day: BegunDay): Promise<void> {
    const { logger, turns } = this.ports;
    const { day: lost } = day.claim;
    try {
      await this.whenAvailable(() => turns.giveBack(day));
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
    if (this.stopping.signal.aborted) return;
    this.ports.logger.error({ err: error, task_id: slot.taskId }, '批量同步中断');
    const text = 'an unexpected error, which the log tells';
    await this.fail(slot.taskId, { code: 'INTERNAL', text });
    await this.release(slot);
  }

  private async release(slot: HeldSlot): Promise<void> {
    try {
      await this.whenAvailable(() => this.ports.turns.release(slot));
    } catch (error) {
      this.ports.logger.error({ err: error, task_id: slot.taskId }, 'a slot was not let go of');
    }
  }

  private async fail(taskId: string, error: ProgressError): Promise<void> {
    const { clock, commit, metrics } = this.ports;
    const failed = await this.whenAvailable(() =>
      commit.fail(taskId, error, toInstant(clock.now())),
    );
    if (failed === null) return;
    const dataset = this.ports.registry.get(taskId)?.dataset ?? '';
    metrics.daysEnded(dataset, failed.ended);
    metrics.batchChanged(dataset, 'failed');
    this.ports.onEnd(taskId);
  }

  /**
   * Tries again while the database is away.
   * @throws what else goes wrong, and what is left when a stop waits no longer
   */
  private async whenAvailable<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError) || this.aborting.signal.aborted)
          throw error;
        this.tellAway(error);
        await sleep(AWAY_MS, undefined, { signal: this.aborting.signal }).catch(() => undefined);
      }
    }
  }

  private tellAway(error: unknown): void {
    const isAway = error !== null;
    if (isAway === this.isAway) return;
    this.isAway = isAway;
    if (isAway) this.ports.logger.error({ err: error }, '数据库暂不可用，稍后重试');
    else this.ports.logger.info('数据库已恢复，继续同步');
  }

  /** A slot comes free in so long. */
  private expect(inMs: number | null): void {
    if (inMs === null) return;
    const { clock } = this.ports;
    const now = clock.monotonic();
    const yields = inMs === 0 && this.running.size > 1;
    if (yields) this.notBefore = now + YIELD_MS;
    this.freeAt = Math.min(this.freeAt, now + (yields ? YIELD_MS : inMs));
  }

  private async waitFor(woken: Promise<void>): Promise<void> {
    const waitMs = Math.max(0, this.freeAt - this.ports.clock.monotonic());
    const timer = new AbortController();
    // Rounded up: one who comes early by a fraction finds nothing.
    const ms = Math.min(Math.ceil(waitMs) + 1, LOOK_MS);
    await Promise.race([
      woken,
      sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined),
    ]);
    timer.abort();
    this.woken = Promise.withResolvers();
    if (this.freeAt <= this.ports.clock.monotonic()) this.freeAt = Number.POSITIVE_INFINITY;
  }

  private async rest(ms: number): Promise<void> {
    if (ms <= 0) return;
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private datasetOf({ taskId }: HeldSlot): string {
    return this.ports.registry.get(taskId)?.dataset ?? '';
  }
}
