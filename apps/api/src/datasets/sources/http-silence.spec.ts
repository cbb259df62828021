import { beforeEach, describe, expect, it } from 'vitest';
import { HttpSilence } from './http-silence.js';

let now: number;
let silence: HttpSilence;
beforeEach(() => {
  now = 5_000_000;
  silence = new HttpSilence(10_000, () => now);
});

describe('HttpSilence', () => {
  it('lasts as long as the longest that was told', () => {
    expect(silence.leftMs()).toBe(0);
    expect([silence.keep(3_000), silence.keep(2_000)]).toEqual([null, null]);
    now += 1_000;
    expect(silence.leftMs()).toBe(2_000);
    now += 5_000;
    expect(silence.leftMs()).toBe(0);
  });

  it('is too long in all where the source answers nothing in between', () => {
    const told = [1, 2, 3, 4].map(() => {
      const tooLong = silence.keep(3_000);
      now += 3_000;
      return tooLong;
    });
    expect(told).toEqual([null, null, null, 12_000]);
  });

  it('is not, however often, where it answers', () => {
    for (let window = 0; window < 20; window += 1) {
      expect(silence.keep(3_000)).toBeNull();
      now += 3_000;
      silence.answered();
    }
  });

  it('counts once what is told to several at the same time', () => {
    for (let day = 0; day < 20; day += 1) expect(silence.keep(3_000)).toBeNull();
  });

  it('counts a second where it is told none', () => {
    const told = Array.from({ length: 11 }, () => {
      const tooLong = silence.keep(0);
      now += 1_000;
      return tooLong;
    });
    expect(told).toEqual([...Array<null>(10).fill(null), 11_000]);
  });

  it('ends at once when it would be too long: the next one asks', () => {
    expect(silence.keep(2_000)).toBeNull();
    expect(silence.keep(999_999_999_000)).toBe(999_999_999_000);
    expect(silence.leftMs()).toBe(0);
    expect(silence.keep(3_000)).toBeNull();
  });

  it('of a batch that nobody waits for any more is forgotten', () => {
    expect(silence.keep(9_000)).toBeNull();
    now += 9_000 + 60_001;
    expect(silence.keep(9_000)).toBeNull();
  });
});
