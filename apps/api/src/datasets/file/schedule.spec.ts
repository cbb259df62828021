import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { draws } from '../../../../../test/draws.js';
import { isCron, latestTime, nextTimes } from './schedule.js';

const HOUR_MS = 3_600_000;

/** The first times from the midnight in UTC that begins a day, as the clocks of the zone show them, and in UTC. */
function timesFrom(day: string, cron: string, timeZone: string, count: number): string[] {
  const shown = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    ...{ day: '2-digit', hour: '2-digit', minute: '2-digit', timeZoneName: 'longOffset' },
  });
  return nextTimes({ cron, timeZone }, Date.parse(day), count).map((time) =>
    shown.format(time).replace('−', '-'),
  );
}

describe('a time that the clocks skip', () => {
  it('comes at the first instant after the gap', () => {
    // 2:00 to 3:00 on 8 March.
    expect(timesFrom('2026-03-08', '30 2 * * *', 'America/New_York', 2)).toEqual([
      '08 03:00 GMT-04:00',
      '09 02:30 GMT-04:00',
    ]);
  });

  it('does not come where it has a wildcard or a step', () => {
    expect(timesFrom('2026-03-08T06:00Z', '*/30 * * * *', 'America/New_York', 3)).toEqual([
      '08 01:30 GMT-05:00',
      '08 03:00 GMT-04:00',
      '08 03:30 GMT-04:00',
    ]);
  });
});

describe('a time that the clocks show twice', () => {
  it('comes once, the first time', () => {
    expect(timesFrom('2026-11-01', '30 1,13 * * *', 'America/New_York', 3)).toEqual([
      '01 01:30 GMT-04:00',
      '01 13:30 GMT-05:00',
      '02 01:30 GMT-05:00',
    ]);
  });

  it('comes twice where it has a wildcard or a step', () => {
    expect(timesFrom('2026-11-01T05:00Z', '*/30 * * * *', 'America/New_York', 4)).toEqual([
      '01 01:30 GMT-04:00',
      '01 01:00 GMT-05:00',
      '01 01:30 GMT-05:00',
      '01 02:00 GMT-05:00',
    ]);
  });
});

describe('the times of any schedule', () => {
  const minute = fc.integer({ min: 0, max: 59 }).map(String);
  const hour = fc.constantFrom('0', '1', '2', '3', '1,2', '1-3', '13', '*', '*/2');
  const days = fc.constantFrom('* * *', '* * 0', '* * 1-5', '1 * *', 'L * *');
  const timetables = fc.record({
    cron: fc.tuple(minute, hour, days).map((fields) => fields.join(' ')),
    timeZone: fc.constantFrom('America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe'),
  });
  /** Around a change of the clocks in each of the zones. */
  const instants = fc
    .tuple(
      fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-04', '2026-10-03', '2026-10-25'),
      fc.integer({ min: -48 * HOUR_MS, max: 48 * HOUR_MS }),
    )
    .map(([day, ms]) => Date.parse(day) + ms);

  it('go forward, and the latest of them is the one that was next', () => {
    fc.assert(
      fc.property(timetables, instants, (timetable, from) => {
        const times = nextTimes(timetable, from, 4);
        expect(times).toHaveLength(4);
        expect(times.every((time, n) => time > (times[n - 1] ?? from))).toBe(true);
        for (const [n, time] of times.entries()) {
          const [next] = nextTimes(timetable, time, 1);
          expect(next).toBe(times[n + 1] ?? next);
          expect(latestTime(timetable, time)).toBe(time);
          expect(latestTime(timetable, time - 1)).toBe(times[n - 1] ?? latestTime(timetable, from));
        }
      }),
      { numRuns: draws(20, 100) },
    );
  });

  it('are one a day, whatever the clocks do, for a time of day', () => {
    const timeOfDay = fc.record({
      minute: fc.integer({ min: 0, max: 59 }),
      hour: fc.integer({ min: 0, max: 4 }),
    });
    const zones = fc.constantFrom('America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe');
    fc.assert(
      fc.property(timeOfDay, zones, instants, ({ minute, hour }, timeZone, from) => {
        const date = new Intl.DateTimeFormat('sv-SE', { timeZone });
        const times = nextTimes({ cron: `${minute} ${hour} * * *`, timeZone }, from, 5);
        const dates = times.map((time) => date.format(time));
        const first = Date.parse(dates[0] ?? '');
        expect(dates).toEqual(
          dates.map((_, n) => new Date(first + n * 24 * HOUR_MS).toISOString().slice(0, 10)),
        );
      }),
      { numRuns: draws(20, 100) },
    );
  });

  it('are none where none has come yet', () => {
    expect(
      latestTime({ cron: '0 0 29 2 *', timeZone: 'UTC' }, Date.parse('0001-01-02')),
    ).toBeNull();
  });
});

describe('isCron', () => {
  it.each(['* * * * *', '30 6 * * MON-FRI', '0 0 29 2 *', '0 6 L * *', '0 6 1 * +MON'])(
    'takes %s',
    (cron) => {
      expect(isCron(cron)).toBe(true);
    },
  );
  it.each([
    ...['', '* * * *', '* * * * * *', '@daily', '0 0 30 2 *', '60 6 * * *', 'a b c d e'],
    ...['2026-01-01T00:00:00', 5, null],
  ])('refuses %s', (cron) => {
    expect(isCron(cron)).toBe(false);
  });
});
