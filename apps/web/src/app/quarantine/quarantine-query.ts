import { parseCalendarDay, type CalendarDay } from '@daysync/progress';
import { readPage, type TextOf } from '../api/address-query';

/** The filters of the rows in quarantine, and the page. */
export interface QuarantineQuery {
  readonly dataset: string | undefined;
  readonly start_date: CalendarDay | undefined;
  readonly end_date: CalendarDay | undefined;
  readonly code: string | undefined;
  readonly task_id: string | undefined;
  readonly page: number;
}

/** Reads the query of an address; invalid values are ignored. */
export function readQuarantineQuery(text: TextOf<QuarantineQuery>): QuarantineQuery {
  return {
    dataset: text.dataset || undefined,
    start_date: parseCalendarDay(text.start_date ?? ''),
    end_date: parseCalendarDay(text.end_date ?? ''),
    code: text.code || undefined,
    task_id: text.task_id || undefined,
    page: readPage(text.page),
  };
}

/** The first page of all rows. */
export const ALL_ROWS = readQuarantineQuery({});

/** The codes to filter by. */
export const ROW_CODES = [
  'VALUE_INVALID',
  'SOURCE_ROW_RAGGED',
  'SOURCE_ROW_INVALID',
  'SOURCE_UNREADABLE',
  'SOURCE_TOO_MANY_COLUMNS',
  'SOURCE_TOO_DEEP',
  'SOURCE_TOO_MANY_VALUES',
  'PROVIDER_ROW_INVALID',
  'SOURCE_DAY_UNREADABLE',
] as const;
