import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOfText, dayText, InstantReader, InstantTexts, SECOND_PARTS } from './instant-text.js';

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
    [2 ** 31 - 1, '+5881580-07-11'],
  ])('of day %i is %s', (day, text) => {
    expect(dayText(day)).toBe(text);
  });
});

describe('the text of an instant', () => {
  it('has all digits, and reads back', () => {
    const texts = new InstantTexts(SECOND_PARTS.MICROS);
    const reader = new InstantReader();
    const micros = fc.bigInt({ min: 0n, max: DAY_MICROS - 1n });
    fc.assert(
      fc.property(DAYS, micros, (day, time) => {
        const instant = BigInt(day) * DAY_MICROS + time;
        const text = `${texts.write(instant)}Z`;
        const seconds = new Date(Number(instant / 1_000n) - (instant % 1_000n < 0n ? 1 : 0));
        expect(text.slice(0, 23)).toBe(seconds.toISOString().slice(0, 23));
        expect(text.slice(23)).toBe(`${String(time % 1_000n).padStart(3, '0')}Z`);
        expect(reader.read(text)).toBe(instant);
        if (Number.isSafeInteger(Number(instant))) {
          expect(`${texts.write(Number(instant))}Z`).toBe(text);
        }
      }),
    );
  });

  it('has nine digits of a second in nanoseconds, and six in milliseconds', () => {
    expect(new InstantTexts(SECOND_PARTS.NANOS).write(-1n)).toBe('1969-12-31T23:59:59.999999999');
    expect(new InstantTexts(SECOND_PARTS.MILLIS).write(-1)).toBe('1969-12-31T23:59:59.999000');
  });
});
