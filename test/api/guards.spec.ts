import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { runDaysync, startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { scratchFolder, weather } from '../scratch.js';

const RANGE = JSON.stringify({ start_date: '2012-01-01', end_date: '2012-01-03' });
const JSON_TYPE = { 'content-type': 'application/json' };

describe('who may ask', () => {
  let daysync: DaysyncProcess;
  beforeAll(async () => {
    daysync = await startDaysync({ datasets: [weather()] });
  });

  /** Node's own client: `fetch` does not let a `Host` be set. */
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
  ])('refuses a start from another site, told %s', async (_how, headers) => {
    const answer = await daysync.api('sync/batch', {
      method: 'POST',
      headers: { ...JSON_TYPE, ...headers },
      body: RANGE,
    });
    expect(answer).toMatchObject({ status: 403, body: { code: 'CROSS_SITE' } });
    expect(await daysync.batches()).toMatchObject({ total: 0 });
  });

  it.each(['mode', 'order', 'dataset'])('refuses null for %s', async (field) => {
    const answer = await daysync.post('sync/batch', { ...JSON.parse(RANGE), [field]: null });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: `/${field}`, received: 'null' }] },
    });
  });

  it('says when to come back only where a batch was started', async () => {
    const refused = await daysync.post('sync/batch', {});
    expect(refused.headers.get('retry-after')).toBeNull();
    const taken = await daysync.post('sync/batch', JSON.parse(RANGE));
    expect(taken.headers.get('retry-after')).toBe('2');
  });
});

describe('a data folder', () => {
  it('has one owner, and a second process is told which', async () => {
    const first = await startDaysync({ datasets: [weather()] });
    const { code, stderr } = await runDaysync({ folder: first.folder, datasets: [weather()] });
    expect(code).toBe(1);
    expect(stderr.trim()).toMatch(/^the data folder .* is in use by process \d+ on .*DATA_DIR/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    await first.kill();
    const next = await startDaysync({ folder: first.folder, datasets: [weather()] });
    expect(await next.stop()).toBe(0);
  });

  it('whose database is none is told in one line', async () => {
    const folder = await scratchFolder();
    await mkdir(path.join(folder, 'data'));
    await writeFile(path.join(folder, 'data', 'daysync.db'), 'no database, but text '.repeat(99));
    const { code, stderr } = await runDaysync({ folder, datasets: [weather()] });
    expect(code).toBe(1);
    expect(stderr.trim()).toMatch(/^Daysync can't use .*daysync\.db .*DATA_DIR/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('a database that another program holds', () => {
  it('is waited for: everyone is answered, and no day fails', async () => {
    const second = weather({ name: 'second', target: { ...weather().target, table: 'second' } });
    const slow = weather({ throttle: { days_per_minute: 600 } });
    const daysync = await startDaysync({ datasets: [slow, second] });
    const range = { start_date: '2012-01-01', end_date: '2012-01-09' };
    const { task_id } = await daysync.startBatch({ ...range, dataset: 'weather' });
    const queued = await daysync.startBatch({ ...range, dataset: 'second' });
    const other = new DatabaseSync(daysync.databaseFile, { timeout: 1_000 });
    other.exec('begin immediate');
    for (let polls = 0; polls < 20; polls++) {
      expect(await daysync.call('/health/live')).toMatchObject({ status: 200 });
      expect(await daysync.progress(task_id)).toMatchObject({ failed: 0 });
      await sleep(50);
    }
    other.exec('rollback');
    other.close();
    expect(await daysync.ended(task_id)).toMatchObject({ status: 'completed', success: 9 });
    expect(await daysync.ended(queued.task_id)).toMatchObject({ status: 'completed', success: 9 });
  });
});

describe('a stop in the middle of a batch', () => {
  it('ends with 0, fails no day, and costs no attempt', async () => {
    const options = { datasets: [weather({ throttle: { days_per_minute: 600 } })] };
    const daysync = await startDaysync(options);
    const { task_id } = await daysync.startBatch({
      start_date: '2012-01-01',
      end_date: '2012-01-08',
    });
    while ((await daysync.progress(task_id)).finished < 3) await sleep(20);
    expect(await daysync.stop()).toBe(0);
    const again = await startDaysync({ ...options, folder: daysync.folder });
    expect(await again.ended(task_id)).toMatchObject({ status: 'completed', success: 8 });
    const days = await again.days(task_id);
    expect(days.map(({ attempts }) => attempts)).toEqual(days.map(() => 1));
  });
});

describe('a batch whose dataset was changed while Daysync was down', () => {
  it('fails and says so; its open days are not run', async () => {
    const slow = weather({ throttle: { days_per_minute: 60 } });
    const daysync = await startDaysync({ datasets: [slow] });
    const { task_id } = await daysync.startBatch({
      start_date: '2012-01-01',
      end_date: '2012-01-09',
    });
    while ((await daysync.progress(task_id)).finished < 1) await sleep(20);
    await daysync.stop();
    const { weather: _left, ...columns } = slow.target.columns;
    const changed = { ...slow, target: { table: 'weather_now', columns } };
    const again = await startDaysync({ folder: daysync.folder, datasets: [changed] });
    const ended = await again.ended(task_id);
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'DATASET_CHANGED' } });
    const days = await again.days(task_id);
    expect(days.at(-1)).toMatchObject({ state: 'skipped', reason: 'not_run' });
  });
});
