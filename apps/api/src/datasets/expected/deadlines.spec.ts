import { addDays, calendarDay, listDays } from '@daysync/progress';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deadlineOf, dueDay, isTimeOfDay, nextDue, type DeadlineOptions } from './deadlines.js';
import { EVERY_DAY, expectedDaysOf, type Expectation } from './expected-days.js';

const WORKDAYS: Expectation = {
  ...{ rule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', from: null, until: null },
  // Good Friday and Easter Monday.
  ...{ except: [calendarDay('2024-03-29'), calendarDay('2024-04-01')], writtenExcept: 'h.txt' },
};

function options(
  changes: Partial<DeadlineOptions> & { readonly time?: string; readonly days?: number } = {},
): DeadlineOptions {
  const { time = '08:00', days = 1, timeZone = 'UTC', expected = EVERY_DAY } = changes;
  return { freshBy: { time, days }, timeZone, expected };
}

describe('a deadline', () => {
  it.each([
    ['in UTC', 'UTC', '08:00', 1, '2024-03-08', '03-09T08:00'],
    ['on the same day', 'UTC', '18:00', 0, '2024-03-08', '03-08T18:00'],
    ['three days later', 'UTC', '08:00', 3, '2024-02-27', '03-01T08:00'],
    // 02:00 to 03:00 is skipped, at 01:00 in UTC.
    ['in the hour that Berlin skips', 'Europe/Berlin', '02:30', 1, '2024-03-30', '03-31T01:00'],
    ['in Berlin in autumn', 'Europe/Berlin', '08:00', 1, '2024-10-26', '10-27T07:00'],
    // 02:00 to 03:00 comes twice: from midnight and from 01:00 in UTC.
    ['in the hour that Berlin has twice', 'Europe/Berlin', '02:30', 1, '2024-10-26', '10-27T00:30'],
  ])('%s', (_, timeZone, time, days, day, at) => {
    const deadline = deadlineOf(calendarDay(day), options({ timeZone, time, days }));
    expect(new Date(deadline).toISOString()).toBe(`2024-${at}:00.000Z`);
  });

  it('is never moved by a day, and those of later days are later', () => {
    const zones = fc.constantFrom(
      ...['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Shanghai'],
    );
    const times = fc.tuple(fc.nat(23), fc.nat(59)).map(([hour, minute]) => {
      const two = (number: number): string => String(number).padStart(2, '0');
      return `${two(hour)}:${two(minute)}`;
    });
    const epochDays = fc.integer({ min: 18_000, max: 20_500 });
    fc.assert(
      fc.property(zones, times, epochDays, (timeZone, time, epochDay) => {
        const day = addDays(calendarDay('1970-01-01'), epochDay);
        const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
        const deadlines = listDays(day, addDays(day, 3)).map((one) => {
          const at = deadlineOf(one, options({ timeZone, time }));
          expect(clock.format(at)).toBe(addDays(one, 1));
          return at;
        });
        expect(deadlines).toEqual([...new Set(deadlines)].sort((one, other) => one - other));
      }),
    );
  });
});

describe('the day that is due', () => {
  it.each([
    [
      'a moment before the deadline it is the day before',
      '2024-03-06T07:59:59.999Z',
      '2024-03-04',
      '2024-03-05',
    ],
    ['at the deadline it is the next one', '2024-03-06T08:00:00.000Z', '2024-03-05', '2024-03-06'],
    // Fridays are usable on Saturday: Friday's deadline is Saturday at 8.
    ['on Saturday before 8 it is Thursday', '2024-03-09T07:00:00.000Z', '2024-03-07', '2024-03-08'],
    ['on Saturday at 8 it is Friday', '2024-03-09T08:00:00.000Z', '2024-03-08', '2024-03-11'],
    ['on Sunday it is Friday still', '2024-03-10T12:00:00.000Z', '2024-03-08', '2024-03-11'],
    ['on Tuesday at 8 it is Monday', '2024-03-12T08:00:00.000Z', '2024-03-11', '2024-03-12'],
    ['over Easter it is Thursday', '2024-04-02T12:00:00.000Z', '2024-03-28', '2024-04-02'],
  ])('%s', (_, at, due, next) => {
    const now = Date.parse(at);
    const workdays = options({ expected: expectedDaysOf({ expected: WORKDAYS }) });
    expect(dueDay(workdays, now)?.day).toBe(due);
    expect(nextDue(workdays, now)?.day).toBe(next);
  });

  it('is none before the first deadline, and nothing is next after the last day', () => {
    const day = calendarDay('2024-03-06');
    const expected = expectedDaysOf({ expected: { ...WORKDAYS, from: day, until: day } });
    const before = Date.parse('2024-03-07T07:00:00.000Z');
    expect(dueDay(options({ expected }), before)).toBeNull();
    expect(nextDue(options({ expected }), before)).toEqual({
      ...{ day, dueAt: Date.parse('2024-03-07T08:00:00.000Z') },
    });
    const after = Date.parse('2026-03-07T08:00:00.000Z');
    expect(dueDay(options({ expected }), after)?.day).toBe(day);
    expect(nextDue(options({ expected }), after)).toBeNull();
  });

  it('is of the zone of the dataset', () => {
    const now = Date.parse('2024-03-06T00:30:00.000Z');
    // In Shanghai it is 8:30 on the 6th.
    expect(dueDay(options({ timeZone: 'Asia/Shanghai' }), now)?.day).toBe('2024-03-05');
    expect(dueDay(options(), now)?.day).toBe('2024-03-04');
  });
});

it('a time of the day has two digits for hours and minutes', () => {
  expect(['00:00', '08:00', '23:59'].every(isTimeOfDay)).toBe(true);
  expect(['8:00', '24:00', '08:60', '08:00:00', 480, null].some(isTimeOfDay)).toBe(false);
});
