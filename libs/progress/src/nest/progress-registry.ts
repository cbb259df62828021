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

/** The clock of a registry. */
export interface MonotonicClock {
  /** Milliseconds from any fixed origin. Never goes back: a corrected wall clock would expire batches. */
  now(): number;
}

/** How long and how many finished batches stay in memory. */
export interface ProgressOptions {
  /** How long a finished batch stays in memory, in seconds. @default 3600 */
  readonly ttlSeconds?: number;
  /** How many finished batches stay in memory at most; the oldest are dropped first. @default 1000 */
  readonly maxFinished?: number;
  /** The clock that expiry uses. @default performance */
  readonly clock?: MonotonicClock;
}

/** The injection token of {@link ProgressOptions}, for an app that provides the registry without `ProgressModule`. */
export const PROGRESS_OPTIONS = Symbol('PROGRESS_OPTIONS');

/** The batch is not in the registry: it was never registered, or it has expired. */
export class UnknownBatchError extends Error {
  /** The name of the error. */
  override readonly name = 'UnknownBatchError';
  constructor(taskId: string) {
    super(`expected a registered batch, got ${JSON.stringify(taskId)}`);
  }
}

/**
 * The live progress of batches, in memory. Active batches stay; a finished one is dropped `ttlSeconds` after its
 * end, or earlier when `maxFinished` others have ended since. Snapshots are immutable.
 */
@Injectable()
export class ProgressRegistry {
  private readonly active = new Map<string, Progress>();
  /** In the order in which they ended, the oldest first. */
  private readonly finished = new Map<string, { progress: Progress; expiresAt: number }>();
  private readonly changes = new Subject<Progress>();
  private readonly ttlMs: number;
  private readonly maxFinished: number;
  private readonly clock: MonotonicClock;

  constructor(@Inject(PROGRESS_OPTIONS) options: ProgressOptions = {}) {
    const { ttlSeconds = 3_600, maxFinished = 1_000, clock = performance } = options;
    this.ttlMs = ttlSeconds * 1_000;
    this.maxFinished = maxFinished;
    this.clock = clock;
  }

  /** How many batches are in memory, finished ones included. */
  get size(): number {
    this.expire();
    return this.active.size + this.finished.size;
  }

  /** Adds a batch, new or restored from a store. */
  register(progress: Progress): void {
    this.store(progress);
    this.publish(progress);
  }

  /**
   * Applies the events of one commit to a batch and notifies its watchers.
   * @throws {UnknownBatchError} if the batch is not registered.
   * @throws {IllegalStepError} if its state does not allow an event; the batch is then unchanged.
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
   * Sets what an active batch waits for without a commit, while the database is unavailable. The `rev` is unchanged.
   * Does nothing for a batch that is unknown or has ended.
   */
  setWaiting(taskId: string, waitingFor: WaitingFor | null): void {
    const progress = this.active.get(taskId);
    if (progress === undefined) return;
    const next = { ...progress, waiting_for: waitingFor };
    this.active.set(taskId, next);
    this.publish(next);
  }

  /** The newest snapshot of a batch; `undefined` if it is unknown. */
  get(taskId: string): Progress | undefined {
    const active = this.active.get(taskId);
    if (active !== undefined) return active;
    const finished = this.finished.get(taskId);
    return finished !== undefined && finished.expiresAt > this.clock.now()
      ? finished.progress
      : undefined;
  }

  /** All active batches, in the order in which they were registered. */
  listActive(): Progress[] {
    return [...this.active.values()];
  }

  /** The current snapshot of a batch, then each change; completes when the batch ends. Empty if it is unknown. */
  watch(taskId: string): Observable<Progress> {
    return defer(() => {
      const now = this.get(taskId);
      if (now === undefined) return EMPTY;
      const later = this.changes.pipe(filter((progress) => progress.task_id === taskId));
      return concat(of(now), isTerminal(now.status) ? EMPTY : later).pipe(
        takeWhile((progress) => !isTerminal(progress.status), true),
        // Queued like the changes: a watcher that changes the batch at once is subscribed before that change.
        subscribeOn(queueScheduler),
      );
    });
  }

  /** Queued: if a watcher makes the next change, all other watchers receive this one first. */
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
