import {
  addDays,
  calendarDay,
  countDays,
  listDays,
  toEpochDay,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import {
  EVERY_DAY,
  expectedDaysOf,
  firstOfLast,
  unexpectedIn,
  type Expectation,
  type ExpectedDays,
} from './expected-days.js';

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
const WORKDAYS = 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR';

function daysOf(rule: string, others: Partial<Expectation> = {}): ExpectedDays {
  const none = { from: null, until: null, except: [], writtenExcept: null };
  return expectedDaysOf({ expected: { ...none, ...others, rule } });
}

/** What a day is, counted without the library and without the code under test. */
function partsOf(day: CalendarDay) {
  const time = new Date(`${day}T00:00:00Z`);
  const end = new Date(time);
  end.setUTCMonth(time.getUTCMonth() + 1, 0);
  return {
    weekday: WEEKDAYS[(time.getUTCDay() + 6) % 7] ?? 'MO',
    month: time.getUTCMonth() + 1,
    date: time.getUTCDate(),
    daysInMonth: end.getUTCDate(),
  };
}

function expectSame(
  days: ExpectedDays,
  model: (day: CalendarDay) => boolean,
  start: CalendarDay,
  length: number,
): void {
  const range = listDays(start, addDays(start, length - 1));
  expect(range.filter((day) => days.isExpected(day))).toEqual(range.filter(model));
  expect(days.countIn(start, addDays(start, length - 1))).toBe(range.filter(model).length);
}

const RUNS = { numRuns: draws(20, 100) };
const aStart = fc
  .oneof(
    fc.integer({ min: -719_162, max: 2_932_000 }),
    fc.integer({ min: 0, max: 30_000 }),
    fc.integer({ min: -719_162, max: -650_000 }),
  )
  .map((epochDay) => addDays(calendarDay('1970-01-01'), epochDay));
const aLength = fc.integer({ min: 1, max: 800 });
const someWeekdays = fc.subarray([...WEEKDAYS], { minLength: 1 });
const someDates = fc.uniqueArray(
  fc.integer({ min: 1, max: 31 }).chain((date) => fc.constantFrom(date, -date)),
  { minLength: 1, maxLength: 4 },
);
const someMonths = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1 });

