import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';
import type { BatchDay, Progress } from '../wire.js';

interface ChangedDays {
  readonly items: readonly BatchDay[];
  readonly cursor: string;
}

let daysync: DaysyncApp;
beforeAll(async () => {
  const folder = await scratchFolder();
  // Every third day fails, and every fifth has no data.
  const rows = Array.from({ length: 31 }, (_, index) => index + 1)
    .filter((date) => date % 5 > 0)
    .map((date) => `2012-01-${String(date).padStart(2, '0')},Oslo,${date % 3 > 0 ? date : 'x'}\n`);
  const csv = await writeScratch(folder, 'readings.csv', `day,city,degrees\n${rows.join('')}`);
  // Ten days a second: slow enough to poll in between.
  const datasets = [
    readings(csv, { concurrency: 4 }),
    weather({ throttle: { days_per_minute: 600 } }),
  ];
  daysync = await startApp({ folder, datasets, env: { LIMIT_STARTS: '0' } });
});

/** All days, or those that changed since the answer with this cursor. */
async function daysOf(taskId: string, since?: string): Promise<ChangedDays> {
  const query = since === undefined ? '' : `?since=${since}`;
  return (await daysync.data(`sync/batch/${taskId}/days${query}`)) as ChangedDays;
}

describe('the days of a batch that changed since an earlier answer', () => {
  it('keep a list of all days up to date while the batch runs', async () => {
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
        let cursor: string | undefined;
        let progress: Progress;
        let times = 0;
        do {
          progress = await daysync.progress(task_id);
          const changed: ChangedDays = await daysOf(task_id, cursor);
          for (const day of changed.items) known.set(day.day, day);
          ({ cursor } = changed);
          // Between two polls sometimes nothing changes, sometimes a lot.
          if (times === after && verb !== null) {
            await daysync.api(`sync/batch/${task_id}/${verb}`, { method: 'POST' });
          }
          if (progress.status === 'paused') {
            await daysync.api(`sync/batch/${task_id}/resume`, { method: 'POST' });
          }
          times += 1;
        } while (progress.finished_at === null);
        const all = await daysOf(task_id);
        const inOrder = [...known.values()].sort((one, other) => (one.day < other.day ? -1 : 1));
        expect(way === 'asc' ? inOrder : inOrder.reverse()).toEqual(all.items);
        for (const latest of [cursor, all.cursor]) {
          expect(await daysOf(task_id, latest)).toMatchObject({ items: [] });
        }
      }),
      { numRuns: 15 },
    );
  });

  it('are fewer than all of them', async () => {
    const { task_id } = await daysync.startBatch({
      start_date: '2012-01-01',
      end_date: '2012-01-31',
      dataset: 'weather',
      mode: 'all',
    });
    const isDone = ({ state }: BatchDay): boolean => state === 'success';
    let before: ChangedDays;
    do {
      await sleep(50);
      before = await daysOf(task_id);
    } while (!before.items.some(isDone));
    await daysync.ended(task_id);
    const { items } = await daysOf(task_id, before.cursor);
    const open = before.items.filter((day) => !isDone(day));
    expect(items.map(({ day }) => day)).toEqual(open.map(({ day }) => day));
    expect(open.length).toBeLessThan(31);
    expect(open.length).toBeGreaterThan(0);
  });

  it.each([
    ['7', 'the `cursor` of an earlier answer'],
    ['', 'text of 1 to 1000 characters'],
    ['a&since=b', 'text of 1 to 1000 characters'],
  ])('are refused since %j', async (since, expected) => {
    expect(await daysync.api(`sync/batch/none/days?since=${since}`)).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '/since', expected }] },
    });
  });
});
