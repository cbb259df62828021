import { parseCalendarDay, type CalendarDay } from '@daysync/progress';

/** Accepted notations: 2025-1-5, 2025/01/05, 2025.1.5, 20250105, 2025年1月5日. */
const WRITTEN =
  /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))$/;

/** Reads a typed date: null for an empty text, `undefined` for text that is not a date. */
export function readWrittenDay(text: string): CalendarDay | null | undefined {
  if (text.trim() === '') return null;
  const match = WRITTEN.exec(text.trim());
  if (match === null) return undefined;
  const [year = 0, month = 0, date = 0] = match.slice(1).filter(Boolean).map(Number);
  return parseCalendarDay(writeDay(year, month, date));
}

/** `YYYY-MM-DD`, even if there is no such day. */
export function writeDay(year: number, month: number, date: number): string {
  const pad = (value: number, width: number): string => String(value).padStart(width, '0');
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}`;
}
