import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { lockWrites } from '../database-queries.js';
import { dataOf } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { scratchFolder, weather, type DatasetYaml } from '../scratch.js';
import type { Progress } from '../wire.js';

const RANGE = JSON.stringify({ start_date: '2012-01-01', end_date: '2012-01-03' });
const JSON_TYPE = { 'content-type': 'application/json' };

/** The weather as another dataset, with its own table. */
function copy(name: string, changes: Partial<DatasetYaml> = {}): DatasetYaml {
  return weather({ name, target: { ...weather().target, table: name }, ...changes });
}

const FAST = { throttle: { days_per_minute: 600 } };
const CHANGED = copy('changed', { throttle: { days_per_minute: 60 } });
/** Each test has its own dataset. */
const DATASETS = [weather(), copy('held', FAST), copy('behind'), copy('stopped', FAST), CHANGED];

let folder: string;
let current: DaysyncApp | undefined;
beforeAll(async () => {
  folder = await scratchFolder();
});

/** The process of all tests; restarted in the same folder if a test has ended it. */
async function running(): Promise<DaysyncApp> {
  return current?.isRunning === true ? current : start();
}

async function start(datasets: readonly DatasetYaml[] = DATASETS): Promise<DaysyncApp> {
  current = await startApp({ folder, datasets });
  return current;
}

describe('the origin of requests', () => {
  let daysync: DaysyncApp;
  beforeAll(async () => {
    daysync = await running();
  });

  /** Node's own client, because `fetch` can't set `Host`. */
  function statusFor(host: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      request(`${daysync.url}/api/v1/sync-status/records`, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
  }

  it.each([
    ['localhost', 200],
    ['127.0.0.1:8000', 200],
    ['[::1]:8000', 200],
    ['evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost:8000@evil.example', 421],
  ])('answers the host %s with %i', async (host, status) => {
    expect(await statusFor(host)).toBe(status);
  });

  it.each<[string, Record<string, string>]>([
    ['by its origin', { origin: 'https://evil.example' }],
    ['by an opaque origin', { origin: 'null' }],
    ['by what the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['of a sister host', { 'sec-fetch-site': 'same-site' }],
  ])('refuses a start from another site, by %s', async (_how, headers) => {
    const { total } = await daysync.batches();
    const answer = await daysync.api('sync/batch', {
      method: 'POST',
      headers: { ...JSON_TYPE, ...headers },
      body: RANGE,
    });
    expect(answer).toMatchObject({ status: 403, body: { code: 'CROSS_SITE' } });
    expect(await daysync.batches()).toMatchObject({ total });
  });

  it.each(['mode', 'order', 'dataset'])('refuses null for %s', async (field) => {
    const answer = await daysync.post('sync/batch', { ...JSON.parse(RANGE), [field]: null });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: `/${field}`, received: 'null' }] },
    });
  });

  it('sends Retry-After only if a batch was started', async () => {
    const refused = await daysync.post('sync/batch', {});
    expect(refused.headers.get('retry-after')).toBeNull();
    const taken = await daysync.post('sync/batch', JSON.parse(RANGE));
    expect(taken.headers.get('retry-after')).toBe('2');
    await daysync.ended((dataOf(taken) as Progress).task_id);
  });
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

describe('a stop in the middle of a batch', () => {
  it('ends with 0, fails no day, and costs no attempt', async () => {
    const daysync = await running();
    const { task_id } = await daysync.startBatch({
      dataset: 'stopped',
      start_date: '2012-01-01',
      end_date: '2012-01-08',
    });
    while ((await daysync.progress(task_id)).finished < 3) await sleep(20);
    await daysync.stop();
    const again = await start();
    expect(await again.ended(task_id)).toMatchObject({ status: 'completed', success: 8 });
    const days = await again.days(task_id);
    expect(days.map(({ attempts }) => attempts)).toEqual(days.map(() => 1));
  });
});

describe('a batch whose dataset was changed while Daysync was down', () => {
  it('fails and says so; its open days are not run', async () => {
    const daysync = await running();
    const { task_id } = await daysync.startBatch({
      dataset: 'changed',
      start_date: '2012-01-01',
      end_date: '2012-01-09',
    });
    while ((await daysync.progress(task_id)).finished < 1) await sleep(20);
    await daysync.stop();
    const { weather: _left, ...columns } = CHANGED.target.columns;
    const changed = {
      ...{ ...CHANGED, throttle: { days_per_minute: 600 } },
      target: { table: 'weather_now', columns },
    };
    const again = await start([...DATASETS.filter((dataset) => dataset !== CHANGED), changed]);
    const ended = await again.ended(task_id);
    const text =
      'the dataset changed is not configured as it was at the start: target.table, target.columns.weather';
    const error = { code: 'DATASET_CHANGED', text };
    expect(ended).toMatchObject({ status: 'failed', error });
    const days = await again.days(task_id);
    expect(days.at(-1)).toMatchObject({ state: 'skipped', reason: 'not_run' });
    await again.stop();
    const lines = (await again.logLines()).filter((line) => line['status'] === 'failed');
    expect(lines).toMatchObject([{ level: 50, task_id, error }]);
    expect(String(lines[0]?.['msg'])).toContain(text);
  });
});
