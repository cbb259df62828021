import { setTimeout as sleep } from 'node:timers/promises';
import { ACTIVE_STATUSES } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { Database } from '../database/database.js';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { LOGGER } from '../logging/logger.js';
import { TargetUnavailableError } from '../targets/day-target.js';
import { ElsewhereWrites } from './elsewhere-writes.js';
import { readUnfinished, type UnfinishedWrite } from './unfinished-writes.js';

const CHECK_MS = 30_000;
/** A lane begins to write the day as soon as it has begun its write. */
const LEFT_MS = 60_000;
/** Of one dataset: an outcome may have a million characters. */
const MOST_AT_ONCE = 100;
const FAILED = '目标中有未确认的写入，稍后重试';

/**
 * Finishes writes elsewhere that no batch will finish: the batch of a day was cancelled, or has given the day up after a
 * crash. The record of the day then says what its target has.
 */
@Injectable()
export class LeftWrites {
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly catalog: DatasetCatalog,
    private readonly writes: ElsewhereWrites,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  start(): void {
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** Finishes what is left now. It never throws: what could not be finished is tried again. */
  async finishAll(): Promise<void> {
    try {
      for (const dataset of await this.findDatasets()) await this.finishOf(dataset);
    } catch (error) {
      this.logger.warn({ err: error }, FAILED);
    }
  }

  /** @throws an error of Daysync's own database; other datasets don't wait for a target that is away */
  private async finishOf(dataset: string): Promise<void> {
    for (const unfinished of await this.find(dataset)) {
      if (this.stopping.signal.aborted) return;
      try {
        await this.writes.finishRecord(this.catalog.get(dataset), unfinished);
      } catch (error) {
        if (error instanceof DatabaseUnavailableError) throw error;
        this.logger.warn({ err: error, dataset, day: unfinished.day }, FAILED);
        // It would be away for its other days, too.
        if (error instanceof TargetUnavailableError) return;
      }
    }
  }

  /** Also those that are no longer in the datasets file, or have another target now. */
  private async findDatasets(): Promise<readonly string[]> {
    const rows = await this.database.read
      .selectFrom('unfinished_write')
      .select('dataset')
      .distinct()
      .orderBy('dataset')
      .execute();
    return rows.map(({ dataset }) => dataset);
  }

  /** Days of active batches are finished by their lanes. */
  private async find(dataset: string): Promise<readonly UnfinishedWrite[]> {
    const rows = await this.database.read
      .selectFrom('unfinished_write')
      .selectAll()
      .where('dataset', '=', dataset)
      .where('begun_at', '<', toInstant(this.clock.now() - LEFT_MS))
      .where((where) =>
        where.not(
          where.exists(
            where
              .selectFrom('batch_day')
              .innerJoin('batch', 'batch.batch_id', 'batch_day.batch_id')
              .select('batch_day.day')
              .whereRef('batch.dataset', '=', 'unfinished_write.dataset')
              .whereRef('batch_day.day', '=', 'unfinished_write.day')
              .where('batch.status', 'in', ACTIVE_STATUSES)
              .where('batch_day.state', 'in', ['pending', 'running']),
          ),
        ),
      )
      .orderBy('day')
      .limit(MOST_AT_ONCE)
      .execute();
    return rows.map(readUnfinished);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.finishAll();
      await sleep(CHECK_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
