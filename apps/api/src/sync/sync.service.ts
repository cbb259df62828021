import type { Control, ControlVerb, Progress } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { BatchControl } from '../batches/store/batch-control.js';
import { mapInSlices } from '../config/slices.js';
import { LOGGER } from '../logging/logger.js';
import { LiveView } from '../batches/live-view.js';
import type { PageQueryDto } from '../http/input/page.dto.js';
import { UnreadableRowsStore } from '../datasets/unreadable-rows-store.js';
import { UnreadableRowPageDto } from '../datasets/unreadable-rows.dto.js';
import { describeBatchDay, BatchDaysDto, BatchQueryDto } from './sync.dto.js';
import { kindsIn } from './log.dto.js';
import type { Refused } from './refusal.js';
import { BatchLogs, type BatchLogPage } from '../batches/store/batch-logs.js';
import { BatchStore } from '../batches/store/batch-store.js';
import { decodeDaysCursor, encodeDaysCursor, START } from '../batches/store/days-cursor.js';
import { EndedBatches } from '../batches/store/ended-batches.js';

const CONTROL_LOG: Readonly<Record<ControlVerb, string>> = {
  pause: '同步已暂停',
  resume: '同步已继续',
  cancel: '同步已取消',
};

/** What a caller wants of a log: the kinds, the most entries, and what has changed since an answer. */
interface LogAsked {
  readonly kinds?: string | undefined;
  readonly limit: number;
  readonly since?: string | undefined;
}

/** Shows and controls batches. The runtime runs them. */
@Injectable()
export class SyncService {
  constructor(
    private readonly store: BatchStore,
    private readonly ended: EndedBatches,
    private readonly batchControl: BatchControl,
    private readonly live: LiveView,
    private readonly unreadable: UnreadableRowsStore,
    private readonly logs: BatchLogs,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The latest progress: the live one, or the stored one of an ended batch. */
  async snapshot(
    batchId: string,
  ): Promise<{ readonly kind: 'found'; readonly progress: Progress } | Refused<'unknown_batch'>> {
    const progress =
      this.ended.cached(batchId) ??
      (await this.live.find(batchId)) ??
      (await this.ended.find(batchId));
    return progress === undefined
      ? { kind: 'unknown_batch', batchId }
      : { kind: 'found', progress };
  }

  /**
   * Pauses, resumes or cancels a batch; durable when this resolves.
   * @param asked the verb, and the name of the caller's token
   */
  async control(
    batchId: string,
    { verb, by }: Omit<Control, 'at'>,
  ): Promise<
    | { readonly kind: 'changed' | 'unchanged'; readonly progress: Progress }
    | Refused<'unknown_batch' | 'wrong_state'>
  > {
    const result = await this.batchControl.apply(batchId, { verb, by });
    switch (result.kind) {
      case 'changed':
        this.logger.info({ task_id: batchId, verb, by }, CONTROL_LOG[verb]);
        return result;
      case 'unchanged':
        return result;
      case 'unknown_batch':
        return { kind: 'unknown_batch', batchId };
      case 'wrong_state':
        return { kind: 'wrong_state', state: result.state, verb };
    }
  }

  list({
    page,
    page_size,
    dataset,
    status,
    state,
    retry_of: retryOf,
  }: BatchQueryDto): ReturnType<BatchStore['list']> {
    const offset = (page - 1) * page_size;
    return this.store.list({ dataset, status, state, retryOf, limit: page_size, offset });
  }

  /** The rows without a readable day that a batch has met. */
  async unreadableRows(
    batchId: string,
    query: PageQueryDto,
  ): Promise<
    { readonly kind: 'found'; readonly page: UnreadableRowPageDto } | Refused<'unknown_batch'>
  > {
    const found = await this.snapshot(batchId);
    if (found.kind !== 'found') return found;
    return { kind: 'found', page: await this.unreadable.ofBatch(batchId, query) };
  }

  /** The log of a batch and of its days. */
  async log(
    batchId: string,
    { kinds, limit, since }: LogAsked,
  ): Promise<
    | { readonly kind: 'found'; readonly page: BatchLogPage }
    | Refused<'unknown_batch' | 'unknown_cursor'>
  > {
    const known = since === undefined ? START : decodeDaysCursor(since);
    if (known === undefined) return { kind: 'unknown_cursor', cursor: since ?? '' };
    const page = await this.logs.ofBatch(batchId, { known, kinds: kindsIn(kinds), limit });
    return page === undefined ? { kind: 'unknown_batch', batchId } : { kind: 'found', page };
  }

  /** Every day of a batch, or those that changed since the answer that had this cursor. */
  async days(
    batchId: string,
    since?: string,
  ): Promise<
    | { readonly kind: 'found'; readonly page: BatchDaysDto }
    | Refused<'unknown_batch' | 'unknown_cursor'>
  > {
    const known = since === undefined ? START : decodeDaysCursor(since);
    if (known === undefined) return { kind: 'unknown_cursor', cursor: since ?? '' };
    const days = await this.store.days(batchId, known);
    if (days === undefined) return { kind: 'unknown_batch', batchId };
    const items = await mapInSlices(days, describeBatchDay);
    const page = { items, cursor: encodeDaysCursor(known, days) };
    return { kind: 'found', page };
  }
}
