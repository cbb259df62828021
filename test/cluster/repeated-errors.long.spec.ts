import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { dataOf } from '../daysync-process.js';
import { DayServer } from '../day-server.js';
import { describeWithPostgres } from '../postgres.js';
import type { Progress } from '../wire.js';
import { Cluster } from './cluster.js';

const LANES = 4;
const MOST_FAILED = 8;
const RANGE = { start_date: '2025-07-01', end_date: '2025-09-28' };

describeWithPostgres('two workers with the days of one batch', () => {
  it('count the days that fail alike together, and pause once', async () => {
    const server = await DayServer.start(() => ({ value: 'n/a' }));
    const dataset = server.httpDataset({
      ...{ concurrency: LANES, pause_after_failures: MOST_FAILED },
      target: { table: 'served', columns: { value: 'integer' } },
    });
    const options = { api: 1, workers: 2, workerConcurrency: LANES / 2 };
    const cluster = await Cluster.start({ ...options, datasets: [dataset] });
    const { daysync } = cluster.node('api-1');
    const resting = async (taskId: string): Promise<Progress> => {
      for (;;) {
        const progress = await daysync.progress(taskId);
        const rests = progress.status === 'paused' && progress.running === 0;
        if (rests || progress.finished_at !== null) return progress;
        await sleep(20);
      }
    };
    const { task_id } = await daysync.startBatch(RANGE);
    const first = await resting(task_id);
    expect(first).toMatchObject({ status: 'paused', error: { code: 'SAME_ERROR_REPEATED' } });
    expect(first.failed).toBeGreaterThanOrEqual(MOST_FAILED);
    expect(first.failed).toBeLessThanOrEqual(MOST_FAILED + LANES - 1);
    // A full new set.
    dataOf(await daysync.post(`sync/batch/${task_id}/resume`, undefined));
    const second = await resting(task_id);
    expect(second.status).toBe('paused');
    expect(second.failed - first.failed).toBeGreaterThanOrEqual(MOST_FAILED);
    expect(second.failed - first.failed).toBeLessThanOrEqual(MOST_FAILED + LANES - 1);
    server.answering = () => ({ value: 7 });
    dataOf(await daysync.post(`sync/batch/${task_id}/resume`, undefined));
    const { failed } = second;
    expect(await resting(task_id)).toMatchObject({ status: 'completed', success: 90 - failed });
    expect(cluster.deaths).toEqual([]);
  });
});
