import { beforeAll, describe, expect, it } from 'vitest';
import { dataOf } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { weather } from '../scratch.js';

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
