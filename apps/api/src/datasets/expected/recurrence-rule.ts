import { parseCalendarDay, type CalendarDay } from '@daysync/progress';

// A recurrence rule of RFC 5545, section 3.3.10, as far as it is about whole days.

const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

/** More steps between two periods are refused. */
const MOST_INTERVAL = 10_000;
/** More days are refused. */
const MOST_COUNT = 36_600;

/** What says which days of a period a rule has. */
const FILTERS = [
  'BYMONTH',
  'BYWEEKNO',
  'BYYEARDAY',
  'BYMONTHDAY',
  'BYDAY',
  'BYSETPOS',
  'WKST',
] as const;
type Filter = (typeof FILTERS)[number];

const PARTS = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', ...FILTERS];

/** A rule that was read: `problem` is absent, and every part is valid. */
export interface RecurrenceRule {
  readonly frequency: Frequency;
  /** Every so many days, weeks, months or years. */
  readonly interval: number;
  /** It ends with its so-manieth day; null for a rule that does not. */
  readonly count: number | null;
  /** Its last day; null for a rule without one. */
  readonly until: CalendarDay | null;
  /** Which days of a period it has, as they are written. */
  readonly filters: ReadonlyMap<Filter, string>;
  /** 0 for Monday to 6 for Sunday. */
  readonly weekStart: number;
}

/** What a rule was expected to be, and what came in its place. */
interface RuleProblem {
  readonly expected: string;
  readonly received: string;
}

export type ReadRule =
  | { readonly ok: true; readonly rule: RecurrenceRule }
  | { readonly ok: false; readonly problems: readonly RuleProblem[] };

/** Reads a rule, with or without `RRULE:` before it. All problems are found at once. */
export function readRule(text: string): ReadRule {
  const problems: RuleProblem[] = [];
  const parts = partsOf(text, problems);
  for (const [name, value] of parts) problems.push(...problemOfPart(name, value));
  if (!parts.has('FREQ') && problems.length === 0) {
    const expected = `FREQ=${FREQUENCIES.join(', FREQ=')} in a rule of RFC 5545`;
    problems.push({ expected, received: JSON.stringify(text) });
  }
  if (problems.length > 0) return { ok: false, problems };
  const rule = ruleOf(parts);
  const together = problemsTogether(rule);
  return together.length > 0 ? { ok: false, problems: together } : { ok: true, rule };
}

/** Why a rule says nothing without a first day, such as `INTERVAL=2`; null for one that does. */
export function needsFirstDay({
  count,
  filters,
  frequency,
  interval,
}: RecurrenceRule): string | null {
  if (count !== null) return `COUNT=${count}`;
  if (interval > 1) return `INTERVAL=${interval}`;
  const takesFirst = takenFromFirst(frequency, filters);
  return takesFirst === null ? null : `FREQ=${frequency} without ${takesFirst.missing}`;
}

/** What a rule takes from its first day, because it does not say itself; null for nothing. */
export function takenFromFirst(
  frequency: Frequency,
  filters: ReadonlyMap<Filter, string>,
): {
  readonly taken: 'weekday' | 'date' | 'month and date';
  readonly missing: string;
} | null {
  const has = (...names: readonly Filter[]): boolean => names.some((name) => filters.has(name));
  switch (frequency) {
    case 'DAILY':
      return null;
    case 'WEEKLY':
      return has('BYDAY') ? null : { taken: 'weekday', missing: 'BYDAY' };
    case 'MONTHLY':
      return has('BYDAY', 'BYMONTHDAY') ? null : { taken: 'date', missing: 'BYDAY or BYMONTHDAY' };
    case 'YEARLY':
      if (has('BYDAY', 'BYMONTHDAY', 'BYYEARDAY')) return null;
      return has('BYMONTH')
        ? { taken: 'date', missing: 'BYDAY or BYMONTHDAY' }
        : { taken: 'month and date', missing: 'BYDAY, BYMONTHDAY or BYYEARDAY' };
  }
}

function partsOf(text: string, problems: RuleProblem[]): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const part of text
    .trim()
    .replace(/^RRULE:/i, '')
    .toUpperCase()
    .split(';')) {
    const [, name = '', value = ''] = /^([A-Z-]+)=(.+)$/.exec(part) ?? [];
    if (name === '') {
      problems.push({
        expected: 'a rule of RFC 5545 such as FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
        received: part === '' ? 'an empty part' : JSON.stringify(part),
      });
    } else if (parts.has(name)) {
      problems.push({ expected: `${name} once`, received: 'it twice' });
    }
    parts.set(name, value);
  }
  parts.delete('');
  return parts;
}

