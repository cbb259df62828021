import { rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, scratchFolder, writeScratch, type DatasetYaml } from '../scratch.js';
import { rowsByDay } from '../target-table.js';
import type { Progress } from '../wire.js';

const GOOD = `day,city,degrees
2025-10-01,Oslo,9
2025-10-01,Rome,21
2025-10-02,Oslo,8
2025-10-02,Rome,22
2025-10-03,Oslo,7
`;
const RANGE = { start_date: '2025-10-01', end_date: '2025-10-03' };

/** A dataset for each test, with its own file and table, all in one process. */
const DATASETS = {
  unfit: {},
  fixed: {},
  failed_before: {},
  worse: {},
  gone: {},
  renamed: {},
  ragged: {},
  undated: {},
  empty: {},
  empty_fails: { on_empty: 'fail' },
  kept: {},
  emptied: { on_empty: 'success' },
} satisfies Record<string, Partial<DatasetYaml>>;
type Name = keyof typeof DATASETS;

let folder: string;
let daysync: DaysyncApp;
beforeAll(async () => {
  folder = await scratchFolder();
  const datasets = Object.entries(DATASETS).map(([name, changes]) => {
    const { target, ...dataset } = readings(path.join(folder, `${name}.csv`), changes);
    return { ...dataset, name, target: { ...target, table: name } };
  });
  daysync = await startApp({ folder, datasets });
});

async function write(name: Name, csv: string): Promise<void> {
  await writeScratch(folder, `${name}.csv`, csv);
}

async function sync(dataset: Name, changes: { readonly mode?: string } = {}): Promise<Progress> {
  return daysync.sync({ dataset, ...RANGE, ...changes });
}

function rows(name: Name): Promise<Record<string, number>> {
  return rowsByDay(daysync.database, name);
}

describe('a value that does not fit', () => {
  it('fails its day with the place; nothing of that day is written, and the other days continue', async () => {
    await write('unfit', GOOD.replace('Rome,22', 'Rome,mild'));
    const progress = await sync('unfit');
    expect(progress).toMatchObject({ status: 'completed', success: 2, failed: 1, skipped: 0 });

    const days = await daysync.days(progress.task_id);
    expect(days.map(({ state }) => state)).toEqual(['success', 'failed', 'success']);
    expect(days[1]?.error).toMatchObject({ code: 'VALUE_INVALID', row: 4, column: 'degrees' });
    expect(days[1]?.error?.text).toMatch(/mild/);
    expect(await rows('unfit')).toEqual({
      '2025-10-01': 2,
      '2025-10-03': 1,
    });
    const failed = await daysync.records('dataset=unfit&status=failed');
    expect(failed.items).toMatchObject([{ day: '2025-10-02', last_success_at: null }]);
  });

  it('is retried by the next batch, which does not touch the good days', async () => {
    await write('fixed', GOOD.replace('Rome,22', 'Rome,mild'));
    await sync('fixed');
    await write('fixed', GOOD);
    const progress = await sync('fixed');
    expect(progress).toMatchObject({ success: 1, failed: 0, skipped: 2 });
    expect(await rows('fixed')).toEqual({
      '2025-10-01': 2,
      '2025-10-02': 2,
      '2025-10-03': 1,
    });
  });

  it('is not retried in mode missing', async () => {
    await write('failed_before', GOOD.replace('Rome,22', 'Rome,mild'));
    await sync('failed_before');
    const progress = await sync('failed_before', { mode: 'missing' });
    const days = await daysync.days(progress.task_id);
    expect(days.map(({ reason }) => reason)).toEqual([
      'already_synced',
      'failed_before',
      'already_synced',
    ]);
  });

  it('after a success leaves the old rows of the day', async () => {
    await write('worse', GOOD);
    await sync('worse');
    await write('worse', GOOD.replace('Rome,22', 'Rome,mild'));
    expect(await sync('worse', { mode: 'all' })).toMatchObject({ success: 2, failed: 1 });
    expect(await rows('worse')).toMatchObject({ '2025-10-02': 2 });
    const { items } = await daysync.records('dataset=worse&status=failed');
    expect(items[0]?.last_success_at).not.toBeNull();
  });
});

describe('a source that does not match its configuration', () => {
  it('a file that is gone fails the days and names the file', async () => {
    await write('gone', GOOD);
    await rm(path.join(folder, 'gone.csv'));
    const progress = await sync('gone');
    expect(progress).toMatchObject({ status: 'completed', success: 0, failed: 3 });
    const days = await daysync.days(progress.task_id);
    expect(new Set(days.map(({ error }) => error?.code))).toEqual(new Set(['SOURCE_FILE_MISSING']));
    expect(days[0]?.error?.text).toMatch(/gone\.csv/);
  });

  it('a column that is missing fails the days and names the column', async () => {
    await write('renamed', GOOD.replace('degrees', 'fahrenheit'));
    const progress = await sync('renamed');
    expect(progress).toMatchObject({ status: 'completed', success: 0, failed: 3 });
    const [first] = await daysync.days(progress.task_id);
    expect(first?.error).toMatchObject({ code: 'SOURCE_COLUMN_MISSING', column: 'degrees' });
    expect(await rows('renamed')).toEqual({});
  });

  it('a row with too few fields fails only its day', async () => {
    await write('ragged', GOOD.replace('2025-10-02,Rome,22', '2025-10-02,Rome'));
    const progress = await sync('ragged');
    expect(progress).toMatchObject({ success: 2, failed: 1 });
    const days = await daysync.days(progress.task_id);
    expect(days[1]?.error).toMatchObject({ code: 'SOURCE_ROW_RAGGED', row: 4 });
  });

  it('a file in which no row has a valid day fails its days, and the first row is reported', async () => {
    await write('undated', GOOD.replaceAll('2025-10', 'Oct'));
    const progress = await sync('undated');
    const days = await daysync.days(progress.task_id);
    expect(days[0]?.error).toMatchObject({ code: 'SOURCE_DAY_UNREADABLE', row: 1, column: 'day' });
  });
});

describe('a day without rows', () => {
  const WITHOUT_SECOND = GOOD.replace(/^2025-10-02.*\n/gm, '');

  it('is skipped by default, and is no error', async () => {
    await write('empty', WITHOUT_SECOND);
    const progress = await sync('empty');
    expect(progress).toMatchObject({ success: 2, failed: 0, skipped: 1 });
  });

  it('fails if every day must have rows', async () => {
    await write('empty_fails', WITHOUT_SECOND);
    expect(await sync('empty_fails')).toMatchObject({ success: 2, failed: 1, skipped: 0 });
  });

  it('fails if the day had rows before', async () => {
    await write('kept', GOOD);
    await sync('kept');
    await write('kept', WITHOUT_SECOND);
    const progress = await sync('kept', { mode: 'all' });
    const days = await daysync.days(progress.task_id);
    expect(days[1]).toMatchObject({ state: 'failed', error: { code: 'EMPTY_DAY_HAD_ROWS' } });
    expect(await rows('kept')).toMatchObject({ '2025-10-02': 2 });
  });

  it('empties the day if empty days count as success', async () => {
    await write('emptied', GOOD);
    await sync('emptied');
    await write('emptied', WITHOUT_SECOND);
    expect(await sync('emptied', { mode: 'all' })).toMatchObject({ success: 3 });
    expect(await rows('emptied')).toEqual({
      '2025-10-01': 2,
      '2025-10-03': 1,
    });
  });
});
