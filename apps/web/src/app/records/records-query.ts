import { OUTCOMES, parseCalendarDay, type CalendarDay, type Outcome } from '@daysync/progress';
import { readPage, type TextOf } from '../api/address-query';

const SORT_FIELDS = ['day', 'dataset', 'status', 'rows', 'duration_ms', 'last_tried_at'] as const;
export type SortField = (typeof SORT_FIELDS)[number];
/** A field; a leading `-` means descending. */
type Sort = SortField | `-${SortField}`;

/** The filters, the order and the page. */
export interface RecordsQuery {
  readonly dataset: string | undefined;
  readonly status: Outcome | undefined;
  /** Of the error of the last try: its code, and a part of its text. */
  readonly code: string | undefined;
  readonly text: string | undefined;
  /** Only days that are marked, and not accepted. */
  readonly unusual: 'true' | undefined;
  readonly start_date: CalendarDay | undefined;
  readonly end_date: CalendarDay | undefined;
  readonly sort: Sort;
  readonly page: number;
  readonly page_size: number;
}

export const DEFAULT_QUERY: RecordsQuery = {
  dataset: undefined,
  status: undefined,
  code: undefined,
  text: undefined,
  unusual: undefined,
  start_date: undefined,
  end_date: undefined,
  sort: '-day',
  page: 1,
  page_size: 50,
};

export const PAGE_SIZES = [20, 50, 100, 200] as const;

/** The most characters that the server takes. */
const MOST_CODE = 63;
const MOST_TEXT = 200;

function cut(text: string | undefined, most: number): string | undefined {
  return text?.trim().slice(0, most) || undefined;
}

/** Reads the query of an address; invalid values are ignored. */
export function readQuery(text: TextOf<RecordsQuery>): RecordsQuery {
  return {
    ...DEFAULT_QUERY,
    dataset: text.dataset || undefined,
    status: OUTCOMES.find((outcome) => outcome === text.status),
    code: cut(text.code, MOST_CODE),
    text: cut(text.text, MOST_TEXT),
    unusual: text.unusual === 'true' ? 'true' : undefined,
    start_date: parseCalendarDay(text.start_date ?? ''),
    end_date: parseCalendarDay(text.end_date ?? ''),
    sort: isSort(text.sort) ? text.sort : DEFAULT_QUERY.sort,
    page: readPage(text.page),
    page_size:
      PAGE_SIZES.find((size) => String(size) === text.page_size) ?? DEFAULT_QUERY.page_size,
  };
}

/** An export has no pages. */
export function exportParams({
  page,
  page_size,
  ...rest
}: RecordsQuery): Omit<RecordsQuery, 'page' | 'page_size'> {
  return rest;
}

/** The query after a click on a column header: ascending, or the reverse order. */
export function sortedBy(query: RecordsQuery, field: SortField): RecordsQuery {
  return { ...query, page: 1, sort: query.sort === field ? `-${field}` : field };
}

/** The query with another page size, on the page with the first record of the current one. */
export function resizedTo(query: RecordsQuery, page_size: number): RecordsQuery {
  const before = (query.page - 1) * query.page_size;
  return { ...query, page_size, page: Math.floor(before / page_size) + 1 };
}

/** The value of `aria-sort` for a column. */
export function directionOf(query: RecordsQuery, field: SortField): Direction {
  if (query.sort === field) return 'ascending';
  return query.sort === `-${field}` ? 'descending' : 'none';
}
type Direction = 'ascending' | 'descending' | 'none';

function isSort(text: string | undefined): text is Sort {
  return SORT_FIELDS.some((field) => text === field || text === `-${field}`);
}
