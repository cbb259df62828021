import { describe, expect, it } from 'vitest';
import { needsFirstDay, readRule } from './recurrence-rule.js';

/** Each problem as `expected | received`. */
function problemsOf(text: string): readonly string[] {
  const read = readRule(text);
  return read.ok ? [] : read.problems.map(({ expected, received }) => `${expected} | ${received}`);
}

describe('readRule', () => {
  it.each([
    'FREQ=DAILY',
    'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
    'freq=weekly;byday=mo',
    'FREQ=MONTHLY;BYDAY=-1FR,2TU',
    'FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=-1',
    'FREQ=YEARLY;BYWEEKNO=1,-1;BYDAY=MO;WKST=SU',
    'FREQ=YEARLY;BYYEARDAY=1,-366',
    'FREQ=DAILY;BYMONTH=1,12;BYMONTHDAY=-31,31',
    'FREQ=DAILY;INTERVAL=10;UNTIL=20261231',
    'FREQ=DAILY;COUNT=36600',
  ])('accepts %s', (text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it.each([
    [
      'FREQ=HOURLY',
      'FREQ to be DAILY, WEEKLY, MONTHLY, YEARLY: a rule for whole days | FREQ=HOURLY',
    ],
    ['FREQ=DAILY;BYHOUR=8', 'a rule for whole days, without BYHOUR | BYHOUR=8'],
    ['FREQ=DAILY;BYMINUTE=0', 'a rule for whole days, without BYMINUTE | BYMINUTE=0'],
    ['FREQ=DAILY;BYSECOND=0', 'a rule for whole days, without BYSECOND | BYSECOND=0'],
    [
      'FREQ=DAILY;DTSTART=20260101',
      'the first day as the key from, beside rule | DTSTART=20260101',
    ],
    [
      'FREQ=DAILY;UNTIL=20261231T000000Z',
      'UNTIL to be a day such as 20261231, without a time | UNTIL=20261231T000000Z',
    ],
    [
      'FREQ=DAILY;UNTIL=20260230',
      'UNTIL to be a day such as 20261231, without a time | UNTIL=20260230',
    ],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL to be a whole number from 1 to 10000 | INTERVAL=0'],
    ['FREQ=DAILY;COUNT=36601', 'COUNT to be a whole number from 1 to 36600 | COUNT=36601'],
    ['FREQ=DAILY;FREQ=DAILY', 'FREQ once | it twice'],
    [
      'FREQ=WEEKLY;BYDAY=MO,XX',
      'BYDAY to be a list of weekdays (MO, TU, WE, TH, FR, SA, SU), such as MO,WE or 2TU or -1FR | BYDAY=MO,XX',
    ],
    ['FREQ=MONTHLY;BYDAY=0MO', 'BYDAY to be a list of weekdays'],
    ['FREQ=DAILY;BYMONTH=13', 'BYMONTH to be a list of months from 1 to 12 | BYMONTH=13'],
    ['FREQ=DAILY;BYEASTER=0', 'one of FREQ, INTERVAL, COUNT, UNTIL'],
    [
      'BYDAY=MO',
      'FREQ=DAILY, FREQ=WEEKLY, FREQ=MONTHLY, FREQ=YEARLY in a rule of RFC 5545 | "BYDAY=MO"',
    ],
    ['weekdays', 'a rule of RFC 5545 such as FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR | "WEEKDAYS"'],
    ['FREQ=DAILY;', 'a rule of RFC 5545 such as FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR | an empty part'],
    ['FREQ=DAILY;COUNT=2;UNTIL=20261231', 'COUNT or UNTIL | both'],
    ['FREQ=WEEKLY;BYDAY=2MO', 'weekdays without numbers'],
    ['FREQ=WEEKLY;BYMONTHDAY=1', 'BYMONTHDAY with FREQ=DAILY, MONTHLY or YEARLY'],
    ['FREQ=MONTHLY;BYYEARDAY=1', 'BYYEARDAY only with FREQ=YEARLY'],
    ['FREQ=MONTHLY;BYWEEKNO=1;BYDAY=MO', 'BYWEEKNO only with FREQ=YEARLY'],
    ['FREQ=YEARLY;BYWEEKNO=1', 'BYDAY beside BYWEEKNO | none'],
    ['FREQ=DAILY;BYDAY=MO;BYSETPOS=1', 'BYSETPOS with FREQ=WEEKLY, MONTHLY or YEARLY'],
    ['FREQ=MONTHLY;BYSETPOS=1', 'another BY part beside BYSETPOS | none'],
  ])('refuses %s and says why', (text, problem) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it('finds all problems at once', () => {
    expect(problemsOf('FREQ=SECONDLY;BYHOUR=1;BYMONTH=0;WKST=X')).toHaveLength(4);
  });
});

describe('needsFirstDay', () => {
  it.each([
    ['FREQ=DAILY', null],
    ['FREQ=WEEKLY;BYDAY=MO', null],
    ['FREQ=MONTHLY;BYMONTHDAY=1', null],
    ['FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1', null],
    ['FREQ=YEARLY;BYYEARDAY=1', null],
    ['FREQ=WEEKLY;INTERVAL=1;BYDAY=MO', null],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', 'INTERVAL=2'],
    ['FREQ=DAILY;COUNT=3', 'COUNT=3'],
    ['FREQ=WEEKLY', 'FREQ=WEEKLY without BYDAY'],
    ['FREQ=MONTHLY', 'FREQ=MONTHLY without BYDAY or BYMONTHDAY'],
    ['FREQ=YEARLY;BYMONTH=3', 'FREQ=YEARLY without BYDAY or BYMONTHDAY'],
    ['FREQ=YEARLY', 'FREQ=YEARLY without BYDAY, BYMONTHDAY or BYYEARDAY'],
  ])('says of %s: %s', (text, needs) => {
    const read = readRule(text);
    expect(read.ok && needsFirstDay(read.rule)).toBe(needs);
  });
});
