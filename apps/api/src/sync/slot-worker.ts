import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import type { HeldSlot, SlotQueue } from '../dispatch/slot-queue.js';
import type { BatchAdmission } from './batch-admission.js';
import { AWAY_MS, DatabaseWatch, type WatchPorts } from './database-watch.js';
import { DayCommits } from './day-commits.js';
import { SlotKeeper } from './slot-keeper.js';
import { SlotRunner, type RunnerPorts } from './slot-runner.js';
import { hasEnded, type BegunDay, type Turn } from './slot-turn.js';

/** Who was told nothing looks all the same, so often. */
const LOOK_MS = 1_000;
/** Who has days in flight already leaves the next slot to who has fewer, for so long a day. */
const STEP_BACK_MS = 4;
const MOST_STEP_BACK_MS = 30;
/** So long a process with several days in flight leaves a slot that it had to whoever is free. */
const YIELD_MS = 20;
const YIELD_EVERY_MS = 200;
/** A day that has to be alone is made room for, for so long at a time. */
const WANT_ALONE_MS = 1_000;

export interface WorkerPorts extends Omit<RunnerPorts, 'commits' | 'keeper' | 'watch'>, WatchPorts {
  readonly queue: SlotQueue;
  readonly admission: BatchAdmission;
  /** How many days at a time. */
  readonly capacity: number;
}

/**
 * Runs days in this process, of whatever batch has a slot free: one of several such processes. It holds each slot for
 * five seconds or a day, whichever is longer, so that whoever has room takes the next.
 */
export class SlotWorker {
  private readonly running = new Set<Promise<void>>();
  private readonly keeper: SlotKeeper;
  private readonly watch: DatabaseWatch;
  private readonly runner: SlotRunner;
  private readonly stopping = new AbortController();
  private readonly aborting = new AbortController();
  private woken = Promise.withResolvers<void>();
  /** When the next slot comes free that this process knows of, on the monotonic clock. */
  private freeAt = Number.POSITIVE_INFINITY;
  /** When it is looked again whether a batch may begin. */
  private admitAt = Number.NEGATIVE_INFINITY;
  /** Until then others may take what this process has passed on. */
  private notBefore = Number.NEGATIVE_INFINITY;
  /** Until then room is made for a day that has to be alone in its process. */
  private wantsAloneUntil = Number.NEGATIVE_INFINITY;
  /** The answer to a commit may have been lost. */
  private isUnsure = false;
  private isAlone = false;
  /** A slot that is held for a day that has to be alone, until nothing else is in flight. */
  private reserved: { readonly slot: HeldSlot; readonly lost: AbortSignal } | null = null;
  private looping: Promise<void> = Promise.resolve();

  constructor(private readonly ports: WorkerPorts) {
    const { clock, logger, queue } = ports;
    this.keeper = new SlotKeeper(queue, clock, logger, () => {
      this.wake();
    });
    this.watch = new DatabaseWatch(ports, this.aborting.signal);
    const { keeper, watch } = this;
    const commits = new DayCommits({ ...ports, watch });
    this.runner = new SlotRunner(
      { ...ports, commits, keeper, watch },
      {
        mayGoOn: () =>
          !this.stopping.signal.aborted &&
          !this.isAlone &&
          this.reserved === null &&
          clock.monotonic() >= this.wantsAloneUntil,
        onFree: (inMs) => {
          this.expect(inMs);
        },
        aborting: this.aborting.signal,
      },
    );
  }

  /** Whether it can take days; false as long as the database is away. */
  get isReady(): boolean {
    return !this.watch.isAway;
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
    if (this.reserved !== null) await this.runner.release(this.reserved.slot);
    await Promise.all([...this.running, this.leave()]);
    clearTimeout(timer);
    this.keeper.stop();
  }

  /** The end of this process is no crash of what it has in flight: a second signal does not wait for it. */
  private async leave(): Promise<void> {
    const { logger, turns } = this.ports;
    if (this.running.size === 0) return;
    try {
      await turns.leave();
    } catch (error) {
      logger.debug({ err: error }, 'it was not told that this process ends');
    }
  }

