// `daysync sync --local`: a batch without a server. Each of its runs starts an engine, so that one test has many steps.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { DayServer } from '../day-server.js';
import { ended } from '../ended.js';
import { scratchFolder, writeDatasets, writeScratch } from '../scratch.js';
import { rowsByDay } from '../target-table.js';
import type { Progress } from '../wire.js';
import { launchCommand, runCommand, said, type CommandEnvironment } from './command.js';

let source: DayServer;
beforeAll(async () => {
  source = await DayServer.start(() => 'row');
});

let folder: string;
let env: CommandEnvironment;
beforeEach(async () => {
  folder = await scratchFolder();
  env = {
    DATA_DIR: path.join(folder, 'data'),
    LOG_FILE: path.join(folder, 'app.log'),
    DATASETS_FILE: await writeDatasets(folder, source.dataset()),
    // What a server would use, and a batch of its own does not.
    PORT: '8000',
    AUTH_TOKENS: `ana:operator:${'a'.repeat(40)}`,
    DAYSYNC_URL: 'http://127.0.0.1:9',
  };
});

const sync = (...range: string[]): string[] => ['sync', 'served', ...range, '--local'];

/** The engine of a command that was killed ends by itself, in order. */
async function engineEnded(): Promise<void> {
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
  it('runs a batch and ends with it; killed in the midst and run again, it goes on where it stopped', async () => {
    source.answering = (day) => (day === '2012-01-02' ? { status: 404 } : 'row');
    const first = await runCommand(sync('2012-01-01', '2012-01-03'), env);
    expect(first).toMatchObject({ code: 1, stderr: '' });
    expect(first.stdout).toMatch(/✗ Sync completed: 2 succeeded, 1 failed, 0 skipped/);
    // The server that it had is gone.
    expect(first.stdout).toMatch(
      /\nTry them again: npx daysync sync served 2012-01-01 2012-01-03 --local\n$/,
    );

    let release = source.holdDay('2012-01-05');
    const killed = launchCommand([...sync('2012-01-01', '2012-01-06'), '--json'], env);
    const end = ended(killed);
    await said(killed, /"finished":4/);
    killed.kill('SIGKILL');
    await end;
    release();
    await engineEnded();

    // An engine that starts goes on by itself: held, so that it is not done before it is asked.
    release = source.holdDay('2012-01-06');
    const again = launchCommand([...sync('2012-01-01', '2012-01-06'), '--json'], env);
    const endAgain = ended(again);
    await said(
      again,
      /^Going on with 2012-01-01_2012-01-06_\d+, which holds days of this range.\n$/,
    );
    release();
    const { code, stdout } = await endAgain;
    expect(code).toBe(0);
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Progress;
    expect(last).toMatchObject({ status: 'completed', success: 4, skipped: 2 });
    // Each day was asked for once, but the one that failed.
    const times = (day: string): number => source.requests.filter((asked) => asked === day).length;
    expect(['01', '02', '03', '04', '05', '06'].map((day) => times(`2012-01-${day}`))).toEqual([
      1, 2, 1, 1, 1, 1,
    ]);
    expect(
      Object.keys(await rowsByDay(path.join(folder, 'data/daysync.db'), 'served')),
    ).toHaveLength(6);
  });

  it('interrupted or paused, stops where it is; a longer range goes on with it first', async () => {
    const release = source.holdDay('2012-02-02');
    const child = launchCommand(sync('2012-02-01', '2012-02-14'), env);
    const end = ended(child);
    await said(child, /^[12]\/14 .*\n/m);
    child.kill('SIGINT');
    release();
    expect(await end).toMatchObject({
      code: 130,
      stderr: 'The batch stands still. The same command goes on where it stopped.\n',
    });

    // More days are left than it takes to find the source down, however quick the stop was.
    source.answering = () => ({ status: 401 });
    const paused = await runCommand(sync('2012-02-01', '2012-02-14'), env);
    expect(paused.code).toBe(1);
    expect(paused.stderr).toMatch(/The batch has paused: .*got 401/);

    source.answering = () => 'row';
    const longer = await runCommand(sync('2012-02-01', '2012-02-15'), env);
    expect(longer).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Going on with /) as unknown,
    });
    expect(longer.stdout).toMatch(/✓ Sync completed: 14 succeeded, 0 failed, 0 skipped/);
    expect(longer.stdout).toMatch(/✓ Sync completed: 1 succeeded, 0 failed, 14 skipped/);
  });

  it('leaves a batch alone that was paused by hand, and says how it is resumed', async () => {
    const release = source.holdDay('2012-03-01');
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
        stderr: `${task_id} was paused by hand. Resume it on a running server (npx daysync serve): npx daysync resume ${task_id}\n`,
      });
    }
    expect(source.requests.filter((day) => day > '2012-03-01' && day < '2012-04')).toEqual([]);
  });

  it('leaves a data folder alone that a server works on, and says what is wrong as a start does', async () => {
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
          `is in use by process ${daysync.pid} .*\\n.*leave out --local, and give its address by --url`,
        ),
      ) as unknown,
    });
    expect(misconfigured).toMatchObject({ code: 78, stdout: '' });
    expect(misconfigured.stderr).toContain(`${wrong}:1:11 datasets: expected a list`);
  });
});
