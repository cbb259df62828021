import { calendarDay, type CalendarDay } from '@daysync/progress';
import { afterEach, expect, it } from 'vitest';
import { listOf } from '../day-source.fixture.js';
import { DayRuns, RunMemory, type DayRun } from './day-runs.js';
import { IndexFiles } from './index-files.js';

const [DAY_1, DAY_2] = [calendarDay('2025-01-01'), calendarDay('2025-01-02')];

const open: IndexFiles[] = [];
afterEach(async () => {
  for (const files of open.splice(0)) await files.close();
});

function openFiles(): IndexFiles {
  const files = new IndexFiles();
  open.push(files);
  return files;
}

const read = async (runs: DayRuns, day: CalendarDay): Promise<DayRun[]> =>
  (await listOf(runs.of(day))).flat();

/** Adds so many rows of ten bytes, of two days in turn. */
async function fill(runs: DayRuns, rows: number): Promise<void> {
  for (let row = 1; row <= rows; row += 1) {
    runs.add(row % 2 === 1 ? DAY_1 : DAY_2, row * 10, row * 10 + 10, row);
    await runs.spill();
  }
}

const expectedOf = (first: number, rows: number): DayRun[] =>
  Array.from({ length: rows }, (_, at) => {
    const row = first + 2 * at;
    return { start: row * 10, end: row * 10 + 10, firstRow: row, rows: 1 };
  });

it('has the runs of each day in order, in memory and on disk', async () => {
  const files = openFiles();
  const runs = new DayRuns(files, { runBytes: 100, mostInMemory: 8, memory: new RunMemory() });
  await fill(runs, 30);
  await runs.finish();
  expect(files.isOpen).toBe(true);
  expect(runs.days()).toEqual([DAY_1, DAY_2]);
  expect(await read(runs, DAY_1)).toEqual(expectedOf(1, 15));
  expect(await read(runs, DAY_2)).toEqual(expectedOf(2, 15));
  expect(await read(runs, calendarDay('2025-01-03'))).toEqual([]);
});

it('joins neighbouring rows of a day, up to the bytes of a run', async () => {
  const runs = new DayRuns(openFiles(), { runBytes: 20 });
  for (let row = 1; row <= 5; row += 1) runs.add(DAY_1, row * 10, row * 10 + 10, row);
  runs.endRun();
  runs.add(DAY_1, 70, 80, 7);
  await runs.finish();
  expect((await read(runs, DAY_1)).map(({ firstRow, rows }) => [firstRow, rows])).toEqual([
    [1, 2],
    [3, 2],
    [5, 1],
    [7, 1],
  ]);
  runs.close();
});

it('keeps in memory what there is room for, all indexes together, and frees it', async () => {
  const memory = new RunMemory(20);
  const files = [1, 2, 3].map(openFiles);
  const all = files.map((one) => new DayRuns(one, { runBytes: 100, memory }));
  for (const runs of all) {
    await fill(runs, 15);
    await runs.finish();
  }
  expect(files.map(({ isOpen }) => isOpen)).toEqual([false, true, true]);
  expect(memory.count).toBe(15);
  for (const runs of all) {
    expect(await read(runs, DAY_1)).toEqual(expectedOf(1, 8));
    runs.close();
    runs.close();
  }
  expect(memory.count).toBe(0);
});

it('writes those of two indexes to one file', async () => {
  const files = openFiles();
  const both = [1, 2].map(() => new DayRuns(files, { runBytes: 100, memory: new RunMemory(0) }));
  for (const runs of both) {
    await fill(runs, 9);
    await runs.finish();
  }
  for (const runs of both) {
    expect(await read(runs, DAY_1)).toEqual(expectedOf(1, 5));
    expect(await read(runs, DAY_2)).toEqual(expectedOf(2, 4));
  }
});
