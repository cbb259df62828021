import { calendarDay } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import {
  EVERY_DAY,
  expectedDaysOf,
  type ExpectedDays,
} from '../datasets/expected/expected-days.js';
import type { Schedule } from '../datasets/file/schedule.js';
import { dueRun } from './due-run.js';

const SCHEDULE: Schedule = {
  cron: '30 6 * * *',
  timeZone: 'Asia/Shanghai',
  lookbackDays: 3,
  mode: 'missing_and_failed',
  recheckDays: [],
};
/** An instant by Shanghai's clocks. */
const at = (text: string): number => Date.parse(`${text}+08:00`);

interface DueCase {
  readonly schedule?: Schedule;
  readonly covered?: string;
  readonly decided: string;
  readonly now: string;
  readonly mostDays?: number;
  readonly expected?: ExpectedDays;
}

/** What is due: its time in UTC and its days. */
function due({ schedule = SCHEDULE, decided, covered = decided, now, ...days }: DueCase) {
  const { mostDays = 366, expected = EVERY_DAY } = days;
  const until = { coveredUntil: at(covered), recheckedUntil: at(covered) };
  const state = { decidedUntil: at(decided), ...until };
  const found = dueRun(schedule, state, at(now), { expected, mostDays });
  if (found === null) return null;
  const { start_date, end_date } = found.range;
  return `${new Date(found.dueAt).toISOString()}: ${start_date} to ${end_date}`;
}

describe('the days to recheck', () => {
  const rechecks = (rechecked: string, now: string): readonly string[] | undefined => {
    const schedule = { ...SCHEDULE, recheckDays: [1, 7] };
    // What its runs have covered does not matter.
    const covered = at(now) - 3_600_000;
    const state = { decidedUntil: covered, coveredUntil: covered, recheckedUntil: at(rechecked) };
    return dueRun(schedule, state, at(now), { expected: EVERY_DAY, mostDays: 366 })?.recheckDays;
  };

  it.each([
    ['of one day', '2026-05-09T06:30', '2026-05-10T06:30', ['2026-05-03', '2026-05-09']],
    [
      'of all days since the last run',
      ...(['2026-05-07T06:30', '2026-05-10T07:00'] as const),
      ['2026-05-01', '2026-05-02', '2026-05-03', '2026-05-07', '2026-05-08', '2026-05-09'],
    ],
    ['once a day', '2026-05-10T05:00', '2026-05-10T06:30', []],
  ])('are those %s', (_name, covered, now, expected) => {
    expect(rechecks(covered, now)).toEqual(expected);
  });

  it('are no more than those of a year', () => {
    expect(rechecks('2020-01-01T00:00', '2026-05-10T06:30')).toHaveLength(366 + 6);
  });
});

describe('dueRun', () => {
  it('has no more days than a batch may have, and then the last ones', () => {
    expect(due({ decided: '2025-05-09T06:30', now: '2026-05-10T06:30', mostDays: 30 })).toBe(
      '2026-05-09T22:30:00.000Z: 2026-04-10 to 2026-05-09',
    );
  });

  it('asks for the days between runs that are further apart than it looks back', () => {
    const schedule = { ...SCHEDULE, cron: '0 12 * * MON', lookbackDays: 1 };
    expect(due({ schedule, decided: '2026-05-04T12:00', now: '2026-05-11T12:00' })).toBe(
      '2026-05-11T04:00:00.000Z: 2026-05-10 to 2026-05-10',
    );
  });
});

describe('a run of a dataset without weekends and holidays', () => {
  // Friday the 1st of May is a holiday; the 9th is a Saturday.
  const expected = expectedDaysOf({
    expected: {
      ...{ rule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', from: null, until: null },
      ...{ except: [calendarDay('2026-05-01')], writtenExcept: 'holidays.txt' },
    },
  });

  it.each([
    // Fridays are usable on Saturday.
    ['on Saturday has Friday', '2026-05-09', 1, '2026-05-08 to 2026-05-08'],
    ['on Sunday has it still', '2026-05-10', 1, '2026-05-08 to 2026-05-08'],
    ['on Monday has it still', '2026-05-11', 1, '2026-05-08 to 2026-05-08'],
    ['on Tuesday has Monday', '2026-05-12', 1, '2026-05-11 to 2026-05-11'],
    ['counts expected days alone', '2026-05-11', 6, '2026-04-30 to 2026-05-08'],
    ['after a holiday has the day before', '2026-05-02', 1, '2026-04-30 to 2026-04-30'],
  ])('%s', (_, on, lookbackDays, range) => {
    const schedule = { ...SCHEDULE, lookbackDays };
    const before = `${on}T06:29`;
    expect(due({ schedule, decided: before, now: `${on}T06:30`, expected })).toMatch(
      new RegExp(`: ${range}$`),
    );
  });

  it('begins where the first missed one would have begun', () => {
    expect(due({ decided: '2026-05-02T06:30', now: '2026-05-09T06:30', expected })).toBe(
      // The run of Sunday the 3rd would have had the 28th, 29th and 30th of April.
      '2026-05-08T22:30:00.000Z: 2026-04-28 to 2026-05-08',
    );
  });

  it('has at most the last so many expected days', () => {
    const [decided, now] = ['2026-01-02T06:30', '2026-05-09T06:30'];
    expect(due({ decided, now, expected, mostDays: 6 })).toBe(
      '2026-05-08T22:30:00.000Z: 2026-04-30 to 2026-05-08',
    );
  });

  it('has yesterday alone where no day is expected', () => {
    const none = expectedDaysOf({
      expected: {
        ...{ rule: 'FREQ=DAILY', from: calendarDay('2030-01-01'), until: null, except: [] },
        writtenExcept: null,
      },
    });
    expect(due({ decided: '2026-05-08T06:30', now: '2026-05-09T06:30', expected: none })).toBe(
      '2026-05-08T22:30:00.000Z: 2026-05-08 to 2026-05-08',
    );
  });
});
