// Each command that calls a server, on a real server.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { DayServer } from '../day-server.js';
import { readings, scratchFolder, weather, writeScratch, type DatasetYaml } from '../scratch.js';
import { AUTH_TOKENS, OPERATOR, SLOW, VIEWER } from '../token-program.js';
import type { SyncRecord, WirePage } from '../wire.js';
import { runHere, type CommandExit } from './command.js';

const SCHEDULE = {
  cron: '30 6 * * *',
  time_zone: 'Asia/Shanghai',
  lookback_days: 3,
  mode: 'missing',
};

let source: DayServer;
let daysync: DaysyncProcess;
/** Runs a command against the server. */
let command: (...args: string[]) => Promise<CommandExit>;
let inChinese: typeof command;
beforeAll(async () => {
  source = await DayServer.start(() => 'row');
  const rows = '2012-03-01,Oslo,1\n2012-03-02,Oslo,2\n';
  const csv = `day,city,degrees\n${rows}${'total,,3\n'.repeat(12)}`;
  const file = await writeScratch(await scratchFolder(), 'readings.csv', csv);
  const totalled = readings(file, { name: 'totalled' });
  daysync = await startDaysync({
    datasets: [weather(), source.dataset(), { ...SLOW, schedule: SCHEDULE }, totalled],
    token: OPERATOR,
    env: { AUTH_TOKENS, MAX_ACTIVE_BATCHES: '4' },
  });
  const env = { DAYSYNC_URL: daysync.url, DAYSYNC_TOKEN: OPERATOR };
  command = (...args) => runHere(args, env);
  inChinese = (...args) => runHere(args, { ...env, LANG: 'zh_CN.UTF-8' });
});

const days = (dataset: string, start_date: string, end_date: string) => ({
  ...{ dataset, start_date, end_date },
});
const json = ({ stdout }: CommandExit): unknown => JSON.parse(stdout);

