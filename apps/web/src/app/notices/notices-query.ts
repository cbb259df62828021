import type { NoticeState } from '../api/wire';
import { readPage } from '../batches/batches-query';

/** Every state that a notice can be looked for by. */
export const NOTICE_STATES: readonly NoticeState[] = ['waiting', 'delivered', 'given_up'];

const PAGE_SIZE = 20;

/** Which notices, which page. */
export interface NoticesQuery {
  readonly endpoint: string | undefined;
  readonly state: NoticeState | undefined;
  readonly taskId: string | undefined;
  readonly page: number;
}

/** What an address may say of a query. */
export interface NoticesQueryText {
  readonly endpoint?: string | undefined;
  readonly state?: string | undefined;
  readonly task_id?: string | undefined;
  readonly page?: string | undefined;
}

/** The query that an address asks for; what it says wrong counts as not said. */
export function readNoticesQuery(text: NoticesQueryText): NoticesQuery {
  return {
    endpoint: text.endpoint || undefined,
    state: NOTICE_STATES.find((state) => state === text.state),
    taskId: text.task_id || undefined,
    page: readPage(text.page),
  };
}

/** The query as parameters of a request. */
export function noticesRequest(query: NoticesQuery): Record<string, string> {
  return { ...filterOf(query), page: String(query.page), page_size: String(PAGE_SIZE) };
}

/** The query as parameters of an address: only what differs from all notices, first page. */
export function noticesAddress(query: NoticesQuery): Record<string, string> {
  return { ...filterOf(query), ...(query.page === 1 ? {} : { page: String(query.page) }) };
}

/** Whether the query leaves notices out. */
export function leavesOut(query: NoticesQuery): boolean {
  return Object.keys(filterOf(query)).length > 0;
}

function filterOf({ endpoint, state, taskId }: NoticesQuery): Record<string, string> {
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(state === undefined ? {} : { state }),
    ...(taskId === undefined ? {} : { task_id: taskId }),
  };
}
