// Datasets that need attention, and days that the source will never have, on the command line and on a real server.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { blocksIn } from '../docs/pages.js';
import { readings, scratchFolder, TOP, writeScratch } from '../scratch.js';
import { runHere, type CommandExit } from './command.js';
import { shellFor, stepsOf } from './shell.js';

let csv: string;
let daysync: DaysyncProcess;
const command = (...args: string[]): Promise<CommandExit> =>
  runHere(args, { DAYSYNC_URL: daysync.url });
const MARCH = ['readings', '2012-03-01', '2012-03-04'] as const;
const REASON = ['--reason', 'the station was closed'] as const;

beforeAll(async () => {
  const rows = 'day,city,degrees\n2012-03-01,Oslo,1\n2012-03-04,Oslo,4\n';
  csv = await writeScratch(await scratchFolder(), 'readings.csv', rows);
  const target = { table: 'fine', columns: { city: 'text' } };
  daysync = await startDaysync({
    datasets: [readings(csv, { name: 'fine', target }), readings(csv)],
  });
  await daysync.sync({ dataset: 'fine', start_date: '2012-03-01', end_date: '2012-03-01' });
  await syncEnds(daysync, 'readings');
});

/** Its first and its last day, and none of those between them. */
async function syncEnds(of: DaysyncProcess, dataset: string): Promise<void> {
  for (const day of ['2012-03-01', '2012-03-04']) {
    await of.sync({ dataset, start_date: day, end_date: day });
  }
}

it('lists the datasets that need attention first; alone, they end with 1', async () => {
  expect(await command('datasets')).toEqual({
    ...{ code: 0, stderr: '' },
    stdout: `DATASET   SYNCED  FIRST       LAST        NEEDS ATTENTION
readings  2       2012-03-01  2012-03-04  2 uncovered days
fine      1       2012-03-01  2012-03-01
`,
  });
  const table = await command('datasets', '--needs-attention');
  expect(table.code).toBe(1);
  expect(table.stdout).not.toContain('fine');
  const json = await command('datasets', '--needs-attention', '--json');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({ items: [{ name: 'readings' }] });
});

it('settles the missing days of a range: batches skip them, and they need no attention', async () => {
  expect(await command('settle', ...MARCH, ...REASON)).toEqual({
    code: 0,
    stdout: '2 days of readings are settled, and no longer expected.\n',
    stderr: '',
  });
  expect(await command('datasets', '--needs-attention')).toEqual({
    code: 0,
    stdout: 'No dataset needs attention.\n',
    stderr: '',
  });
  const json = await command('datasets', '--needs-attention', '--json');
  expect(json).toMatchObject({ code: 0, stdout: '{"items":[]}\n' });
  const { stdout } = await command('sync', ...MARCH, '--preview');
  expect(stdout).toContain('2 expected days, 2 others skipped\nto sync: 0\n');
});

it('takes some of them back', async () => {
  expect(await command('settle', 'readings', '2012-03-03', '--undo')).toEqual({
    code: 0,
    stdout: '1 day of readings is expected again.\n',
    stderr: '',
  });
  const { stdout } = await command('sync', ...MARCH, '--preview');
  expect(stdout).toContain('to sync: 1\n  missing: 1 (2012-03-03)\n');
  expect(await command('settle', 'readings', '2012-03-03', '--undo')).toMatchObject({
    code: 0,
    stdout: 'No day of this range of readings was settled.\n',
  });
});

it('prints JSON, and speaks Chinese', async () => {
  const settled = await command('settle', ...MARCH, ...REASON, '--json');
  expect(JSON.parse(settled.stdout)).toEqual({
    ...{ dataset: 'readings', start_date: '2012-03-01', end_date: '2012-03-04', days: 2 },
  });
  const env = { DAYSYNC_URL: daysync.url, LANG: 'zh_CN.UTF-8' };
  const undone = await runHere(['settle', ...MARCH, '--undo'], env);
  expect(undone.stdout).toBe('已撤销 readings 中 2 天的非数据日标记。\n');
});

it('takes the words for days', async () => {
  const { code, stdout } = await command('settle', 'readings', 'yesterday', ...REASON);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: '1 day of readings is settled, and no longer expected.\n',
  });
  expect(await command('settle', 'readings', '-2d', 'today', '--undo')).toMatchObject({
    stdout: '1 day of readings is expected again.\n',
  });
  expect((await command('settle', 'readings', 'today', '-2d', '--undo')).code).toBe(2);
});

it('is refused where there is nothing to settle, and for a dataset that is not there', async () => {
  const covered = await command('settle', 'readings', '2012-03-01', ...REASON);
  expect(covered).toMatchObject({ code: 4, stdout: '' });
  expect(covered.stderr).toContain('NOTHING_TO_SETTLE');
  const unknown = await command('settle', 'none', '2012-03-01', '--undo');
  expect(unknown).toMatchObject({ code: 4, stdout: '' });
  expect(unknown.stderr).toContain('DATASET_NOT_FOUND');
});

it('is as the example of docs/quality.md shows it', async () => {
  const page = await readFile(path.join(TOP, 'docs/quality.md'), 'utf8');
  const example = blocksIn(page).find(({ language }) => language === 'console')?.text ?? '';
  const server = await startDaysync({ datasets: [readings(csv, { name: 'weather' })] });
  await syncEnds(server, 'weather');
  const shell = await shellFor(server);
  const steps = stepsOf(example);
  expect(steps).toHaveLength(4);
  for (const { line, shown } of steps) {
    const { stderr, stdout } = await shell(line);
    expect({ line, output: stdout + stderr }).toEqual({ line, output: shown });
  }
});
