// Rows in quarantine, marked days and the log of a batch on the command line, on a real server.
import { beforeAll, describe, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, writeScratch, type DatasetYaml } from '../scratch.js';
import type { WirePage } from '../wire.js';
import { runHere, type CommandExit } from './command.js';

const ROWS = {
  readings: '2012-03-01,Oslo,1\n2012-03-01,Rome,hot\n2012-03-02,Rome,2\n',
  marked: '2012-03-01,Oslo,1\n2012-03-02,Oslo,1\n2012-03-02,Rome,2\n',
  logged: '2012-03-01,Oslo,1\n2012-03-02,Rome,hot\n2012-03-03,Rome,2\n',
};

let daysync: DaysyncProcess;
const command = (...args: string[]): Promise<CommandExit> =>
  runHere(args, { DAYSYNC_URL: daysync.url });

beforeAll(async () => {
  const folder = await scratchFolder();
  const named = async (
    name: keyof typeof ROWS,
    changes: Partial<DatasetYaml>,
  ): Promise<DatasetYaml> =>
    readings(await writeScratch(folder, `${name}.csv`, `day,city,degrees\n${ROWS[name]}`), {
      ...{ name, target: { table: name, columns: { city: 'text', degrees: 'integer' } } },
      ...changes,
    });
  daysync = await startDaysync({
    datasets: [
      await named('readings', { on_bad_row: { quarantine: '50%' } }),
      await named('marked', { checks: { rows: { min: 2 }, action: 'warn' } }),
      await named('logged', { throttle: { days_per_minute: 300 } }),
    ],
  });
  await daysync.sync({ dataset: 'marked', start_date: '2012-03-01', end_date: '2012-03-02' });
});

describe('rows in quarantine', () => {
  it('a sync with rows in quarantine ends with 0, and prints how to list them', async () => {
    const { code, stdout } = await command(
      'sync',
      'readings',
      '2012-03-01',
      '2012-03-02',
      '--watch',
    );
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
    const { items } = JSON.parse(
      (await command('quarantine', '--json')).stdout,
    ) as WirePage<object>;
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
});

describe('marked days', () => {
  it('lists the marked days alone', async () => {
    const { code, stdout } = await command('records', '--unusual');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^DAY .*\n2012-03-01 {2}marked +success +1 +1 {2}.* {2}unusual: rows\.min\n$/,
    );
  });

  it('accepts one of them, which is no longer marked', async () => {
    expect(await command('accept', 'marked', '2012-03-01')).toMatchObject({
      code: 0,
      stdout:
        '2012-03-01 of marked is accepted. It was marked for:\nexpected at least 2 rows (checks.rows.min), got 1\n',
    });
    expect(await command('records', '--unusual')).toMatchObject({
      code: 0,
      stdout: 'No records.\n',
    });
    const refused = await command('accept', 'marked', '2012-03-02');
    expect(refused).toMatchObject({ code: 4 });
    expect(refused.stderr).toContain('NOTHING_TO_ACCEPT');
  });
});

describe('the log of a batch', () => {
  it('follows a batch to its end, and prints each entry once', async () => {
    const started = await command('sync', 'logged', '2012-03-01', '2012-03-03', '--json');
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
    expect(JSON.parse(latest.stdout)).toMatchObject({
      kind: 'ended',
      code: 'completed',
      day: null,
    });
    const some = await command('logs', id, '--limit', '2');
    expect(some.stdout.split('\n')).toHaveLength(3);
    expect(some.stderr).toBe('The latest 2 entries; --limit shows more.\n');
  });
});