describe('the expected days of a rule', () => {
  it('are those of a set of weekdays', () => {
    fc.assert(
      fc.property(someWeekdays, aStart, aLength, (weekdays, start, length) => {
        for (const frequency of ['WEEKLY', 'DAILY', 'MONTHLY', 'YEARLY']) {
          const days = daysOf(`FREQ=${frequency};BYDAY=${weekdays.join(',')}`);
          expectSame(days, (day) => weekdays.includes(partsOf(day).weekday), start, length);
        }
      }),
      RUNS,
    );
  });

  it('are those of dates from either end of a month', () => {
    fc.assert(
      fc.property(someDates, someMonths, aStart, aLength, (dates, months, start, length) => {
        const rule = `BYMONTHDAY=${dates.join(',')};BYMONTH=${months.join(',')}`;
        const model = (day: CalendarDay): boolean => {
          const { date, daysInMonth, month } = partsOf(day);
          const isDate = dates.includes(date) || dates.includes(date - daysInMonth - 1);
          return isDate && months.includes(month);
        };
        for (const frequency of ['DAILY', 'MONTHLY', 'YEARLY']) {
          expectSame(daysOf(`FREQ=${frequency};${rule}`), model, start, length);
        }
      }),
      RUNS,
    );
  });

  it('are those of a weekday of a month by its number', () => {
    const aNumber = fc.integer({ min: 1, max: 5 }).chain((one) => fc.constantFrom(one, -one));
    const aWeekday = fc.constantFrom(...WEEKDAYS);
    fc.assert(
      fc.property(aWeekday, aNumber, aStart, aLength, (name, nth, start, length) => {
        const model = (day: CalendarDay): boolean => {
          const { date, daysInMonth, weekday } = partsOf(day);
          const number = nth > 0 ? Math.ceil(date / 7) : -Math.ceil((daysInMonth - date + 1) / 7);
          return weekday === name && number === nth;
        };
        expectSame(daysOf(`FREQ=MONTHLY;BYDAY=${nth}${name}`), model, start, length);
      }),
      RUNS,
    );
  });

  it('are every so many days and weeks, counted from the first day', () => {
    const anInterval = fc.integer({ min: 1, max: 40 });
    const after = fc.integer({ min: 0, max: 50_000 });
    fc.assert(
      fc.property(anInterval, fc.nat(6), someWeekdays, aStart, after, aLength, (...drawn) => {
        const [interval, weekStart, weekdays, from, skipped, length] = drawn;
        fc.pre(toEpochDay(from) + skipped + length < 2_932_896);
        const start = addDays(from, skipped);
        const since = (day: CalendarDay): number => toEpochDay(day) - toEpochDay(from);
        const daily = daysOf(`FREQ=DAILY;INTERVAL=${interval}`, { from });
        expectSame(daily, (day) => since(day) % interval === 0, start, length);
        const first = (WEEKDAYS.indexOf(partsOf(from).weekday) - weekStart + 7) % 7;
        const weekly = `FREQ=WEEKLY;INTERVAL=${interval};WKST=${WEEKDAYS[weekStart] ?? ''};BYDAY=${weekdays.join(',')}`;
        const isWeek = (day: CalendarDay): boolean =>
          Math.floor((since(day) + first) / 7) % interval === 0;
        const model = (day: CalendarDay): boolean =>
          isWeek(day) && weekdays.includes(partsOf(day).weekday);
        expectSame(daysOf(weekly, { from }), model, start, length);
      }),
      RUNS,
    );
  });

  it('are every so many months and years, with what the first day says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), aStart, fc.nat(30_000), aLength, (...drawn) => {
        const [interval, from, skipped, length] = drawn;
        fc.pre(toEpochDay(from) + skipped + length < 2_932_896);
        const start = addDays(from, skipped);
        const monthOf = (day: CalendarDay): number =>
          Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
        const isDate = (day: CalendarDay): boolean => day.slice(8) === from.slice(8);
        const months = (day: CalendarDay): number => monthOf(day) - monthOf(from);
        const monthly = daysOf(`FREQ=MONTHLY;INTERVAL=${interval}`, { from });
        expectSame(monthly, (day) => isDate(day) && months(day) % interval === 0, start, length);
        const yearly = daysOf(`FREQ=YEARLY;INTERVAL=${interval}`, { from });
        const model = (day: CalendarDay): boolean =>
          isDate(day) && months(day) % (12 * interval) === 0;
        expectSame(yearly, model, start, length);
      }),
      RUNS,
    );
  });

  it('end with their number, with exceptions counted', () => {
    const aCount = fc.integer({ min: 1, max: 900 });
    fc.assert(
      fc.property(aCount, someWeekdays, aStart, fc.nat(1_000), (count, weekdays, from, skipped) => {
        fc.pre(toEpochDay(from) < 2_900_000);
        const isNamed = (day: CalendarDay): boolean => weekdays.includes(partsOf(day).weekday);
        const counted = listDays(from, addDays(from, 7_000)).filter(isNamed).slice(0, count);
        const [except] = counted;
        const days = daysOf(`FREQ=WEEKLY;BYDAY=${weekdays.join(',')};COUNT=${count}`, {
          ...{ from, except: except === undefined ? [] : [except] },
        });
        const model = (day: CalendarDay): boolean => counted.includes(day) && day !== except;
        expectSame(days, model, addDays(from, skipped), 400);
      }),
      RUNS,
    );
  });

  it('are bounded by both ends, exceptions and UNTIL', () => {
    const [from, until] = [calendarDay('2024-01-03'), calendarDay('2024-01-12')];
    const except = [calendarDay('2024-01-05')];
    const range = { start_date: calendarDay('2023-12-01'), end_date: calendarDay('2024-02-01') };
    expect(daysOf(WORKDAYS, { from, until, except }).runsIn(range)).toEqual([
      { start_date: '2024-01-03', end_date: '2024-01-04' },
      { start_date: '2024-01-08', end_date: '2024-01-12' },
    ]);
    const ended = daysOf('FREQ=DAILY;UNTIL=20240104', { from, until });
    expect(ended.runsIn(range)).toEqual([{ start_date: '2024-01-03', end_date: '2024-01-04' }]);
  });

  it.each([
    ['the last workday of a month', `FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1`, '2024', 12],
    ['29 February', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2024', 1],
    ['29 February, in another year', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2023', 0],
    ['the Mondays of week 1 and 53', 'FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO', '2020', 1],
    ['the last day of a year', 'FREQ=YEARLY;BYYEARDAY=-1', '2020', 1],
    ['Friday the 13th', 'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', '2026', 3],
  ])('know %s', (_, rule, year, count) => {
    expect(daysOf(rule).countIn(calendarDay(`${year}-01-01`), calendarDay(`${year}-12-31`))).toBe(
      count,
    );
  });

  it('do not depend on which years were asked before', () => {
    const rule = 'FREQ=WEEKLY;BYDAY=MO,TH,SU;BYSETPOS=1;WKST=WE';
    const decade = { start_date: calendarDay('2015-01-01'), end_date: calendarDay('2024-12-31') };
    const whole = daysOf(rule).runsIn(decade);
    const asked = daysOf(rule);
    asked.isExpected(calendarDay('2019-05-05'));
    expect(asked.runsIn(decade)).toEqual(whole);
    // The first of Thursday, Sunday and Monday in weeks from Wednesday on.
    for (const { start_date } of whole) expect(partsOf(start_date).weekday).toBe('TH');
  });
});

