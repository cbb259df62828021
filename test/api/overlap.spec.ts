import { beforeAll, describe, expect, it } from '@jest/globals';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { birdstrikes, weather } from '../scratch.js';

/** One day in a minute: a batch of several days stays as long as a spec needs it. */
const SLOW = { throttle: { days_per_minute: 1 } };

let daysync: DaysyncProcess;
beforeAll(async () => {
  daysync = await startDaysync({ datasets: [weather(SLOW), birdstrikes()] });
});

describe('a start while a batch is active', () => {
  let active: string;
  beforeAll(async () => {
    const batch = await daysync.startBatch({ start_date: '2012-01-01', end_date: '2012-01-10' });
    active = batch.task_id;
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

  it('of a hundred starts at once exactly one is taken', async () => {
    const body = { start_date: '2013-01-01', end_date: '2013-01-03' };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => daysync.post('sync/batch', body)),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([202, ...Array.from({ length: 99 }, () => 409)]);
  });

  it('other days wait in line behind it', async () => {
    const queued = await daysync.startBatch({ start_date: '2014-01-01', end_date: '2014-01-02' });
    expect(await daysync.progress(queued.task_id)).toMatchObject({
      status: 'queued',
      started_at: null,
      current: 0,
    });
    const { items } = await daysync.batches();
    expect(items.slice(0, 3).every(({ finished_at }) => finished_at === null)).toBe(true);
    expect(items.map(({ task_id }) => task_id)).toEqual(
      expect.arrayContaining([active, queued.task_id]),
    );
  });

  it('batches of one second have ids of their own', async () => {
    const { items } = await daysync.batches();
    expect(new Set(items.map(({ task_id }) => task_id)).size).toBe(items.length);
  });
});

describe('batches in line', () => {
  it('run one after the other, first come first served', async () => {
    const other = await startDaysync({ datasets: [birdstrikes()] });
    const ranges = ['1990', '1991', '1992'].map((year) => ({
      start_date: `${year}-01-01`,
      end_date: `${year}-12-31`,
    }));
    const ids: string[] = [];
    for (const range of ranges) ids.push((await other.startBatch(range)).task_id);
    const ends = [];
    for (const id of ids) ends.push(await other.ended(id));
    expect(ends.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
    const times = ends.flatMap(({ started_at, finished_at }) => [started_at, finished_at]);
    expect(times).toEqual([...times].sort());
  });
});
