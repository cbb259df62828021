import { describe, expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { birdstrikes } from '../scratch.js';
import type { Progress } from '../wire.js';

/** The minimum; polls continue until the batch has ended. */
const POLLS = 2_000;

describe('ten years at full speed under polls without a pause', () => {
  it('every poll shows one committed state, and no older one than before', async () => {
    const daysync = await startDaysync({ datasets: [birdstrikes()] });
    const { task_id } = await daysync.startBatch({
      start_date: '1990-01-01',
      end_date: '1999-12-29',
    });
    const polls: Progress[] = [];
    do polls.push(await daysync.progress(task_id));
    while (polls.length < POLLS || polls.at(-1)?.finished_at === null);
    const last = await daysync.ended(task_id);

    const broken = polls.filter((progress, index) => {
      const before = polls[index - 1] ?? progress;
      return !holds(progress) || progress.finished < before.finished || progress.rev < before.rev;
    });
    expect(broken).toEqual([]);
    // The polls saw states between the first and the last one.
    expect(new Set(polls.map(({ finished }) => finished)).size).toBeGreaterThan(20);
    expect(last).toMatchObject({ status: 'completed', total: 3_650, finished: 3_650, running: 0 });
    expect(holds(last)).toBe(true);
  });
});

function holds(p: Progress): boolean {
  const rounded = Math.round((100 * p.current) / p.total);
  return (
    p.success + p.failed + p.skipped === p.finished &&
    p.finished + p.running === p.current &&
    p.current <= p.total &&
    p.percent === (p.current === p.total ? 100 : Math.min(99, rounded)) &&
    (p.status === 'completed') === (p.finished === p.total)
  );
}
