// The rows in quarantine on the command line, on a real server.
import { beforeAll, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import type { WirePage } from '../wire.js';
import { runCommand, type CommandExit } from './command.js';

let daysync: DaysyncProcess;
let command: (...args: string[]) => Promise<CommandExit>;
beforeAll(async () => {
  const csv = 'day,city,degrees\n2012-03-01,Oslo,1\n2012-03-01,Rome,hot\n2012-03-02,Rome,2\n';
  const file = await writeScratch(await scratchFolder(), 'readings.csv', csv);
  daysync = await startDaysync({
    datasets: [readings(file, { on_bad_row: { quarantine: '50%' } })],
  });
  command = (...args) => runCommand(args, { DAYSYNC_URL: daysync.url });
});

it('a sync with rows in quarantine ends with 0, and prints how to list them', async () => {
  const { code, stdout } = await command('sync', 'readings', '2012-03-01', '2012-03-02', '--watch');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /\n1 row does not fit and is in quarantine\. List: npx daysync quarantine --batch \S+ --url \S+\n$/,
  );
});

it('lists the rows, filtered, as a table, JSON or CSV', async () => {
  const table = await command('quarantine', '--dataset', 'readings', '--days', '2012-03');
  expect(table.stdout).toMatch(
    /^DAY +DATASET +FILE .*\n2012-03-01 {2}readings .* 2 +VALUE_INVALID {2}degrees {2}expected an integer .* 2012-03-01,Rome,hot\n$/,
  );
  const { items } = JSON.parse((await command('quarantine', '--json')).stdout) as WirePage<object>;
  expect(items).toMatchObject([{ row: 2, content: '2012-03-01,Rome,hot' }]);
  const csv = await command('quarantine', '--code', 'VALUE_INVALID', '--csv');
  expect(csv.stdout).toContain('2012-03-01,Rome,hot');
  expect(await command('quarantine', '--from', '2012-03-02')).toMatchObject({
    ...{ code: 0, stdout: 'No rows in quarantine.\n' },
  });
});

it('syncs their days again; without any it is refused', async () => {
  const again = await command('quarantine', 'retry', 'readings', '--watch');
  expect(again).toMatchObject({ code: 0 });
  expect(again.stdout).toContain('1 succeeded, 0 failed, 0 skipped');
  const none = await command('quarantine', 'retry', 'readings', '--codes', 'SOURCE_ROW_RAGGED');
  expect(none).toMatchObject({ code: 4 });
  expect(none.stderr).toContain('NOTHING_TO_RETRY');
});
