import { readPage, type TextOf } from '../api/address-query';

/** The states to filter by, as people see them. */
export const BATCH_STATES = [
  'needs_attention',
  'running',
  'queued',
  'paused',
  'completed',
  'partly_failed',
  'all_failed',
  'failed_to_run',
  'cancelled',
] as const;
type BatchState = (typeof BATCH_STATES)[number];

/** The filters and the page. */
export interface BatchesQuery {
  readonly dataset: string | undefined;
  readonly state: BatchState | undefined;
  readonly page: number;
}

/** Reads the query of an address; invalid values are ignored. */
export function readBatchesQuery(text: TextOf<BatchesQuery>): BatchesQuery {
  return {
    dataset: text.dataset || undefined,
    state: BATCH_STATES.find((state) => state === text.state),
    page: readPage(text.page),
  };
}

export const ALL_BATCHES = readBatchesQuery({});
