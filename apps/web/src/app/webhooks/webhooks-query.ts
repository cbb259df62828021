import { readPage, type TextOf } from '../api/address-query';
import type { NoticeState } from '../api/wire';

/** Every state that a notice can be looked for by. */
export const NOTICE_STATES: readonly NoticeState[] = ['waiting', 'delivered', 'given_up'];

/** Which notices, which page. */
export interface NoticesQuery {
  readonly endpoint: string | undefined;
  readonly state: NoticeState | undefined;
  readonly task_id: string | undefined;
  readonly page: number;
}

/** The query that an address asks for; what it says wrong counts as not said. */
export function readNoticesQuery(text: TextOf<NoticesQuery>): NoticesQuery {
  return {
    endpoint: text.endpoint || undefined,
    state: NOTICE_STATES.find((state) => state === text.state),
    task_id: text.task_id || undefined,
    page: readPage(text.page),
  };
}

/** The first page of all notices. */
export const ALL_NOTICES = readNoticesQuery({});
