import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { calendarDay } from '../calendar-day.js';
import { newProgress } from '../progress.js';
import { ProgressRegistry, type ProgressOptions } from './progress-registry.js';

const AT = '2025-10-01T08:00:00.000Z';
const D1 = calendarDay('2025-10-01');
const MINUTE = 60_000;
/** More than a test run adds to a heap by itself; 20,000 batches that stay are nine times this. */
const NOISE = 1_000_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const EARLY = 10_000;
/** `npm run test:all` runs more of them. */
const BATCHES = process.env['LONG_TESTS'] === '1' ? 100_000 : 30_000;

/** Runs tens of thousands of batches, one a minute, each watched to its end; measures after 10,000 and at the end. */
function runBatches(options: Required<Omit<ProgressOptions, 'clock'>>): {
  readonly heaps: readonly [number, number];
  readonly sizes: readonly [number, number];
} {
  let now = 0;
  const registry = new ProgressRegistry({ ...options, clock: { now: () => now } });
  let ended = 0;
  const run = (from: number, to: number): void => {
    for (let batch = from; batch < to; batch += 1) {
      const task_id = `2025-10-01_2025-10-01_${batch}`;
      const dataset = 'weather';
      registry.register(
        newProgress({
          task_id,
          dataset,
          total: 1,
          start_date: D1,
          end_date: D1,
          mode: 'all',
          at: AT,
        }),
      );
      registry.watch(task_id).subscribe({ complete: () => (ended += 1) });
      registry.apply(task_id, {
        at: AT,
        events: [{ type: 'batch_started' }, { type: 'day_started', day: D1 }],
      });
      registry.apply(task_id, {
        at: AT,
        events: [
          { type: 'day_finished', day: D1, outcome: 'success' },
          { type: 'batch_completed' },
        ],
      });
      now += MINUTE;
    }
  };
  run(0, EARLY);
  const early = { heap: heapUsed(), size: registry.size };
  run(EARLY, BATCHES);
  const late = { heap: heapUsed(), size: registry.size };
  expect(ended).toBe(BATCHES);
  return { heaps: [early.heap, late.heap], sizes: [early.size, late.size] };
}

describe('tens of thousands of batches', () => {
  it.each([
    ['their number', { ttlSeconds: 31_536_000, maxFinished: 1_000 }, 1_000],
    ['their time', { ttlSeconds: 3_600, maxFinished: Number.MAX_SAFE_INTEGER }, 59],
  ])('leave no trace in memory: %s bounds them', (_, options, held) => {
    const { heaps, sizes } = runBatches(options);
    expect(sizes).toEqual([held, held]);
    expect(heaps[1] - heaps[0]).toBeLessThan(NOISE);
  });
});
