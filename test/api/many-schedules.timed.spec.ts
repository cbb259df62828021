import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'vitest';
import { change } from '../database-queries.js';
import { startDaysync } from '../daysync-process.js';
import { besideFloor, expectAtMost, MOST_HELD } from '../machine-speed.js';
import { pollWhile } from '../poller.js';
import { farFromNow, weather } from '../scratch.js';

const SCHEDULES = 500;

it(`${SCHEDULES} schedules that are due in the same minute hold no poll`, async () => {
  const schedule = { cron: farFromNow(), lookback_days: 1 };
  const datasets = Array.from({ length: SCHEDULES }, (_, index) =>
    weather({
      name: `weather${index}`,
      target: { ...weather().target, table: `table${index}` },
      schedule,
    }),
  );
  const options = { datasets: [...datasets, weather()] };
  const first = await startDaysync(options);
  const { task_id } = await first.sync({
    dataset: 'weather',
    ...{ start_date: '2012-01-01', end_date: '2012-01-01' },
  });
  await first.stop();
  // As if the program had been down when all of them were due.
  const since = new Date(Date.now() - 2 * 86_400_000).toISOString();
  await change(
    first.database,
    `update dataset_schedule set decided_until = '${since}', covered_until = '${since}'`,
  );
  const daysync = await startDaysync({ ...options, folder: first.folder });
  const [result, floor] = await besideFloor(() =>
    pollWhile(daysync, task_id, async () => {
      while ((await daysync.batches()).total < SCHEDULES + 1) await sleep(100);
    }),
  );
  process.stdout.write(`${SCHEDULES} schedules: ${JSON.stringify({ ...result, floor })}\n`);
  expectAtMost(MOST_HELD, result.most, floor.ms, 'the slowest poll');
});
