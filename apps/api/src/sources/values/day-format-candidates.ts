import { isWrittenNumber, writeNumberValue } from '../../targets/exact-number.js';
import { writtenForm } from './column-values.js';
import { createTimeReader } from './time-format.js';

/** Numbers up to here are no seconds or milliseconds of a date that a file would have. */
const LEAST_SECONDS = Date.parse('1971-01-01') / 1_000;
const MOST_SECONDS = Date.parse('2100-01-01') / 1_000;
const [LEAST_YEAR, MOST_YEAR] = [1_500, 2_200];
const MOST_TEXT = 60;

/** The most characters of a value that may be a date, with the blanks around it. */
const MOST_WRITTEN = 200;

/** The text of a value that may be a date; empty for others, so that none is kept that is long. */
export function dateText(value: unknown): string {
  const written = isWrittenNumber(value) ? writeNumberValue(value) : writtenForm(value);
  return written === undefined || written.length > MOST_WRITTEN ? '' : written.trim();
}

/**
 * The formats in which a value is a date or a time, the likely ones first: names such as `iso`, and Unicode date patterns.
 * A value may have several that mean different days, such as `03/04/2025`.
 */
export function candidateFormats(value: unknown): readonly string[] {
  const text = dateText(value);
  if (text === '' || text.length > MOST_TEXT) return [];
  const formats = [...namedFormats(text), ...patternsOf(text)];
  return formats.filter(
    (format, index) => formats.indexOf(format) === index && reads(format, text),
  );
}

function reads(format: string, text: string): boolean {
  return createTimeReader({ format, timeZone: 'UTC' }).day(text) !== undefined;
}

function namedFormats(text: string): string[] {
  if (!/^[+-]?\d+(?:\.\d+)?$/.test(text)) return ['iso', 'year_month'];
  const number = Number(text);
  if (/^\d{4}$/.test(text)) return number >= LEAST_YEAR && number <= MOST_YEAR ? ['year'] : [];
  const isSeconds = number >= LEAST_SECONDS && number < MOST_SECONDS;
  const isMilliseconds = number >= LEAST_SECONDS * 1_000 && number < MOST_SECONDS * 1_000;
  const isMonth = /^(?:1[5-9]|2[01])\d{2}(?:0[1-9]|1[0-2])$/.test(text);
  return [
    ...(isMonth ? ['year_month'] : []),
    ...(isSeconds ? ['epoch_s'] : []),
    ...(isMilliseconds ? ['epoch_ms'] : []),
  ];
}

/** Numbers without a sign between them, by their length. */
const COMPACT: Readonly<Record<number, readonly string[]>> = {
  7: ['yyyyDDD'],
  8: ['yyyyMMdd', 'ddMMyyyy', 'MMddyyyy'],
  10: ['yyyyMMddHH'],
  12: ['yyyyMMddHHmm'],
  14: ['yyyyMMddHHmmss'],
};

const MONTH = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;
const MONTH_NAME =
  /^(?:january|february|march|april|may|june|july|august|september|october|november|december)$/i;
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?$/i;
const TIME =
  /^(\s*,?\s+|T|\s*-\s*|:|_)(\d{1,2})(?:([:.h])(\d{2})(?:([:.])(\d{2})(?:([.,])(\d{1,9}))?)?)?(?:(\s*)([ap]m))?(?:(\s*)(Z|[+-]\d{2}:\d{2}|[+-]\d{4}))?$/i;

/** The beginning of a text as pieces of a pattern: the date, with one or more readings of it. */
interface DateReading {
  readonly pattern: string;
  /** Where the date ends in the text. */
  readonly end: number;
}

function patternsOf(text: string): string[] {
  return dateReadings(text).flatMap(({ pattern, end }) =>
    timePatterns(text.slice(end)).map((time) => pattern + time),
  );
}

