// The commands that run a program on this machine.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ended } from '../ended.js';
import { readings, scratchFolder, weather, writeDatasets, writeScratch } from '../scratch.js';
import {
  launchCommand,
  outputMatching,
  runCommand,
  settingsIn,
  type CommandEnvironment,
} from './command.js';

let folder: string;
let env: CommandEnvironment;
beforeAll(async () => {
  folder = await scratchFolder();
  await writeDatasets(folder, weather());
  env = { ...settingsIn(folder), PORT: '0' };
});

describe('daysync datasets', () => {
  it('check ends with 0 for a valid file, and with 78 for an invalid one', async () => {
    const [right, wrong] = await Promise.all([
      runCommand(['datasets', 'check'], env),
      runCommand(
        [
          'datasets',
          'check',
          await writeScratch(folder, 'wrong.yaml', 'datasets:\n  - name: One\n'),
        ],
        env,
      ),
    ]);
    expect(right).toEqual({
      code: 0,
      stdout: `${env['DATASETS_FILE'] ?? ''}: OK\n  weather: csv → weather_daily, 7 columns\n`,
      stderr: '',
    });
    expect(wrong).toMatchObject({ code: 78, stdout: '' });
    expect(wrong.stderr).toContain('datasets[0].name: expected a name');
  });

  it('try prints a day; it ends with 1 for a day that does not fit, with 2 for an unknown dataset', async () => {
    const csv = await writeScratch(
      folder,
      'readings.csv',
      'day,city,degrees\n2012-01-01,Oslo,mild\n',
    );
    const file = await writeDatasets(await scratchFolder(), readings(csv));
    const [fits, doesNot, unknown, month, ago] = await Promise.all([
      runCommand(['datasets', 'try', 'weather', '2012-03-01'], env),
      runCommand(['datasets', 'try', 'readings', '2012-01-01', file], env),
      runCommand(['datasets', 'try', 'wether', '2012-03-01'], env),
      runCommand(['datasets', 'try', 'weather', '2012-03'], env),
      runCommand(['datasets', 'try', 'weather', '-7d'], env),
    ]);
    const weekAgo = new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10);
    expect(ago.stdout).toMatch(new RegExp(`^weather ${weekAgo}: 0 rows, nothing written\n`));
    expect(month).toMatchObject({ code: 2, stdout: '' });
    expect(month.stderr).toContain(
      'expected one day, got 2012-03: the days 2012-03-01 to 2012-03-31',
    );
    expect(fits).toMatchObject({ code: 0, stderr: '' });
    expect(fits.stdout).toMatch(/^weather 2012-03-01: 2 rows, nothing written\n/);
    expect(doesNot.code).toBe(1);
    expect(unknown).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'expected one of the datasets weather, got "wether"',
      ) as unknown,
    });
    expect(unknown.stderr).toContain('\ndaysync datasets try <dataset> <day');
    expect(unknown.stderr).not.toContain('npm run');
  });
});

describe('daysync serve and daysync backup', () => {
  it('run the server until a signal, and copy its database while it runs', async () => {
    const server = launchCommand(['serve'], env);
    const end = ended(server);
    const [, url = ''] = await outputMatching(server, /^Daysync: (\S+)/m);
    const synced = await runCommand(
      ['sync', 'weather', '2012-01-01', '2012-01-03', '--watch', '--url', url],
      {},
    );
    expect(synced).toMatchObject({ code: 0 });
    const copy = path.join(folder, 'copy.db');
    const copied = await runCommand(['backup', copy], env);
    expect(copied).toMatchObject({ code: 0, stderr: '' });
    expect(copied.stdout).toContain('integrity_check: ok');
    expect(existsSync(copy)).toBe(true);
    server.kill('SIGTERM');
    expect(await end).toMatchObject({ code: 0 });
  });

  it('report the errors of the programs', async () => {
    const [served, copied] = await Promise.all([
      runCommand(['serve'], { ...env, PORT: 'eighty' }),
      runCommand(['backup', 'copy.db'], { ...env, DATA_DIR: path.join(folder, 'nothing') }),
    ]);
    expect(served).toMatchObject({ code: 78, stderr: expect.stringContaining('PORT') as unknown });
    expect(copied).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no database') as unknown,
    });
  });
});
