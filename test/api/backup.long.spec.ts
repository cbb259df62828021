import { spawn } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { DayServer } from '../day-server.js';
import { runDaysync, startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { ended, type Exit } from '../ended.js';
import { scratchFolder, TOP, weather } from '../scratch.js';
import { dumpTable } from '../target-table.js';

const BACKUP = path.join(TOP, 'dist/api/apps/api/src/backup.mjs');
const RANGE = { start_date: '2025-01-01', end_date: '2025-01-30' };
/** Its source answers when the test says so. */
const LAST_DAYS = '2025-01-25';
const DATASETS = [weather()];

/** Runs `npm run backup` as its launcher does. */
const backUpIn = (env: Record<string, string>, ...args: readonly string[]): Promise<Exit> =>
  ended(spawn(process.execPath, [BACKUP, ...args], { env }));

function backUp(folder: string, ...args: readonly string[]): Promise<Exit> {
  return backUpIn({ DATA_DIR: path.join(folder, 'data') }, ...args);
}

/** A new folder with a copy as its database. */
async function restore(copy: string): Promise<string> {
  const folder = await scratchFolder();
  await mkdir(path.join(folder, 'data'));
  await rename(copy, path.join(folder, 'data', 'daysync.db'));
  return folder;
}

async function whenFinished(daysync: DaysyncProcess, taskId: string, days: number): Promise<void> {
  while ((await daysync.progress(taskId)).finished < days);
}

describe('npm run backup', () => {
  it('copies one committed state while a batch runs, and the batch continues on the copy', async () => {
    const gate = Promise.withResolvers<undefined>();
    const server = await DayServer.start((day) =>
      day < LAST_DAYS ? 'row' : { until: gate.promise },
    );
    const datasets = [server.dataset({ throttle: { days_per_minute: 1_200 } })];
    const daysync = await startDaysync({ datasets });
    const { task_id } = await daysync.startBatch(RANGE);
    await whenFinished(daysync, task_id, 5);
    const copy = path.join(await scratchFolder(), 'copy.db');
    const { code, stdout } = await backUp(daysync.folder, copy);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /daysync\.db → .*copy\.db: \d+ bytes, integrity_check: ok\n$/,
      ) as unknown,
    });
    expect((await daysync.progress(task_id)).finished_at).toBeNull();

    const folder = await restore(copy);
    const restored = path.join(folder, 'data', 'daysync.db');
    const rows = new DatabaseSync(restored, { readOnly: true });
    const state = rows
      .prepare(
        `select sum(success) as success, (select count(*) from sync_record) as records,
           (select count(distinct sync_day) from served) as days from lane`,
      )
      .get();
    rows.close();
    // A consistent copy has as many days in the target as it has outcomes and records.
    expect(state?.['success']).toBeGreaterThanOrEqual(5);
    expect(state).toEqual({
      success: state?.['success'],
      records: state?.['success'],
      days: state?.['success'],
    });

    const again = await startDaysync({ datasets, folder });
    gate.resolve(undefined);
    expect(await again.ended(task_id)).toMatchObject({ status: 'completed', success: 30 });
    await daysync.ended(task_id);
    expect(await dumpTable(restored, 'served')).toBe(
      await dumpTable(daysync.databaseFile, 'served'),
    );
  });

  it('overwrites nothing, and reports the error in one line', async () => {
    const daysync = await startDaysync({ datasets: DATASETS });
    const file = path.join(daysync.folder, 'mine');
    await writeFile(file, 'mine');
    const taken = await backUp(daysync.folder, file);
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toMatch(/^No backup was made: expected a new file, and .*mine exists\n$/);
    const scaled = { DATABASE_URL: 'postgres://db.example/daysync' };
    expect(await backUpIn(scaled, file)).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('pg_dump') as unknown,
    });
    expect(await backUp(daysync.folder)).toMatchObject({ code: 64 });
    expect(await backUp(await scratchFolder(), file)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^There is no database .*DATA_DIR.*\n$/) as unknown,
    });
    const unreadable = await scratchFolder();
    await mkdir(path.join(unreadable, 'data', 'daysync.db'), { recursive: true });
    expect(await backUp(unreadable, path.join(unreadable, 'copy.db'))).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^No backup was made: .*\n$/) as unknown,
    });
  });
});

describe('a database from another version', () => {
  it.each([
    [
      'a newer one',
      `insert into kysely_migration values ('9999_from_tomorrow', '2030-01-01')`,
      /^Daysync can't use .*daysync\.db: a newer version .*9999_from_tomorrow.*docs\/deploy\.md/,
    ],
    [
      'a build from before the first release',
      `update kysely_migration set name = '0001_initial' where name = '0001_batches'`,
      /^Daysync can't use .*daysync\.db, which a build .*0001_initial.*move it away, or set DATA_DIR/,
    ],
  ])('is refused at boot, with the fix: %s', async (_what, change, line) => {
    const folder = await scratchFolder();
    const daysync = await startDaysync({ datasets: DATASETS, folder });
    await daysync.stop();
    const database = new DatabaseSync(daysync.databaseFile);
    database.exec(change);
    database.close();
    const { code, stderr } = await runDaysync({ datasets: DATASETS, folder });
    expect(code).toBe(1);
    expect(stderr.trim()).toMatch(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
