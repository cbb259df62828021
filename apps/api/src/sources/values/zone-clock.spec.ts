import { addDays, calendarDay, calendarDayAt } from '@daysync/progress';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import { dayEnd, dayStart, ZoneClock, zoneClock } from './zone-clock.js';

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'America/Sao_Paulo', 'Asia/Kolkata'];
const odd = ['Pacific/Apia', 'Australia/Lord_Howe', 'Africa/Casablanca', 'America/St_Johns'];
const zone = fc.constantFrom(...zones, ...odd);
const instant = fc.integer({ min: Date.parse('1900-01-01'), max: Date.parse('2100-01-01') });

describe('ZoneClock', () => {
  it('has the day of an instant that Intl has', () => {
    fc.assert(
      fc.property(zone, instant, (timeZone, epochMs) => {
        expect(zoneClock(timeZone).dayAt(epochMs)).toBe(calendarDayAt(epochMs, timeZone));
      }),
      { numRuns: draws(300, 2_000) },
    );
  });

  it('has the day of each hour around a clock change', () => {
    const clock = new ZoneClock('America/Sao_Paulo');
    for (
      let at = Date.parse('2018-11-03T00:00Z');
      at < Date.parse('2018-11-05T00:00Z');
      at += 600_000
    ) {
      expect(clock.dayAt(at)).toBe(calendarDayAt(at, 'America/Sao_Paulo'));
    }
  });

  it('has no day beyond the years 0001 to 9999', () => {
    const clock = zoneClock('UTC');
    expect(clock.dayAt(Date.parse('0001-01-01'))).toBe('0001-01-01');
    expect(clock.dayAt(Date.parse('9999-12-31T23:59:59Z'))).toBe('9999-12-31');
    for (const epochMs of [Date.parse('0001-01-01') - 1, 253_402_300_800_000, 1e300, NaN]) {
      expect(clock.dayAt(epochMs)).toBeUndefined();
    }
  });

  it('finds the instant of a wall-clock time', () => {
    const berlin = zoneClock('Europe/Berlin');
    const at = (wall: string) => {
      const { epochMs, shown } = berlin.instantAt(Date.parse(`${wall}Z`));
      return [new Date(epochMs).toISOString().slice(0, 16), shown];
    };
    expect(at('2025-01-15T12:00')).toEqual(['2025-01-15T11:00', 'once']);
    expect(at('2025-07-15T12:00')).toEqual(['2025-07-15T10:00', 'once']);
    // 02:00 to 03:00 is skipped, and half past two would be half past one by the later offset.
    expect(at('2025-03-30T01:59')).toEqual(['2025-03-30T00:59', 'once']);
    expect(at('2025-03-30T02:30')).toEqual(['2025-03-30T00:30', 'never']);
    expect(at('2025-03-30T03:00')).toEqual(['2025-03-30T01:00', 'once']);
    expect(at('2025-10-26T01:59')).toEqual(['2025-10-25T23:59', 'once']);
    expect(at('2025-10-26T02:30')).toEqual(['2025-10-26T00:30', 'twice']);
    expect(at('2025-10-26T03:00')).toEqual(['2025-10-26T02:00', 'once']);
  });

  it('refuses a zone that does not exist', () => {
    expect(() => zoneClock('Europe/Atlantis')).toThrow(RangeError);
  });
});

describe('dayStart and dayEnd', () => {
  const hours = (day: string, timeZone: string): number =>
    (dayEnd(calendarDay(day), timeZone) - dayStart(calendarDay(day), timeZone)) / 3_600_000;

  it('are the first instants of a day and of the next one', () => {
    fc.assert(
      fc.property(zone, instant, (timeZone, epochMs) => {
        const day = calendarDay(calendarDayAt(epochMs, timeZone));
        const start = dayStart(day, timeZone);
        expect(calendarDayAt(start, timeZone)).toBe(day);
        expect(calendarDayAt(start - 1, timeZone)).toBe(
          calendarDayAt(dayStart(day, timeZone) - 1, timeZone),
        );
        expect(calendarDayAt(start - 1, timeZone) < day).toBe(true);
        expect(dayEnd(day, timeZone)).toBe(dayStart(addDays(day, 1), timeZone));
      }),
      { numRuns: draws(150, 1_000) },
    );
  });

  it('are right where a clock changes, at midnight as well', () => {
    expect(hours('2025-03-30', 'Europe/Berlin')).toBe(23);
    expect(hours('2025-10-26', 'Europe/Berlin')).toBe(25);
    expect(hours('2018-11-04', 'America/Sao_Paulo')).toBe(23);
    expect(dayStart(calendarDay('2018-11-04'), 'America/Sao_Paulo')).toBe(
      Date.parse('2018-11-04T03:00Z'),
    );
    // Samoa had no 30 December 2011.
    expect(hours('2011-12-30', 'Pacific/Apia')).toBe(0);
    expect(hours('2011-12-29', 'Pacific/Apia')).toBe(24);
  });
});
