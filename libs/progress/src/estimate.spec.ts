import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  DayDurations,
  estimateDuration,
  estimateEnd,
  estimatePace,
  type DurationInput,
} from './estimate.js';

const AT = Date.parse('2025-10-01T08:00:00.000Z');

function durationsOf(...durations: readonly number[]): DayDurations {
  const known = new DayDurations();
  for (const duration of durations) known.add(duration);
  return known;
}

describe('DayDurations', () => {
  it('returns the nearest rank, whatever the order of the days', () => {
    const durations = durationsOf(50, 10, 40, 20, 30);
    expect([0, 0.2, 0.21, 0.5, 0.9, 1].map((q) => durations.quantile(q))).toEqual([
      10, 10, 20, 30, 50, 50,
    ]);
  });

  it('is 0 before the first day', () => {
    expect(durationsOf().quantile(0.5)).toBe(0);
  });

  it('agrees with sorting everything', () => {
    const durations = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1 });
    fc.assert(
      fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, q) => {
        const sorted = all.toSorted((a, b) => a - b);
        const known = durationsOf(...all);
        expect(known.count).toBe(all.length);
        expect(known.quantile(q)).toBe(sorted[Math.max(1, Math.ceil(q * all.length)) - 1]);
      }),
    );
  });
});

describe('estimateDuration', () => {
  const estimate = (change: Partial<DurationInput>): ReturnType<typeof estimateDuration> =>
    estimateDuration({
      durations: durationsOf(1_000, 1_000, 1_000),
      remaining: 10,
      concurrency: 1,
      spacingMs: 0,
      ...change,
    });

  it('is null before three days have finished', () => {
    expect(estimate({ durations: durationsOf(1_000, 1_000) })).toBeNull();
    expect(estimate({})).not.toBeNull();
  });

  it('is likely by the median and late by the ninetieth percentile', () => {
    const durations = durationsOf(...Array<number>(8).fill(1_000), 5_000, 9_000);
    expect(estimate({ durations })).toEqual({ likely_ms: 10_000, late_ms: 50_000 });
  });

  it('has the throttle in it before any day has finished', () => {
    const durations = durationsOf();
    expect(estimate({ durations, spacingMs: 6_000 })).toEqual({
      likely_ms: 60_000,
      late_ms: 60_000,
    });
  });

  it('counts concurrent days once', () => {
    expect(estimate({ concurrency: 4 })?.likely_ms).toBe(3_000);
  });

  it('follows the throttle where it is slower than the days', () => {
    expect(estimate({ spacingMs: 20_000 })?.likely_ms).toBe(200_000);
    expect(estimate({ spacingMs: 500 })?.likely_ms).toBe(10_000);
  });

  it('is 0 when no day remains', () => {
    expect(estimate({ remaining: 0 })?.late_ms).toBe(0);
  });

  it('is never late before likely, and never negative', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 3, maxLength: 50 }),
        fc.nat(4_000),
        fc.integer({ min: 1, max: 16 }),
        fc.nat(60_000),
        (all, remaining, concurrency, spacingMs) => {
          const durations = durationsOf(...all);
          const known = estimate({ durations, remaining, concurrency, spacingMs });
          expect(known?.late_ms).toBeGreaterThanOrEqual(known?.likely_ms ?? Infinity);
          expect(known?.likely_ms).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

describe('estimateEnd', () => {
  /** How long after `AT` a batch is expected to end, and the late end, in milliseconds: the latest outcome was at `AT`. */
  function after(intervals: readonly number[], remaining: number): readonly [number, number] {
    const outcomes = [AT];
    for (const interval of intervals.toReversed()) outcomes.unshift((outcomes[0] ?? 0) - interval);
    const eta = estimateEnd({ at: AT, outcomes, remaining });
    return [Date.parse(eta?.likely ?? '') - AT, Date.parse(eta?.late ?? '') - AT];
  }
  const intervals = fc.array(fc.nat(100_000), { minLength: 2, maxLength: 63 });
  const remaining = fc.integer({ min: 1, max: 40_000 });

  it('is null until three days have an outcome, and when no day remains', () => {
    const two = [AT - 1_000, AT];
    expect(estimateEnd({ at: AT, outcomes: [], remaining: 5 })).toBeNull();
    expect(estimateEnd({ at: AT, outcomes: two, remaining: 5 })).toBeNull();
    const outcomes = [AT - 2_000, ...two];
    expect(estimateEnd({ at: AT, outcomes, remaining: 0 })).toBeNull();
    expect(estimateEnd({ at: AT, outcomes, remaining: 5 })).toEqual({
      likely: '2025-10-01T08:00:05.000Z',
      late: '2025-10-01T08:00:05.000Z',
    });
  });

  it('continues a steady rate to the millisecond, with late equal to likely', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 63 }), fc.nat(60_000), remaining, (count, ms, left) => {
        expect(after(Array<number>(count).fill(ms), left)).toEqual([left * ms, left * ms]);
      }),
    );
  });

  it('counts from the latest change, whenever the latest outcome was', () => {
    const outcomes = [AT - 9_000, AT - 8_000, AT - 7_000];
    expect(estimateEnd({ at: AT, outcomes, remaining: 2 })?.likely).toBe(
      '2025-10-01T08:00:02.000Z',
    );
  });

  it('includes waits for a throttle, a retry or a source that was down', () => {
    // One a second by the throttle, whatever the days themselves take.
    expect(after([1_000, 1_000, 1_000], 60)).toEqual([60_000, 60_000]);
    // One of four waited for a minute: so will one of four of those to come.
    expect(after([1_000, 1_000, 1_000, 61_000], 40)[0]).toBe(640_000);
  });

  it('does not end before a wait is over, and does not count a throttle twice', () => {
    const outcomes = [AT - 2_000, AT - 1_000, AT];
    const likely = (waitsUntil: number): number =>
      Date.parse(estimateEnd({ at: AT, outcomes, remaining: 3, waitsUntil })?.likely ?? '') - AT;
    // The server asks for a pause of a minute: the next day ends then, the other two a second later each.
    expect(likely(AT + 60_000)).toBe(62_000);
    expect(likely(AT + 1_000)).toBe(3_000);
    expect(likely(AT - 60_000)).toBe(3_000);
  });

  it('includes concurrency: days that end together have no interval', () => {
    // Three at a time, a second each.
    expect(after([0, 0, 1_000, 0, 0, 1_000], 30)[0]).toBe(10_000);
    expect(after([0, 0], 30)).toEqual([0, 0]);
  });

  it('is late by the prediction interval of a sum', () => {
    // Mean 2,000; standard deviation 1,000; 3 known, 6 to come: 1.28 · 1,000 · √(6 + 6² / 3).
    expect(after([1_000, 2_000, 3_000], 6)).toEqual([12_000, 12_000 + 5_431]);
  });

  it('is exceeded by about one batch in ten', () => {
    // A fixed sequence of numbers from 0 to 1 (Park and Miller), so that the count is always the same.
    let seed = 1;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    // The sum of twelve is nearly normal, with a standard deviation of 1.
    const normal = (): number =>
      Array.from({ length: 12 }, random).reduce((all, each) => all + each, -6);
    const interval = (): number => Math.round(10_000 + 2_000 * normal());
    let late = 0;
    for (let batch = 0; batch < 1_000; batch += 1) {
      const [, most] = after(Array.from({ length: 23 }, interval), 40);
      const took = Array.from({ length: 40 }, interval).reduce((all, each) => all + each, 0);
      if (took > most) late += 1;
    }
    expect(late).toBeGreaterThan(70);
    expect(late).toBeLessThan(130);
  });

  it('is never late before likely, and never in the past', () => {
    fc.assert(
      fc.property(intervals, remaining, (all, left) => {
        const [likely, late] = after(all, left);
        expect(likely).toBeGreaterThanOrEqual(0);
        expect(late).toBeGreaterThanOrEqual(likely);
      }),
    );
  });

  it('does not depend on the order of the outcomes', () => {
    const outcomes = fc.array(fc.nat(100_000), { minLength: 3, maxLength: 64 });
    const orders = outcomes.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(orders, remaining, ([one, other], left) => {
        const end = estimateEnd({ at: AT, outcomes: one, remaining: left });
        expect(estimateEnd({ at: AT, outcomes: other, remaining: left })).toEqual(end);
      }),
    );
  });

  it('is later the more days remain', () => {
    fc.assert(
      fc.property(intervals, remaining, (all, left) => {
        const [likely, late] = after(all, left);
        const [later, latest] = after(all, left + 1);
        expect(later).toBeGreaterThanOrEqual(likely);
        expect(latest).toBeGreaterThanOrEqual(late);
      }),
    );
  });

  it('stays an instant where a clock was set between two outcomes', () => {
    const eta = estimateEnd({ at: AT, outcomes: [0, AT - 1_000, AT], remaining: 40_000 });
    expect(eta).toEqual({ likely: '9999-12-31T23:59:59.999Z', late: '9999-12-31T23:59:59.999Z' });
  });
});

describe('estimatePace', () => {
  const day = (seconds: number, rows: number) => ({ at: AT + 1_000 * seconds, rows });

  it('is null until three days have finished, and where they finished at once', () => {
    expect(estimatePace([day(0, 1), day(1, 1)])).toBeNull();
    expect(estimatePace([day(0, 1), day(0, 1), day(0, 1)])).toBeNull();
  });

  it('counts the days and rows since the first of them, in any order', () => {
    // Two days with 30 and 70 rows in 40 seconds.
    const pace = { days_per_minute: 3, rows_per_minute: 150 };
    expect(estimatePace([day(0, 9_000), day(10, 30), day(40, 70)])).toEqual(pace);
    expect(estimatePace([day(40, 70), day(0, 9_000), day(10, 30)])).toEqual(pace);
  });

  it('has three digits', () => {
    expect(estimatePace([day(0, 0), day(3, 0), day(7, 1)])).toEqual({
      days_per_minute: 17.1,
      rows_per_minute: 8.57,
    });
  });
});
