// A query that never gives a row, in the process that reads for Daysync: it holds up nobody, and never outlives it.
import { describe, expect, it } from 'vitest';
import { startEndlessQuery } from '../endless-query.js';

describe('a query that gives no row', () => {
  it('lets polls be answered, and fails its day when its time is over', async () => {
    const { daysync, reader, taskId, gone } = await startEndlessQuery(3);
    // As a terminal does, which signals all: Daysync itself would let the day come to its end.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.kill(reader, signal);
    expect(await daysync.progress(taskId)).toMatchObject({ running: 1, finished_at: null });
    await daysync.ended(taskId);
    const [day] = await daysync.days(taskId);
    expect(day).toMatchObject({ state: 'failed', error: { code: 'TIMEOUT' } });
    await gone();
  });

  it('holds up no stop, which ends with 0', async () => {
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
