import { ACTIVE_STATUSES, TERMINAL_STATUSES, type BatchStatus } from '@daysync/progress';
import { readPage, type TextOf } from '../api/address-query';

/** Every state that a batch can be looked for by. */
export const BATCH_STATUSES: readonly BatchStatus[] = [...ACTIVE_STATUSES, ...TERMINAL_STATUSES];

/** Which batches, which page. */
export interface BatchesQuery {
  readonly dataset: string | undefined;
  readonly status: BatchStatus | undefined;
  readonly page: number;
}

/** The query that an address asks for; what it says wrong counts as not said. */
export function readBatchesQuery(text: TextOf<BatchesQuery>): BatchesQuery {
  return {
    dataset: text.dataset || undefined,
    status: BATCH_STATUSES.find((status) => status === text.status),
    page: readPage(text.page),
  };
}

/** The first page of all batches. */
export const ALL_BATCHES = readBatchesQuery({});
