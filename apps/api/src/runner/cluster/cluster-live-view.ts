import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal, type Progress } from '@daysync/progress';
import type { ProgressRegistry } from '@daysync/progress/nest';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { defer, finalize, from, switchMap, type Observable } from 'rxjs';
import { progressOf } from '../../batches/batch-progress.js';
import { LiveView } from '../../batches/live-view.js';
import { readStates, type StatesFilter } from '../../batches/store/batch-reading.js';
import type { Clock } from '../../config/clock.js';
import type { Database } from '../../database/database.js';
import { DatabaseUnavailableError } from '../../database/unavailable.js';
import { showDatabaseWait } from '../database-watch.js';

/** How often all watched batches are read at most, in one query. */
const REFRESH_MS = 200;
/** An older progress is read again before it is answered. */
const MOST_STALE_MS = 1_000;
/** How long a batch stays watched after a poll. */
const WATCHED_MS = 10_000;
/** How long a poll waits for a newer state. After that it is answered with the state in memory, if there is one. */
const MOST_WAIT_MS = 1_000;
const RETRY_MS = 500;

interface Watch {
  subscribers: number;
  /** The last poll and the last read, on the monotonic clock. */
  polledAt: number;
  readAt: number;
}

/**
 * For one of several processes: reads whole snapshots from the database. A batch is watched while it has subscribers, and
 * for a while after a poll. Watched batches are read at intervals, and at once when their state has changed.
 */
export class ClusterLiveView extends LiveView implements OnApplicationShutdown {
  private readonly watched = new Map<string, Watch>();
  private reading: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly database: Database,
    registry: ProgressRegistry,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly logger: Logger,
  ) {
    super(registry);
    database.onEvent((event) => {
      if (event.kind === 'batch_changed') this.readIfShown(event.batch_id);
      if (event.kind === 'reconnected') this.catchUp();
    });
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  laneChanged(): Promise<void> {
    // Other processes commit as well: only reads update the view.
    return Promise.resolve();
  }

  async find(batchId: string): Promise<Progress | undefined> {
    const watch = this.touch(batchId);
    if (this.clock.monotonic() - watch.readAt <= MOST_STALE_MS) return this.registry.get(batchId);
    const reading = this.refresh();
    const known = this.registry.get(batchId);
    if (known === undefined) await reading;
    else
      await Promise.race([reading, sleep(MOST_WAIT_MS, undefined, { ref: false })]).catch(
        this.keepKnown,
      );
    return this.registry.get(batchId);
  }

  /** While the database is away the last progress is shown, with that in `waiting_for`. */
  private readonly keepKnown = (error: unknown): void => {
    if (!(error instanceof DatabaseUnavailableError)) throw error;
  };

  peek(batchId: string): Progress | undefined {
    const progress = this.registry.get(batchId);
    if (progress === undefined || isTerminal(progress.status)) return progress;
    const { readAt } = this.touch(batchId);
    return this.clock.monotonic() - readAt > MOST_STALE_MS ? undefined : progress;
  }

  watch(batchId: string): Observable<Progress> {
    return defer(() => {
      const watch = this.touch(batchId);
      watch.subscribers += 1;
      return from(this.find(batchId)).pipe(
        switchMap(() => this.registry.watch(batchId)),
        finalize(() => {
          watch.subscribers -= 1;
        }),
      );
    });
  }

  async listActive(): Promise<readonly Progress[]> {
    const states = await readStates(this.database.read, 'active');
    return states.map(progressOf);
  }

  private touch(batchId: string): Watch {
    const watch = this.watchOf(batchId);
    watch.polledAt = this.clock.monotonic();
    this.refreshSoon(REFRESH_MS);
    return watch;
  }

  private watchOf(batchId: string): Watch {
    let watch = this.watched.get(batchId);
    if (watch === undefined) {
      const never = Number.NEGATIVE_INFINITY;
      watch = { subscribers: 0, polledAt: never, readAt: never };
      this.watched.set(batchId, watch);
    }
    return watch;
  }

  /** A batch in the registry is read even if it is not watched: it may have ended, or its failed days were repaired. */
  private readIfShown(batchId: string): void {
    if (this.registry.get(batchId) === undefined && !this.watched.has(batchId)) return;
    this.watchOf(batchId);
    this.refreshSoon(0);
  }

  /** The connection is back: events of the meantime are lost. */
  private catchUp(): void {
    showDatabaseWait(this.registry, null);
    for (const { task_id } of this.registry.listActive()) this.watchOf(task_id);
    this.refreshSoon(0);
  }

  private refreshSoon(ms: number): void {
    if (this.stopped || (this.timer !== undefined && ms > 0)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.refresh().then(
        () => {
          if (this.watched.size > 0) this.refreshSoon(REFRESH_MS);
        },
        async (error: unknown) => {
          this.logger.debug({ err: error }, 'the watched batches could not be read');
          await sleep(RETRY_MS, undefined, { ref: false });
          this.refreshSoon(REFRESH_MS);
        },
      );
    }, ms).unref();
  }

  /** Resolves when everything that was committed before the call is shown. A read under way may be older. */
  private refresh(): Promise<void> {
    if (this.reading === undefined) return this.beginReading();
    this.next ??= this.reading
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        return this.beginReading();
      });
    return this.next;
  }

  private beginReading(): Promise<void> {
    this.reading = this.read().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async read(): Promise<void> {
    const begun = this.clock.monotonic();
    const batchIds = [...this.watched.keys()];
    if (batchIds.length === 0) return;
    const filter: StatesFilter = { batchIds };
    const states = await readStates(this.database.read, filter);
    const found = new Map(states.map((state) => [state.batch.batch_id, progressOf(state)]));
    for (const batchId of batchIds) {
      const progress = found.get(batchId);
      const watch = this.watchOf(batchId);
      watch.readAt = begun;
      const isDone = progress === undefined || isTerminal(progress.status);
      // A batch that had ended before it was watched belongs to `EndedBatches`.
      const isLive = !isDone || this.registry.get(batchId) !== undefined;
      if (progress !== undefined && isLive) this.showNewer(progress);
      if (isDone || !isWatched(watch, begun)) this.watched.delete(batchId);
    }
  }
}

function isWatched({ polledAt, subscribers }: Watch, now: number): boolean {
  return subscribers > 0 || now - polledAt <= WATCHED_MS;
}
