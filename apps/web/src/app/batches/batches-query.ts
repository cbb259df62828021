import { ACTIVE_STATUSES, TERMINAL_STATUSES, type BatchStatus } from '@daysync/progress';
import { readPage, type TextOf } from '../api/address-query';

/** The statuses to filter by. */
export const BATCH_STATUSES: readonly BatchStatus[] = [...ACTIVE_STATUSES, ...TERMINAL_STATUSES];

/** The filters and the page. */
export interface BatchesQuery {
  readonly dataset: string | undefined;
  readonly status: BatchStatus | undefined;
  readonly page: number;
}

/** Reads the query of an address; invalid values are ignored. */
export function readBatchesQuery(text: TextOf<BatchesQuery>): BatchesQuery {
  return {
    dataset: text.dataset || undefined,
    status: BATCH_STATUSES.find((status) => status === text.status),
    page: readPage(text.page),
  };
}

export const ALL_BATCHES = readBatchesQuery({});