describe('daysync sync', () => {
  it('starts a batch of the days that a word stands for, and prints how to watch it', async () => {
    const started = await command('sync', 'weather', '2012-12');
    expect(started).toMatchObject({ code: 0, stderr: '' });
    const taskId = /^(\S+): Sync started\n/.exec(started.stdout)?.[1] ?? '';
    expect(started.stdout).toContain(`Watch it: npx daysync watch ${taskId} --url ${daysync.url}`);
    expect(await daysync.ended(taskId)).toMatchObject({ success: 31, started_by: 'ana' });
  });

  it('watches it until it ends, in lines where there is no terminal', async () => {
    const watched = await command('sync', 'weather', '2012-02-01', '2012-02-10', '--watch');
    expect(watched).toMatchObject({ code: 0, stderr: '' });
    expect(watched.stdout).toMatch(
      /\n✓ Sync completed: 10 succeeded, 0 failed, 0 skipped \| took \d+ s\n$/,
    );
    expect(watched.stdout).toMatch(/^\d+\/10 \(\d+%\) \| \d+ succeeded, 0 failed, 0 skipped \| /);
    const again = await command('sync', 'weather', '2012-02-01', '2012-02-10', '--watch');
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toMatch(
      /\n✓ Sync completed: 0 succeeded, 0 failed, 10 skipped.*\nThe days are synced already\. Sync them again: add --mode all\. Compare them with their source: npx daysync verify weather 2012-02-01 2012-02-10 --url \S+\n$/,
    );
  });

  it('ends with 1 where days failed, and lists them', async () => {
    source.answering = (day) => (day === '2012-03-02' ? { status: 404 } : 'row');
    const watched = await command('sync', 'served', '2012-03-01', '2012-03-03', '--watch');
    expect(watched).toMatchObject({ code: 1, stderr: '' });
    expect(watched.stdout).toMatch(
      /✗ Sync completed: 2 succeeded, 1 failed, 0 skipped \| took \d+ s\n1 day failed:\n {2}2012-03-02 REQUEST_REFUSED: expected 200 for 2012-03-02, got 404\nRetry them: npx daysync retry \S+ --url/,
    );
  });

  it('ends with 1 where rows had no readable day, and lists them', async () => {
    const args = ['sync', 'totalled', '2012-03-01', '2012-03-02', '--watch'];
    const watched = await command(...args);
    expect(watched).toMatchObject({ code: 1, stderr: '' });
    expect(watched.stdout).toMatch(
      /✗ Sync completed: 2 succeeded, 0 failed, 0 skipped.*\n12 rows have no readable day and belong to no day \(SOURCE_DAY_UNREADABLE\):\n {2}\S*readings\.csv row 3, column "day": expected a date written yyyy-MM-dd, got "total": total,,3\n/,
    );
    expect(watched.stdout).toMatch(/\n {2}… and 2 more\n$/);
    expect(await command(...args, '--json')).toMatchObject({ code: 0 });
    expect(await command(...args, '--mode', 'all', '--json')).toMatchObject({ code: 1 });
    expect((await inChinese(...args, '--mode', 'all')).stdout).toContain(
      '12 行的日期无法识别，不属于任何一天（SOURCE_DAY_UNREADABLE）：',
    );
  });

  it('previews a plan, and starts exactly that plan', async () => {
    const range = ['weather', '2012-01-02', '2012-01-05'];
    await daysync.sync(days('weather', '2012-01-01', '2012-01-03'));
    const shown = await command('sync', ...range, '--preview');
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(
      /^weather: 4 days\nto sync: 2\n {2}missing: 2 \(2012-01-04…2012-01-05\)\nto skip: 2\n {2}already synced: 2 \(2012-01-02…2012-01-03\)\n/,
    );
    const hash = /--plan-hash (\w+)/.exec(shown.stdout)?.[1] ?? '';
    const plan = json(await command('sync', ...range, '--preview', '--json'));
    expect(plan).toMatchObject({ plan_hash: hash, run: 2, skip: 2 });

    const started = await command('sync', ...range, '--plan-hash', hash, '--watch');
    expect(started.code).toBe(0);
    const outdated = await command('sync', ...range, '--plan-hash', hash);
    expect(outdated).toMatchObject({ code: 4, stdout: '' });
    expect(outdated.stderr).toMatch(/^Refused, PLAN_CHANGED: /);
  });
});

