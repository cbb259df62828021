import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';
import type { BatchDay, Progress } from '../wire.js';

interface Days {
  readonly items: readonly BatchDay[];
  readonly rev: number;
}

let daysync: DaysyncProcess;
beforeAll(async () => {
  const folder = await scratchFolder();
  // Every third day fails, and every fifth has nothing.
  const rows = Array.from({ length: 31 }, (_, index) => index + 1)
    .filter((date) => date % 5 > 0)
    .map((date) => `2012-01-${String(date).padStart(2, '0')},Oslo,${date % 3 > 0 ? date : 'x'}\n`);
  const csv = await writeScratch(folder, 'readings.csv', `day,city,degrees\n${rows.join('')}`);
  const datasets = [readings(csv, { concurrency: 4 }), weather()];
  daysync = await startDaysync({ folder, datasets, env: { LIMIT_STARTS: '0' } });
});

async function changedSince(taskId: string, rev: number): Promise<Days> {
  return (await daysync.data(`sync/batch/${taskId}/days?since_rev=${rev}`)) as Days;
}

describe('the days of a batch that changed since a rev', () => {
  it('are all that is needed to have every day as it is, while the batch runs', async () => {
    const order = fc.constantFrom('asc', 'desc');
    const control = fc.option(fc.constantFrom('pause', 'cancel'));
    await fc.assert(
      fc.asyncProperty(order, control, fc.nat(20), async (way, verb, after) => {
        const { task_id } = await daysync.startBatch({
          start_date: '2012-01-01',
          end_date: '2012-01-31',
          mode: 'all',
          order: way,
        });
        const known = new Map<string, BatchDay>();
        let rev = 0;
        let progress: Progress;
        let times = 0;
        do {
          progress = await daysync.progress(task_id);
          const changed = await changedSince(task_id, rev);
          for (const day of changed.items) known.set(day.day, day);
          expect(changed.rev).toBeGreaterThanOrEqual(rev);
          ({ rev } = changed);
          // Between two questions as often as not nothing happens, or much.
          if (times === after && verb !== null) {
            await daysync.api(`sync/batch/${task_id}/${verb}`, { method: 'POST' });
          }
          if (progress.status === 'paused') {
            await daysync.api(`sync/batch/${task_id}/resume`, { method: 'POST' });
          }
          times += 1;
        } while (progress.finished_at === null);
        const all = (await daysync.data(`sync/batch/${task_id}/days`)) as Days;
        const inOrder = [...known.values()].sort((one, other) => (one.day < other.day ? -1 : 1));
        expect(way === 'asc' ? inOrder : inOrder.reverse()).toEqual(all.items);
        expect(rev).toBe(all.rev);
        expect(all.rev).toBe(progress.rev);
        expect((await changedSince(task_id, rev)).items).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  it('are fewer than all of them', async () => {
    const { task_id, rev } = await daysync.sync({
      start_date: '2012-01-01',
      end_date: '2012-01-31',
      dataset: 'weather',
      mode: 'all',
    });
    expect((await changedSince(task_id, 0)).items).toHaveLength(31);
    // The last commit brought the last day alone.
    expect((await changedSince(task_id, rev - 1)).items).toMatchObject([{ day: '2012-01-31' }]);
  });

  it.each(['-1', '1.5', 'x', '', '9999999999999999'])('are not told since %j', async (rev) => {
    expect(await daysync.api(`sync/batch/none/days?since_rev=${rev}`)).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '/since_rev' }] },
    });
  });
});
