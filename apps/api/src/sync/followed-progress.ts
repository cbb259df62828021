import { setTimeout as sleep } from 'node:timers/promises';
import {
  DayDurations,
  isTerminal,
  type BatchStatus,
  type Progress,
  type ProgressChange,
  type ProgressEvent,
} from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { BatchMoved } from '../database/news.js';
import type { BatchRow } from '../database/schema.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { spacingOf } from '../datasets/dataset.js';
import { LOGGER } from '../logging/logger.js';
import { progressOfRow } from './batch-progress.js';
import { BatchStore } from './batch-store.js';
import { estimateByDurations } from './estimate-by-durations.js';
import type { LiveProgress } from './live-progress.js';

/** How long a change of our own is waited for before the row is read instead. */
const MOST_WAIT_MS = 500;
const LOOK_MS = 2;
const READ_AGAIN_MS = 500;

/** In which states a batch has an end that can be foreseen, and what leads out of them. */
const GOES_ON: ReadonlySet<BatchStatus> = new Set(['queued', 'running']);
const HALTS: ReadonlySet<ProgressEvent['type']> = new Set([
  'batch_paused',
  'batch_cancelling',
  'batch_cancelled',
  'batch_completed',
  'batch_failed',
]);

/** What an estimate is made from, as every process that follows a batch knows it. */
interface Pace {
  readonly durations: DayDurations;
  /** Days that are still to be tried, those in flight included. */
  remaining: number;
}

/** A batch that is being read. */
interface Reading {
  /** What was told of it meanwhile. */
  readonly heard: BatchMoved[];
  /** Whether something was, that only another reading tells. */
  again: boolean;
  done: Promise<void>;
}

const NOTHING = Promise.resolve();

/**
 * The progress of batches that any process may move, from what they tell of their commits: those come in one order
 * everywhere. What was not heard is read, once.
 */
@Injectable()
export class FollowedProgress implements LiveProgress {
  private readonly paces = new Map<string, Pace>();
  /** What came in while a batch is being read. */
  private readonly reading = new Map<string, Reading>();
  private stopped = false;

  constructor(
    private readonly registry: ProgressRegistry,
    private readonly store: BatchStore,
    private readonly catalog: DatasetCatalog,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  know(batch: BatchRow): void {
    this.take(progressOfRow(batch));
  }

  moved(): void {
    // Heard as everybody hears it.
  }

  missed(taskId: string): void {
    this.readLater(taskId);
  }

  async seen(taskId: string, rev: number): Promise<void> {
    for (let waited = 0; waited < MOST_WAIT_MS; waited += LOOK_MS) {
      const progress = this.registry.get(taskId);
      if (progress !== undefined && progress.rev >= rev) return;
      await sleep(LOOK_MS);
    }
    await this.read(taskId);
  }

  /** Takes in a change that somebody has told. */
  hear(moved: BatchMoved): void {
    const { task_id: taskId, rev } = moved;
    const waiting = this.reading.get(taskId);
    if (waiting !== undefined) {
      waiting.heard.push(moved);
      return;
    }
    const known = this.registry.get(taskId);
    if (known !== undefined && rev <= known.rev) return;
    if (known === undefined || rev > known.rev + 1 || !this.paces.has(taskId)) {
      this.readLater(taskId, moved);
      return;
    }
    this.registry.apply(taskId, this.withEstimate(known, moved));
    if (isTerminal(this.registry.get(taskId)?.status ?? 'failed')) this.paces.delete(taskId);
  }

  /** Reads a batch that something was told of which is not in its changes; tries until it can. */
  readLater(taskId: string, moved?: BatchMoved): void {
    void this.read(taskId, moved).catch(async (error: unknown) => {
      this.logger.warn({ err: error, task_id: taskId }, '读取同步进度失败，稍后重试');
      await sleep(READ_AGAIN_MS, undefined, { ref: false });
      if (!this.stopped) this.readLater(taskId);
    });
  }

  /** After a connection that was lost: reads what may have changed meanwhile. */
  async catchUp(): Promise<void> {
    const active = await this.store.active();
    const ids = new Set(active.map(({ task_id }) => task_id));
    for (const { task_id } of this.registry.listActive()) ids.add(task_id);
    for (const taskId of ids) await this.read(taskId);
  }

  stop(): void {
    this.stopped = true;
  }

  /** Resolves when what was committed before the call is known. */
  private read(taskId: string, first?: BatchMoved): Promise<void> {
    const underWay = this.reading.get(taskId);
    if (underWay !== undefined) {
      // What it reads may be from before.
      underWay.again = true;
      return underWay.done;
    }
    const reading = { heard: first === undefined ? [] : [first], again: true, done: NOTHING };
    this.reading.set(taskId, reading);
    reading.done = this.readUntilNewest(taskId, reading);
    return reading.done;
  }

  private async readUntilNewest(taskId: string, reading: Reading): Promise<void> {
    try {
      while (reading.again) {
        reading.again = false;
        await this.readOnce(taskId);
      }
    } finally {
      this.reading.delete(taskId);
    }
    for (const moved of reading.heard) this.hear(moved);
  }

  private async readOnce(taskId: string): Promise<void> {
    const state = await this.store.state(taskId);
    if (state === undefined) return;
    const progress = progressOfRow(state.batch);
    if (isTerminal(progress.status)) {
      this.paces.delete(taskId);
    } else {
      const durations = new DayDurations();
      for (const duration of state.durations) durations.add(duration);
      this.paces.set(taskId, { durations, remaining: state.remaining });
    }
    this.take(progress);
  }

  /** Never back: what is read may be older than what was heard. */
  private take(progress: Progress): void {
    const known = this.registry.get(progress.task_id);
    if (known === undefined || progress.rev > known.rev) this.registry.register(progress);
    // The database is there again, or it could not have been read.
    else if (known.waiting_for?.kind === 'database') {
      this.registry.setWaiting(progress.task_id, progress.waiting_for);
    }
  }

  private withEstimate(known: Progress, { change, tried_ms, task_id }: BatchMoved): ProgressChange {
    const pace = this.paces.get(task_id);
    const dataset = this.catalog.get(known.dataset);
    if (pace === undefined || dataset === undefined) return change;
    for (const duration of tried_ms) pace.durations.add(Math.round(duration));
    for (const event of change.events) {
      if (event.type === 'day_finished') pace.remaining -= 1;
      else if (event.type === 'days_failed') pace.remaining -= event.count;
    }
    const { remaining, durations } = pace;
    const goesOn = GOES_ON.has(known.status) && !change.events.some(({ type }) => HALTS.has(type));
    if (remaining <= 0 || !goesOn) return change;
    const eta = estimateByDurations({
      durations,
      remaining,
      concurrency: dataset.concurrency,
      spacingMs: spacingOf(dataset),
      at: Date.parse(change.at),
    });
    return { ...change, events: [...change.events, { type: 'estimate_changed', eta }] };
  }
}
