// A query that never returns a row, in the process that reads for Daysync: it delays nothing, and never outlives Daysync.
import { describe, expect, it } from 'vitest';
import { startEndlessQuery } from '../endless-query.js';

describe('a query that never returns a row', () => {
  it('does not delay polls, and fails its day at the timeout', async () => {
    const { daysync, reader, taskId, gone } = await startEndlessQuery(3);
    // A terminal signals every process; Daysync itself would let the day end.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.kill(reader, signal);
    expect(await daysync.progress(taskId)).toMatchObject({ running: 1, finished_at: null });
    await daysync.ended(taskId);
    const [day] = await daysync.days(taskId);
    expect(day).toMatchObject({ state: 'failed', error: { code: 'TIMEOUT' } });
    await gone();
  });

  it('delays no stop, which ends with 0', async () => {
    const { daysync, gone } = await startEndlessQuery(3_600);
    expect(await daysync.stop()).toBe(0);
    await gone();
  });

  it('does not outlive a process that is killed', async () => {
    const { daysync, gone } = await startEndlessQuery(3_600);
    await daysync.kill();
    await gone();
  });
});
