import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { DayDurations, estimateEnd, type EstimateInput } from './estimate.js';

const AT = Date.parse('2025-10-01T08:00:00.000Z');

function durationsOf(...durations: readonly number[]): DayDurations {
  const known = new DayDurations();
  for (const duration of durations) known.add(duration);
  return known;
}

function input(change: Partial<EstimateInput>): EstimateInput {
  return {
    durations: durationsOf(1_000, 1_000, 1_000),
    remaining: 10,
    concurrency: 1,
    spacingMs: 0,
    at: AT,
    ...change,
  };
}

describe('DayDurations', () => {
  it('gives the nearest rank, whatever the order of the days', () => {
    const durations = durationsOf(50, 10, 40, 20, 30);
    expect([0, 0.2, 0.21, 0.5, 0.9, 1].map((q) => durations.quantile(q))).toEqual([
      10, 10, 20, 30, 50, 50,
    ]);
  });

  it('says 0 before the first day', () => {
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

describe('estimateEnd', () => {
  it('says nothing before three days are known', () => {
    expect(estimateEnd(input({ durations: durationsOf(1_000, 1_000) }))).toBeNull();
    expect(estimateEnd(input({}))).not.toBeNull();
  });

  it('expects the median day and is late by the ninetieth percentile', () => {
    const durations = durationsOf(
      1_000,
      1_000,
      1_000,
      1_000,
      1_000,
      1_000,
      1_000,
      1_000,
      5_000,
      9_000,
    );
    expect(estimateEnd(input({ durations }))).toEqual({
      likely: '2025-10-01T08:00:10.000Z',
      late: '2025-10-01T08:00:50.000Z',
    });
  });

  it('counts days that run side by side once', () => {
    expect(estimateEnd(input({ concurrency: 4 }))?.likely).toBe('2025-10-01T08:00:03.000Z');
  });

  it('waits for the throttle where that is slower than the work', () => {
    expect(estimateEnd(input({ spacingMs: 20_000 }))?.likely).toBe('2025-10-01T08:03:20.000Z');
    expect(estimateEnd(input({ spacingMs: 500 }))?.likely).toBe('2025-10-01T08:00:10.000Z');
  });

  it('is now when nothing remains', () => {
    expect(estimateEnd(input({ remaining: 0 }))?.late).toBe('2025-10-01T08:00:00.000Z');
  });

  it('is never late before it is likely, and never in the past', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 3, maxLength: 50 }),
        fc.nat(4_000),
        fc.integer({ min: 1, max: 16 }),
        fc.nat(60_000),
        (all, remaining, concurrency, spacingMs) => {
          const eta = estimateEnd(
            input({ durations: durationsOf(...all), remaining, concurrency, spacingMs }),
          );
          expect(Date.parse(eta?.late ?? '')).toBeGreaterThanOrEqual(Date.parse(eta?.likely ?? ''));
          expect(Date.parse(eta?.likely ?? '')).toBeGreaterThanOrEqual(AT);
        },
      ),
    );
  });
});
