// A short bench for every `npm run test:all`: Daysync's processor time, compared with the minimum for the same work.
// Processor time depends less on other programs than elapsed time. Each bound is well above the measurements, and below
// twice those.
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { addDays, calendarDay } from '@daysync/progress';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { largeDays, scratchFolder, TOP } from '../scratch.js';
import { besides } from './figures.js';
import { runFloor } from './floors.js';
import { measureInTurn, type Measurement } from './in-turn.js';
import { startPollPeer } from './poll-peers.js';
import { runProgram } from './programs.js';
import { serverCpuMs } from '../server-cpu.js';

const ROUNDS = 5;
const POLLS = 3_000;
const CONNECTIONS = 20;
const DAYS = 1_500;
/** Enough work that the ticks of 10 ms, in which Linux counts processor time, hardly matter. */
const ROWS = 200_000;
/**
 * Multiples of the floor's processor time. Measured on 2026-11-30: 1.05, 23 and 2.1 to 2.2, of which the fingerprint of a
 * day is 0.6. On a slower machine on 2026-12-01: 1.26, 27 to 32 and 2.28; there the program of 2026-11-30 has 27 to 32 as
 * well. With 200,000 rows on 2026-12-02: 2.5 to 2.6.
 */
const MOST = { polls: 1.8, days: 38, rows: 3.2 };
const FIRST_DAY = calendarDay('1990-01-01');
const PROVIDER = path.join(TOP, 'test/sources/large-day-source.ts');

let daysync: DaysyncProcess;
beforeAll(async () => {
  daysync = await startDaysync({
    datasets: [largeDays('empty', 0), largeDays('large', ROWS)],
    env: { LIMIT_POLLS: '0' },
  });
});

/** Processor time as a multiple of the floor's: the median of some rounds. */
async function timesTheFloor(own: Measurement, floor: Measurement): Promise<number> {
  // The first round is slower, because Node compiles the code.
  await own();
  await floor();
  const taken = await measureInTurn(ROUNDS, { own, floor });
  const { ratio } = besides('floor', taken.own, taken.floor);
  process.stdout.write(`${expect.getState().currentTestName ?? ''}: ${ratio.median.toFixed(2)}\n`);
  return ratio.median;
}

async function during(cpuMs: () => Promise<number>, work: () => Promise<unknown>): Promise<number> {
  const before = await cpuMs();
  await work();
  return (await cpuMs()) - before;
}

const ownCpuMs = (): Promise<number> => serverCpuMs(daysync);

let synced = 0;
/** Days that are not synced yet. */
async function syncNew(dataset: string, count: number): Promise<void> {
  const start_date = addDays(FIRST_DAY, synced);
  synced += count;
  const end_date = addDays(FIRST_DAY, synced - 1);
  const ended = await daysync.sync({ dataset, start_date, end_date });
  expect(ended).toMatchObject({ status: 'completed', failed: 0, finished: count });
}

it('polls, compared with node:http', async () => {
  const { task_id } = await daysync.startBatch({
    dataset: 'empty',
    start_date: FIRST_DAY,
    end_date: FIRST_DAY,
  });
  await daysync.ended(task_id);
  const url = `${daysync.url}/api/v1/sync-status/sync/batch/progress/${task_id}`;
  const raw = await startPollPeer('raw', url);
  const burst = (address: string) => () =>
    runProgram('loads/burst.ts', address, POLLS, CONNECTIONS);
  const times = await timesTheFloor(
    () => during(ownCpuMs, burst(url)),
    () => during(raw.cpuMs, burst(raw.address)),
  );
  expect(times).toBeLessThan(MOST.polls);
});

it('days without rows, compared with one transaction each', async () => {
  const folder = await scratchFolder();
  const floor = async (): Promise<number> =>
    (await runFloor('day', folder, FIRST_DAY, DAYS)).cpu_ms;
  const times = await timesTheFloor(() => during(ownCpuMs, () => syncNew('empty', DAYS)), floor);
  expect(times).toBeLessThan(MOST.days);
});

it('rows, compared with prepared statements', async () => {
  const folder = await scratchFolder();
  const floor = async (): Promise<number> =>
    (await runFloor('source', folder, 'provider', PROVIDER, ROWS, '2025-10-01')).cpu_ms;
  const times = await timesTheFloor(() => during(ownCpuMs, () => syncNew('large', 1)), floor);
  expect(times).toBeLessThan(MOST.rows);
});
