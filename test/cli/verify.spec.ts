// Synced days of one or all datasets, also more than a batch may have, compared with their source on a real server.
import { writeFile } from 'node:fs/promises';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import type { Progress, WirePage } from '../wire.js';
import { runHere, type CommandExit } from './command.js';

let csv: string;
let daysync: DaysyncProcess;
/** The batches of the tests before. */
let earlier: ReadonlySet<string>;
const command = (...args: string[]): Promise<CommandExit> =>
  runHere(args, { DAYSYNC_URL: daysync.url });
const columns = { city: 'text', degrees: 'integer' };
/** Rows of five days. */
const write = (degrees: readonly (number | string)[]): Promise<void> =>
  writeFile(
    csv,
    `day,city,degrees\n${degrees.map((value, index) => `2012-03-0${index + 1},Oslo,${value}\n`).join('')}`,
  );
/** The batches of this test that verify a dataset, the newest first. */
async function batchesOf(dataset: string): Promise<readonly Progress[]> {
  const page = (await daysync.data(`sync/batch?dataset=${dataset}`)) as WirePage<Progress>;
  return page.items.filter(({ mode, task_id }) => mode === 'verify' && !earlier.has(task_id));
}
const rangesOf = async (dataset: string): Promise<readonly string[]> =>
  (await batchesOf(dataset)).map((batch) => `${batch.start_date}…${batch.end_date}`).toReversed();
const ALL = ['2012-03-01…2012-03-02', '2012-03-03…2012-03-04', '2012-03-05…2012-03-05'];

beforeAll(async () => {
  csv = await writeScratch(await scratchFolder(), 'readings.csv', '');
  await write([1, 2, 3, 4, 5]);
  daysync = await startDaysync({
    env: { MAX_RANGE_DAYS: '2' },
    datasets: [
      readings(csv, { name: 'short', target: { table: 'short', columns } }),
      readings(csv, { name: 'long', target: { table: 'long', columns }, pause_after_failures: 1 }),
      readings(csv, { name: 'empty', target: { table: 'empty', columns } }),
    ],
  });
  await daysync.sync({ dataset: 'short', start_date: '2012-03-01', end_date: '2012-03-01' });
  for (const range of ALL) {
    const [start_date, end_date] = range.split('…');
    await daysync.sync({ dataset: 'long', start_date, end_date });
  }
});

beforeEach(async () => {
  await write([1, 2, 3, 4, 5]);
  const { items } = await daysync.batches();
  earlier = new Set(items.map(({ task_id }) => task_id));
});

it('verifies more days than a batch may have in one batch after another', async () => {
  expect(await command('verify', 'long')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(
      'long: a batch has at most 2 days (MAX_RANGE_DAYS), so 3 batches verify the range\n',
    ) as unknown,
  });
  expect(await rangesOf('long')).toEqual(ALL);
});

it('verifies all datasets: a difference in the first batch ends with 1, and the others follow', async () => {
  await write([1, 20, 3, 4, 5]);
  const { code, stderr, stdout } = await command('verify', '--all', '--report');
  expect(code).toBe(1);
  expect(stdout).toContain('SOURCE_CHANGED');
  expect(stderr).toContain('empty: no day is synced, so there is nothing to verify\n');
  expect(await rangesOf('short')).toEqual(['2012-03-01…2012-03-01']);
  expect(await rangesOf('long')).toEqual(ALL);
});

it('ends with 1 where a day differs: --report names it and leaves it, without it the day is repaired', async () => {
  await write([10, 2, 3, 4, 5]);
  const reported = await command('verify', 'short', '2012-03-01', '--report');
  expect(reported.code).toBe(1);
  for (const text of ['2012-03-01', 'SOURCE_CHANGED', 'without --report']) {
    expect(reported.stdout).toContain(text);
  }
  for (const degrees of [10, 1]) {
    await write([degrees, 2, 3, 4, 5]);
    expect(await command('verify', 'short')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        '✓ Sync completed: 1 succeeded, 0 failed, 0 skipped',
      ) as unknown,
    });
  }
  expect((await command('verify', 'short', '--json')).code).toBe(0);
});

it('has nothing to verify of a dataset without synced days, and refuses one that is not there', async () => {
  expect(await command('verify', 'empty')).toMatchObject({ code: 0, stdout: '' });
  expect((await command('verify', 'none', '2012-03-01')).code).toBe(4);
});

it('verifies a range of all datasets, cut to the days that each has', async () => {
  const { code, stderr } = await command('verify', '--all', '2012-03-02', '2012-03-03');
  expect(code).toBe(0);
  expect(stderr).toContain(
    'short: no day from 2012-03-02 to 2012-03-03 is synced, so there is nothing to verify\n',
  );
  expect(await rangesOf('short')).toEqual([]);
  expect(await rangesOf('long')).toEqual(['2012-03-02…2012-03-03']);
  expect((await command('verify', '--all', '1980-01-01', 'yesterday')).code).toBe(0);
  expect(await rangesOf('short')).toEqual(['2012-03-01…2012-03-01']);
  expect((await rangesOf('long')).slice(1)).toEqual(ALL);
});

it('starts no further batch of a dataset behind one that did not complete', async () => {
  await write(['hot', 2, 3, 4, 5]);
  const verifying = command('verify', 'long');
  await expect
    .poll(async () => (await batchesOf('long'))[0]?.status, { timeout: 20_000 })
    .toBe('paused');
  const [paused] = await batchesOf('long');
  await daysync.post(`sync/batch/${paused?.task_id ?? ''}/cancel`, undefined);
  const { code, stderr } = await verifying;
  expect(code).toBe(1);
  expect(stderr).toContain(
    `so the days after it are not verified. Continue: npx daysync verify long 2012-03-01 2012-03-05 --url ${daysync.url}\n`,
  );
  expect(await rangesOf('long')).toEqual(ALL.slice(0, 1));
});
