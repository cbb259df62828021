// Watching when a signal arrives, when the output is closed, and when the server restarts.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { DayServer } from '../day-server.js';
import { ended } from '../ended.js';
import { TOP } from '../scratch.js';
import type { Progress } from '../wire.js';
import { launchCommand, outputMatching, runHere } from './command.js';

let source: DayServer;
let daysync: DaysyncProcess;
beforeAll(async () => {
  source = await DayServer.start(() => 'row');
  daysync = await startDaysync({ datasets: [source.dataset()] });
});

describe('a signal while a batch is watched', () => {
  it('ends the watch, prints how to watch again, and leaves the batch running', async () => {
    const release = source.pauseDay('2012-01-03');
    const args = ['sync', 'served', '2012-01-01', '2012-01-03', '--watch'];
    const child = launchCommand(args, { DAYSYNC_URL: daysync.url });
    const end = ended(child);
    await outputMatching(child, /^\d+\/3 .*\n/m);
    child.kill('SIGINT');
    const { code, stderr } = await end;
    expect(code).toBe(130);
    const hint = /^The batch continues. Watch it: npx daysync watch (\S+) --url/;
    const taskId = hint.exec(stderr)?.[1] ?? '';
    expect(await daysync.progress(taskId)).toMatchObject({ finished_at: null });
    release();
    const watched = await runHere(['watch', taskId, '--url', daysync.url]);
    expect(watched).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('3 succeeded') as unknown,
    });
  });

  it('reaches the command through the launcher, which returns its exit code', async () => {
    const release = source.pauseDay('2012-02-02');
    const args = ['sync', 'served', '2012-02-01', '2012-02-02', '--watch'];
    const launcher = spawn(process.execPath, [path.join(TOP, 'tools/daysync.mjs'), ...args], {
      cwd: daysync.folder,
      env: { PATH: process.env['PATH'], DAYSYNC_URL: daysync.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = ended(launcher);
    await outputMatching(launcher, /^\d+\/2 .*\n/m);
    launcher.kill('SIGTERM');
    expect(await end).toMatchObject({ code: 143 });
    release();
  });
});

describe('a closed output', () => {
  it('ends a watch with 141, as an interrupt does, and a list with 0', async () => {
    const releaseSecond = source.pauseDay('2012-04-02');
    const args = ['sync', 'served', '2012-04-01', '2012-04-03', '--watch', '--json'];
    const child = launchCommand(args, { DAYSYNC_URL: daysync.url });
    const end = ended(child);
    await outputMatching(child, /"finished":1/);
    child.stdout?.destroy();
    const releaseThird = source.pauseDay('2012-04-03');
    releaseSecond();
    const { code, stderr } = await end;
    expect(code).toBe(141);
    releaseThird();
    const hint = /^The batch continues. Watch it: npx daysync watch (\S+) --url \S+\n$/;
    const taskId = hint.exec(stderr)?.[1] ?? '';
    expect(await daysync.ended(taskId)).toMatchObject({ success: 3 });

    for (const list of [['status'], ['records'], ['records', '--csv']]) {
      const reader = launchCommand(list, { DAYSYNC_URL: daysync.url });
      reader.stdout?.destroy();
      expect(await ended(reader)).toMatchObject({ code: 0, stderr: '' });
    }
  });
});

describe('a server that restarts while a batch is watched', () => {
  it('is waited for, and reported once', async () => {
    const release = source.pauseDay('2012-03-03');
    const args = ['sync', 'served', '2012-03-01', '2012-03-03', '--watch', '--json'];
    const child = launchCommand(args, { DAYSYNC_URL: daysync.url });
    const end = ended(child);
    await outputMatching(child, /"finished":2/);
    const port = Number(new URL(daysync.url).port);
    await daysync.kill();
    await outputMatching(child, /No answer from/);
    daysync = await startDaysync({ folder: daysync.folder, datasets: [source.dataset()], port });
    release();
    const { code, stdout, stderr } = await end;
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^No answer from http:\S+; retrying in \d s\nThe server answers again.\n$/,
    );
    const lines = stdout.trimEnd().split('\n');
    const progresses = lines.map((line) => JSON.parse(line) as Progress);
    expect(progresses[0]).toMatchObject({ rev: 1, finished: 0 });
    expect(progresses.at(-1)).toMatchObject({ status: 'completed', success: 3 });
  });
});
