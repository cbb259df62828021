import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { blocksIn } from '../docs/pages.js';
import { draws } from '../draws.js';
import { besideFloor, expectAtMost, MOST_HELD } from '../machine-speed.js';
import { scratchFolder, TOP, writeScratch, type DatasetYaml } from '../scratch.js';
import { dumpTable } from '../target-table.js';
import { WEBHOOK_SECRET, WebhookReceiver } from '../webhook-receiver.js';

const DAY = '2025-10-06';
const ONE_DAY = { start_date: DAY, end_date: DAY };
const PATIENCE = { timeout: 10_000 };
/** More than is kept in memory. */
const LARGE = draws(40_000, 120_000);

let folder: string;
let daysync: DaysyncApp;
let receiver: WebhookReceiver;

const dataset = (name: string, checks: unknown, more: object = {}): DatasetYaml => ({
  name,
  source: { kind: 'csv', path: path.join(folder, `${name}-{day}.csv`) },
  target: { table: `${name}_rows`, columns: { city: 'text', hour: 'integer', at: 'timestamp' } },
  time_zone: 'Asia/Shanghai',
  checks,
  ...more,
});
const write = (name: string, rows: readonly string[], day = DAY): Promise<void> =>
  writeFile(
    path.join(folder, `${name}-${day}.csv`),
    `city,hour,at\n${rows.map((row) => `${row}\n`).join('')}`,
  );
const rowsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `c${index},${index},2025-10-06T08:00:00+08:00`);
const sync = (name: string, more: object = {}) =>
  daysync.sync({ dataset: name, ...ONE_DAY, mode: 'all', ...more });
const dayOf = async (name: string, more: object = {}) =>
  (await daysync.days((await sync(name, more)).task_id))[0];
const recordOf = async (name: string) => (await daysync.records(`dataset=${name}`)).items[0];

beforeAll(async () => {
  folder = await scratchFolder();
  receiver = await WebhookReceiver.start();
  daysync = await startApp({
    folder,
    env: { WEBHOOK_SECRET },
    webhooks: [receiver.endpoint({ on: ['check_failed', 'check_warned'] })],
    datasets: [
      dataset('counted', { rows: { min: 2, max: 4 } }),
      dataset('usual', { rows: { within: '50%' } }),
      dataset('warned', { rows: { min: 2 }, unique: [['city']], action: 'warn' }),
      dataset('quarantined', { rows: { min: 2 } }, { on_bad_row: { quarantine: 10 } }),
      dataset('large', { unique: [['city', 'hour'], ['city']] }),
    ],
  });
});