describe('the latest and the next expected day', () => {
  it.each([
    // Fridays are usable on Saturday: what is due then is Friday.
    ['on Saturday it is Friday', '2024-03-09', '2024-03-08', '2024-03-11'],
    ['on Sunday it is Friday', '2024-03-10', '2024-03-08', '2024-03-11'],
    ['on a workday it is that day', '2024-03-11', '2024-03-11', '2024-03-11'],
    // Good Friday and Easter Monday.
    ['on a holiday it is the day before it', '2024-03-29', '2024-03-28', '2024-04-02'],
    ['after a long weekend it is the day before it', '2024-04-01', '2024-03-28', '2024-04-02'],
  ])('%s', (_, day, latest, next) => {
    const except = [calendarDay('2024-03-29'), calendarDay('2024-04-01')];
    const days = daysOf(WORKDAYS, { except });
    expect(days.latestExpected(calendarDay(day))).toBe(latest);
    expect(days.nextExpected(calendarDay(day))).toBe(next);
  });

  it('are none before the first and after the last day', () => {
    const [from, until] = [calendarDay('2024-03-01'), calendarDay('2024-03-31')];
    const days = daysOf(WORKDAYS, { from, until });
    expect(days.latestExpected(calendarDay('2024-02-29'))).toBeNull();
    expect(days.latestExpected(calendarDay('2030-01-01'))).toBe('2024-03-29');
    expect(days.nextExpected(calendarDay('2024-04-01'))).toBeNull();
    expect(days.nextExpected(calendarDay('0001-01-01'))).toBe('2024-03-01');
  });

  it('agree with each day alone', () => {
    fc.assert(
      fc.property(someDates, aStart, (dates, start) => {
        fc.pre(toEpochDay(start) > -719_000 && toEpochDay(start) < 2_932_800);
        const days = daysOf(`FREQ=MONTHLY;BYMONTHDAY=${dates.join(',')}`);
        const isExpected = (day: CalendarDay): boolean => days.isExpected(day);
        const before = listDays(addDays(start, -150), start).findLast(isExpected);
        const after = listDays(start, addDays(start, 90)).find(isExpected);
        if (before !== undefined) expect(days.latestExpected(start)).toBe(before);
        if (after !== undefined) expect(days.nextExpected(start)).toBe(after);
      }),
      RUNS,
    );
  });

  it('give the first of the last so many', () => {
    const days = daysOf(WORKDAYS);
    const end = calendarDay('2024-03-10');
    expect(firstOfLast(days, { count: 1, end, most: 100 })).toBe('2024-03-08');
    expect(firstOfLast(days, { count: 6, end, most: 100 })).toBe('2024-03-01');
    expect(firstOfLast(days, { count: 6, end, most: 7 })).toBe('2024-03-04');
    expect(firstOfLast(EVERY_DAY, { count: 3, end, most: 100 })).toBe('2024-03-08');
    const from = calendarDay('2024-03-07');
    expect(firstOfLast(daysOf(WORKDAYS, { from }), { count: 6, end, most: 100 })).toBe(from);
  });
});

describe('runs', () => {
  it('and what is between them are the whole range', () => {
    fc.assert(
      fc.property(someWeekdays, aStart, aLength, (weekdays, start_date, length) => {
        fc.pre(toEpochDay(start_date) + length < 2_932_896);
        const days = daysOf(`FREQ=WEEKLY;BYDAY=${weekdays.join(',')}`);
        const range = { start_date, end_date: addDays(start_date, length - 1) };
        const daysIn = (run: DayRange) => listDays(run.start_date, run.end_date);
        const expected = days.runsIn(range).flatMap(daysIn);
        const others = unexpectedIn(days, range).flatMap(daysIn);
        const all = daysIn(range);
        expect(expected).toEqual(all.filter((day) => days.isExpected(day)));
        expect(others).toEqual(all.filter((day) => !days.isExpected(day)));
      }),
      RUNS,
    );
  });

  it('end with the last day that there is', () => {
    const range = { start_date: calendarDay('9999-12-20'), end_date: calendarDay('9999-12-31') };
    expect(unexpectedIn(daysOf('FREQ=DAILY'), range)).toEqual([]);
    expect(daysOf('FREQ=DAILY').runsIn(range)).toEqual([range]);
    expect(unexpectedIn(daysOf('FREQ=WEEKLY;BYDAY=SA,SU'), range)).toEqual([
      { start_date: '9999-12-20', end_date: '9999-12-24' },
      { start_date: '9999-12-27', end_date: '9999-12-31' },
    ]);
  });
});

describe('every day', () => {
  it('is expected where no rule is', () => {
    const days = expectedDaysOf({ expected: null });
    const [start, end] = [calendarDay('2024-01-01'), calendarDay('2024-12-31')];
    expect(days.countIn(start, end)).toBe(countDays(start, end));
    expect(unexpectedIn(days, { start_date: start, end_date: end })).toEqual([]);
  });
});
