import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { lockWrites } from '../database-queries.js';
import { dataOf } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { scratchFolder, weather, type DatasetYaml } from '../scratch.js';
import type { Progress } from '../wire.js';

const RANGE = { start_date: '2012-01-01', end_date: '2012-01-03' };

/** The weather as another dataset, with its own table. */
function copy(name: string, changes: Partial<DatasetYaml> = {}): DatasetYaml {
  return weather({ name, target: { ...weather().target, table: name }, ...changes });
}

const FAST = { throttle: { days_per_minute: 600 } };
/** Each test has its own dataset. */
const DATASETS = [weather(), copy('held', FAST), copy('behind')];

let folder: string;
let current: DaysyncApp | undefined;
beforeAll(async () => {
  folder = await scratchFolder();
});

/** The process of all tests; restarted in the same folder if a test has ended it. */
async function running(): Promise<DaysyncApp> {
  return current?.isRunning === true ? current : start();
}

async function start(): Promise<DaysyncApp> {
  current = await startApp({ folder, datasets: DATASETS });
  return current;
}

it('Retry-After is sent only if a batch was started', async () => {
  const daysync = await running();
  const refused = await daysync.post('sync/batch', {});
  expect(refused.headers.get('retry-after')).toBeNull();
  const taken = await daysync.post('sync/batch', RANGE);
  expect(taken.headers.get('retry-after')).toBe('2');
  await daysync.ended((dataOf(taken) as Progress).task_id);
});

describe('a database that another program has locked', () => {
  it('delays answers, and no day fails', async () => {
    const daysync = await running();
    const range = { start_date: '2012-01-01', end_date: '2012-01-09' };
    const { task_id } = await daysync.startBatch({ ...range, dataset: 'held' });
    const queued = await daysync.startBatch({ ...range, dataset: 'behind' });
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
});
