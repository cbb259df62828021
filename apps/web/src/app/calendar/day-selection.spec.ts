import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { addDays, calendarDay, compareDays, toEpochDay, type CalendarDay } from '@daysync/progress';
import { dateOf, isWithin, monthOf, weekdayOf, yearOf } from '../time/calendar-days';
import {
  extended,
  movedBy,
  MOST_RANGES,
  rangeOf,
  rangesOf,
  withRangeAt,
  type DaySelection,
  type WeeksAs,
} from './day-selection';

const SHOWN = { start_date: calendarDay('2011-01-01'), end_date: calendarDay('2013-12-31') };
const KEYS = [
  'ArrowRight',
  'ArrowLeft',
  'ArrowDown',
  'ArrowUp',
  'Home',
  'End',
  'PageUp',
  'PageDown',
] as const;

const days = fc.nat(1_095).map((at) => addDays(SHOWN.start_date, at));
const layouts = fc.constantFrom<WeeksAs>('columns', 'rows');
const keys = fc.record({
  key: fc.constantFrom(...KEYS),
  ctrlKey: fc.boolean(),
  altKey: fc.boolean(),
});

function press(key: string, from: string, weeksAs: WeeksAs = 'columns', modifiers = {}): string {
  const pressed = { key, ctrlKey: false, altKey: false, ...modifiers };
  return movedBy(pressed, calendarDay(from), { weeksAs, shown: SHOWN }) ?? 'nowhere';
}

describe('moving by keys', () => {
  it.each([
    ['ArrowRight', '2012-03-08', '2012-03-02'],
    ['ArrowLeft', '2012-02-23', '2012-02-29'],
    ['ArrowDown', '2012-03-02', '2012-03-08'],
    ['ArrowUp', '2012-02-29', '2012-02-23'],
  ])('goes as the eye does: %s to %s, or to %s where weeks are rows', (key, columns, rows) => {
    expect(press(key, '2012-03-01')).toBe(columns);
    expect(press(key, '2012-03-01', 'rows')).toBe(rows);
  });

  it('goes to the ends of the line, or with Ctrl of all', () => {
    // A Thursday: those of its year, or its week.
    expect(press('Home', '2012-03-01')).toBe('2012-01-05');
    expect(press('End', '2012-03-01')).toBe('2012-12-27');
    expect(press('Home', '2012-03-01', 'rows')).toBe('2012-02-27');
    expect(press('End', '2012-03-01', 'rows')).toBe('2012-03-04');
    expect(press('Home', '2012-01-01', 'rows')).toBe('2012-01-01');
    expect(press('Home', '2012-03-01', 'rows', { ctrlKey: true })).toBe('2011-01-01');
    expect(press('End', '2012-03-01', 'rows', { ctrlKey: true })).toBe('2013-12-31');
  });

  it('goes by a month, or with Alt by a year, and keeps the date where it can', () => {
    expect(press('PageDown', '2012-01-31')).toBe('2012-02-29');
    expect(press('PageUp', '2012-03-31')).toBe('2012-02-29');
    expect(press('PageDown', '2012-12-15')).toBe('2013-01-15');
    expect(press('PageDown', '2012-02-29', 'rows', { altKey: true })).toBe('2013-02-28');
    expect(press('PageUp', '2012-06-01', 'rows', { altKey: true })).toBe('2011-06-01');
  });

  it('stops at the ends of what is shown', () => {
    expect(press('ArrowRight', '2013-12-28')).toBe('2013-12-31');
    expect(press('ArrowUp', '2011-01-01')).toBe('2011-01-01');
    expect(press('PageDown', '2013-12-05')).toBe('2013-12-31');
    expect(press('PageUp', '2011-01-05')).toBe('2011-01-01');
  });

  it('leaves other keys and the ways of the browser alone', () => {
    for (const key of ['a', 'Tab']) expect(press(key, '2012-03-01')).toBe('nowhere');
    for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End']) {
      expect(press(key, '2012-03-01', 'columns', { altKey: true })).toBe('nowhere');
    }
  });

  it('never leaves what is shown, and keeps what its key keeps', () => {
    fc.assert(
      fc.property(keys, days, layouts, (pressed, from, weeksAs) => {
        const to = movedBy(pressed, from, { weeksAs, shown: SHOWN });
        if (to === undefined) {
          expect(pressed).toMatchObject({
            altKey: true,
            key: expect.not.stringMatching(/^Page/) as unknown,
          });
          return;
        }
        expect(isWithin(to, SHOWN)).toBe(true);
        const isHome = pressed.key === 'Home' || pressed.key === 'End';
        if (isHome && !pressed.ctrlKey && weeksAs === 'columns') {
          expect([weekdayOf(to), yearOf(to)]).toEqual([weekdayOf(from), yearOf(from)]);
        }
        if (pressed.key.startsWith('Arrow')) {
          expect([0, 1, 7].includes(Math.abs(toEpochDay(to) - toEpochDay(from))) || atEnd(to)).toBe(
            true,
          );
        }
        if (pressed.key === 'PageDown' && !atEnd(to)) {
          const months = (yearOf(to) - yearOf(from)) * 12 + monthOf(to) - monthOf(from);
          expect(months).toBe(pressed.altKey ? 12 : 1);
          expect(dateOf(to)).toBeLessThanOrEqual(dateOf(from));
        }
      }),
    );
  });
});

