// The datasets of a real server on the command line, with what needs attention.
import { writeFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, writeScratch, type DatasetYaml } from '../scratch.js';
import { runHere, type CommandExit } from './command.js';

let daysync: DaysyncProcess;
const command = (...args: string[]): Promise<CommandExit> =>
  runHere(args, { DAYSYNC_URL: daysync.url });
const namesIn = (json: string): readonly string[] =>
  (JSON.parse(json) as { items: { name: string }[] }).items.map(({ name }) => name);

beforeAll(async () => {
  const folder = await scratchFolder();
  const rows = 'day,city,degrees\n2012-03-01,Oslo,1\n2012-03-03,Oslo,hot\n2012-03-03,Rome,3\n';
  const mixed = await writeScratch(folder, 'mixed.csv', rows);
  const plain = rows.replace('hot', '2');
  const file = await writeScratch(folder, 'plain.csv', plain);
  const changing = await writeScratch(folder, 'changing.csv', plain);
  const named = (name: string, changes: Partial<DatasetYaml> = {}): DatasetYaml =>
    readings(file, {
      ...{ name, target: { table: name, columns: { city: 'text', degrees: 'integer' } } },
      ...changes,
    });
  daysync = await startDaysync({
    datasets: [
      named('fine'),
      named('drifted', { source: { kind: 'csv', path: changing, day_column: 'day' } }),
      named('quarantined', {
        source: { kind: 'csv', path: mixed, day_column: 'day' },
        on_bad_row: { quarantine: '50%' },
      }),
      named('unusual', { checks: { rows: { min: 2 }, action: 'warn' } }),
      named('uncovered'),
      named('late', { fresh_by: '08:00' }),
    ],
  });
  for (const dataset of ['fine', 'drifted', 'quarantined', 'unusual']) {
    await daysync.sync({ dataset, start_date: '2012-03-01', end_date: '2012-03-03' });
  }
  for (const day of ['2012-03-01', '2012-03-03']) {
    await daysync.sync({ dataset: 'uncovered', start_date: day, end_date: day });
  }
  await writeFile(changing, plain.replace('Rome,3', 'Rome,33'));
  const verified = await command('verify', 'drifted', '--report');
  expect(verified.code).toBe(1);
});

it('lists those that need attention first, the most urgent before the others', async () => {
  await expect
    .poll(async () => namesIn((await command('datasets', '--json')).stdout), { timeout: 20_000 })
    .toEqual(['late', 'uncovered', 'unusual', 'quarantined', 'drifted', 'fine']);
  const { code, stderr, stdout } = await command('datasets');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    [
      'DATASET      SYNCED  FIRST       LAST        NEEDS ATTENTION',
      'late         0       –           –           late',
      'uncovered    2       2012-03-01  2012-03-03  1 uncovered day',
      'unusual      2       2012-03-01  2012-03-03  1 unusual day',
      'quarantined  2       2012-03-01  2012-03-03  1 row in quarantine',
      'drifted      2       2012-03-01  2012-03-03  1 drifted day',
      'fine         2       2012-03-01  2012-03-03',
      '',
    ].join('\n'),
  );
});

it('lists only those that need attention, and ends with 1', async () => {
  const table = await command('datasets', '--needs-attention');
  expect(table.code).toBe(1);
  expect(table.stdout).not.toContain('fine');
  const json = await command('datasets', '--needs-attention', '--json');
  expect(json.code).toBe(1);
  expect(namesIn(json.stdout)).toEqual(['late', 'uncovered', 'unusual', 'quarantined', 'drifted']);
});
