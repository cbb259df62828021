import { calendarDayAt, type Progress } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { BatchExtension } from '../batches/store/batch-extension.js';
import { CLOCK, type Clock } from '../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { DatasetCatalog, unknownDataset } from '../datasets/dataset-catalog.js';
import { LOGGER } from '../logging/logger.js';
import { refuseOrder, type Refused } from './refusal.js';
import type { ExtendBatchDto } from './sync.dto.js';

/** Gives active batches more days. */
@Injectable()
export class ExtendService {
  constructor(
    private readonly extension: BatchExtension,
    private readonly catalog: DatasetCatalog,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'maxRangeDays'>,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Extends a batch to a larger range; durable when this resolves.
   * @param by the name of the caller's token
   */
  async extend(
    batchId: string,
    { start_date: start, end_date: end }: ExtendBatchDto,
    by: string | null,
  ): Promise<
    | { readonly kind: 'changed' | 'unchanged'; readonly progress: Progress }
    | Refused<
        | 'no_new_date'
        | 'range_reversed'
        | 'range_shrinks'
        | 'range_too_large'
        | 'unknown_batch'
        | 'unknown_dataset'
        | 'outdated_dataset'
        | 'wrong_state'
        | 'chosen_days'
        | 'overlaps'
      >
  > {
    if (start === undefined && end === undefined) return { kind: 'no_new_date' };
    const reversed = refuseOrder(start, end);
    if (reversed !== null) return reversed;
    const { maxRangeDays: maxDays } = this.config;
    const result = await this.extension.extend({ batchId, start, end, maxDays, by }, (name) => {
      const dataset = this.catalog.get(name);
      if (dataset === undefined) return undefined;
      return { dataset, today: calendarDayAt(this.clock.now(), dataset.timeZone) };
    });
    switch (result.kind) {
      case 'changed': {
        const { dataset, end_date, start_date, task_id, total } = result.progress;
        this.logger.info({ task_id, dataset, start_date, end_date, total, by }, '同步范围已扩展');
        return result;
      }
      case 'unknown_batch':
        return { kind: 'unknown_batch', batchId };
      case 'wrong_state':
        return { kind: 'wrong_state', state: result.state, verb: 'extend' };
      case 'unknown_dataset':
        return unknownDataset(this.catalog, result.dataset);
      case 'unchanged':
      case 'chosen_days':
      case 'outdated_dataset':
      case 'overlaps':
      case 'range_shrinks':
      case 'range_too_large':
        return result;
    }
  }
}
