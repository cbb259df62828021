import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { draws } from '../../../test/draws.js';
import fc from 'fast-check';
import {
  addDays,
  calendarDay,
  calendarDayAt,
  commonRange,
  compareDays,
  countDays,
  fromEpochDay,
  listDays,
  nextDay,
  parseCalendarDay,
  toEpochDay,
  type CalendarDay,
  type DayRange,
} from './calendar-day.js';

const MS_PER_DAY = 86_400_000;
const FIRST = -719_162; // 0001-01-01
const LAST = 2_932_896; // 9999-12-31

/** The date by the calendar of the platform. */
function oracle(epochDay: number): string {
  return new Date(epochDay * MS_PER_DAY).toISOString().slice(0, 10);
}

const anyEpochDay = fc.integer({ min: FIRST, max: LAST });
const anyDay = anyEpochDay.map((epochDay) => calendarDay(oracle(epochDay)));

describe('parseCalendarDay', () => {
  it.each(['0001-01-01', '1900-02-28', '2000-02-29', '2024-02-29', '2025-12-31', '9999-12-31'])(
    'takes %s',
    (text) => {
      expect(parseCalendarDay(text)).toBe(text);
    },
  );

  it.each([
    ...['', '0000-01-01', '1900-02-29', '2025-02-29', '2025-02-30', '2025-04-31', '2025-00-10'],
    ...[
      '2025-13-01',
      '2025-01-00',
      '2025-01-32',
      '2025-1-1',
      '25-01-01',
      '10000-01-01',
      '2025/01/01',
    ],
    ...[
      '20250101',
      ' 2025-01-01',
      '2025-01-01\n',
      '2025-01-01T00:00:00Z',
      '2025-01-01 00:00',
      '-2025-01-01',
      '٢٠٢٥-٠١-٠١',
    ],
  ])('refuses %j', (text) => {
    expect(parseCalendarDay(text)).toBeUndefined();
  });

  it('accepts exactly the dates that exist, in every month of years 0001 to 9999', () => {
    const parts = fc.record({
      year: fc.integer({ min: 0, max: 9_999 }),
      month: fc.integer({ min: 0, max: 13 }),
      date: fc.integer({ min: 0, max: 32 }),
    });
    fc.assert(
      fc.property(parts, ({ year, month, date }) => {
        const text = [
          String(year).padStart(4, '0'),
          String(month).padStart(2, '0'),
          String(date).padStart(2, '0'),
        ].join('-');
        const instant = new Date(0);
        instant.setUTCFullYear(year, month - 1, date);
        const exists = year >= 1 && instant.toISOString().slice(0, 10) === text;
        expect(parseCalendarDay(text)).toBe(exists ? text : undefined);
      }),
      { numRuns: draws(300, 2_000) },
    );
  });
});

describe('calendarDay', () => {
  it('throws what was expected and what came', () => {
    expect(() => calendarDay('2025-02-30')).toThrow(
      new RangeError('expected a date written YYYY-MM-DD, got "2025-02-30"'),
    );
  });
});

describe('epoch days', () => {
  it('agree with the platform at both ends of every month of the years 0001 to 9999', () => {
    const differing: string[] = [];
    const compare = (epochDay: number): void => {
      const day = fromEpochDay(epochDay);
      if (day !== oracle(epochDay) || toEpochDay(day) !== epochDay) differing.push(day);
    };
    const instant = new Date(0);
    for (let month = 0; month < 9_999 * 12; month += 1) {
      const first = instant.setUTCFullYear(1, month, 1) / MS_PER_DAY;
      compare(first);
      if (first > FIRST) compare(first - 1);
    }
    compare(LAST);
    expect(differing).toEqual([]);
  });

  it.each([FIRST - 1, LAST + 1])('refuse %i, which lies outside', (epochDay) => {
    expect(() => fromEpochDay(epochDay)).toThrow(RangeError);
  });
});

describe('ranges', () => {
  it('list every day once, in order, both ends included', () => {
    fc.assert(
      fc.property(anyEpochDay, fc.integer({ min: 0, max: 800 }), (first, length) => {
        const last = Math.min(LAST, first + length);
        const days = listDays(fromEpochDay(first), fromEpochDay(last));
        const expected = Array.from({ length: last - first + 1 }, (_, i) => oracle(first + i));
        expect(days).toEqual(expected);
        expect(countDays(fromEpochDay(first), fromEpochDay(last))).toBe(expected.length);
      }),
    );
  });

  it('are empty when the end is before the start', () => {
    const [later, earlier] = [calendarDay('2025-01-31'), calendarDay('2025-01-01')];
    expect(listDays(later, earlier)).toEqual([]);
    expect(countDays(later, earlier)).toBe(0);
  });
});

describe('addDays', () => {
  it('is undone by the negative count', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -5_000, max: 5_000 }), (day, count) => {
        const epochDay = toEpochDay(day) + count;
        fc.pre(epochDay >= FIRST && epochDay <= LAST);
        expect(addDays(addDays(day, count), -count)).toBe(day);
        expect(addDays(day, count)).toBe(oracle(epochDay));
      }),
    );
  });

  it('does not leave the years 0001 to 9999', () => {
    expect(() => nextDay(calendarDay('9999-12-31'))).toThrow(RangeError);
    expect(() => addDays(calendarDay('0001-01-01'), -1)).toThrow(RangeError);
  });
});

