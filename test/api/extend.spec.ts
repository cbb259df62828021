import { beforeAll, describe, expect, it } from 'vitest';
import { dataOf } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { weather } from '../scratch.js';
import type { DateRange, Progress } from '../wire.js';

const OPTIONS = {
  datasets: [weather({ throttle: { days_per_minute: 600 } })],
  env: { MAX_RANGE_DAYS: '40' },
};

let daysync: DaysyncApp;
beforeAll(async () => {
  daysync = await startApp(OPTIONS);
});

let year = 2012;
/** A paused batch over a range that no other test uses. */
async function pausedBatch(): Promise<Progress> {
  const { task_id } = await daysync.startBatch({
    start_date: `${year}-02-01`,
    end_date: `${year}-02-20`,
  });
  year += 1;
  return dataOf(await daysync.post(`sync/batch/${task_id}/pause`, undefined)) as Progress;
}

type Answer = Awaited<ReturnType<DaysyncApp['post']>>;

function extend({ task_id }: Progress, range: Partial<DateRange>): Promise<Answer> {
  return daysync.post(`sync/batch/${task_id}/extend`, range);
}

describe('POST sync/batch/{task_id}/extend', () => {
  it('gives a batch more days under the same id; it survives a restart and runs them all', async () => {
    const before = await pausedBatch();
    const { task_id, total } = before;
    const [start_date, end_date] = ['2012-01-30', '2012-02-25'];
    const answer = await extend(before, { start_date, end_date });
    expect(answer.status).toBe(200);
    const extended = dataOf(answer) as Progress;
    expect(extended).toMatchObject({ task_id, start_date, end_date, total: total + 7 });
    expect(extended.rev).toBeGreaterThan(before.rev);
    await daysync.stop();
    daysync = await startApp({ ...OPTIONS, folder: daysync.folder });
    const restarted = await daysync.progress(task_id);
    expect(restarted).toMatchObject({ status: 'paused', total: total + 7 });
    // The same request again changes nothing.
    expect(dataOf(await extend(before, { start_date, end_date }))).toEqual(restarted);
    await daysync.post(`sync/batch/${task_id}/resume`, undefined);
    expect(await daysync.ended(task_id)).toMatchObject({ status: 'completed', success: 27 });
  });

  it.each<[string, number, string, Partial<DateRange>]>([
    ['neither date', 400, 'VALIDATION_FAILED', {}],
    ['a range that ends before it starts', 400, 'RANGE_REVERSED', dates('02-20', '02-10')],
    ['a range without a day of the batch', 400, 'RANGE_SHRINKS', dates('02-02', '02-25')],
    ['more days than MAX_RANGE_DAYS', 422, 'RANGE_TOO_LARGE', dates('02-01', '04-30')],
  ])('refuses %s: %d %s', async (_, status, code, range) => {
    const batch = await pausedBatch();
    const prefix = batch.start_date.slice(0, 4);
    const body = Object.fromEntries(
      Object.entries(range).map(([name, day]) => [name, `${prefix}-${day}`]),
    );
    expect(await extend(batch, body)).toMatchObject({ status, body: { code } });
    expect(await daysync.progress(batch.task_id)).toMatchObject({ total: 20 });
    await daysync.post(`sync/batch/${batch.task_id}/cancel`, undefined);
  });
});

function dates(start_date: string, end_date: string): DateRange {
  return { start_date, end_date };
}
