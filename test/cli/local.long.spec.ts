// `daysync sync --local`. Each run starts a server, which is slow: each test has many steps.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryRows } from '../database-queries.js';
import { startDaysync } from '../daysync-process.js';
import { DayServer } from '../day-server.js';
import { ended } from '../ended.js';
import { scratchFolder, writeDatasets, writeScratch } from '../scratch.js';
import { rowsByDay } from '../target-table.js';
import type { Progress } from '../wire.js';
import {
  launchCommand,
  outputMatching,
  runCommand,
  settingsIn,
  type CommandEnvironment,
} from './command.js';

let source: DayServer;
beforeAll(async () => {
  source = await DayServer.start(() => 'row');
});

let folder: string;
let env: CommandEnvironment;
beforeEach(async () => {
  folder = await scratchFolder();
  await writeDatasets(folder, source.dataset());
  env = {
    ...settingsIn(folder),
    // Settings of a shared server, which a local one ignores.
    PORT: '8000',
    AUTH_TOKENS: `ana:operator:${'a'.repeat(40)}`,
    DAYSYNC_URL: 'http://127.0.0.1:9',
  };
});

const sync = (...range: string[]): string[] => ['sync', 'served', ...range, '--local'];

/** Waits until the server of a killed command has stopped. */
async function localServerEnded(): Promise<void> {
  const { pid } = JSON.parse(await readFile(path.join(folder, 'data/lock.json'), 'utf8')) as {
    pid: number;
  };
  while (isAlive(pid)) await sleep(20);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('daysync sync --local', () => {
  it('runs a batch; killed and run again, it continues the batch', async () => {
    source.answering = (day) => (day === '2012-01-02' ? { status: 404 } : 'row');
    const first = await runCommand(sync('2012-01-01', '2012-01-03'), env);
    expect(first).toMatchObject({ code: 1, stderr: '' });
    expect(first.stdout).toMatch(/✗ Sync completed: 2 succeeded, 1 failed, 0 skipped/);
    // The command line has no --url: the local server has stopped.
    expect(first.stdout).toMatch(
      /\nRetry them: npx daysync sync served 2012-01-01 2012-01-03 --local\n$/,
    );

    let release = source.pauseDay('2012-01-05');
    const killed = launchCommand([...sync('2012-01-01', '2012-01-06'), '--json'], env);
    const end = ended(killed);
    await outputMatching(killed, /"finished":4/);
    killed.kill('SIGKILL');
    await end;
    release();
    await localServerEnded();

    // The new server continues the batch at once: its last day is held until the command has found it.
    release = source.pauseDay('2012-01-06');
    const again = launchCommand([...sync('2012-01-01', '2012-01-06'), '--json'], env);
    const endAgain = ended(again);
    await outputMatching(
      again,
      /^Continuing 2012-01-01_2012-01-06_\d+ first: it includes days of this range.\n$/,
    );
    release();
    const { code, stdout } = await endAgain;
    expect(code).toBe(0);
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Progress;
    expect(last).toMatchObject({ status: 'completed', success: 4, skipped: 2 });
    // Only the failed day was fetched twice.
    const times = (day: string): number => source.requests.filter((asked) => asked === day).length;
    expect(['01', '02', '03', '04', '05', '06'].map((day) => times(`2012-01-${day}`))).toEqual([
      1, 2, 1, 1, 1, 1,
    ]);
    expect(
      Object.keys(await rowsByDay(path.join(folder, 'data/daysync.db'), 'served')),
    ).toHaveLength(6);
  });

  it('interrupted or paused, leaves the batch; a longer range continues it first', async () => {
    const release = source.pauseDay('2012-02-02');
    const child = launchCommand(sync('2012-02-01', '2012-02-14'), env);
    const end = ended(child);
    await outputMatching(child, /^[12]\/14 .*\n/m);
    child.kill('SIGINT');
    release();
    expect(await end).toMatchObject({
      code: 130,
      stderr: 'The batch has stopped. Run the same command to continue it.\n',
    });

    // More days are left than the failures that pause a batch.
    source.answering = () => ({ status: 401 });
    const paused = await runCommand(sync('2012-02-01', '2012-02-14'), env);
    expect(paused.code).toBe(1);
    expect(paused.stderr).toMatch(/The batch paused automatically: .*got 401/);

    source.answering = () => 'row';
    const longer = await runCommand(sync('2012-02-01', '2012-02-15'), env);
    expect(longer).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Continuing /) as unknown,
    });
    expect(longer.stdout).toMatch(/✓ Sync completed: 14 succeeded, 0 failed, 0 skipped/);
    expect(longer.stdout).toMatch(/✓ Sync completed: 1 succeeded, 0 failed, 14 skipped/);
  });

  it('lists batches and records of the data folder, and runs nothing', async () => {
    const [none, noRecords] = [
      await runCommand(['status', '--local'], env),
      await runCommand(['records', '--local', '--csv'], env),
    ];
    expect(none).toEqual({ code: 0, stdout: 'No batches yet.\n', stderr: '' });
    expect(noRecords).toMatchObject({ code: 0, stderr: '' });
    expect(noRecords.stdout.trimEnd().split('\n')).toHaveLength(1);

    const release = source.pauseDay('2012-04-02');
    const child = launchCommand(sync('2012-04-01', '2012-04-04'), env);
    const end = ended(child);
    await outputMatching(child, /^[12]\/4 .*\n/m);
    child.kill('SIGINT');
    release();
    await end;

    const before = source.requests.length;
    const status = await runCommand(['status', '--local'], env);
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(status.stdout).toMatch(/\n2012-04-01_2012-04-04_\d+ +served +running +/);
    const listed = await runCommand(
      ['records', '--local', '--days', '2012-04', '--sort', 'day', '--json'],
      env,
    );
    const { items } = JSON.parse(listed.stdout) as { items: readonly { day: string }[] };
    expect(items[0]).toMatchObject({ day: '2012-04-01', status: 'success' });
    expect(source.requests.slice(before)).toEqual([]);
  });

  it('only reads for lists and previews: what the file changes is left to the next start', async () => {
    expect(await runCommand(sync('2012-05-01', '2012-05-01'), env)).toMatchObject({ code: 0 });
    const { target, ...dataset } = source.dataset();
    const columns = { ...target.columns, note: { type: 'text', nullable: true } };
    await writeDatasets(folder, { ...dataset, target: { table: 'moved', columns } });
    const file = path.join(folder, 'data/daysync.db');
    const schema = (): Promise<unknown> => queryRows(file, 'select name, sql from sqlite_master');
    const before = await schema();
    for (const args of [
      ['status', '--local'],
      ['records', '--local'],
      ['quarantine', '--local'],
      [...sync('2012-05-01', '2012-05-02'), '--preview'],
    ]) {
      const { code, stderr } = await runCommand(args, env);
      expect([args[0], code, stderr]).toEqual([
        args[0],
        0,
        expect.stringMatching(/^Left to the next start: dataset served: /),
      ]);
    }
    expect(await schema()).toEqual(before);
  });

  it('does not resume a batch that was paused manually, and prints how to resume it', async () => {
    const release = source.pauseDay('2012-03-01');
    const daysync = await startDaysync({ folder, datasets: [source.dataset()] });
    const range = { dataset: 'served', start_date: '2012-03-01', end_date: '2012-03-03' };
    const { task_id } = await daysync.startBatch(range);
    const paused = await runCommand(['pause', task_id], { DAYSYNC_URL: daysync.url });
    expect(paused.code).toBe(0);
    release();
    await daysync.stop();

    for (const days of [
      ['2012-03-01', '2012-03-03'],
      ['2012-03-03', '2012-03-05'],
    ]) {
      expect(await runCommand(sync(...days), env)).toEqual({
        code: 1,
        stdout: '',
        stderr: `${task_id} was paused manually. Resume it on a running server (npx daysync serve): npx daysync resume ${task_id}\n`,
      });
    }
    expect(source.requests.filter((day) => day > '2012-03-01' && day < '2012-04')).toEqual([]);
  });

  it('refuses a data folder in use, and reports a wrong configuration', async () => {
    const daysync = await startDaysync({ datasets: [source.dataset()] });
    const used = { ...env, DATA_DIR: path.join(daysync.folder, 'data') };
    const wrong = await writeScratch(folder, 'wrong.yaml', 'datasets: 1\n');
    const [inUse, misconfigured] = await Promise.all([
      runCommand(sync('2012-01-01', '2012-01-02'), used),
      runCommand(sync('2012-01-01', '2012-01-02'), { ...env, DATASETS_FILE: wrong }),
    ]);
    expect(inUse).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(
          `is in use by process ${daysync.pid} .*\\n.*leave out --local, and set the server’s address by --url`,
        ),
      ) as unknown,
    });
    expect(misconfigured).toMatchObject({ code: 78, stdout: '' });
    expect(misconfigured.stderr).toContain(`${wrong}:1:11 datasets: expected a list`);
  });
});
