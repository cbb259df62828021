import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { RateLimit } from './rate-limit.js';

describe('RateLimit', () => {
  it('lets a caller have all its calls at once, and then as they come back', () => {
    const limit = new RateLimit(3, 600);
    expect([0, 0, 0].map((now) => limit.take('a', now))).toEqual([0, 0, 0]);
    expect(limit.take('a', 0)).toBe(200);
    expect(limit.take('a', 150)).toBe(50);
    expect(limit.take('a', 200)).toBe(0);
    expect(limit.take('a', 200)).toBe(200);
    // Who was away for long has no more of them.
    expect([0, 1, 2, 3].map(() => limit.take('a', 60_000))).toEqual([0, 0, 0, 200]);
  });

  it('counts each caller alone', () => {
    const limit = new RateLimit(1, 1_000);
    expect(['a', 'b', 'a'].map((caller) => limit.take(caller, 0))).toEqual([0, 0, 1_000]);
  });

  it('lets everything by without a limit', () => {
    const limit = new RateLimit(0, 1_000);
    for (let call = 0; call < 10_000; call += 1) expect(limit.take('a', 0)).toBe(0);
  });

  it('never lets more by than the window has, plus what comes back meanwhile', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 }),
        (most, gaps) => {
          const limit = new RateLimit(most, 1_000);
          let now = 0;
          let passed = 0;
          for (const gap of gaps) {
            now += gap;
            const wait = limit.take('a', now);
            passed += 1;
            if (wait === 0) continue;
            // Who comes back when told is let by.
            now += wait;
            expect(limit.take('a', now)).toBe(0);
          }
          expect(passed).toBeLessThanOrEqual(most + (now * most) / 1_000 + 1);
        },
      ),
    );
  });

  it('forgets whoever came first rather than grow without end', () => {
    const limit = new RateLimit(1, 1_000);
    expect(limit.take('first', 0)).toBe(0);
    for (let caller = 0; caller < 10_000; caller += 1) limit.take(String(caller), 0);
    expect(limit.take('first', 0)).toBe(0);
  });
});
