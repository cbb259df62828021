// Marked days on the command line, on a real server.
import { beforeAll, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import { runCommand, type CommandExit } from './command.js';

let daysync: DaysyncProcess;
let command: (...args: string[]) => Promise<CommandExit>;
beforeAll(async () => {
  const csv = 'day,city,degrees\n2012-03-01,Oslo,1\n2012-03-02,Oslo,1\n2012-03-02,Rome,2\n';
  const file = await writeScratch(await scratchFolder(), 'readings.csv', csv);
  daysync = await startDaysync({
    datasets: [readings(file, { checks: { rows: { min: 2 }, action: 'warn' } })],
  });
  command = (...args) => runCommand(args, { DAYSYNC_URL: daysync.url });
  await daysync.sync({ start_date: '2012-03-01', end_date: '2012-03-02' });
});

it('lists the marked days alone', async () => {
  const { code, stdout } = await command('records', '--unusual');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^DAY .*\n2012-03-01 {2}readings {2}success +1 +1 {2}.* {2}unusual: rows\.min\n$/,
  );
});

it('accepts one of them, which is no longer marked', async () => {
  expect(await command('accept', 'readings', '2012-03-01')).toMatchObject({
    code: 0,
    stdout:
      '2012-03-01 of readings is accepted. It was marked for:\nexpected at least 2 rows (checks.rows.min), got 1\n',
  });
  expect(await command('records', '--unusual')).toMatchObject({ code: 0, stdout: 'No records.\n' });
  const refused = await command('accept', 'readings', '2012-03-02');
  expect(refused).toMatchObject({ code: 4 });
  expect(refused.stderr).toContain('NOTHING_TO_ACCEPT');
});

it('accepts one day at a time', async () => {
  const { code, stderr } = await command('accept', 'readings', '2012-03');
  expect(code).toBe(2);
  expect(stderr).toContain('expected one day, got 2012-03-01 to 2012-03-31');
});
