import { expect, it } from 'vitest';
import { backoffMs } from './backoff.js';

it.each([
  [1, 1_000],
  [2, 2_000],
  [3, 4_000],
  [7, 60_000],
  [100, 60_000],
])(
  'backoffMs after %i attempts lies between the half and the whole of %i ms',
  (attempts, whole) => {
    const delays = Array.from({ length: 50 }, () => backoffMs(attempts));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(whole / 2);
    expect(Math.max(...delays)).toBeLessThanOrEqual(whole);
    expect(new Set(delays).size).toBeGreaterThan(10);
  },
);
