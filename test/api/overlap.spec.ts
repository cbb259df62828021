import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { birdstrikes, weather } from '../scratch.js';

/** One day in a minute: a batch of several days stays as long as a spec needs it. */
const SLOW = { throttle: { days_per_minute: 1 } };

let daysync: DaysyncApp;
beforeAll(async () => {
  daysync = await startApp({ datasets: [weather(SLOW), birdstrikes()] });
});

describe('a start while a batch is active', () => {
  let active: string;
  beforeAll(async () => {
    const batch = await daysync.startBatch({ start_date: '2012-01-01', end_date: '2012-01-10' });
    active = batch.task_id;
  });
  // Only a cancel ends such a batch and those queued behind it.
  afterAll(async () => {
    const { items } = await daysync.batches();
    for (const { task_id } of items.filter(({ finished_at }) => finished_at === null)) {
      await daysync.post(`sync/batch/${task_id}/cancel`, undefined);
      await daysync.ended(task_id);
    }
  });

  it.each([
    ['the same range', '2012-01-01', '2012-01-10'],
    ['its last day', '2012-01-10', '2012-01-12'],
    ['its first day', '2011-12-30', '2012-01-01'],
    ['a day within', '2012-01-05', '2012-01-05'],
    ['more than all of it', '2011-01-01', '2013-01-01'],
  ])('%s: 409 BATCH_OVERLAPS with the batch to watch', async (_, start_date, end_date) => {
    const answer = await daysync.post('sync/batch', { start_date, end_date });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'BATCH_OVERLAPS', task_id: active },
    });
  });

  it('other days are queued behind it', async () => {
    const queued = await daysync.startBatch({ start_date: '2014-01-01', end_date: '2014-01-02' });
    expect(await daysync.progress(queued.task_id)).toMatchObject({
      status: 'queued',
      started_at: null,
      current: 0,
    });
    const { items } = await daysync.batches();
    expect(items.slice(0, 2).every(({ finished_at }) => finished_at === null)).toBe(true);
    expect(items.map(({ task_id }) => task_id)).toEqual(
      expect.arrayContaining([active, queued.task_id]),
    );
  });

  it('batches of the same second have different ids', async () => {
    const { items } = await daysync.batches();
    expect(new Set(items.map(({ task_id }) => task_id)).size).toBe(items.length);
  });
});

describe('queued batches', () => {
  it('run one after the other, first come first served', async () => {
    const ranges = ['1990', '1991', '1992'].map((year) => ({
      dataset: 'birdstrikes',
      start_date: `${year}-01-01`,
      end_date: `${year}-03-31`,
    }));
    const ids: string[] = [];
    for (const range of ranges) ids.push((await daysync.startBatch(range)).task_id);
    const ends = [];
    for (const id of ids) ends.push(await daysync.ended(id));
    expect(ends.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
    const times = ends.flatMap(({ started_at, finished_at }) => [started_at, finished_at]);
    expect(times).toEqual([...times].sort());
  });

  it('keep their order and their bound through a restart', async () => {
    const OPTIONS = {
      datasets: ['a', 'b', 'c', 'd'].map((name) =>
        weather({ ...SLOW, name, target: { ...weather().target, table: name } }),
      ),
      env: { MAX_ACTIVE_BATCHES: '2' },
    };
    let other = await startApp(OPTIONS);
    const ids: string[] = [];
    for (const dataset of ['d', 'c', 'b', 'a']) {
      const range = { start_date: '2012-01-01', end_date: '2012-01-03', dataset };
      ids.push((await other.startBatch(range)).task_id);
    }
    const [first = '', second = '', third = '', fourth = ''] = ids;
    const statuses = async (): Promise<string[]> => {
      const all = await Promise.all(ids.map((id) => other.progress(id)));
      return all.map(({ status }) => status);
    };
    const settled = async (...expected: string[]): Promise<void> => {
      while ((await statuses()).join() !== expected.join()) await sleep(20);
    };
    await settled('running', 'running', 'queued', 'queued');

    await other.stop();
    other = await startApp({ ...OPTIONS, folder: other.folder });
    await settled('running', 'running', 'queued', 'queued');
    const { items } = await other.batches();
    expect(items.map(({ task_id }) => task_id)).toEqual([first, second, third, fourth]);
    await other.post(`sync/batch/${second}/cancel`, undefined);
    await other.ended(second);
    await settled('running', 'cancelled', 'running', 'queued');
    await other.post(`sync/batch/${first}/cancel`, undefined);
    await settled('cancelled', 'cancelled', 'running', 'running');
  });
});
