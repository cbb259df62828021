import { addDays, calendarDay } from '@daysync/progress';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import { readDayPattern, type WrittenTime } from './day-pattern.js';

function parse(pattern: string, text: string): WrittenTime | undefined {
  const result = readDayPattern(pattern);
  if (!result.ok) throw new RangeError(result.reason);
  return result.pattern.parse(text);
}

function reason(pattern: string): string | undefined {
  const result = readDayPattern(pattern);
  return result.ok ? undefined : result.reason;
}

const ENGLISH = { locale: 'en-US', numberingSystem: 'latn', zone: 'utc' } as const;
const NUMERIC = [
  ...['yyyy-MM-dd', 'yyyy/MM/dd', 'yyyyMMdd', 'dd.MM.yyyy', 'd.M.yyyy', 'M/d/yyyy', 'ddMMyyyy'],
  ...['yyyy/MM/dd HH:mm:ss', "yyyy-MM-dd'T'HH:mm", 'yyyy-MM-dd H:m:s', 'dd-MM-yyyy HH'],
  'yyyy-MM-dd HH:mm:ss.SSS',
];
const digits = fc.stringMatching(/^[0-9]{1,4}$/);
const separator = fc.constantFrom('', '-', '/', '.', ' ', 'T', ':');

describe('readDayPattern', () => {
  it.each([
    ['yyyy/MM/dd', '2015/01/31', '2015-01-31'],
    ['dd.MM.yyyy', '31.01.2015', '2015-01-31'],
    ['d.M.yyyy', '1.2.2015', '2015-02-01'],
    ['d.M.yyyy', '01.02.2015', '2015-02-01'],
    ['yyyyMMdd', '20150131', '2015-01-31'],
    ['y-MM-dd', '2015-01-31', '2015-01-31'],
    ['yyyyDDD', '2016366', '2016-12-31'],
    ['yyyy-DDD', '2015-059', '2015-02-28'],
    ['MMM d yyyy', 'Jan 1 2000', '2000-01-01'],
    ['MMMM d, yyyy', 'january 31, 2000', '2000-01-31'],
    ['EEE, d MMM yyyy', 'Sat, 1 Jan 2000', '2000-01-01'],
    ["d 'de' MMMM", '', undefined],
    ["yyyy'年'M'月'd'日'", '2015年1月31日', '2015-01-31'],
    ["yyyy-MM-dd 'o''clock'", "2015-01-31 o'clock", '2015-01-31'],
    ["MMM dd ''''yyyy", "Jan 01 ''2015", '2015-01-01'],
  ])('reads %s: %j', (pattern, text, day) => {
    if (day === undefined) expect(reason(pattern)).toMatch('no year');
    else expect(parse(pattern, text)).toMatchObject({ day, hasTime: false, offsetMinutes: null });
  });

  it.each([
    ['yyyy-MM-dd', '2025-02-30'],
    ['yyyy-MM-dd', '2025-02-29'],
    ['yyyy-MM-dd', '2025-1-31'],
    ['yyyy-MM-dd', '25-01-31'],
    ['yyyy-MM-dd', '0000-01-31'],
    ['yyyy-MM-dd', '2025-01-31 '],
    ['yyyy-MM-dd', '2025-01-31x'],
    ['yyyy-MM-dd', '٢٠٢٥-٠١-٣١'],
    ['yyyy-DDD', '2015-366'],
    ['yyyy-DDD', '2015-000'],
    ['MMM d yyyy', 'Feb 30 2000'],
    ['MMM d yyyy', 'Jän 1 2000'],
    ['MMM d yyyy', 'January 1 2000'],
    ['EEE, d MMM yyyy', 'Sun, 1 Jan 2000'],
    ['yyyy-MM-dd HH:mm', '2025-01-31 24:01'],
    ['yyyy-MM-dd HH:mm', '2025-01-31 12:60'],
    ['yyyy-MM-dd hh:mm a', '2025-01-31 13:00 pm'],
    ['yyyy-MM-dd hh:mm a', '2025-01-31 00:00 am'],
    ['yyyy-MM-ddxxx', '2025-01-31+24:00'],
  ])('does not read %s: %j', (pattern, text) => {
    expect(parse(pattern, text)).toBeUndefined();
  });

  it.each([
    ['yyyy/MM/dd HH:mm:ss', '2015/01/01 01:02:03', 3_723_000_000, null],
    ['yyyy-MM-dd HH:mm:ss.SSSSSS', '2015-01-01 00:00:00.123456', 123_456, null],
    ['yyyy-MM-dd HH:mm:ss.S', '2015-01-01 00:00:00.1', 100_000, null],
    ['yyyy-MM-dd HH:mm:ss.SSSSSSSSS', '2015-01-01 00:00:00.123456789', 123_456, null],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", '2015-01-01T01:00:00Z', 3_600_000_000, 0],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", '2015-01-01T01:00:00-05:30', 3_600_000_000, -330],
    ['yyyy-MM-dd HH:mm:ss Z', '2015-01-01 01:00:00 +0800', 3_600_000_000, 480],
    ['yyyyMMddHHX', '2015010101+08', 3_600_000_000, 480],
    ['d MMM yyyy h:mm a', '1 Jan 2015 12:30 AM', 1_800_000_000, null],
    ['d MMM yyyy hh:mm a', '1 Jan 2015 01:00 pm', 46_800_000_000, null],
    ['EEE MMM dd HH:mm:ss Z yyyy', 'Thu Jan 01 01:00:00 -0530 2015', 3_600_000_000, -330],
    ['d MMM yyyy HH:mm xxx', '1 Jan 2015 01:00 +01:00', 3_600_000_000, 60],
  ])('reads the time of %s: %j', (pattern, text, microseconds, offsetMinutes) => {
    const day = '2015-01-01';
    expect(parse(pattern, text)).toEqual({ day, hasTime: true, microseconds, offsetMinutes });
  });

  it.each([
    ['dd.MM.yy', 'yy is a year of two digits'],
    ['YYYY-MM-dd', 'write yyyy'],
    ['yyyy-MM-DD', 'write dd'],
    ['yyyy-mm-dd', 'it has no month: write MM (mm is the minute)'],
    ['MM/dd', 'it has no year: write yyyy'],
    ['yyyy-MM', 'it has no day: write dd, or the format year_month'],
    ['yyyy', 'it has no month: write MM, or the format year '],
    ['yyyy-MM-dd hh:mm', 'hh is an hour from 1 to 12: write HH'],
    ['yyyy-MM-dd HH:mm a', 'a stands beside h or hh'],
    ['yyyy-MM-dd mm', 'minutes without an hour'],
    ['yyyy-MM-dd HH:ss', 'seconds without minutes'],
    ['yyyy-MM-dd HH:mm.SSS', 'fractions of a second without seconds'],
    ['yyyy-MM-dd MMM', 'MM and MMM are both the month'],
    ['yyyy-MM-ddTHH:mm', "write 'T' in quotes"],
    ['yyyy-MM-dd DDD', 'write one or the other'],
    ["yyyy-MM-dd 'at", 'a quote is not closed'],
    ['yyyy-MM-dd G', 'G is no field that is read'],
    ['MMM d yyyy HH:mmXXX', 'XXX is not read together with names'],
    ['', 'it has no year'],
    ['yyyyMd', 'the width of M and d is not certain beside other digits: write MM and dd'],
    ['dMyyyy', 'write dd and MM'],
    ['yyyyMMddHmm', 'write HH'],
    ['yyyyD', 'write DDD'],
    ['MMM d yyyy hmm a', 'write hh'],
  ])('refuses %j', (pattern, text) => {
    expect(reason(pattern)).toContain(text);
  });

  it('reads patterns of digits as Luxon reads them', () => {
    const pieces = fc.array(fc.tuple(digits, separator), { minLength: 3, maxLength: 7 });
    const day = fc
      .integer({ min: 0, max: 400_000 })
      .map((at) => addDays(calendarDay('1600-01-01'), at));
    const minute = fc.integer({ min: 0, max: 86_399_999 });
    fc.assert(
      fc.property(fc.constantFrom(...NUMERIC), pieces, day, minute, (pattern, noise, date, ms) => {
        const real = DateTime.fromMillis(Date.parse(date) + ms, ENGLISH).toFormat(pattern, ENGLISH);
        for (const text of [real, noise.flat().join(''), real.replace(/\d/, '9')]) {
          const expected = DateTime.fromFormat(text, pattern, ENGLISH);
          const came = parse(pattern, text);
          // Luxon reads 24:00 as the next day, and the year 0.
          if (text.includes('24') || expected.year < 1) continue;
          expect(came?.day, text).toBe(
            expected.isValid ? expected.toFormat('yyyy-MM-dd') : undefined,
          );
          if (came === undefined) continue;
          const sinceMidnight = expected.toMillis() - expected.startOf('day').toMillis();
          expect(came.microseconds).toBe(sinceMidnight * 1_000);
        }
      }),
      { numRuns: draws(300, 3_000) },
    );
  });
});
