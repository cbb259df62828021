import { describe, expect, it } from 'vitest';
import { drawnWeeks, stepsAFrame, STEPS_A_YEAR } from './drawn-years';

describe('drawing years', () => {
  it('takes each year in turn, in steps, and all of it in the end', () => {
    const years = [53, 54, 53];
    const shown = Array.from({ length: years.length * STEPS_A_YEAR + 1 }, (_, steps) =>
      years.map((weekCount, index) => drawnWeeks(weekCount, index, steps)),
    );
    expect(shown).toEqual([
      [0, 0, 0],
      [18, 0, 0],
      [36, 0, 0],
      [53, 0, 0],
      [53, 18, 0],
      [53, 36, 0],
      [53, 54, 0],
      [53, 54, 18],
      [53, 54, 36],
      [53, 54, 53],
    ]);
  });

  it('takes more steps a frame where frames are on time, up to a year, and fewer where they are late', () => {
    const took = [16, 17, 16, 33, 33, 50, 70, 90, 200, 33, 16];
    let each = 1;
    expect(took.map((ms) => (each = stepsAFrame(each, ms)))).toEqual([
      2, 3, 3, 3, 3, 2, 1, 1, 1, 1, 2,
    ]);
  });
});
