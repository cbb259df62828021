// Runs many batches in one registry, each with a watcher.
import { expect } from 'vitest';
import { calendarDay } from '../calendar-day.js';
import { batchOf } from '../progress.fixture.js';
import { ProgressRegistry, type ProgressOptions } from './progress-registry.js';

const AT = '2025-10-01T08:00:00.000Z';
const D1 = calendarDay('2025-10-01');
const MINUTE = 60_000;

/** Limits of a registry, and its size under them. */
export const BOUNDS = [
  ['their number', { ttlSeconds: 31_536_000, maxFinished: 1_000 }, 1_000],
  ['their time', { ttlSeconds: 3_600, maxFinished: Number.MAX_SAFE_INTEGER }, 59],
] as const;

/** Runs one batch a minute; measures after the early ones, and at the end. */
export function runBatches<T>(
  options: Required<Omit<ProgressOptions, 'clock'>>,
  { early, all }: { readonly early: number; readonly all: number },
  measure: (registry: ProgressRegistry) => T,
): readonly [T, T] {
  let now = 0;
  const registry = new ProgressRegistry({ ...options, clock: { now: () => now } });
  let ended = 0;
  const run = (from: number, to: number): void => {
    for (let batch = from; batch < to; batch += 1) {
      const task_id = `2025-10-01_2025-10-01_${batch}`;
      registry.register(batchOf({ task_id }));
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
  run(0, early);
  const first = measure(registry);
  run(early, all);
  const last = measure(registry);
  expect(ended).toBe(all);
  return [first, last];
}
