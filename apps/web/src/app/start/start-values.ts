import {
  addDays,
  calendarDay,
  compareDays,
  countDays,
  parseCalendarDay,
  DAY_ORDERS,
  SYNC_MODES,
  type CalendarDay,
  type DayOrder,
  type DayRange,
  type Progress,
  type SyncMode,
} from '@daysync/progress';
import type { StartRequest } from '../api/wire';

/** The modes as a user chooses them: what `verify` does with a day that differs is part of it. */
export type StartMode = SyncMode | 'verify_report';
export const START_MODES: readonly StartMode[] = [...SYNC_MODES, 'verify_report'];

/** The mode of a request. */
export function modeRequest(mode: StartMode): Pick<StartRequest, 'mode' | 'verify'> {
  return mode === 'verify_report' ? { mode: 'verify', verify: 'report' } : { mode };
}

/** The mode of a request as a user has chosen it. */
export function startModeOf({ mode, verify }: Pick<StartRequest, 'mode' | 'verify'>): StartMode {
  return mode === 'verify' && verify === 'report' ? 'verify_report' : mode;
}

/** The values of the start form; any may be missing or invalid. */
export interface StartValues {
  readonly dataset: string;
  readonly start_date: string | null;
  readonly end_date: string | null;
  readonly mode: StartMode;
  readonly order: DayOrder;
}

/** The values of an address to open the start form with. */
export interface StartQuery {
  readonly dataset: string | undefined;
  readonly start_date: CalendarDay | undefined;
  readonly end_date: CalendarDay | undefined;
  readonly mode: StartMode | undefined;
  readonly order: DayOrder | undefined;
}

/** Reads the query of an address; invalid values are ignored, and without valid ones there is none. */
export function readStartQuery(
  text: Readonly<Partial<Record<keyof StartValues, string | null | undefined>>>,
): StartQuery | undefined {
  const query = {
    dataset: text.dataset || undefined,
    start_date: parseCalendarDay(text.start_date ?? ''),
    end_date: parseCalendarDay(text.end_date ?? ''),
    mode: START_MODES.find((mode) => mode === text.mode),
    order: DAY_ORDERS.find((order) => order === text.order),
  };
  return Object.values(query).every((value) => value === undefined) ? undefined : query;
}

/** The address parameters of the form: with them it opens as it is now. Null takes a parameter away. */
export function formParams(
  values: StartValues,
): Readonly<Record<keyof StartValues, string | null>> {
  const { dataset, start_date, end_date, mode, order } = values;
  return { dataset: dataset || null, start_date, end_date, mode, order };
}

/** The address parameters that open the start form with these days of a dataset. */
export function startParams(
  dataset: string,
  { start_date, end_date }: DayRange,
  { mode, order }: Pick<StartValues, 'mode' | 'order'>,
): Readonly<Record<keyof StartValues, string>> {
  return { dataset, start_date, end_date, mode, order };
}

/** The request of the form; `undefined` while a date is missing, invalid or reversed. */
export function startRequest(values: StartValues): StartRequest | undefined {
  const start_date = parseCalendarDay(values.start_date ?? '');
  const end_date = parseCalendarDay(values.end_date ?? '');
  if (start_date === undefined || end_date === undefined) return undefined;
  if (values.dataset === '' || compareDays(start_date, end_date) > 0) return undefined;
  const { dataset, mode, order } = values;
  return { dataset, start_date, end_date, ...modeRequest(mode), order };
}

export function isSameRequest(
  one: StartRequest | undefined,
  other: StartRequest | undefined,
): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function isSameQuery(one: StartQuery | undefined, other: StartQuery | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Ranges in the order of their days, so that batches for them run in this order. */
export function inOrder(ranges: readonly DayRange[], order: DayOrder): readonly DayRange[] {
  return order === 'desc' ? ranges.toReversed() : ranges;
}

export function requestedDays(request: StartRequest): number {
  return countDays(request.start_date, request.end_date);
}

/** Whether the request overlaps the batch: the server would refuse the start. */
export function overlapsBatch(request: StartRequest, batch: Progress): boolean {
  return (
    request.dataset === batch.dataset &&
    compareDays(request.start_date, batch.end_date) <= 0 &&
    compareDays(batch.start_date, request.end_date) <= 0
  );
}

export const QUICK_RANGES = ['yesterday', 'last_7', 'last_30', 'last_month', 'recent'] as const;
export type QuickRange = (typeof QUICK_RANGES)[number];

/** The days of a quick range; `undefined` if the dataset has no such range. */
export function quickRange(
  range: QuickRange,
  today: CalendarDay,
  recent: DayRange | undefined,
): DayRange | undefined {
  switch (range) {
    case 'yesterday':
      return { start_date: addDays(today, -1), end_date: addDays(today, -1) };
    case 'last_7':
      return { start_date: addDays(today, -6), end_date: today };
    case 'last_30':
      return { start_date: addDays(today, -29), end_date: today };
    case 'last_month': {
      const end = addDays(firstOfMonth(today), -1);
      return { start_date: firstOfMonth(end), end_date: end };
    }
    case 'recent':
      return recent;
  }
}

function firstOfMonth(day: CalendarDay): CalendarDay {
  return calendarDay(`${day.slice(0, 7)}-01`);
}