describe('compareDays', () => {
  it('orders by time', () => {
    fc.assert(
      fc.property(anyEpochDay, anyEpochDay, (a, b) => {
        const sign = Math.sign(compareDays(fromEpochDay(a), fromEpochDay(b)));
        expect(sign).toBe(Math.sign(a - b));
      }),
    );
  });
});

describe('calendarDayAt', () => {
  it.each([
    ['2025-03-09T04:59:59.999Z', 'America/New_York', '2025-03-08'],
    ['2025-03-09T05:00:00.000Z', 'America/New_York', '2025-03-09'],
    ['2025-11-03T04:59:59.999Z', 'America/New_York', '2025-11-02'],
    ['2025-12-31T16:00:00.000Z', 'Asia/Shanghai', '2026-01-01'],
    ['2025-12-31T15:59:59.999Z', 'Asia/Shanghai', '2025-12-31'],
    ['2024-02-29T12:00:00.000Z', 'UTC', '2024-02-29'],
    ['2011-12-30T09:59:59.999Z', 'Pacific/Apia', '2011-12-29'],
    ['2011-12-30T10:00:00.000Z', 'Pacific/Apia', '2011-12-31'],
  ])('at %s in %s shows %s', (instant, timeZone, day) => {
    expect(calendarDayAt(Date.parse(instant), timeZone)).toBe(day);
  });

  it('refuses an unknown zone', () => {
    expect(() => calendarDayAt(0, 'Atlantis/Capital')).toThrow(RangeError);
  });
});

const SEED = 20_261_125;

const ZONES = [
  ['America/New_York', 300],
  ['America/Sao_Paulo', 180],
  ['Asia/Shanghai', -480],
  ['Australia/Lord_Howe', -600],
  ['Europe/London', -60],
  ['Pacific/Apia', 660],
  ['Pacific/Kiritimati', 640],
  ['UTC', 0],
] as const;

describe('in any zone of the process', () => {
  // A process keeps its zone: the module runs in a new process for each zone.
  const script = `
    const found = {};
    for (const zone of ${JSON.stringify(ZONES.map(([zone]) => zone))}) {
      process.env.TZ = zone;
      const { calendarDay, calendarDayAt, listDays } = await import('./calendar-day.ts?' + zone);
      const days = listDays(calendarDay('2010-12-31'), calendarDay('2026-12-31'));
      const utc = calendarDayAt(Date.parse('2025-06-01T23:59:59Z'), 'UTC');
      const offset = new Date(0).getTimezoneOffset();
      // Ranges of up to 90 days in years 1 to 9999, compared with Date.UTC.
      let state = ${SEED};
      const random = (below) => (state = (state * 48_271) % 2_147_483_647) % below;
      const dayOf = (epochDay) => new Date(epochDay * 86_400_000).toISOString().slice(0, 10);
      let [ranges, errors] = [0, 0];
      for (; ranges < 1_000; ranges += 1) {
        const [first, count] = [random(3_650_000) - 719_162, 1 + random(90)];
        const listed = listDays(calendarDay(dayOf(first)), calendarDay(dayOf(first + count - 1)));
        const right = listed.every((day, index) => day === dayOf(first + index));
        if (!right || listed.length !== count) errors += 1;
      }
      found[zone] = { days, utc, offset, ranges, errors };
    }
    process.stdout.write(JSON.stringify(found));`;
  let found: Record<string, unknown>;
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { cwd: import.meta.dirname, maxBuffer: 10_000_000 },
    );
    found = JSON.parse(stdout) as typeof found;
  });

  it.each(ZONES)('%s: no day is lost, doubled or moved', (zone, offsetIn1970) => {
    const first = toEpochDay(calendarDay('2010-12-31'));
    const expected = Array.from({ length: 5_845 }, (_, index) => oracle(first + index));
    expect(found[zone]).toEqual({
      days: expected,
      utc: '2025-06-01',
      offset: offsetIn1970,
      ranges: 1_000,
      errors: 0,
    });
  });
});

const NEAR_LEAP_DAY = calendarDay('2012-02-20');
const ranges = fc.tuple(fc.nat(40), fc.nat(20)).map(([first, length]): DayRange => {
  const start_date = addDays(NEAR_LEAP_DAY, first);
  return { start_date, end_date: addDays(start_date, length) };
});
const daysIn = (range: DayRange | undefined): readonly CalendarDay[] =>
  range === undefined ? [] : listDays(range.start_date, range.end_date);

describe('ranges of days', () => {
  it('commonRange has the days in both', () => {
    fc.assert(
      fc.property(ranges, ranges, (one, other) => {
        const both = daysIn(one).filter((day) => daysIn(other).includes(day));
        expect(daysIn(commonRange(one, other))).toEqual(both);
      }),
    );
  });
});
