import { effect, inject, Injectable } from '@angular/core';
import { DateAdapter } from '@angular/material/core';
import { addDays, calendarDay, calendarDayAt, parseCalendarDay } from '@daysync/progress';
import { Words } from '../i18n/words';
import { CLOCK } from '../time/clock';
import { readWrittenDay, writeDay } from './written-day';

/** Stands for text that is not a date. */
const INVALID = 'invalid';
const LOCALES = { zh: 'zh-CN', en: 'en-GB' } as const;
const MS_PER_DAY = 86_400_000;

/**
 * Lets Material's date picker work on calendar days, strings `YYYY-MM-DD`. The native adapter works on `Date` and reads
 * a typed date as UTC: west of Greenwich that is the day before.
 */
@Injectable()
export class CalendarDayAdapter extends DateAdapter<string, string> {
  private readonly clock = inject(CLOCK);

  constructor() {
    super();
    const { language } = inject(Words);
    this.setLocale(LOCALES[language()]);
    effect(() => this.setLocale(LOCALES[language()]));
  }

  override getYear(day: string): number {
    return Number(day.slice(0, 4));
  }

  override getMonth(day: string): number {
    return Number(day.slice(5, 7)) - 1;
  }

  override getDate(day: string): number {
    return Number(day.slice(8, 10));
  }

  override getDayOfWeek(day: string): number {
    const thursday = 4; // 1970-01-01
    return (((Date.parse(day) / MS_PER_DAY + thursday) % 7) + 7) % 7;
  }

  override getMonthNames(style: 'long' | 'short' | 'narrow'): string[] {
    return this.names(12, (month) => Date.UTC(2024, month), { month: style });
  }

  override getDateNames(): string[] {
    return Array.from({ length: 31 }, (_, index) => String(index + 1));
  }

  override getDayOfWeekNames(style: 'long' | 'short' | 'narrow'): string[] {
    // 2023-01-01 was a Sunday.
    return this.names(7, (date) => Date.UTC(2023, 0, date + 1), { weekday: style });
  }

  override getYearName(day: string): string {
    return day.slice(0, 4);
  }

  override getFirstDayOfWeek(): number {
    return 1;
  }

  override getNumDaysInMonth(day: string): number {
    const last = [31, 30, 29].find((date) => parseCalendarDay(`${day.slice(0, 7)}-${date}`));
    return last ?? 28;
  }

  override clone(day: string): string {
    return day;
  }

  override createDate(year: number, month: number, date: number): string {
    return calendarDay(writeDay(year, month + 1, date));
  }

  override today(): string {
    return calendarDayAt(this.clock.now(), new Intl.DateTimeFormat().resolvedOptions().timeZone);
  }

  override parse(value: unknown): string | null {
    if (typeof value !== 'string' || value.trim() === '') return null;
    return readWrittenDay(value) ?? INVALID;
  }

  override format(day: string, style: unknown): string {
    if (!this.isValid(day)) throw new RangeError(`expected a date written YYYY-MM-DD, got ${day}`);
    const options = STYLES[style as string];
    return options === undefined ? day : this.intl(options).format(Date.parse(day));
  }

  override addCalendarYears(day: string, years: number): string {
    return this.addCalendarMonths(day, years * 12);
  }

  override addCalendarMonths(day: string, months: number): string {
    const index = this.getYear(day) * 12 + this.getMonth(day) + months;
    const [year, month] = [Math.floor(index / 12), (index % 12) + 1];
    const longest = this.getNumDaysInMonth(writeDay(year, month, 1));
    return calendarDay(writeDay(year, month, Math.min(this.getDate(day), longest)));
  }

  override addCalendarDays(day: string, days: number): string {
    return addDays(calendarDay(day), days);
  }

  override toIso8601(day: string): string {
    return day;
  }

  override deserialize(value: unknown): string | null {
    return value === '' ? null : super.deserialize(value);
  }

  override isDateInstance(value: unknown): boolean {
    return typeof value === 'string';
  }

  override isValid(day: string): boolean {
    return parseCalendarDay(day) !== undefined;
  }

  override invalid(): string {
    return INVALID;
  }

  private names(
    count: number,
    at: (index: number) => number,
    options: Intl.DateTimeFormatOptions,
  ): string[] {
    const format = this.intl(options);
    return Array.from({ length: count }, (_, index) => format.format(at(index)));
  }

  private intl(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    return new Intl.DateTimeFormat(this.locale, { ...options, timeZone: 'UTC' });
  }
}

/** How the calendar shows months and weekdays. */
const STYLES: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  month: { month: 'short' },
  month_year: { year: 'numeric', month: 'long' },
  weekday: { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' },
};

/** How dates are read and shown. */
export const CALENDAR_DAY_FORMATS = {
  parse: { dateInput: 'day' },
  display: {
    dateInput: 'day',
    monthLabel: 'month',
    monthYearLabel: 'month_year',
    dateA11yLabel: 'weekday',
    monthYearA11yLabel: 'month_year',
  },
};
