import { beforeAll, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { weather } from '../scratch.js';
import type { BatchDay } from '../wire.js';

interface ChangedDays {
  readonly items: readonly BatchDay[];
  readonly cursor: string;
}

let daysync: DaysyncApp;
beforeAll(async () => {
  // Ten days a second: slow enough to poll in between.
  daysync = await startApp({ datasets: [weather({ throttle: { days_per_minute: 600 } })] });
});

/** All days, or those that changed since the answer with this cursor. */
async function daysOf(taskId: string, since?: string): Promise<ChangedDays> {
  const query = since === undefined ? '' : `?since=${since}`;
  return (await daysync.data(`sync/batch/${taskId}/days${query}`)) as ChangedDays;
}

describe('the days of a batch that changed since an earlier answer', () => {
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
