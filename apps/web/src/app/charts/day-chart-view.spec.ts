import { describe, expect, it } from 'vitest';
import { addDays, calendarDay } from '@daysync/progress';
import fc from 'fast-check';
import type { Slot } from './chart-slots';
import { median } from './day-values';
import { ceilingFor, drawingOf, legendOf, summaryOf } from './day-chart-view';

const FIRST = calendarDay('2024-01-01');

/** Places of a day each. */
function slotsOf(changes: readonly Partial<Slot>[]): Slot[] {
  return changes.map((change, index) => {
    const day = addDays(FIRST, index);
    return {
      ...{ first: day, last: day, value: undefined },
      ...{ days: 1, failed: 0, missing: 0, unusual: 0 },
      ...change,
    };
  });
}

describe('drawingOf', () => {
  it('draws a bar for each value, as high as its share', () => {
    const { ceiling, bars } = drawingOf(
      slotsOf([{ value: 20 }, {}, { value: 0 }, { value: 5, unusual: 1 }]),
      'rows',
    );
    expect(ceiling).toBe(20);
    expect(bars.map(({ height }) => height)).toEqual([100, 0, 25]);
    expect(bars.map(({ x, width }) => x + width / 2)).toEqual([12.5, 62.5, 87.5]);
    expect(bars.map(({ isUnusual }) => isUnusual)).toEqual([false, false, true]);
  });

  it('makes one stretch of neighbours that are missing or failed, with one sign in its middle', () => {
    const { missing, failed, signs } = drawingOf(
      slotsOf([{ missing: 1 }, { missing: 1 }, { failed: 1 }, { failed: 1 }, { missing: 1 }]),
      'rows',
    );
    expect(missing).toEqual([
      { x: 0, width: 40 },
      { x: 80, width: 20 },
    ]);
    expect(failed).toEqual([{ x: 40, width: 40 }]);
    expect(signs).toEqual([{ kind: 'failed', x: 60 }]);
  });

  it('hatches a longer place only where all of its days are missing', () => {
    const slots = slotsOf([
      { days: 7, missing: 6, value: 3 },
      { days: 7, missing: 7 },
    ]);
    const drawing = drawingOf(slots, 'rows');
    expect(drawing.missing).toEqual([{ x: 50, width: 50 }]);
    expect(drawing.partlyMissing).toEqual([{ x: 0, width: 50 }]);
  });

  it('marks every place that lacks a day, whatever else is in it', () => {
    const slots = slotsOf([
      { days: 30, missing: 1, failed: 2, value: 3 },
      { days: 30, missing: 1, unusual: 1, value: 3 },
      { days: 30, value: 3 },
      { days: 30, missing: 29, value: 3 },
    ]);
    expect(drawingOf(slots, 'rows').partlyMissing).toEqual([
      { x: 0, width: 50 },
      { x: 75, width: 25 },
    ]);
  });

  it('marks a month with an unusual day by the sign alone', () => {
    const { bars, signs } = drawingOf(slotsOf([{ value: 3, unusual: 1, days: 30 }]), 'rows');
    expect(bars[0]?.isUnusual).toBe(false);
    expect(signs).toEqual([{ kind: 'unusual', x: 50 }]);
  });

  it('is empty without places', () => {
    expect(drawingOf([], 'rows')).toMatchObject({ ceiling: 1, bars: [], missing: [], signs: [] });
  });
});

describe('legendOf', () => {
  it.each([
    [{ value: 3 }, []],
    [{ missing: 1 }, ['missing']],
    [{ days: 30, missing: 1, value: 3 }, ['partly_missing']],
    [{ failed: 1, missing: 1, days: 30 }, ['failed', 'partly_missing']],
    [{ unusual: 1, value: 3 }, ['unusual']],
    // What a failed day hides is not drawn.
    [{ unusual: 1, failed: 1, days: 30 }, ['failed']],
  ])('explains what is drawn of %j: %j', (slot, kinds) => {
    expect(legendOf(drawingOf(slotsOf([slot]), 'rows'))).toEqual(kinds);
  });
});

describe('ceilingFor', () => {
  it.each([
    [0, 'rows', 1],
    [24, 'rows', 50],
    [100, 'rows', 100],
    [101, 'rows', 200],
    [640, 'duration', 1_000],
    [42_000, 'duration', 60_000],
    [3 * 3_600_000, 'duration', 4 * 3_600_000],
    [30 * 3_600_000, 'duration', 200_000_000],
  ] as const)('of %d %s is %d', (largest, measure, expected) => {
    expect(ceilingFor(largest, measure)).toBe(expected);
  });

  it('is never below the largest value, and not far above it', () => {
    const measure = fc.constantFrom('rows' as const, 'duration' as const);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), measure, (largest, kind) => {
        const ceiling = ceilingFor(largest, kind);
        expect(ceiling).toBeGreaterThanOrEqual(largest);
        expect(ceiling).toBeLessThan(2.6 * largest);
      }),
    );
  });
});

describe('summaryOf', () => {
  it('counts the days and says where their values lie', () => {
    const slots = slotsOf([{ value: 9, unusual: 1 }, { missing: 1 }, { failed: 1 }, { value: 2 }]);
    const values = [9, 10, 2].map((value, index) => ({ day: addDays(FIRST, index), value }));
    expect(summaryOf(slots, values)).toEqual({
      days: 4,
      unusual: 1,
      missing: 1,
      failed: 1,
      spread: { median: 9, least: 2, most: 10 },
    });
    expect(summaryOf(slots, values.slice(1)).spread?.median).toBe(6);
  });

  it('has no spread where no day went through', () => {
    expect(summaryOf(slotsOf([{ failed: 1 }]), []).spread).toBeUndefined();
    expect(median([])).toBeNaN();
  });
});
