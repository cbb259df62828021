import { Inject, Injectable } from '@nestjs/common';
import {
  concat,
  defer,
  EMPTY,
  filter,
  of,
  queueScheduler,
  Subject,
  subscribeOn,
  takeWhile,
  type Observable,
} from 'rxjs';
import { applyChange, type ProgressChange } from '../apply-event.js';
import { isTerminal, type Progress, type WaitingFor } from '../progress.js';

/** Where the registry gets its time from. */
export interface MonotonicClock {
  /** Milliseconds from any fixed origin; never set back, so that a corrected wall clock expires nothing. */
  now(): number;
}

/** How long and how many finished batches stay in memory. */
export interface ProgressOptions {
  /** How long a finished batch stays in memory, in seconds. @default 3600 */
  readonly ttlSeconds?: number;
  /** How many finished batches stay in memory at most; the oldest leave first. @default 1000 */
  readonly maxFinished?: number;
  /** @default performance.now() */
  readonly clock?: MonotonicClock;
}

/** The token of a registry’s options, every one of them given: for who provides the registry itself. */
export const PROGRESS_OPTIONS = Symbol('PROGRESS_OPTIONS');

/** A batch that the registry does not know: never registered, or expired. */
export class UnknownBatchError extends Error {
  /** Which error it is. */
  override readonly name = 'UnknownBatchError';
  constructor(taskId: string) {
    super(`expected a registered batch, got ${JSON.stringify(taskId)}`);
  }
}

/**
 * The live progress of batches, in memory. Active batches stay; a finished one leaves `ttlSeconds` after its
 * end, or earlier when more than `maxFinished` have ended since. Snapshots are immutable.
 */
@Injectable()
export class ProgressRegistry {
  private readonly active = new Map<string, Progress>();
  /** In the order of their ends: the first is the oldest. */
  private readonly finished = new Map<string, { progress: Progress; expiresAt: number }>();
  private readonly changes = new Subject<Progress>();
  private readonly ttlMs: number;
  private readonly maxFinished: number;
  private readonly clock: MonotonicClock;

  constructor(@Inject(PROGRESS_OPTIONS) options: Required<ProgressOptions>) {
    this.ttlMs = options.ttlSeconds * 1_000;
    this.maxFinished = options.maxFinished;
    this.clock = options.clock;
  }

  /** How many batches are held, finished ones included. */
  get size(): number {
    this.expire();
    return this.active.size + this.finished.size;
  }

  /** Takes in a batch, new or read back from a store. */
  register(progress: Progress): void {
    this.store(progress);
    this.publish(progress);
  }

  /**
   * Moves a batch by the events of one commit and tells its watchers.
   * @throws {UnknownBatchError} if it is not registered.
   * @throws {IllegalStepError} if its state does not allow them; it stays as it was.
   */
  apply(taskId: string, change: ProgressChange): Progress {
    const progress = this.get(taskId);
    if (progress === undefined) throw new UnknownBatchError(taskId);
    const next = applyChange(progress, change);
    this.store(next);
    this.publish(next);
    return next;
  }

  /**
   * Says what an active batch waits for where no commit can say it: the database itself is away. Its `rev` stays.
   * Does nothing for a batch that is not held or has ended.
   */
  setWaiting(taskId: string, waitingFor: WaitingFor | null): void {
    const progress = this.active.get(taskId);
    if (progress === undefined) return;
    const next = { ...progress, waiting_for: waitingFor };
    this.active.set(taskId, next);
    this.publish(next);
  }

  /** The newest snapshot of a batch, or `undefined` if it is not held. */
  get(taskId: string): Progress | undefined {
    const active = this.active.get(taskId);
    if (active !== undefined) return active;
    const finished = this.finished.get(taskId);
    return finished !== undefined && finished.expiresAt > this.clock.now()
      ? finished.progress
      : undefined;
  }

  /** The batches that have not ended, in the order in which they were registered. */
  listActive(): Progress[] {
    return [...this.active.values()];
  }

  /** The batch as it is now, then each change; completes with its end. Empty if it is not held. */
  watch(taskId: string): Observable<Progress> {
    return defer(() => {
      const now = this.get(taskId);
      if (now === undefined) return EMPTY;
      const later = this.changes.pipe(filter((progress) => progress.task_id === taskId));
      return concat(of(now), isTerminal(now.status) ? EMPTY : later).pipe(
        takeWhile((progress) => !isTerminal(progress.status), true),
        // In line with the changes, so that a watcher that changes the batch at once is subscribed before that change.
        subscribeOn(queueScheduler),
      );
    });
  }

  /** One change after another: where a watcher makes the next one, all others see this one before it. */
  private publish(progress: Progress): void {
    queueScheduler.schedule(() => {
      this.changes.next(progress);
    });
  }

  private store(progress: Progress): void {
    this.expire();
    if (!isTerminal(progress.status)) {
      this.active.set(progress.task_id, progress);
      return;
    }
    this.active.delete(progress.task_id);
    this.finished.set(progress.task_id, { progress, expiresAt: this.clock.now() + this.ttlMs });
    for (const oldest of this.finished.keys()) {
      if (this.finished.size <= this.maxFinished) break;
      this.finished.delete(oldest);
    }
  }

  private expire(): void {
    const now = this.clock.now();
    for (const [taskId, entry] of this.finished) {
      if (entry.expiresAt > now) break;
      this.finished.delete(taskId);
    }
  }
}
