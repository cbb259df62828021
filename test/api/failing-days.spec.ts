import { rm } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { readings, scratchFolder, writeScratch, type DatasetYaml } from '../scratch.js';
import { rowsByDay } from '../target-table.js';

const GOOD = `day,city,degrees
2025-10-01,Oslo,9
2025-10-01,Rome,21
2025-10-02,Oslo,8
2025-10-02,Rome,22
2025-10-03,Oslo,7
`;
const RANGE = { start_date: '2025-10-01', end_date: '2025-10-03' };

let folder: string;
beforeEach(async () => {
  folder = await scratchFolder();
});

async function startOver(csv: string, changes: Partial<DatasetYaml> = {}): Promise<DaysyncProcess> {
  const file = await writeScratch(folder, 'readings.csv', csv);
  return startDaysync({ folder, datasets: [readings(file, changes)] });
}

describe('a value that does not fit', () => {
  it('fails its day and says where; nothing of that day is written, the others go on', async () => {
    const daysync = await startOver(GOOD.replace('Rome,22', 'Rome,mild'));
    const progress = await daysync.sync(RANGE);
    expect(progress).toMatchObject({ status: 'completed', success: 2, failed: 1, skipped: 0 });

    const days = await daysync.days(progress.task_id);
    expect(days.map(({ state }) => state)).toEqual(['success', 'failed', 'success']);
    expect(days[1]?.error).toMatchObject({ code: 'VALUE_INVALID', row: 4, column: 'degrees' });
    expect(days[1]?.error?.text).toMatch(/mild/);
    expect(rowsByDay(daysync.databaseFile, 'readings')).toEqual({
      '2025-10-01': 2,
      '2025-10-03': 1,
    });
    const failed = await daysync.records('status=failed');
    expect(failed.items).toMatchObject([{ day: '2025-10-02', last_success_at: null }]);
  });

  it('is tried again by the next batch, which leaves the good days alone', async () => {
    const daysync = await startOver(GOOD.replace('Rome,22', 'Rome,mild'));
    await daysync.sync(RANGE);
    await writeScratch(folder, 'readings.csv', GOOD);
    const progress = await daysync.sync(RANGE);
    expect(progress).toMatchObject({ success: 1, failed: 0, skipped: 2 });
    expect(rowsByDay(daysync.databaseFile, 'readings')).toEqual({
      '2025-10-01': 2,
      '2025-10-02': 2,
      '2025-10-03': 1,
    });
  });

  it('is left alone where only missing days are wanted', async () => {
    const daysync = await startOver(GOOD.replace('Rome,22', 'Rome,mild'));
    await daysync.sync(RANGE);
    const progress = await daysync.sync({ ...RANGE, mode: 'missing' });
    const days = await daysync.days(progress.task_id);
    expect(days.map(({ reason }) => reason)).toEqual([
      'already_synced',
      'failed_before',
      'already_synced',
    ]);
  });

  it('after a success keeps the rows that the day had', async () => {
    const daysync = await startOver(GOOD);
    await daysync.sync(RANGE);
    await writeScratch(folder, 'readings.csv', GOOD.replace('Rome,22', 'Rome,mild'));
    expect(await daysync.sync({ ...RANGE, mode: 'all' })).toMatchObject({ success: 2, failed: 1 });
    expect(rowsByDay(daysync.databaseFile, 'readings')).toMatchObject({ '2025-10-02': 2 });
    const { items } = await daysync.records('status=failed');
    expect(items[0]?.last_success_at).not.toBeNull();
  });
});

describe('a source that is not as described', () => {
  it('a file that is gone fails the days and names the file', async () => {
    const daysync = await startOver(GOOD);
    await rm(`${folder}/readings.csv`);
    const progress = await daysync.sync(RANGE);
    expect(progress).toMatchObject({ status: 'completed', success: 0, failed: 3 });
    const days = await daysync.days(progress.task_id);
    expect(new Set(days.map(({ error }) => error?.code))).toEqual(new Set(['SOURCE_FILE_MISSING']));
    expect(days[0]?.error?.text).toMatch(/readings\.csv/);
  });

  it('a column that is missing fails the days and names the column', async () => {
    const daysync = await startOver(GOOD.replace('degrees', 'fahrenheit'));
    const progress = await daysync.sync(RANGE);
    expect(progress).toMatchObject({ status: 'completed', success: 0, failed: 3 });
    const [first] = await daysync.days(progress.task_id);
    expect(first?.error).toMatchObject({ code: 'SOURCE_COLUMN_MISSING', column: 'degrees' });
    expect(rowsByDay(daysync.databaseFile, 'readings')).toEqual({});
  });

  it('a row of too few fields fails its day alone', async () => {
    const daysync = await startOver(GOOD.replace('2025-10-02,Rome,22', '2025-10-02,Rome'));
    const progress = await daysync.sync(RANGE);
    expect(progress).toMatchObject({ success: 2, failed: 1 });
    const days = await daysync.days(progress.task_id);
    expect(days[1]?.error).toMatchObject({ code: 'SOURCE_ROW_RAGGED', row: 4 });
  });

  it('a row whose day cannot be read is told with its number', async () => {
    const daysync = await startOver(GOOD.replace('2025-10-03', 'yesterday'));
    const progress = await daysync.sync(RANGE);
    const days = await daysync.days(progress.task_id);
    expect(days[0]?.error).toMatchObject({ code: 'SOURCE_DAY_UNREADABLE', row: 5, column: 'day' });
  });
});

describe('a day without rows', () => {
  const WITHOUT_SECOND = GOOD.replace(/^2025-10-02.*\n/gm, '');

  it('is skipped by default, and is no error', async () => {
    const daysync = await startOver(WITHOUT_SECOND);
    const progress = await daysync.sync(RANGE);
    expect(progress).toMatchObject({ success: 2, failed: 0, skipped: 1 });
  });

  it('fails where every day must have some', async () => {
    const daysync = await startOver(WITHOUT_SECOND, { on_empty: 'fail' });
    expect(await daysync.sync(RANGE)).toMatchObject({ success: 2, failed: 1, skipped: 0 });
  });

  it('that had some is not emptied by accident', async () => {
    const daysync = await startOver(GOOD);
    await daysync.sync(RANGE);
    await writeScratch(folder, 'readings.csv', WITHOUT_SECOND);
    const progress = await daysync.sync({ ...RANGE, mode: 'all' });
    const days = await daysync.days(progress.task_id);
    expect(days[1]).toMatchObject({ state: 'failed', error: { code: 'EMPTY_DAY_HAD_ROWS' } });
    expect(rowsByDay(daysync.databaseFile, 'readings')).toMatchObject({ '2025-10-02': 2 });
  });

  it('that had some is emptied where empty days count as success', async () => {
    const daysync = await startOver(GOOD, { on_empty: 'success' });
    await daysync.sync(RANGE);
    await writeScratch(folder, 'readings.csv', WITHOUT_SECOND);
    expect(await daysync.sync({ ...RANGE, mode: 'all' })).toMatchObject({ success: 3 });
    expect(rowsByDay(daysync.databaseFile, 'readings')).toEqual({
      '2025-10-01': 2,
      '2025-10-03': 1,
    });
  });
});