function ruleOf(parts: ReadonlyMap<string, string>): RecurrenceRule {
  const count = parts.get('COUNT');
  const until = parts.get('UNTIL');
  const weekStart = WEEKDAYS.findIndex((day) => day === (parts.get('WKST') ?? 'MO'));
  return {
    frequency: parts.get('FREQ') as Frequency,
    interval: Number(parts.get('INTERVAL') ?? 1),
    count: count === undefined ? null : Number(count),
    until: until === undefined ? null : (dayOf(until) ?? null),
    filters: new Map(
      FILTERS.flatMap((name) => {
        const value = parts.get(name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
    weekStart,
  };
}

/** `20261231`, as RFC 5545 writes a date. */
function dayOf(text: string): CalendarDay | undefined {
  return parseCalendarDay(text.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'));
}

const TIMES = /^(?:BYHOUR|BYMINUTE|BYSECOND)$/;
const WHOLE_DAYS = 'a rule for whole days';

function problemOfPart(name: string, value: string): readonly RuleProblem[] {
  const received = `${name}=${value}`;
  if (TIMES.test(name)) return [{ expected: `${WHOLE_DAYS}, without ${name}`, received }];
  if (name === 'DTSTART') {
    return [{ expected: 'the first day as the key from, beside rule', received }];
  }
  if (!PARTS.includes(name)) {
    return [{ expected: `one of ${PARTS.join(', ')}`, received: JSON.stringify(name) }];
  }
  const expected = EXPECTED[name];
  return expected === undefined || expected.accepts(value)
    ? []
    : [{ expected: `${name} to be ${expected.text}`, received }];
}

interface ExpectedValue {
  readonly text: string;
  readonly accepts: (value: string) => boolean;
}

const EXPECTED: Readonly<Record<string, ExpectedValue>> = {
  FREQ: {
    text: `${FREQUENCIES.join(', ')}: ${WHOLE_DAYS}`,
    accepts: (value) => FREQUENCIES.includes(value as Frequency),
  },
  INTERVAL: wholeNumber(1, MOST_INTERVAL),
  COUNT: wholeNumber(1, MOST_COUNT),
  UNTIL: {
    text: 'a day such as 20261231, without a time',
    accepts: (value) => /^\d{8}$/.test(value) && dayOf(value) !== undefined,
  },
  BYMONTH: listOf('months from 1 to 12', within(1, 12)),
  BYWEEKNO: listOf('weeks from 1 to 53, or from -53 to -1', fromEitherEnd(53)),
  BYYEARDAY: listOf('days from 1 to 366, or from -366 to -1', fromEitherEnd(366)),
  BYMONTHDAY: listOf('days from 1 to 31, or from -31 to -1', fromEitherEnd(31)),
  BYSETPOS: listOf('positions from 1 to 366, or from -366 to -1', fromEitherEnd(366)),
  BYDAY: listOf(`weekdays (${WEEKDAYS.join(', ')}), such as MO,WE or 2TU or -1FR`, isWeekday),
  WKST: {
    text: `one of ${WEEKDAYS.join(', ')}`,
    accepts: (value) => WEEKDAYS.some((day) => day === value),
  },
};

function listOf(text: string, accepts: (item: string) => boolean): ExpectedValue {
  return {
    text: `a list of ${text}`,
    accepts: (value) => value.split(',').every((item) => accepts(item)),
  };
}

function wholeNumber(least: number, most: number): ExpectedValue {
  return { text: `a whole number from ${least} to ${most}`, accepts: within(least, most) };
}

function within(least: number, most: number): (text: string) => boolean {
  return (text) => /^\d{1,5}$/.test(text) && Number(text) >= least && Number(text) <= most;
}

function fromEitherEnd(most: number): (text: string) => boolean {
  const isOne = within(1, most);
  return (text) => isOne(text.replace(/^[+-]/, ''));
}

function isWeekday(text: string): boolean {
  const [, position = '', day] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(text) ?? [];
  return WEEKDAYS.some((one) => one === day) && (position === '' || fromEitherEnd(53)(position));
}

/** What RFC 5545 does not allow together. */
function problemsTogether({
  count,
  filters,
  frequency,
  until,
}: RecurrenceRule): readonly RuleProblem[] {
  const problems: RuleProblem[] = [];
  const refuse = (isRefused: boolean, expected: string, received: string): void => {
    if (isRefused) problems.push({ expected, received });
  };
  const ofFrequency = (name: Filter): string => `${name} with FREQ=${frequency}`;
  const isYearly = frequency === 'YEARLY';
  const weekdays = filters.get('BYDAY') ?? '';
  const hasPosition = /\d/.test(weekdays);
  const hasWeeks = filters.has('BYWEEKNO');
  refuse(count !== null && until !== null, 'COUNT or UNTIL', 'both');
  refuse(hasWeeks && !isYearly, 'BYWEEKNO only with FREQ=YEARLY', ofFrequency('BYWEEKNO'));
  refuse(
    filters.has('BYYEARDAY') && !isYearly,
    'BYYEARDAY only with FREQ=YEARLY',
    ofFrequency('BYYEARDAY'),
  );
  refuse(
    filters.has('BYMONTHDAY') && frequency === 'WEEKLY',
    'BYMONTHDAY with FREQ=DAILY, MONTHLY or YEARLY',
    ofFrequency('BYMONTHDAY'),
  );
  refuse(
    hasPosition && (frequency === 'DAILY' || frequency === 'WEEKLY' || hasWeeks),
    'weekdays without numbers, or FREQ=MONTHLY or FREQ=YEARLY without BYWEEKNO',
    `BYDAY=${weekdays}`,
  );
  refuse(hasWeeks && !filters.has('BYDAY'), 'BYDAY beside BYWEEKNO', 'none');
  refuse(
    filters.has('BYSETPOS') && frequency === 'DAILY',
    'BYSETPOS with FREQ=WEEKLY, MONTHLY or YEARLY',
    ofFrequency('BYSETPOS'),
  );
  refuse(
    filters.has('BYSETPOS') &&
      ![...filters.keys()].some((name) => name !== 'BYSETPOS' && name !== 'WKST'),
    'another BY part beside BYSETPOS',
    'none',
  );
  return problems;
}
