import { type Control, type ControlVerb, type Language, type Progress } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { BatchControl } from '../batches/store/batch-control.js';
import { inLanguage } from '../batches/batch-progress.js';
import { LOGGER } from '../logging/logger.js';
import { Problem } from '../http/problems/problem.js';
import { LiveView } from '../batches/live-view.js';
import { describeBatchDay } from './batch-day.js';
import { batchNotFound } from './batch-not-found.js';
import { BatchStore } from '../batches/store/batch-store.js';
import { decodeDaysCursor, encodeDaysCursor, START } from '../batches/store/days-cursor.js';
import { EndedBatches } from '../batches/store/ended-batches.js';
import { BatchDaysDto, BatchPageDto, BatchQueryDto } from './sync.dto.js';

const CONTROL_LOG: Readonly<Record<ControlVerb, string>> = {
  pause: '同步已暂停',
  resume: '同步已继续',
  cancel: '同步已取消',
};

/** Batches, for those who use them: controls them and shows them. The runtime runs them. */
@Injectable()
export class SyncService {
  constructor(
    private readonly store: BatchStore,
    private readonly ended: EndedBatches,
    private readonly batchControl: BatchControl,
    private readonly live: LiveView,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * The newest snapshot of a batch: the live one, or of an ended batch the kept one.
   * @throws {Problem} `BATCH_NOT_FOUND`
   */
  async snapshot(batchId: string): Promise<Progress> {
    const progress =
      this.ended.held(batchId) ??
      (await this.live.find(batchId)) ??
      (await this.ended.find(batchId));
    if (progress === undefined) throw batchNotFound(batchId);
    return progress;
  }

  /**
   * Pauses, resumes or cancels a batch; durable when this resolves.
   * @param asked the verb, and who asks
   * @throws {Problem} `BATCH_NOT_FOUND`, `BATCH_STATE`
   */
  async control(
    batchId: string,
    { verb, by }: Omit<Control, 'at'>,
    language: Language,
  ): Promise<Progress> {
    const result = await this.batchControl.apply(batchId, { verb, by });
    switch (result.kind) {
      case 'changed':
        this.logger.info({ task_id: batchId, verb, by }, CONTROL_LOG[verb]);
        return inLanguage(result.progress, language);
      case 'unchanged':
        return inLanguage(result.progress, language);
      case 'unknown':
        throw batchNotFound(batchId);
      case 'refused': {
        const { state } = result;
        throw new Problem('BATCH_STATE', `a batch that is ${state} can't be asked to ${verb}`, {
          state,
        });
      }
      default: {
        const unknown: never = result;
        return unknown;
      }
    }
  }

  async list(query: BatchQueryDto, language: Language): Promise<BatchPageDto> {
    const { page, page_size, dataset, status, retry_of } = query;
    const { items, total } = await this.store.list({
      dataset,
      status,
      retryOf: retry_of,
      limit: page_size,
      offset: (page - 1) * page_size,
    });
    return { items: items.map((kept) => inLanguage(kept, language)), page, page_size, total };
  }

  /**
   * Every day of a batch, or those that changed since the answer that had this cursor.
   * @throws {Problem} `BATCH_NOT_FOUND`, `VALIDATION_FAILED`
   */
  async days(batchId: string, since?: string): Promise<BatchDaysDto> {
    const known = since === undefined ? START : decodeDaysCursor(since);
    const days = await this.store.days(batchId, known);
    if (days === undefined) throw batchNotFound(batchId);
    return { items: days.map(describeBatchDay), cursor: encodeDaysCursor(known, days) };
  }
}
