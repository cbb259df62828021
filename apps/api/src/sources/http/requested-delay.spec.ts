import { beforeEach, describe, expect, it } from 'vitest';
import { RequestedDelay } from './requested-delay.js';

let now: number;
let delay: RequestedDelay;
beforeEach(() => {
  now = 5_000_000;
  delay = new RequestedDelay(10_000, () => now);
});

describe('RequestedDelay', () => {
  it('lasts as long as the longest that was asked for', () => {
    expect(delay.leftMs()).toBe(0);
    expect([delay.extend(3_000), delay.extend(2_000)]).toEqual([null, null]);
    now += 1_000;
    expect(delay.leftMs()).toBe(2_000);
    now += 5_000;
    expect(delay.leftMs()).toBe(0);
  });

  it('counts once what several days are asked for at the same time', () => {
    for (let day = 0; day < 20; day += 1) expect(delay.extend(3_000)).toBeNull();
  });

  it('ends at once when it would be too long: the next one asks', () => {
    expect(delay.extend(2_000)).toBeNull();
    expect(delay.extend(999_999_999_000)).toBe(999_999_999_000);
    expect(delay.leftMs()).toBe(0);
    expect(delay.extend(3_000)).toBeNull();
  });

  it('of a batch that has ended is forgotten', () => {
    expect(delay.extend(9_000)).toBeNull();
    now += 9_000 + 60_001;
    expect(delay.extend(9_000)).toBeNull();
  });
});
