import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, type Clock } from '../config/clock.js';
import { takeTurn } from '../config/slices.js';
import { SCHEDULE_RUN_OUTCOMES } from '../database/schema.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { nextTimes } from '../datasets/file/schedule.js';
import { LOGGER } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import {
  hasSchedule,
  ScheduleRuns,
  type Decision,
  type ScheduledDataset,
} from './schedule-runs.js';

/** The longest wait between two checks: the clock may be set meanwhile, or the machine may sleep. */
const MOST_WAIT_MS = 30_000;

/** Starts the batches of scheduled datasets. Every process tries to; the database lets one of them start each run. */
@Injectable()
export class Schedules {
  private datasets: readonly ScheduledDataset[] = [];
  private registered = false;
  private woken = new AbortController();
  /** When each dataset is due next, in milliseconds since the epoch; a dataset without a time is due at once. */
  private readonly due = new Map<string, number>();
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly runs: ScheduleRuns,
    private readonly catalog: DatasetCatalog,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.follow();
    catalog.onReplaced(() => {
      this.follow();
    });
  }

  /** Starts the loop: missed runs come first. */
  start(): void {
    this.loop = this.run();
  }

  /** A run under way ends with its transaction. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /**
   * Starts the runs that are due.
   * @returns the milliseconds until the next check; Infinity if nothing will ever be due
   */
  async runDue(): Promise<number> {
    // Only processes with the newest text run schedules: those of this one may be others. Where only the environment
    // differs, each run is decided by a process that has its dataset.
    const { file, newer } = this.catalog;
    if (newer !== null && newer.version !== file?.version) return MOST_WAIT_MS;
    const { datasets } = this;
    try {
      if (!this.registered) {
        await this.runs.register(datasets);
        this.registered = datasets === this.datasets;
      }
    } catch (error) {
      this.logger.error({ err: error }, '定时同步暂时无法启动，稍后重试');
      return MOST_WAIT_MS;
    }
    for (const dataset of datasets) {
      if (this.stopping.signal.aborted || datasets !== this.datasets) break;
      if ((this.due.get(dataset.name) ?? 0) > this.clock.now()) continue;
      await this.runDataset(dataset);
      // Hundreds may be due in the same minute.
      await takeTurn();
    }
    const now = this.clock.now();
    const checks = this.datasets.map(({ name }) => this.due.get(name) ?? now + MOST_WAIT_MS);
    const wait = Math.min(...checks) - now;
    return wait === Infinity ? wait : Math.min(Math.max(wait, 0), MOST_WAIT_MS);
  }

  /** Takes in the schedules of the catalog. */
  private follow(): void {
    this.datasets = this.catalog.list().filter(hasSchedule);
    this.registered = false;
    this.due.clear();
    for (const { name: dataset } of this.datasets) {
      // Counters start at 0: without that, the first increase would be lost.
      for (const outcome of SCHEDULE_RUN_OUTCOMES)
        this.metrics.scheduleRuns.inc({ dataset, outcome }, 0);
    }
    this.woken.abort();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.woken = new AbortController();
      const wait = await this.runDue();
      const signal = AbortSignal.any([this.stopping.signal, this.woken.signal]);
      // With nothing due ever, a reload may bring a schedule.
      const ms = Math.min(wait, MOST_WAIT_MS);
      await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** An error is logged, and delays no other dataset. */
  private async runDataset(dataset: ScheduledDataset): Promise<void> {
    try {
      const decision = await this.runs.decide(dataset, this.catalog.file?.version);
      this.report(dataset, decision);
      const [next = Infinity] = nextTimes(dataset.schedule, decision.decidedUntil, 1);
      this.due.set(dataset.name, next);
    } catch (error) {
      // Nothing was decided: it stays due.
      this.due.delete(dataset.name);
      const fields = { err: error, dataset: dataset.name };
      this.logger.error(fields, '定时同步暂时无法启动，稍后重试');
    }
  }

  private report({ name: dataset }: ScheduledDataset, { run }: Decision): void {
    if (run === null) return;
    const { dueAt: due_at, range, outcome } = run;
    this.metrics.scheduleRuns.inc({ dataset, outcome });
    if (run.outcome === 'started') {
      const { batch_id, total } = run.batch;
      this.logger.info({ dataset, due_at, task_id: batch_id, total }, '定时同步已启动');
    } else {
      const fields = { dataset, due_at, ...range, task_id: run.batchId };
      this.logger.warn(fields, '定时同步已跳过：进行中的批次包含其中的日期，下次运行时补上');
    }
  }
}
