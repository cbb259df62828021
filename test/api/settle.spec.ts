import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer, StartOptions } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { farFromNow, readings, scratchFolder } from '../scratch.js';

const OPERATOR = 'an-operator-token-of-the-test-000001';
const VIEWER = 'a-viewer-token-of-the-test-000000001';
const RANGE = { start_date: '2012-03-01', end_date: '2012-03-09' };
/** The source has lost the 4th to the 6th. */
const LOST = { start_date: '2012-03-04', end_date: '2012-03-06' };
const KEPT = ['01', '02', '03', '07', '08', '09'].map((day) => `2012-03-${day}`);
const REASON = 'The source keeps 90 days, 源系统已清理';

let folder: string;
let daysync: DaysyncApp;

const options = (): StartOptions => {
  const csv = path.join(folder, 'readings-{day}.csv');
  const { source, ...dataset } = readings(csv, { on_empty: 'fail' });
  return {
    folder,
    token: OPERATOR,
    env: { AUTH_TOKENS: `ana:operator:${OPERATOR},ben:viewer:${VIEWER}` },
    datasets: [
      {
        ...dataset,
        source: { kind: 'csv', path: csv },
        fresh_by: { time: '00:00', days: 1 },
        schedule: { cron: farFromNow(), lookback_days: 1 },
        expected: { rule: 'FREQ=DAILY', until: '2012-03-09' },
        target: { table: 'readings', columns: { city: 'text', degrees: 'real' } },
      },
    ],
  };
};
const settle = (range: object, more: object = {}, token = OPERATOR): Promise<Answer> =>
  daysync.api('records/readings/settle', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ ...range, reason: REASON, ...more }),
  });
const takeBack = ({ start_date, end_date }: typeof LOST): Promise<Answer> =>
  daysync.api(`records/readings/settle?start_date=${start_date}&end_date=${end_date}`, {
    method: 'DELETE',
  });
const calendar = () => daysync.data(`records/calendar?dataset=readings`);
const attention = async (): Promise<unknown> =>
  ((await daysync.data('datasets/readings')) as { readonly attention: unknown }).attention;
const preview = async (mode = 'missing_and_failed'): Promise<unknown> => {
  const { body } = await daysync.post('sync/batch/preview', { ...RANGE, mode });
  return (body as { readonly data: unknown }).data;
};

beforeAll(async () => {
  folder = await scratchFolder();
  for (const day of KEPT) {
    await writeFile(path.join(folder, `readings-${day}.csv`), 'city,degrees\nOslo,1\n');
  }
  daysync = await startApp(options());
  await daysync.sync(RANGE);
});

describe('a gap that the source will never fill', () => {
  it('is settled by an operator, and no longer a gap, for batches, calendar and coverage', async () => {
    expect(await calendar()).toMatchObject({ failed: 3, gaps: { days: 3 }, settled: [] });
    expect(await attention()).toMatchObject({ needed: true, uncovered_days: 3 });
    expect(await settle(RANGE, {}, VIEWER)).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
    // The range may have synced days: they stay as they are.
    const { start_date, end_date } = RANGE;
    expect(await settle(RANGE)).toMatchObject({
      status: 200,
      body: { data: { dataset: 'readings', start_date, end_date, days: 3 } },
    });
    const settled = { reason: REASON, settled_by: 'ana' };
    expect(await calendar()).toMatchObject({
      ...{ synced: 6, failed: 0, gaps: { count: 0, days: 0 } },
      settled: [{ ...LOST, ...settled, settled_at: expect.any(String) as string }],
    });
    expect(await attention()).toEqual({
      ...{ needed: false, rank: null, late: false, uncovered_days: 0, unusual_days: 0 },
      ...{ quarantined_rows: 0, drifted_days: 0 },
    });
    for (const mode of ['missing_and_failed', 'all'] as const) {
      expect(await preview(mode)).toMatchObject({
        skip_reasons: expect.arrayContaining([{ reason: 'not_expected', count: 3 }]) as unknown,
      });
    }
    expect(await daysync.data('records/readings/2012-03-05/history')).toMatchObject({
      expected: false,
      settlement: settled,
    });
    expect(await daysync.data('records/readings/2012-03-03/history')).toMatchObject({
      expected: true,
      settlement: null,
    });
    const ended = await daysync.sync({ ...RANGE, mode: 'all' });
    expect(ended).toMatchObject({ success: 6, failed: 0, skipped: 3 });
    const needing = await daysync.data('sync/batch?state=needs_attention');
    expect(needing).toMatchObject({ total: 0 });
  });

  it('can be taken back, in part', async () => {
    expect(await takeBack({ start_date: '2012-03-05', end_date: '2012-03-05' })).toMatchObject({
      status: 200,
      body: { data: { days: 1 } },
    });
    expect(await calendar()).toMatchObject({
      gaps: { count: 1, days: 1, first: { start_date: '2012-03-05', end_date: '2012-03-05' } },
      settled: [
        { start_date: '2012-03-04', end_date: '2012-03-04' },
        { start_date: '2012-03-06', end_date: '2012-03-06' },
      ],
    });
    // Some of it was never settled.
    expect(await takeBack({ ...LOST, end_date: '2012-03-20' })).toMatchObject({
      body: { data: { days: 2 } },
    });
    await writeFile(path.join(folder, 'readings-2012-03-05.csv'), 'city,degrees\nOslo,1\n');
    expect(await daysync.sync(RANGE)).toMatchObject({ success: 1, failed: 2, skipped: 6 });
    expect(await settle(LOST)).toMatchObject({ body: { data: { days: 2 } } });
    // A day that another batch could not sync is settled with it.
    expect(await daysync.data('sync/batch?state=needs_attention')).toMatchObject({ total: 0 });
  });

  it('is refused without a reason, and without an end', async () => {
    expect(await settle(LOST, { reason: '' })).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', detail: expect.stringContaining('reason') as string },
    });
    expect(await settle({ start_date: '2012-03-04' })).toMatchObject({ status: 400 });
  });
});
