import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, type Clock } from '../config/clock.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { LOGGER } from '../logging/logger.js';
import { Freshness, type CheckedDataset } from './freshness.js';

/** The longest wait between two checks: the clock may be set meanwhile, or a table dropped. */
const MOST_WAIT_MS = 30_000;
/** The same while a dataset is late: its day may be synced at any time. */
const LATE_WAIT_MS = 2_000;

/** Checks which deadlines have passed, and which days were synced after theirs. Every process does. */
@Injectable()
export class FreshnessWatch {
  private readonly stopping = new AbortController();
  private woken = new AbortController();
  private loop: Promise<void> = Promise.resolve();
  private isNew = true;

  constructor(
    private readonly freshness: Freshness,
    private readonly catalog: DatasetCatalog,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    catalog.onReplaced(() => {
      this.isNew = true;
      this.woken.abort();
    });
  }

  start(): void {
    this.loop = this.run();
  }

  /** A check under way ends with its transaction. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /**
   * Checks all datasets with deadlines.
   * @returns the milliseconds until the next check
   */
  async checkAll(): Promise<number> {
    // Only processes with the newest text decide: the deadlines of this one may be others.
    const { file, newer } = this.catalog;
    if (newer !== null && newer.version !== file?.version) return MOST_WAIT_MS;
    const datasets = this.freshness.timed();
    try {
      if (this.isNew) await this.freshness.forgetOthers(datasets);
      this.isNew = false;
      const checked = await this.freshness.check(datasets);
      for (const one of checked) if (one.isChanged) await this.store(one, file?.version);
      return this.waitOf(checked);
    } catch (error) {
      this.logger.error({ err: error }, '暂时无法检查数据是否按时同步，稍后重试');
      return MOST_WAIT_MS;
    }
  }

  private async store({ dataset }: CheckedDataset, version: string | undefined): Promise<void> {
    const change = await this.freshness.store(dataset, version);
    if (change?.event == null) return;
    const fields = { dataset: dataset.name, day: change.day };
    if (change.event === 'late') this.logger.warn(fields, '数据未按时同步');
    else this.logger.info(fields, '数据已恢复按时同步');
  }

  private waitOf(checked: readonly CheckedDataset[]): number {
    const now = this.clock.now();
    const deadlines = checked.map(({ next }) => next?.dueAt ?? Infinity);
    const most = checked.some(({ isLate }) => isLate) ? LATE_WAIT_MS : MOST_WAIT_MS;
    return Math.min(most, ...deadlines.map((dueAt) => Math.max(0, dueAt - now)));
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.woken = new AbortController();
      const wait = await this.checkAll();
      const signal = AbortSignal.any([this.stopping.signal, this.woken.signal]);
      await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