describe('daysync pause, resume, cancel, watch, status', () => {
  it('control a batch, and show its progress', async () => {
    const { task_id } = await daysync.startBatch(days('slow', '2012-01-01', '2012-01-05'));
    expect(await command('pause', task_id)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${task_id}: Sync paused\n`) as unknown,
    });
    const listed = await command('status', '--status', 'paused');
    expect(listed.stdout).toMatch(
      new RegExp(`^BATCH +DATASET .*\\n${task_id} +slow +paused +1/5 \\(20%\\)`),
    );
    expect(json(await command('resume', task_id, '--json'))).toMatchObject({ task_id });
    expect((await command('cancel', task_id)).code).toBe(0);
    const watched = await command('watch', task_id);
    expect(watched).toMatchObject({ code: 1, stderr: '' });
    expect(watched.stdout).toMatch(/^✗ Sync cancelled: 1 succeeded, 0 failed, 4 skipped/m);
    expect(await command('pause', task_id)).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(/^Refused, BATCH_STATE: /) as unknown,
    });
  });

  it('list as many batches as requested', async () => {
    await daysync.sync(days('weather', '2012-06-01', '2012-06-01'));
    await daysync.sync(days('weather', '2012-06-02', '2012-06-02'));
    const one = await command('status', '--limit', '1', '--dataset', 'weather');
    expect(one.stdout).toMatch(/\n1 of \d+\n$/);
    const page = json(await command('status', '--json', '--limit', '1'));
    expect(page).toMatchObject({ page_size: 1, items: [{ status: 'completed' }] });
    expect(await command('status', '--dataset', 'nothing')).toMatchObject({
      code: 0,
      stdout: 'No batches yet.\n',
    });
  });
});

describe('daysync extend', () => {
  it('extends a batch to a larger range, and prints what it has now', async () => {
    const { task_id } = await daysync.startBatch(days('slow', '2015-01-02', '2015-01-04'));
    expect(await command('extend', task_id, '--to', '2015-01')).toMatchObject({
      ...{ code: 0, stderr: '' },
      stdout: `${task_id}: now 2015-01-02 to 2015-01-31, 30 days\nWatch it: npx daysync watch ${task_id} --url ${daysync.url}\n`,
    });
    const both = ['--from', '2015-01-01', '--to', '2015-02-01'];
    const extended = json(await command('extend', task_id, ...both, '--json'));
    expect(extended).toMatchObject({ task_id, start_date: '2015-01-01', total: 32 });
    // "Today" is that of the dataset, which the batch knows.
    expect(await command('extend', task_id, '--to', '-1d')).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^Refused, RANGE_TOO_LARGE: /) as unknown,
    });
    expect(await command('extend', task_id, '--to', '2015-01-31')).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^Refused, RANGE_SHRINKS: /) as unknown,
    });
    expect(await command('extend', task_id)).toMatchObject({
      ...{ code: 2, stdout: '', stderr: 'error: expected --from, --to or both, got neither\n' },
    });
    await command('cancel', task_id);
  });
});

describe('daysync retry', () => {
  it('retries the failed days, all or those with certain codes', async () => {
    source.answering = (day) => ({ status: day === '2012-07-01' ? 404 : 401 });
    const failed = await daysync.sync(days('served', '2012-07-01', '2012-07-02'));
    expect(failed).toMatchObject({ failed: 2 });
    source.answering = () => 'row';
    const some = await command(
      ...['retry', failed.task_id, '--codes', 'REQUEST_REFUSED,NEVER_SEEN', '--watch', '--json'],
    );
    expect(some.code).toBe(0);
    expect(JSON.parse(some.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      total: 1,
      retry_of: failed.task_id,
    });
    const rest = await command('retry', failed.task_id);
    expect(rest).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Sync started') as unknown,
    });
    await daysync.ended(/^(\S+):/.exec(rest.stdout)?.[1] ?? '');
    expect(await command('retry', failed.task_id)).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^Refused, NOTHING_TO_RETRY: /) as unknown,
    });
  });
});

describe('daysync records', () => {
  beforeAll(async () => {
    source.answering = (day) => (day === '2012-08-02' ? { status: 404 } : 'row');
    await daysync.sync(days('served', '2012-08-01', '2012-08-03'));
  });
  const AUGUST = ['records', '--dataset', 'served', '--from', '2012-08-01', '--to', '2012-08-31'];

  it('lists records, filtered, sorted and by page', async () => {
    const { code, stdout } = await command(...AUGUST, '--sort', 'day', '--limit', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^DAY +DATASET .*\n2012-08-01 {2}served +success +1 +1 +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n2012-08-02 {2}served +failed .* REQUEST_REFUSED\n2 of 3\n$/,
    );
    const second = json(
      await command(...AUGUST, '--sort', 'day', '--limit', '2', '--page', '2', '--json'),
    ) as WirePage<SyncRecord>;
    expect(second.items.map(({ day }) => day)).toEqual(['2012-08-03']);
    expect(await command(...AUGUST, '--status', 'skipped')).toMatchObject({
      code: 0,
      stdout: 'No records.\n',
    });
  });

  it('prints records as CSV', async () => {
    const { code, stdout } = await command(...AUGUST, '--status', 'failed', '--csv');
    expect(code).toBe(0);
    const [head, ...rows] = stdout.trimEnd().split('\n');
    expect(head).toContain('dataset,day,status');
    expect(rows).toEqual([expect.stringMatching(/^served,2012-08-02,failed,/)]);
  });
});

describe('daysync schedules', () => {
  it('lists schedules with their next runs', async () => {
    const { code, stdout } = await command('schedules');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^DATASET +CRON .*\nslow +30 6 \* \* \* +Asia\/Shanghai +3 +missing +– +\d{4}-\d\d-\d\d 22:30:00\n(?: +\d{4}-\d\d-\d\d 22:30:00\n){4}$/,
    );
    expect(json(await command('schedules', '--json'))).toMatchObject({
      items: [{ dataset: 'slow', schedule: { cron: '30 6 * * *', last_run: null } }],
    });
  });
});

describe('a refusal', () => {
  it('ends with 4 and prints the reason and a hint', async () => {
    const busy = await daysync.startBatch(days('slow', '2013-01-01', '2013-01-05'));
    const range = ['slow', '2013-01-05', '2013-01-06'];
    const overlap = await command('sync', ...range);
    expect(overlap).toMatchObject({ code: 4, stdout: '' });
    expect(overlap.stderr).toMatch(/^Refused, BATCH_OVERLAPS: /);
    expect(overlap.stderr).toContain(`Watch it: npx daysync watch ${busy.task_id}`);
    const refused = await command('sync', ...range, '--json');
    expect(JSON.parse(refused.stderr)).toMatchObject({
      code: 'BATCH_OVERLAPS',
      task_id: busy.task_id,
      status: 409,
    });
    expect(await command('watch', 'nothing')).toMatchObject({ code: 4, stdout: '' });
  });

  it('of a missing token, or of one without the right, is reported as such', async () => {
    const [none, viewer] = await Promise.all([
      runHere(['status'], { DAYSYNC_URL: daysync.url }),
      runHere(['sync', 'weather', '2012-01-01', '2012-01-01'], {
        DAYSYNC_URL: daysync.url,
        DAYSYNC_TOKEN: VIEWER,
      }),
    ]);
    expect(none).toMatchObject({ code: 4, stdout: '' });
    expect(none.stderr).toContain('Set DAYSYNC_TOKEN');
    expect(viewer).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^Refused, FORBIDDEN: /) as unknown,
    });
  });
});

describe('daysync datasets reload', () => {
  let file: string;
  let before: { readonly datasets: readonly DatasetYaml[] };
  beforeAll(async () => {
    file = path.join(daysync.folder, 'datasets.yaml');
    before = JSON.parse(await readFile(file, 'utf8')) as typeof before;
  });
  const change = (name: string, changes: object): Promise<void> => {
    const datasets = before.datasets.map((one) =>
      one.name === name ? { ...one, ...changes } : one,
    );
    return writeFile(file, JSON.stringify({ ...before, datasets }));
  };

  it('lets the server take in its changed file, and prints what has changed', async () => {
    await change('weather', { title: 'Weather', throttle: { days_per_minute: 600 } });
    const { code, stderr, stdout } = await command('datasets', 'reload');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^The datasets file is in use now, version [0-9a-f]{16}\.\ndataset weather: changed \(title, throttle\)\n/,
    );
    expect(json(await command('datasets', 'reload', '--json'))).toMatchObject({ is_new: false });
    expect((await inChinese('datasets', 'reload')).stdout).toMatch(
      /^数据集文件没有变化，版本 [0-9a-f]{16}。\n$/,
    );
  });

  it('ends with 4 where the file is refused, and prints every reason', async () => {
    await change('weather', { attempts: 0, concurrency: 0 });
    const invalid = await command('datasets', 'reload');
    expect(invalid).toMatchObject({ code: 4, stdout: '' });
    expect(invalid.stderr).toMatch(
      /^Refused, DATASETS_FILE_INVALID: .*\n\S+datasets\.yaml:\d+:\d+ datasets\[0\]\.\w+: expected .*\n\S+ datasets\[0\]\.\w+: expected .*\n$/,
    );
    const { task_id } = await daysync.startBatch(days('slow', '2014-01-01', '2014-01-05'));
    await change('slow', { source: { kind: 'csv', path: 'other.csv', day_column: 'date' } });
    const inUse = await command('datasets', 'reload');
    expect(inUse).toMatchObject({ code: 4, stdout: '' });
    expect(inUse.stderr).toContain(`\nslow: ${task_id}\n`);
    await writeFile(file, JSON.stringify(before));
  });
});
