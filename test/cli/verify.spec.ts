// Synced days compared with their source on the command line, on a real server.
import { writeFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import { runHere, type CommandExit } from './command.js';

let csv: string;
let daysync: DaysyncProcess;
const DAYS = ['2012-03-01', '2012-03-03'] as const;
const verify = (...args: string[]): Promise<CommandExit> =>
  runHere(['verify', 'readings', ...DAYS, ...args], { DAYSYNC_URL: daysync.url });
const write = (degrees: number): Promise<void> =>
  writeFile(csv, `day,city,degrees\n2012-03-01,Oslo,1\n2012-03-02,Oslo,${degrees}\n`);

beforeAll(async () => {
  csv = await writeScratch(await scratchFolder(), 'readings.csv', '');
  await write(2);
  daysync = await startDaysync({
    datasets: [
      readings(csv),
      readings(csv, { name: 'empty', target: { table: 'empty', columns: { city: 'text' } } }),
    ],
  });
  await daysync.sync({ start_date: DAYS[0], end_date: DAYS[1] });
});

it('days that are the same end with 0', async () => {
  const { code, stdout } = await verify();
  expect(code).toBe(0);
  expect(stdout).toContain('0 succeeded, 0 failed, 3 skipped');
});

it('a day that differs ends with 1: with --report it is named, and stays', async () => {
  await write(20);
  const reported = await verify('--report');
  expect(reported.code).toBe(1);
  expect(reported.stdout).toContain('2012-03-02');
  expect(reported.stdout).toContain('SOURCE_CHANGED');
  expect(reported.stdout).toContain('without --report');
  const repaired = await verify();
  expect(repaired.code).toBe(1);
  expect(repaired.stdout).toContain('1 succeeded, 0 failed, 2 skipped');
  expect((await verify('--json')).code).toBe(0);
});

it('verifies all synced days of a dataset, and of all datasets', async () => {
  const whole = await runHere(['verify', 'readings'], { DAYSYNC_URL: daysync.url });
  expect(whole.code).toBe(0);
  expect(whole.stdout).toContain('0 succeeded, 0 failed, 2 skipped');
  await write(21);
  const all = await runHere(['verify', '--all', '--report'], { DAYSYNC_URL: daysync.url });
  expect(all.code).toBe(1);
  expect(all.stdout).toContain('0 succeeded, 1 failed, 1 skipped');
  expect(all.stderr).toContain('empty: no day is synced, so there is nothing to verify');
  const nothing = await runHere(['verify', 'empty'], { DAYSYNC_URL: daysync.url });
  expect([nothing.code, nothing.stdout]).toEqual([0, '']);
});

it('refuses a dataset that is not there, and a range that is turned around', async () => {
  const unknown = await runHere(['verify', 'none', DAYS[0]], { DAYSYNC_URL: daysync.url });
  expect(unknown.code).toBe(4);
  const turned = await runHere(['verify', 'readings', DAYS[1], DAYS[0]], {});
  expect(turned.code).toBe(2);
  expect((await runHere(['verify'], {})).code).toBe(2);
  expect((await runHere(['verify', 'readings', '--all'], {})).code).toBe(2);
});