describe('checks', () => {
  it('fail a day at once, and keep its older rows', async () => {
    await write('counted', rowsOf(3));
    expect(await dayOf('counted')).toMatchObject({ state: 'success', rows: 3, marks: [] });
    const before = await dumpTable(daysync.database, 'counted_rows');
    await write('counted', rowsOf(1));
    const ended = await sync('counted');
    expect(await daysync.days(ended.task_id)).toMatchObject([
      {
        ...{ state: 'failed', attempts: 1, marks: [] },
        error: {
          ...{ code: 'CHECK_FAILED', row: null, column: null },
          text: 'expected at least 2 rows (checks.rows.min), got 1',
        },
      },
    ]);
    expect(await dumpTable(daysync.database, 'counted_rows')).toBe(before);
    expect(await recordOf('counted')).toMatchObject({
      status: 'failed',
      error: { code: 'CHECK_FAILED' },
      last_success_at: expect.any(String) as string,
    });
    const [delivery] = await receiver.come(1);
    expect(delivery).toMatchObject({
      ...{ type: 'day.check_failed', isSigned: true },
      body: {
        data: {
          ...{ task_id: ended.task_id, dataset: 'counted', day: DAY, rows: null, marks: [] },
          error: { code: 'CHECK_FAILED', text: expect.stringContaining('got 1') as string },
        },
      },
    });
    await write('counted', rowsOf(5));
    expect(await dayOf('counted')).toMatchObject({ error: { code: 'CHECK_FAILED' } });
    await write('counted', rowsOf(4));
    expect(await dayOf('counted')).toMatchObject({ state: 'success', rows: 4 });
  });

  it('only warn, and mark the day until it is accepted or synced again', async () => {
    await write('warned', ['Oslo,1,2025-10-06T08:00:00Z']);
    const day = await dayOf('warned');
    const mark = {
      ...{ kind: 'check_warned', of: 'rows.min', value: 1, median: null, days: null },
      text: 'expected at least 2 rows (checks.rows.min), got 1',
    };
    expect(day).toMatchObject({ state: 'success', rows: 1, error: null, marks: [mark] });
    expect(await recordOf('warned')).toMatchObject({ status: 'success', marks: [mark] });
    await expect
      .poll(() => receiver.received.filter(({ type }) => type === 'day.check_warned'), PATIENCE)
      .toMatchObject([{ body: { data: { dataset: 'warned', rows: 1, marks: [mark] } } }]);
    const calendar = `records/calendar?dataset=warned`;
    expect(await daysync.data(calendar)).toMatchObject({ items: [{ unusual: ['rows.min'] }] });
    expect(await daysync.records('unusual=true&dataset=warned')).toMatchObject({ total: 1 });
    const accepted = await daysync.post(`records/warned/${DAY}/accept`, null);
    expect(accepted).toMatchObject({
      status: 200,
      body: { data: { marks: [mark], accepted_at: expect.any(String) as string } },
    });
    expect(await daysync.data(calendar)).toMatchObject({ items: [{ unusual: [] }] });
    expect(await daysync.records('unusual=true&dataset=warned')).toMatchObject({ total: 0 });
    expect(await daysync.records('unusual=false&dataset=warned')).toMatchObject({ total: 1 });
    // A sync judges the day anew; one that fails leaves the rows and what is said of them.
    await write('warned', ['Oslo,1,2025-10-06T08:00:00Z', 'Oslo,2,2025-10-06T08:00:00Z']);
    await sync('warned');
    expect(await recordOf('warned')).toMatchObject({
      marks: [{ of: 'unique' }],
      accepted_at: null,
    });
    await write('warned', ['Oslo,one,2025-10-06T08:00:00Z']);
    await sync('warned');
    expect(await recordOf('warned')).toMatchObject({
      status: 'failed',
      marks: [{ of: 'unique' }],
    });
    await write('warned', rowsOf(2));
    await sync('warned');
    expect(await recordOf('warned')).toMatchObject({ status: 'success', marks: [] });
    expect(await daysync.post(`records/warned/${DAY}/accept`, null)).toMatchObject({
      status: 409,
      body: { code: 'NOTHING_TO_ACCEPT' },
    });
  });

  it('hold for what a verify writes as well, and not for what it only compares', async () => {
    await write('counted', rowsOf(4));
    await sync('counted');
    const before = await dumpTable(daysync.database, 'counted_rows');
    await write('counted', rowsOf(1));
    expect(await dayOf('counted', { mode: 'verify', verify: 'report' })).toMatchObject({
      error: { code: 'SOURCE_CHANGED' },
    });
    expect(await dayOf('counted', { mode: 'verify' })).toMatchObject({
      state: 'failed',
      error: { code: 'CHECK_FAILED' },
    });
    expect(await dumpTable(daysync.database, 'counted_rows')).toBe(before);
    expect(await recordOf('counted')).toMatchObject({
      status: 'success',
      finding: { code: 'SOURCE_CHANGED', repaired: false },
    });
    await write('counted', rowsOf(3));
    expect(await dayOf('counted', { mode: 'verify' })).toMatchObject({ state: 'success', rows: 3 });
  });

  it('read a large day in slices, while polls are answered', async () => {
    const rows = rowsOf(LARGE);
    await write('large', rows);
    const { task_id } = await daysync.startBatch({ dataset: 'large', ...ONE_DAY });
    const [longest, floor] = await besideFloor(async () => {
      for (let longest = 0; ;) {
        const before = performance.now();
        const { finished_at, success } = await daysync.progress(task_id);
        longest = Math.max(longest, performance.now() - before);
        if (finished_at === null) continue;
        expect(success).toBe(1);
        return longest;
      }
    });
    // Other specs run at the same time.
    expectAtMost(4 * MOST_HELD, longest, floor.ms, 'the slowest poll');
    await write('large', [...rows, rows[17] ?? '']);
    expect(await dayOf('large')).toMatchObject({
      error: {
        text: expect.stringContaining(`city "c17", hour 17 in rows 18 and ${LARGE + 1}`) as string,
      },
    });
  });
});

describe('the example of docs/quality.md', () => {
  it('passes on the data of the repository, and fails a day whose rows come twice', async () => {
    const page = await readFile(path.join(TOP, 'docs/quality.md'), 'utf8');
    const yaml = blocksIn(page).find(({ text }) => text.startsWith('datasets:'))?.text ?? '';
    const folderOfExample = await scratchFolder();
    const file = path.join(folderOfExample, 'data', 'weather.csv');
    await mkdir(path.dirname(file));
    await cp(path.join(TOP, 'data/weather.csv'), file);
    const datasetsFile = await writeScratch(folderOfExample, 'datasets.yaml', yaml);
    const example = await startApp({ folder: folderOfExample, datasetsFile });
    const range = { start_date: '2012-01-01', end_date: '2012-03-31', mode: 'all' };
    expect(await example.sync(range)).toMatchObject({ success: 91, failed: 0 });
    expect(await example.records('unusual=true')).toMatchObject({ total: 0 });
    const lines = (await readFile(file, 'utf8')).split('\n');
    const twice = lines.filter((line) => line.startsWith('Seattle,2012-03-05,'));
    await writeFile(file, [...lines.filter((line) => line !== ''), ...twice, ''].join('\n'));
    const ended = await example.sync(range);
    expect(ended).toMatchObject({ success: 90, failed: 1 });
    const failed = (await example.days(ended.task_id)).filter(({ state }) => state === 'failed');
    expect(failed).toMatchObject([
      {
        day: '2012-03-05',
        error: {
          code: 'CHECK_FAILED',
          text: 'expected each location in one row (checks.unique), got location "Seattle" in rows 1 and 3 of the day',
        },
      },
    ]);
    expect(page).toContain(failed[0]?.error?.text);
  });
});
