import { beforeAll, describe, expect, it } from 'vitest';
import { dataOf } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, weather, writeScratch } from '../scratch.js';

interface Preview {
  readonly plan_hash: string;
  readonly total: number;
  readonly run: number;
  readonly skip: number;
  readonly run_reasons: readonly { readonly reason: string; readonly count: number }[];
  readonly skip_reasons: readonly { readonly reason: string; readonly count: number }[];
  readonly estimate: { readonly likely_ms: number; readonly late_ms: number } | null;
  readonly days: readonly {
    readonly day: string;
    readonly action: string;
    readonly reason: string | null;
  }[];
}

const RANGE = { start_date: '2012-01-01', end_date: '2012-01-10' };

let daysync: DaysyncApp;
beforeAll(async () => {
  daysync = await startApp({ datasets: [weather()] });
});

async function preview(body: Readonly<Record<string, unknown>>): Promise<Preview> {
  const answer = await daysync.post('sync/batch/preview', body);
  expect(answer).toMatchObject({ status: 200 });
  return dataOf(answer) as Preview;
}

describe('a preview', () => {
  it('lists what the start then runs, and starts nothing itself', async () => {
    await daysync.sync({ start_date: '2012-01-04', end_date: '2012-01-06' });
    const { total } = await daysync.batches();
    const plan = await preview(RANGE);
    expect(plan).toMatchObject({
      total: 10,
      run: 7,
      skip: 3,
      run_reasons: [{ reason: 'missing', count: 7 }],
      skip_reasons: [{ reason: 'already_synced', count: 3 }],
    });
    expect(plan.estimate?.late_ms).toBeGreaterThanOrEqual(plan.estimate?.likely_ms ?? NaN);
    expect(await daysync.batches()).toMatchObject({ total });

    const { task_id } = await daysync.sync({ ...RANGE, plan_hash: plan.plan_hash });
    const days = await daysync.days(task_id);
    expect(days.map(({ day, attempts, reason }) => ({ day, ran: attempts > 0, reason }))).toEqual(
      plan.days.map(({ day, action, reason }) => ({
        day,
        ran: action === 'run',
        // In a batch only skipped days have a reason.
        reason: action === 'skip' ? reason : null,
      })),
    );
  });

  it('gives each day its reason, and counts them', async () => {
    const csv = await writeScratch(
      daysync.folder,
      'readings.csv',
      'day,city,degrees\n2025-10-01,Oslo,9\n2025-10-02,Oslo,mild\n',
    );
    const readingsAlone = await startApp({ datasets: [readings(csv)] });
    const range = { start_date: '2025-10-01', end_date: '2025-10-03' };
    const { task_id } = await readingsAlone.sync(range);
    expect(await readingsAlone.days(task_id)).toMatchObject([
      { state: 'success' },
      { state: 'failed' },
      { state: 'skipped', reason: 'no_data' },
    ]);
    const all = { ...range, end_date: '2025-10-04', mode: 'all' };
    const reasons = async (body: object): Promise<unknown> => {
      const { run_reasons, skip_reasons, days } = dataOf(
        await readingsAlone.post('sync/batch/preview', body),
      ) as Preview;
      return { run_reasons, skip_reasons, days: days.map(({ reason }) => reason) };
    };
    expect(await reasons(all)).toEqual({
      run_reasons: [
        { reason: 'missing', count: 2 },
        { reason: 'failed', count: 1 },
        { reason: 'synced', count: 1 },
      ],
      skip_reasons: [],
      days: ['synced', 'failed', 'missing', 'missing'],
    });
    expect(await reasons({ ...all, mode: 'missing' })).toEqual({
      run_reasons: [{ reason: 'missing', count: 2 }],
      skip_reasons: [
        { reason: 'already_synced', count: 1 },
        { reason: 'failed_before', count: 1 },
      ],
      days: ['already_synced', 'failed_before', 'missing', 'missing'],
    });
  });

  it('that is outdated starts nothing', async () => {
    const range = { start_date: '2013-01-01', end_date: '2013-01-03' };
    const { plan_hash } = await preview(range);
    await daysync.sync({ start_date: '2013-01-02', end_date: '2013-01-02' });
    const { total } = await daysync.batches();
    const refused = await daysync.post('sync/batch', { ...range, plan_hash });
    expect(refused).toMatchObject({ status: 409, body: { code: 'PLAN_CHANGED' } });
    expect(await daysync.post('sync/batch/preview', { ...range, plan_hash })).toMatchObject({
      status: 409,
      body: { code: 'PLAN_CHANGED' },
    });
    expect(await daysync.batches()).toMatchObject({ total });
    const { plan_hash: current } = await preview(range);
    expect(await preview({ ...range, plan_hash: current })).toMatchObject({ plan_hash: current });
    expect(await daysync.sync({ ...range, plan_hash: current })).toMatchObject({ success: 2 });
  });

  it('is refused with the same code as its start', async () => {
    const reversed = { start_date: '2012-01-03', end_date: '2012-01-01' };
    const cases: readonly [Record<string, unknown>, string][] = [
      [{}, 'VALIDATION_FAILED'],
      [reversed, 'RANGE_REVERSED'],
      [{ ...RANGE, dataset: 'none' }, 'DATASET_NOT_FOUND'],
      [{ start_date: '2000-01-01', end_date: '2015-01-01' }, 'RANGE_TOO_LARGE'],
      [{ ...RANGE, plan_hash: 'of another plan' }, 'PLAN_CHANGED'],
    ];
    for (const [body, code] of cases) {
      const previewed = await daysync.post('sync/batch/preview', body);
      const started = await daysync.post('sync/batch', body);
      expect(previewed).toMatchObject({ status: started.status, body: { code } });
      expect(started).toMatchObject({ body: { code } });
    }
  });
});
