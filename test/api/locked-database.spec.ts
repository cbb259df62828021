import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { lockWrites } from '../database-queries.js';
import { startApp } from '../daysync-app.js';
import { weather } from '../scratch.js';

const RANGE = { start_date: '2012-01-01', end_date: '2012-01-09' };

it('a database that another program has locked delays answers, and no day fails', async () => {
  const target = { ...weather().target, table: 'behind' };
  const datasets = [
    weather({ throttle: { days_per_minute: 600 } }),
    weather({ name: 'behind', target }),
  ];
  const daysync = await startApp({ datasets });
  const { task_id } = await daysync.startBatch(RANGE);
  const queued = await daysync.startBatch({ ...RANGE, dataset: 'behind' });
  const unlock = await lockWrites(daysync.database);
  for (let polls = 0; polls < 20; polls++) {
    expect(await daysync.call('/health/live')).toMatchObject({ status: 200 });
    expect(await daysync.progress(task_id)).toMatchObject({ failed: 0 });
    await sleep(50);
  }
  await unlock();
  expect(await daysync.ended(task_id)).toMatchObject({ status: 'completed', success: 9 });
  expect(await daysync.ended(queued.task_id)).toMatchObject({ status: 'completed', success: 9 });
});
