import { expect, it } from 'vitest';
import { startApp } from '../daysync-app.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import type { Progress } from '../wire.js';

const CSV =
  'day,city,degrees\n2012-01-01,Oslo,1\n2012-01-02,Oslo,cold\n2012-01-03,Oslo,"100%_warm"\n2012-01-04,Oslo,4\n';

it('records are filtered by code and text, and chosen days of them run again as one batch', async () => {
  const folder = await scratchFolder();
  const csv = await writeScratch(folder, 'readings.csv', CSV);
  const env = { MAX_RANGE_DAYS: '5' };
  const daysync = await startApp({ folder, datasets: [readings(csv)], env });
  await daysync.sync({ start_date: '2012-01-01', end_date: '2012-01-05' });
  const daysOf = async (query: string): Promise<readonly string[]> => {
    const { items } = (await daysync.data(`records?sort=day&${query}`)) as {
      readonly items: readonly { readonly day: string }[];
    };
    return items.map(({ day }) => day);
  };
  expect(await daysOf('code=VALUE_INVALID')).toEqual(['2012-01-02', '2012-01-03']);
  expect(await daysOf('code=TIMEOUT')).toEqual([]);
  expect(await daysOf('text=COLD')).toEqual(['2012-01-02']);
  // Signs of a pattern stand for themselves.
  expect(await daysOf(`text=${encodeURIComponent('0%_w')}`)).toEqual(['2012-01-03']);
  expect(await daysOf(`text=${encodeURIComponent('o_d')}`)).toEqual([]);
  const csvOf = await daysync.call('/api/v1/sync-status/records/export?text=cold');
  expect(String(csvOf.body).trim().split('\n')).toHaveLength(2);
  const head = await daysync.api('records/export?text=cold', { method: 'HEAD' });
  expect(head).toMatchObject({ status: 200, body: '' });
  expect(head.headers.get('content-disposition')).toBe('attachment; filename="records.csv"');

  await writeScratch(folder, 'readings.csv', CSV.replace('cold', '2'));
  const body = { dataset: 'readings', days: ['2012-01-04', '2012-01-02', '2099-01-01'] };
  const answer = await daysync.post('records/retry', body);
  expect(answer.status).toBe(202);
  const { data } = answer.body as { readonly data: Progress };
  const ended = await daysync.ended(data.task_id);
  expect(ended).toMatchObject({
    ...{ start_date: '2012-01-02', end_date: '2012-01-04', total: 2, success: 2, mode: 'all' },
  });
  const days = await daysync.days(data.task_id);
  expect(days.map(({ day }) => day)).toEqual(['2012-01-02', '2012-01-04']);

  const many = await daysync.post('records/retry', {
    dataset: 'readings',
    days: ['2012-01-01', '2012-01-02', '2012-01-03', '2012-01-04', '2012-01-05', '2012-01-06'],
  });
  expect(many).toMatchObject({ status: 422, body: { code: 'RANGE_TOO_LARGE', limit: 5 } });
  const none = await daysync.post('records/retry', { dataset: 'readings', days: ['2099-01-01'] });
  expect(none).toMatchObject({ status: 409, body: { code: 'NOTHING_TO_RETRY' } });
  const twice = await daysync.post('records/retry', {
    ...{ dataset: 'readings', days: ['2012-01-02', '2012-01-02'] },
  });
  expect(twice).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  const unknown = await daysync.post('records/retry', { dataset: 'no', days: ['2012-01-02'] });
  expect(unknown).toMatchObject({ status: 404, body: { code: 'DATASET_NOT_FOUND' } });
});

it('a day is tested: fetched, shown and not written', async () => {
  const folder = await scratchFolder();
  const csv = await writeScratch(folder, 'readings.csv', CSV);
  const daysync = await startApp({ folder, datasets: [readings(csv)] });
  const good = await daysync.post('datasets/readings/days/2012-01-01/test', null);
  expect(good).toMatchObject({
    status: 200,
    body: { data: { fits: true, rows: 1, failure: null } },
  });
  const bad = await daysync.post('datasets/readings/days/2012-01-02/test', null);
  expect(bad).toMatchObject({
    body: { data: { fits: false, misfits: [{ column: 'degrees', code: 'VALUE_INVALID' }] } },
  });
  expect(await daysync.data('records')).toMatchObject({ total: 0 });
  const rows = await daysync.data('datasets/readings/days/2012-01-01/rows');
  expect(rows).toMatchObject({ total: 0 });
});