  private async loop(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const woken = this.woken.promise;
      try {
        await this.settleUnsure();
        await this.admit();
        const taken = this.hasRoom() && (await this.take());
        this.watch.found(this);
        if (taken) continue;
      } catch (error) {
        this.isUnsure = true;
        if (error instanceof DatabaseUnavailableError) this.watch.lost(this, error);
        else this.ports.logger.error({ err: error }, '取任务失败，稍后重试');
        await this.rest(AWAY_MS);
        continue;
      }
      await this.waitFor(woken);
    }
  }

  /** A commit whose answer was lost may have begun a day. */
  private async settleUnsure(): Promise<void> {
    if (!this.isUnsure) return;
    await this.ports.turns.giveBackUnknown(this.keeper.held);
    this.isUnsure = false;
  }

  private hasRoom(): boolean {
    const { size } = this.running;
    const now = this.ports.clock.monotonic();
    if (this.isAlone || now < this.notBefore) return false;
    if (this.reserved !== null) return size === 0;
    return now < this.wantsAloneUntil ? size === 0 : size < this.ports.capacity;
  }

  private wake(): void {
    this.woken.resolve();
  }

  private async admit(): Promise<void> {
    const now = this.ports.clock.monotonic();
    if (now < this.admitAt) return;
    this.admitAt = now + LOOK_MS;
    const broken = await this.ports.admission.admit();
    for (const { taskId, error } of broken ?? []) await this.runner.fail(taskId, error);
  }

  /** @returns whether to look again at once */
  private async take(): Promise<boolean> {
    const { clock } = this.ports;
    const alone = this.running.size === 0;
    const since = clock.monotonic();
    const turn = await this.nextTurn(alone);
    switch (turn.kind) {
      case 'none':
        return false;
      case 'spent': {
        const { blocked, broken, freeInMs, result, slot } = turn;
        if (result !== null) this.ports.metrics.stepped(this.ports.datasetOf(slot.taskId), result);
        if (result !== null && hasEnded(result)) this.ports.onEnd(slot.taskId);
        if (broken !== null) await this.runner.fail(slot.taskId, broken);
        if (blocked) this.wantsAloneUntil = clock.monotonic() + WANT_ALONE_MS;
        this.expect(freeInMs);
        return true;
      }
      case 'begun': {
        const { day, result } = turn;
        this.ports.metrics.stepped(day.dataset.name, result);
        this.isAlone = result.outlook.blocked && alone;
        this.begin(day, since);
        // Others that look at this moment come before one who has something to do.
        await this.rest(Math.min(STEP_BACK_MS * (this.running.size - 1), MOST_STEP_BACK_MS));
        return true;
      }
      case 'reserved': {
        const { slot } = turn;
        this.reserved = { slot, lost: this.keeper.hold(slot, since) };
        return true;
      }
      default: {
        const unknown: never = turn;
        return unknown;
      }
    }
  }

  /** A slot that was kept for a day that has to be alone is the next, once nothing else is in flight here. */
  private async nextTurn(alone: boolean): Promise<Turn> {
    const { reserved } = this;
    if (reserved === null) return this.ports.turns.take(alone);
    this.reserved = null;
    this.keeper.letGo(reserved.slot);
    return reserved.lost.aborted
      ? { kind: 'none' }
      : this.ports.turns.takeReserved(reserved.slot, alone);
  }

  private begin(day: BegunDay, since: number): void {
    const run = this.runner.run(day, since).finally(() => {
      this.running.delete(run);
      this.isAlone = false;
      this.wake();
    });
    this.running.add(run);
  }

  /** A slot comes free in so long. */
  private expect(inMs: number | null): void {
    if (inMs === null) return;
    const { clock } = this.ports;
    const now = clock.monotonic();
    const yields = inMs === 0 && this.running.size > 1 && now - this.notBefore > YIELD_EVERY_MS;
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
}
