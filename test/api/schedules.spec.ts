import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { change } from '../database-queries.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readExposition } from '../exposition.js';
import { farFromNow, scratchFolder, weather } from '../scratch.js';
import type { Progress } from '../wire.js';

const A_DAY_MS = 86_400_000;
const OTHER = { name: 'other', target: { table: 'other', columns: { wind: 'real' } } };

interface WireSchedule {
  readonly next_runs: readonly string[];
  readonly last_run: Readonly<Record<string, unknown>> | null;
}

async function scheduleOf(daysync: DaysyncApp): Promise<WireSchedule> {
  const { items } = (await daysync.data('datasets')) as {
    readonly items: readonly { readonly schedule: WireSchedule }[];
  };
  const [schedule] = items.map((dataset) => dataset.schedule);
  if (schedule === undefined) throw new Error('expected a dataset with a schedule, got none');
  return schedule;
}

async function firstBatch(daysync: DaysyncApp): Promise<Progress> {
  for (;;) {
    const [batch] = (await daysync.batches()).items;
    if (batch !== undefined) return daysync.ended(batch.task_id);
    await sleep(20);
  }
}

const dateOf = (instant: string, days: number): string =>
  new Date(Date.parse(instant) + days * A_DAY_MS).toISOString().slice(0, 10);

it('a schedule shows its next runs, and after downtime starts one batch for all missed runs', async () => {
  const cron = farFromNow();
  const schedule = { cron, lookback_days: 3 };
  const options = {
    folder: await scratchFolder(),
    datasets: [weather({ schedule }), weather(OTHER)],
  };
  const first = await startApp(options);
  const shown = await scheduleOf(first);
  expect(shown).toEqual({
    ...{ cron, time_zone: 'UTC', lookback_days: 3, recheck_days: [], mode: 'missing_and_failed' },
    next_runs: expect.any(Array) as unknown,
    last_run: null,
    paused: null,
  });
  const [next = ''] = shown.next_runs;
  const following = [0, 1, 2, 3, 4].map((days) =>
    new Date(Date.parse(next) + days * A_DAY_MS).toISOString(),
  );
  expect(shown.next_runs).toEqual(following);
  expect((await first.batches()).total).toBe(0);
  await first.stop();

  // As if the program had been down during three runs.
  const since = new Date(Date.parse(next) - 4 * A_DAY_MS).toISOString();
  await change(
    first.database,
    `update dataset_schedule set decided_until = '${since}', covered_until = '${since}'`,
  );
  const second = await startApp(options);
  const batch = await firstBatch(second);
  expect(batch).toMatchObject({
    ...{ dataset: 'weather', started_by: 'schedule', total: 5 },
    ...{ start_date: dateOf(next, -6), end_date: dateOf(next, -2) },
  });
  const [day] = await second.days(batch.task_id);
  const { items } = (await second.data(`records/weather/${day?.day ?? ''}/history`)) as {
    readonly items: readonly unknown[];
  };
  expect(items).toMatchObject([{ started_by: 'schedule' }]);
  const { task_id } = batch;
  const due_at = new Date(Date.parse(next) - A_DAY_MS).toISOString();
  const { last_run } = await scheduleOf(second);
  expect(last_run).toEqual({
    due_at,
    at: expect.any(String) as unknown,
    outcome: 'started',
    task_id,
  });
  const { value } = readExposition((await second.call('/metrics')).body as string);
  const counted = (outcome: string): number | undefined =>
    value(`daysync_schedule_runs_total{dataset="weather",outcome="${outcome}"}`);
  expect([counted('started'), counted('skipped_overlap')]).toEqual([1, 0]);
  await second.stop();
  expect(await second.logLines()).toContainEqual(
    expect.objectContaining({ dataset: 'weather', due_at, task_id, total: 5 }),
  );

  const third = await startApp(options);
  expect((await scheduleOf(third)).last_run).toEqual(last_run);
  expect((await third.batches()).total).toBe(1);
});

it('a schedule is paused, stays so over a restart, is run by hand and resumed', async () => {
  const options = {
    folder: await scratchFolder(),
    datasets: [weather({ schedule: { cron: farFromNow(), lookback_days: 2 } }), weather(OTHER)],
  };
  const first = await startApp(options);
  expect(await first.post('datasets/weather/schedule/pause', null)).toMatchObject({
    ...{ status: 200, body: { data: { next_runs: [], paused: { by: null } } } },
  });
  await first.stop();

  const second = await startApp(options);
  expect(await scheduleOf(second)).toMatchObject({ next_runs: [], paused: { by: null } });
  const run = await second.post('datasets/weather/schedule/run', null);
  expect(run.status).toBe(202);
  const { data } = run.body as { readonly data: Progress };
  const yesterday = dateOf(new Date().toISOString(), -1);
  expect(data).toMatchObject({ dataset: 'weather', end_date: yesterday, total: 2 });
  await second.ended(data.task_id);
  const resumed = await second.post('datasets/weather/schedule/resume', null);
  expect(resumed).toMatchObject({ body: { data: { paused: null } } });
  expect((await scheduleOf(second)).next_runs).toHaveLength(5);
  for (const verb of ['pause', 'resume', 'run']) {
    expect(await second.post(`datasets/other/schedule/${verb}`, null)).toMatchObject({
      ...{ status: 409, body: { code: 'NO_SCHEDULE' } },
    });
  }
});
