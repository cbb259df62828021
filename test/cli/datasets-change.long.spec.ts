// `daysync datasets rename` and `reset`: they change what is stored of a dataset.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchDatabases, DIALECTS } from '../databases.js';
import { queryRows } from '../database-queries.js';
import { dataOf, startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, writeDatasets, writeScratch } from '../scratch.js';
import { runCommand, settingsIn, type CommandEnvironment } from './command.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-02' };
const CSV = 'day,city,degrees\n2025-10-01,Oslo,1\n2025-10-02,Oslo,2\n';

const makeDatabase = scratchDatabases();

describe.each(DIALECTS)('on %s', (dialect) => {
  it('rename moves records to the new name, and reset deletes rows and records', async () => {
    const folder = await scratchFolder();
    const url = await makeDatabase(dialect);
    const csv = await writeScratch(folder, 'readings.csv', CSV);
    const before = readings(csv);
    const after = { ...before, name: 'degrees' };
    const database: CommandEnvironment = url === null ? {} : { DATABASE_URL: url };
    const stored = url ?? path.join(folder, 'data', 'daysync.db');
    const start = (dataset: typeof before): Promise<DaysyncProcess> =>
      startDaysync({ folder, datasets: [dataset], env: database });
    const command = async (...args: readonly string[]): Promise<unknown> => {
      await writeDatasets(folder, after);
      return runCommand(['datasets', ...args], { ...database, ...settingsIn(folder) });
    };

    const first = await start(before);
    expect(await first.sync(RANGE)).toMatchObject({ success: 2 });
    if (dialect === 'sqlite') {
      expect(await command('rename', 'readings', 'degrees', '--yes')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('in use') as unknown,
      });
    }
    await first.stop();

    const refused = [
      [['rename', 'readings', 'other'], 'expected the new name in the datasets file (degrees)'],
      [['rename', 'degrees', 'degrees'], 'expected a name that the datasets file no longer has'],
      [['rename', 'unknown', 'degrees'], 'got unknown: it has none'],
      [['reset', 'unknown'], 'got unknown: it has none'],
      [['rename', 'readings', 'degrees'], 'expected an answer on a terminal, or --yes'],
      [['reset', 'readings'], 'expected an answer on a terminal, or --yes'],
    ] as const;
    for (const [args, reason] of refused) {
      const stderr = expect.stringContaining(reason) as unknown;
      expect(await command(...args), args.join(' ')).toMatchObject({ code: 1, stderr });
    }
    expect(await queryRows(stored, 'select distinct dataset from sync_record')).toEqual([
      { dataset: 'readings' },
    ]);

    expect(await command('rename', 'readings', 'degrees', '--yes')).toEqual({
      code: 0,
      stdout:
        '2 records, 1 batch and the schedule of readings get the name degrees.\n' +
        'Rows stay where they are: a table or a column gets a new name by renamed_from in the datasets file.\n' +
        'readings is now degrees.\n',
      stderr: '',
    });
    const renamed = await start(after);
    expect(dataOf(await renamed.post('sync/batch/preview', RANGE))).toMatchObject({ run: 0 });
    await renamed.stop();

    expect(await command('reset', 'degrees', '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        'The table readings with 2 rows is dropped.\n2 records of',
      ) as unknown,
    });
    const empty = await start(after);
    expect(await empty.records()).toMatchObject({ total: 0 });
    expect(await empty.sync(RANGE)).toMatchObject({ success: 2 });
    await empty.stop();
    expect(await queryRows(stored, 'select count(*) as rows from readings')).toEqual([
      { rows: 2n },
    ]);
  });
});
