// What a test draws or combines: few here, many where LONG_TESTS is 1, as in `npm run test:long`.
import { expect } from 'vitest';

/** Whether a test has all pairs and large amounts, or the ones that find most in little time. */
export const IS_LONG = process.env['LONG_TESTS'] === '1';

/** How often a property is tried. */
export const draws = (few: number, many: number): number => (IS_LONG ? many : few);

/** Draws in rounds until everything that random cases have to meet was met: few draws leave out something now and then. */
export function drawUntilMet(missing: () => readonly unknown[], draw: () => void): void {
  for (let round = 0; round < 10 && (round === 0 || missing().length > 0); round += 1) draw();
  expect(missing()).toEqual([]);
}
