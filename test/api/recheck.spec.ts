// Days that mature: a schedule verifies synced days once they have come to an age.
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { change, queryRows } from '../database-queries.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { farFromNow, readings, scratchFolder } from '../scratch.js';
import type { Progress } from '../wire.js';

const DAY_MS = 86_400_000;
/** The last time of the schedule, and the days before it by their age. */
const cron = farFromNow();
const dueAt = lastTime(cron);
const aged = (age: number): string => new Date(dueAt - age * DAY_MS).toISOString().slice(0, 10);

function lastTime(daily: string): number {
  const [minute = 0, hour = 0] = daily.split(' ').map(Number);
  const today = new Date().setUTCHours(hour, minute, 0, 0);
  return today > Date.now() ? today - DAY_MS : today;
}

let folder: string;
let csv: string;
let daysync: DaysyncApp;
const datasets = (): Parameters<typeof startApp>[0]['datasets'] => [
  readings(csv, {
    target: { table: 'readings', columns: { city: 'text', degrees: 'real' } },
    time_zone: 'UTC',
    schedule: { cron, lookback_days: 2, recheck_days: [9, 2, 5] },
  }),
];
const write = (degrees: (age: number) => number): Promise<void> =>
  writeFile(
    csv,
    `day,city,degrees\n${Array.from({ length: 9 }, (_, index) => `${aged(index + 1)},Oslo,${degrees(index + 1)}\n`).join('')}`,
  );

/** Makes the run of yesterday's time due, as after a night without Daysync. */
async function restartAfterDowntime(): Promise<Progress> {
  const before = new Set((await daysync.batches()).items.map(({ task_id }) => task_id));
  await daysync.stop();
  const at = new Date(dueAt - DAY_MS).toISOString();
  await change(
    daysync.database,
    `update dataset_schedule
      set decided_until = '${at}', covered_until = '${at}', rechecked_until = '${at}'`,
  );
  daysync = await startApp({ folder, datasets: datasets() ?? [] });
  for (;;) {
    const batch = (await daysync.batches()).items.find(({ task_id }) => !before.has(task_id));
    if (batch !== undefined && batch.finished_at !== null) return batch;
    await sleep(20);
  }
}

async function outcomes({ task_id }: Progress): Promise<unknown> {
  const days = await daysync.days(task_id);
  return days.map(({ day, reason, state }) => [day, state, reason]);
}

beforeAll(async () => {
  folder = await scratchFolder();
  csv = path.join(folder, 'readings.csv');
  await write((age) => age);
  daysync = await startApp({ folder, datasets: datasets() ?? [] });
  await daysync.sync({ start_date: aged(8), end_date: aged(2) });
});

it('verifies the synced days of those ages, and repairs one that has changed', async () => {
  await write((age) => (age === 5 ? -1 : age));
  const batch = await restartAfterDowntime();
  expect(batch).toMatchObject({
    ...{ mode: 'missing_and_failed', verify: 'repair', started_by: 'schedule' },
    ...{ start_date: aged(5), end_date: aged(1), total: 3, status: 'completed', failed: 0 },
  });
  expect(await outcomes(batch)).toEqual([
    [aged(5), 'success', null],
    [aged(2), 'skipped', 'unchanged'],
    // It was missing: a day that is new is synced. The one of nine days was never synced.
    [aged(1), 'success', null],
  ]);
  const found = await queryRows(
    daysync.database,
    `select day, finding from sync_record where finding is not null`,
  );
  expect(found.map(({ day, finding }) => [day, JSON.parse(String(finding)) as unknown])).toEqual([
    [aged(5), { code: 'SOURCE_CHANGED', added: 1, removed: 1, changed: null, repaired: true }],
  ]);
});

it('costs one row of ours for a day that is the same, and none of the target', async () => {
  const counts = async (): Promise<unknown> =>
    queryRows(
      daysync.database,
      `select (select count(*) from sync_record) as records, (select count(*) from readings) as rows`,
    );
  const before = await counts();
  const batch = await restartAfterDowntime();
  expect(await outcomes(batch)).toEqual([
    [aged(5), 'skipped', 'unchanged'],
    [aged(2), 'skipped', 'unchanged'],
    [aged(1), 'skipped', 'already_synced'],
  ]);
  expect(await counts()).toEqual(before);
});
