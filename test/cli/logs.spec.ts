// The log of a batch on the command line, on a real server.
import { beforeAll, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import { runCommand, type CommandExit } from './command.js';

let daysync: DaysyncProcess;
let command: (...args: string[]) => Promise<CommandExit>;
beforeAll(async () => {
  const csv = 'day,city,degrees\n2012-03-01,Oslo,1\n2012-03-02,Rome,hot\n2012-03-03,Rome,2\n';
  const file = await writeScratch(await scratchFolder(), 'readings.csv', csv);
  daysync = await startDaysync({
    datasets: [readings(file, { throttle: { days_per_minute: 60 } })],
  });
  command = (...args) => runCommand(args, { DAYSYNC_URL: daysync.url });
});

it('follows a batch to its end, and prints each entry once', async () => {
  const started = await command('sync', 'readings', '2012-03-01', '2012-03-03', '--json');
  const { task_id: id } = JSON.parse(started.stdout) as { task_id: string };
  const { code, stdout } = await command('logs', id, '--follow');
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}/, ''))).toEqual([
    'batch       created',
    'batch       started',
    '2012-03-01  attempt 1 started',
    '2012-03-01  succeeded, 1 row',
    '2012-03-02  attempt 1 started',
    expect.stringMatching(
      /^2012-03-02 {2}failed {2}VALUE_INVALID: row 2, column degrees: expected /,
    ),
    '2012-03-03  attempt 1 started',
    '2012-03-03  succeeded, 1 row',
    'batch       ended  completed',
  ]);

  const latest = await command('logs', id, '--limit', '1', '--json');
  expect(latest.stdout.split('\n')).toHaveLength(2);
  expect(JSON.parse(latest.stdout)).toMatchObject({ kind: 'ended', code: 'completed', day: null });
  const some = await command('logs', id, '--limit', '2');
  expect(some.stdout.split('\n')).toHaveLength(3);
  expect(some.stderr).toBe('The latest 2 entries; --limit shows more.\n');
});

it('refuses an unknown batch', async () => {
  const { code, stderr } = await command('logs', '2012-03-01_2012-03-03_1');
  expect(code).toBe(4);
  expect(stderr).toContain('BATCH_NOT_FOUND');
});
