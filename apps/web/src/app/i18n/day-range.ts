import type { CalendarDay, DayRange, Language } from '@daysync/progress';
import { localeOf } from './locale';

/** What is written of a day: all of it, or what differs from the day before it in a range. */
const PARTS = {
  all: { year: 'numeric', month: 'short', day: 'numeric' },
  month: { month: 'short', day: 'numeric' },
  day: { day: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The days of a range as the reader writes them: `1–31 Oct 2026`, `2026年10月1日至31日`. */
export function dayRangeText(
  range: DayRange,
  language: Language,
  languages: readonly string[] = navigator.languages,
): string {
  const locale = localeOf(language, languages);
  if (language === 'zh') return chineseText(range, locale);
  const { start_date, end_date } = range;
  const text = formatOf(locale, 'all').formatRange(Date.parse(start_date), Date.parse(end_date));
  // Between two days of a month, some locales have spaces around the dash.
  const isSameMonth = start_date.slice(0, 7) === end_date.slice(0, 7);
  return isSameMonth ? text.replace(/\s–\s/u, '–') : text;
}

/** `Intl` would write a range with slashes. */
function chineseText({ start_date, end_date }: DayRange, locale: string): string {
  const first = dayText(start_date, locale, 'all');
  if (start_date === end_date) return first;
  const isSameYear = start_date.slice(0, 4) === end_date.slice(0, 4);
  const isSameMonth = start_date.slice(0, 7) === end_date.slice(0, 7);
  const part = isSameMonth ? 'day' : isSameYear ? 'month' : 'all';
  return `${first}至${dayText(end_date, locale, part)}`;
}

function dayText(day: CalendarDay, locale: string, part: keyof typeof PARTS): string {
  return formatOf(locale, part).format(Date.parse(day));
}

function formatOf(locale: string, part: keyof typeof PARTS): Intl.DateTimeFormat {
  const key = `${locale} ${part}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, {
      calendar: 'gregory',
      timeZone: 'UTC',
      ...PARTS[part],
    });
    formats.set(key, format);
  }
  return format;
}
