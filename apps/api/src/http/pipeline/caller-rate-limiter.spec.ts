import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { draws } from '../../../../../test/draws.js';
import { CallerRateLimiter } from './caller-rate-limiter.js';

describe('CallerRateLimiter', () => {
  it('lets by exactly the limit at once, and reports it, with any rounding of fractions', () => {
    const limits = fc.integer({ min: 1, max: 1_000 });
    const windows = fc.constantFrom(1_000, 60_000);
    const instants = fc.double({ min: 0, max: 1e10, noNaN: true });
    fc.assert(
      fc.property(limits, windows, instants, (limit, windowMs, now) => {
        const limiter = new CallerRateLimiter(limit, windowMs);
        for (let call = 1; call <= limit; call += 1) {
          expect(limiter.take('a', now)).toBe(0);
          expect(limiter.left('a', now).calls).toBe(limit - call);
        }
        const wait = limiter.take('a', now);
        expect(wait).toBe(limiter.left('a', now).oneMoreInMs);
        expect(wait).toBeGreaterThan(0);
      }),
      { numRuns: draws(10, 100) },
    );
  });

  it('never lets more by than the window has, plus what comes back meanwhile', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 }),
        (most, gaps) => {
          const limiter = new CallerRateLimiter(most, 1_000);
          let now = 0;
          let passed = 0;
          for (const gap of gaps) {
            now += gap;
            const wait = limiter.take('a', now);
            passed += 1;
            if (wait === 0) continue;
            // A caller that waits so long may pass.
            now += wait;
            expect(limiter.take('a', now)).toBe(0);
          }
          expect(passed).toBeLessThanOrEqual(most + (now * most) / 1_000 + 1);
        },
      ),
      { numRuns: draws(20, 100) },
    );
  });

  it('gives no more to a caller who was away for long', () => {
    const limiter = new CallerRateLimiter(3, 600);
    limiter.take('a', 0);
    expect([0, 1, 2, 3].map(() => limiter.take('a', 60_000))).toEqual([0, 0, 0, 200]);
  });

  it('forgets the oldest callers rather than grow without end', () => {
    const limiter = new CallerRateLimiter(1, 1_000);
    expect(limiter.take('first', 0)).toBe(0);
    for (let caller = 0; caller < 10_000; caller += 1) limiter.take(String(caller), 0);
    expect(limiter.take('first', 0)).toBe(0);
  });
});
