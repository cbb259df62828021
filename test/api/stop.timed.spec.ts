import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { DayServer } from '../day-server.js';
import { startEndlessQuery } from '../endless-query.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-04' };
/** The time limit of a stop, plus half of it for a slow machine. */
const MOST_STOP_MS = 15_000;

async function hanging(): Promise<DaysyncProcess> {
  const server = await DayServer.start(() => 'hang');
  const daysync = await startDaysync({ datasets: [server.dataset({ attempts: 1 })] });
  await daysync.startBatch(RANGE);
  while (server.requests.length === 0) await sleep(10);
  return daysync;
}

it.each<[string, () => Promise<DaysyncProcess>]>([
  ['a source that hangs', hanging],
  ['a query that gives no row', async () => (await startEndlessQuery(3_600)).daysync],
])('a stop with %s ends in time', async (_, start) => {
  const daysync = await start();
  const begun = performance.now();
  expect(await daysync.stop()).toBe(0);
  expect(performance.now() - begun).toBeLessThan(MOST_STOP_MS);
});
