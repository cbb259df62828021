import { ACTIVE_STATUSES, TERMINAL_STATUSES, type BatchStatus } from '@daysync/progress';

/** Every state that a batch can be looked for by. */
export const BATCH_STATUSES: readonly BatchStatus[] = [...ACTIVE_STATUSES, ...TERMINAL_STATUSES];

const PAGE_SIZE = 20;

/** Which batches, which page. */
export interface BatchesQuery {
  readonly dataset: string | undefined;
  readonly status: BatchStatus | undefined;
  readonly page: number;
}

/** What an address may say of a query. */
export type BatchesQueryText = Readonly<Partial<Record<keyof BatchesQuery, string | undefined>>>;

/** The query that an address asks for; what it says wrong counts as not said. */
export function readBatchesQuery(text: BatchesQueryText): BatchesQuery {
  return {
    dataset: text.dataset || undefined,
    status: BATCH_STATUSES.find((status) => status === text.status),
    page: readPage(text.page),
  };
}

/** The page that an address asks for: the first, unless it is a whole number from 1. */
export function readPage(text: string | undefined): number {
  const page = Number(text);
  return Number.isSafeInteger(page) && page > 0 ? page : 1;
}

/** The query as parameters of a request. */
export function batchesRequest({ dataset, status, page }: BatchesQuery): Record<string, string> {
  return {
    ...(dataset === undefined ? {} : { dataset }),
    ...(status === undefined ? {} : { status }),
    page: String(page),
    page_size: String(PAGE_SIZE),
  };
}

/** The query as parameters of an address: only what differs from all batches, first page. */
export function batchesAddress({ dataset, status, page }: BatchesQuery): Record<string, string> {
  return {
    ...(dataset === undefined ? {} : { dataset }),
    ...(status === undefined ? {} : { status }),
    ...(page === 1 ? {} : { page: String(page) }),
  };
}

/** Whether the query leaves batches out. */
export function leavesOut({ dataset, status }: BatchesQuery): boolean {
  return dataset !== undefined || status !== undefined;
}