function dateReadings(text: string): readonly DateReading[] {
  const compact = /^\d+/.exec(text)?.[0] ?? '';
  const ofNumber = (COMPACT[compact.length] ?? []).map((pattern) => ({
    pattern,
    end: compact.length,
  }));
  const weekday = /^(\p{L}+)(,? +)/u.exec(text);
  const [, name = '', gap = ''] = weekday ?? [];
  const hasWeekday = WEEKDAY.test(name);
  const start = hasWeekday ? name.length + gap.length : 0;
  const before = hasWeekday ? (name.length > 3 ? 'EEEE' : 'EEE') + gap : '';
  const date = DATE.exec(text.slice(start));
  if (date === null) return ofNumber;
  const [whole, first = '', one = '', second = '', other = '', third = '', after = ''] = date;
  const end = start + whole.length;
  const separators = [quoted(one), quoted(other)] as const;
  return [
    ...ofNumber,
    ...fieldOrders([first, second, third], one.startsWith('.')).map(([a, b, c]) => ({
      pattern: `${before}${a}${separators[0]}${b}${separators[1]}${c}${after}`,
      end,
    })),
  ];
}

/** Three numbers or names with signs between them, or as in 2025年3月4日. */
const DATE =
  /^(\d{1,4}|\p{L}{3,9})([-/. ,]{1,2}|年)(\d{1,2}|\p{L}{3,9})([-/. ,]{1,2}|月)(\d{4}|\d{1,2})(日?)/u;

type Three<T> = readonly [T, T, T];

const YEAR_FIRST = ['y', 'M', 'd'] as const;
const MONTH_FIRST = ['M', 'd', 'y'] as const;
const DAY_FIRST = ['d', 'M', 'y'] as const;

/**
 * Which of three texts are year, month and day; a number of two digits may have a zero before it, or not.
 * @param isDotted whether dots are between them, as in countries that write the day first
 */
function fieldOrders(texts: Three<string>, isDotted: boolean): readonly Three<string>[] {
  const orders = isDotted
    ? [YEAR_FIRST, DAY_FIRST, MONTH_FIRST]
    : [YEAR_FIRST, MONTH_FIRST, DAY_FIRST];
  return orders.flatMap((order) => {
    const [a = [], b = [], c = []] = order.map((field, index) =>
      fieldsOf(field, texts[index] ?? ''),
    );
    const padded = threeOf(a[0], b[0], c[0]);
    const plain = threeOf(a[1] ?? a[0], b[1] ?? b[0], c[1] ?? c[0]);
    return [...padded, ...plain];
  });
}

/** None where one of them is missing. */
function threeOf(
  a: string | undefined,
  b: string | undefined,
  c: string | undefined,
): readonly Three<string>[] {
  return a === undefined || b === undefined || c === undefined ? [] : [[a, b, c]];
}

/** The field as it is written, and the same without a zero before it. */
function fieldsOf(field: 'y' | 'M' | 'd', text: string): readonly string[] {
  if (field === 'y') return /^\d{4}$/.test(text) ? ['yyyy'] : [];
  if (/^\d{2}$/.test(text)) return [field + field, field];
  if (/^\d$/.test(text)) return [field];
  if (field === 'd' || !MONTH.test(text)) return [];
  if (text.length === 3) return MONTH_NAME.test(text) ? ['MMM', 'MMMM'] : ['MMM'];
  return MONTH_NAME.test(text) ? ['MMMM'] : [];
}

function timePatterns(text: string): readonly string[] {
  if (text === '') return [''];
  const match = TIME.exec(text);
  if (match === null) return [];
  const [, gap = '', hour = '', one = '', minute, two = '', second] = match;
  const [point = '', fraction, halfGap = '', half, offsetGap = '', offset] = match.slice(7);
  const isHalf = half !== undefined;
  const after = [
    ...(minute === undefined ? [] : [quoted(one), 'mm']),
    ...(second === undefined ? [] : [quoted(two), 'ss']),
    ...(fraction === undefined ? [] : [quoted(point), 'S'.repeat(fraction.length)]),
    ...(isHalf ? [halfGap, 'a'] : []),
    ...(offset === undefined ? [] : [offsetGap, offsetField(offset)]),
  ].join('');
  const letter = isHalf ? 'h' : 'H';
  const hours = hour.length === 2 ? [letter + letter, letter] : [letter];
  return hours.map((field) => quoted(gap) + field + after);
}

function offsetField(offset: string): string {
  if (/^Z$/i.test(offset)) return 'XXX';
  return offset.includes(':') ? 'xxx' : 'xx';
}

/** Latin letters of a pattern are fields: those that stand for themselves are quoted. */
function quoted(text: string): string {
  return text.replace(/[a-z]+/gi, "'$&'");
}
