import {
  compareDays,
  countDays,
  parseCalendarDay,
  SYNC_MODES,
  type CalendarDay,
  type Progress,
  type SyncMode,
} from '@daysync/progress';
import type { StartRequest } from '../api/wire';

/** What the start form holds; anything may still be missing or wrong. */
export interface StartValues {
  readonly dataset: string;
  readonly start_date: string | null;
  readonly end_date: string | null;
  readonly mode: SyncMode;
}

/** What an address asks a start form to open with. */
export interface AskedStart {
  readonly dataset: string;
  readonly start_date: CalendarDay | undefined;
  readonly end_date: CalendarDay | undefined;
  readonly mode: SyncMode | undefined;
}

/** What an address asks for; what it says wrong counts as not said, and without a dataset it asks for nothing. */
export function askedStart(
  text: Readonly<Partial<Record<keyof StartValues, string | undefined>>>,
): AskedStart | undefined {
  if (!text.dataset) return undefined;
  return {
    dataset: text.dataset,
    start_date: parseCalendarDay(text.start_date ?? ''),
    end_date: parseCalendarDay(text.end_date ?? ''),
    mode: SYNC_MODES.find((mode) => mode === text.mode),
  };
}

/** The request that the form asks for, or `undefined` while a date is missing, wrong or reversed. */
export function startRequest(values: StartValues): StartRequest | undefined {
  const start_date = parseCalendarDay(values.start_date ?? '');
  const end_date = parseCalendarDay(values.end_date ?? '');
  if (start_date === undefined || end_date === undefined) return undefined;
  if (values.dataset === '' || compareDays(start_date, end_date) > 0) return undefined;
  return { dataset: values.dataset, start_date, end_date, mode: values.mode };
}

/** Whether both ask for the same. */
export function isSameRequest(
  one: StartRequest | undefined,
  other: StartRequest | undefined,
): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** How many days the request asks for. */
export function requestedDays(request: StartRequest): number {
  return countDays(request.start_date, request.end_date);
}

/** Whether the batch holds a day of what is asked for: the server would refuse such a start. */
export function isHeldBy(request: StartRequest, batch: Progress): boolean {
  return (
    request.dataset === batch.dataset &&
    compareDays(request.start_date, batch.end_date) <= 0 &&
    compareDays(batch.start_date, request.end_date) <= 0
  );
}