function atEnd(day: CalendarDay): boolean {
  return day === SHOWN.start_date || day === SHOWN.end_date;
}

describe('a selection', () => {
  const [monday, tuesday, friday] = ['2012-03-05', '2012-03-06', '2012-03-09'].map(calendarDay) as [
    CalendarDay,
    CalendarDay,
    CalendarDay,
  ];

  it('is a range whichever way it was made', () => {
    fc.assert(
      fc.property(days, days, (anchor, to) => {
        const { start_date, end_date } = rangeOf({ anchor, to });
        expect(compareDays(start_date, end_date)).toBeLessThanOrEqual(0);
        expect([start_date, end_date].sort()).toEqual([anchor, to].sort());
      }),
    );
  });

  it('goes on from where it ends, and starts over anywhere else', () => {
    const first = extended(undefined, monday, tuesday);
    expect(first).toEqual({ anchor: monday, to: tuesday });
    expect(extended(first, tuesday, friday)).toEqual({ anchor: monday, to: friday });
    expect(extended(first, friday, tuesday)).toEqual({ anchor: friday, to: tuesday });
  });
});

describe('several ranges', () => {
  const range = (first: string, last: string) => ({
    start_date: calendarDay(first),
    end_date: calendarDay(last),
  });
  const selection = (first: string, last: string, before?: DaySelection): DaySelection => ({
    ...withRangeAt(before, calendarDay(first)),
    to: calendarDay(last),
  });

  it('are kept in order beside the newest one, which Shift extends', () => {
    const one = selection('2012-06-01', '2012-06-03');
    const two = selection('2012-03-09', '2012-03-05', one);
    expect(rangesOf(two)).toEqual([
      range('2012-03-05', '2012-03-09'),
      range('2012-06-01', '2012-06-03'),
    ]);
    const longer = extended(two, calendarDay('2012-03-05'), calendarDay('2012-03-04'));
    expect(rangesOf(longer)).toEqual([
      range('2012-03-04', '2012-03-09'),
      range('2012-06-01', '2012-06-03'),
    ]);
  });

  it('that meet are one', () => {
    const one = selection('2012-03-01', '2012-03-05');
    expect(rangesOf(selection('2012-03-06', '2012-03-08', one))).toEqual([
      range('2012-03-01', '2012-03-08'),
    ]);
    expect(rangesOf(selection('2012-03-02', '2012-03-03', one))).toEqual([
      range('2012-03-01', '2012-03-05'),
    ]);
  });

  it('are not more than a user can look through', () => {
    let many: DaySelection | undefined;
    for (let at = 0; at < 40; at += 1) {
      many = withRangeAt(many, addDays(calendarDay('2012-01-01'), 3 * at));
    }
    expect(many && rangesOf(many)).toHaveLength(MOST_RANGES);
  });
});
