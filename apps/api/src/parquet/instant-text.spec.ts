import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOfText, dayText, InstantReader, instantText, timeText } from './instant-text.js';

const DAY_MS = 86_400_000;
/** Of the years 0001 to 9999. */
const DAYS = fc.integer({ min: -719_162, max: 2_932_896 });
const DAY_MICROS = 86_400_000_000n;

describe('the text of a day', () => {
  it('is that of a Date, and reads back', () => {
    fc.assert(
      fc.property(DAYS, (day) => {
        const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
        expect(dayText(day)).toBe(text);
        expect(dayOfText(text)).toBe(day);
      }),
    );
  });

  it.each([
    [-719_162, '0001-01-01'],
    [2_932_896, '9999-12-31'],
    [-719_528, '0000-01-01'],
    [-719_529, '-000001-12-31'],
    [2_932_897, '+010000-01-01'],
    [11_016, '2000-02-29'],
    // The end of time in DuckDB.
    [2 ** 31 - 1, 'day 2147483647 since 1970-01-01'],
  ])('of day %i is %s', (day, text) => {
    expect(dayText(day)).toBe(text);
  });
});

describe('the text of an instant', () => {
  it('has all digits, and reads back', () => {
    const reader = new InstantReader();
    const micros = fc.bigInt({ min: 0n, max: DAY_MICROS - 1n });
    fc.assert(
      fc.property(DAYS, micros, (day, time) => {
        const instant = BigInt(day) * DAY_MICROS + time;
        const text = `${instantText(instant, 'MICROS')}Z`;
        const seconds = new Date(Number(instant / 1_000n) - (instant % 1_000n < 0n ? 1 : 0));
        expect(text.slice(0, 23)).toBe(seconds.toISOString().slice(0, 23));
        expect(text.slice(23)).toBe(`${String(time % 1_000n).padStart(3, '0')}Z`);
        expect(reader.read(text)).toBe(instant);
        if (Number.isSafeInteger(Number(instant))) {
          expect(`${instantText(Number(instant), 'MICROS')}Z`).toBe(text);
        }
      }),
    );
  });

  it('has nine digits of a second in nanoseconds, and six in milliseconds', () => {
    expect(instantText(-1n, 'NANOS')).toBe('1969-12-31T23:59:59.999999999');
    expect(instantText(-1, 'MILLIS')).toBe('1969-12-31T23:59:59.999000');
  });

  it('is its number where no Date has it', () => {
    expect(instantText(2n ** 63n - 1n, 'MICROS')).toBe('9223372036854775807 MICROS since 1970');
  });
});

it.each([
  [0, 'MILLIS', '00:00:00.000000'],
  [86_399_999_999n, 'MICROS', '23:59:59.999999'],
  [86_400_000_000n, 'MICROS', '24:00:00.000000'],
  [3_600_000_000_001n, 'NANOS', '01:00:00.000000001'],
] as const)('the text of a time of a day: %i %s', (time, unit, text) => {
  expect(timeText(time, unit)).toBe(text);
});
