import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { SyncMetrics } from '../batches/batch-metrics.js';
import { LiveView } from '../batches/live-view.js';
import { BatchHistory } from '../batches/store/batch-history.js';
import { FreshnessWatch } from '../freshness/freshness-watch.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { LeftWrites } from '../runner/left-writes.js';
import { TargetHealth } from '../datasets/target-health.js';
import { LaneWorker } from '../runner/lane-worker.js';
import { Process } from '../runner/process.js';
import { Schedules } from '../schedules/schedules.js';
import { EventStreams } from './event-streams.js';

/** How long a stop waits for the sources to close, after the days in flight. */
const MOST_CLOSE_MS = 3_000;

/** The lifecycle of the loop that runs batches: recover, start, stop. The program and an embedding app call it. */
@Injectable()
export class SyncRuntime {
  constructor(
    private readonly process: Process,
    private readonly worker: LaneWorker,
    private readonly history: BatchHistory,
    private readonly schedules: Schedules,
    private readonly freshness: FreshnessWatch,
    private readonly leftWrites: LeftWrites,
    private readonly targets: TargetHealth,
    private readonly streams: EventStreams,
    private readonly live: LiveView,
    private readonly catalog: DatasetCatalog,
    private readonly metrics: SyncMetrics,
  ) {}

  /** Requeues the days that the last process has left in flight. */
  async recover(): Promise<void> {
    await this.process.join();
    this.metrics.observe(
      this.live,
      () => this.streams.size,
      () => this.catalog.list().map(({ name }) => name),
    );
  }

  /**
   * Runs the batches that ran when the last process ended, then those in the queue. The program calls it once it
   * listens: one that can't must not have touched a source. An embedding app may never listen: there it is called when
   * the app is initialised.
   */
  start(): void {
    this.worker.start();
    this.history.start();
    this.schedules.start();
    this.freshness.start();
    this.leftWrites.start();
    this.targets.start(() => this.catalog.list());
  }

  /** Begins no other day, lets those in flight finish for a while, then requeues them. */
  async stop(): Promise<void> {
    this.process.leave();
    // They begin nothing from now on. What is under way ends with its transaction, and the worker does not wait for that.
    const others = Promise.all(
      [this.schedules, this.freshness, this.history, this.leftWrites, this.targets].map((one) =>
        one.stop(),
      ),
    );
    await this.worker.stop();
    this.streams.close();
    // A source that does not close does not delay the stop.
    await Promise.race([this.catalog.close(), sleep(MOST_CLOSE_MS, undefined, { ref: false })]);
    await others;
  }
}
