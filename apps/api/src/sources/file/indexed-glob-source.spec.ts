import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { scratchFolder } from '../../../../../test/scratch.js';
import { openFiles } from './open-files.fixture.js';
import { listOf, rowsOf } from '../day-source.fixture.js';
import { DayIndex } from '../day-index/day-index.js';
import type { UnreadableRows } from '../unreadable-rows.js';
import { csvFile } from './csv-file.fixture.js';
import type { IndexedGlobConfig } from './file-source-config.js';
import { IndexedGlobSource } from './indexed-glob-source.js';

const signal = new AbortController().signal;
/** The machine may be busy. */
const PATIENCE = { timeout: 60_000 };

let top: string;
let folder: string;
let sources: IndexedGlobSource[];
beforeEach(async () => {
  top = await scratchFolder();
  folder = join(top, 'in');
  await mkdir(folder);
  sources = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(sources.map((source) => source.close()));
  expect(openFiles(top)).toEqual([]);
});

function sourceOf(template: string, changes: Partial<IndexedGlobConfig> = {}): IndexedGlobSource {
  const source = new IndexedGlobSource({
    ...csvFile(''),
    ...{ folder, template, writtenPath: `in/${template}`, ...changes },
  });
  sources.push(source);
  return source;
}

async function write(name: string, ...rows: readonly string[]): Promise<string> {
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `day,x\n${rows.map((row) => `${row}\n`).join('')}`);
  return file;
}

async function fetchAll(source: IndexedGlobSource, day: string): Promise<string[]> {
  const rows = await listOf(rowsOf(source.fetchDay(calendarDay(day), signal)));
  return rows.map(({ file, row, values }) => [file, row, values['x']].join(' '));
}

/** Holds one of the next builds of an index, by its number, until its gate is open. */
function heldBuild(held: number) {
  const build = DayIndex.build.bind(DayIndex);
  const gate = Promise.withResolvers<undefined>();
  const building = vi.spyOn(DayIndex, 'build').mockImplementation(async (...args) => {
    if (building.mock.calls.length === held) await gate.promise;
    return build(...args);
  });
  return { building, gate };
}

const listsOf = (source: IndexedGlobSource, day?: string): readonly UnreadableRows[] =>
  source.unreadableRows(day === undefined ? undefined : calendarDay(day)).lists;

const unreadableOf = (source: IndexedGlobSource, day?: string): string[] =>
  listsOf(source, day).flatMap(({ rows }) =>
    rows.map(({ file, row, content }) => `${file} ${row} ${content}`),
  );

describe('all files of a pattern', () => {
  it('give the rows of a day in the order of their paths, each with its file', async () => {
    await write('b.csv', '2025-01-02,3', '2025-01-01,4');
    await write('a/1.csv', '2025-01-01,1', '2025-01-02,2');
    await writeFile(join(folder, 'c.csv'), gzipSync('day,x\n2025-01-03,5\n'));
    const source = sourceOf('**/*.csv');
    expect(await source.knownDays?.(signal)).toEqual(['2025-01-01', '2025-01-02', '2025-01-03']);
    expect(await fetchAll(source, '2025-01-01')).toEqual(['a/1.csv 1 1', 'b.csv 2 4']);
    expect(await fetchAll(source, '2025-01-03')).toEqual(['c.csv 1 5']);
    expect(await fetchAll(source, '2025-02-01')).toEqual([]);
    expect(await source.knownColumns()).toEqual(['day', 'x']);
  });

  it('are none: a day without data', async () => {
    const source = sourceOf('*.csv');
    expect(await fetchAll(source, '2025-01-01')).toEqual([]);
    expect(await source.knownDays?.(signal)).toEqual([]);
    expect(listsOf(source)).toEqual([]);
  });

  it('are indexed once each, whoever asks', async () => {
    await write('a.csv', '2025-01-01,1');
    const source = sourceOf('*.csv');
    const days = ['2025-01-01', '2025-01-02', '2025-01-01'];
    const all = await Promise.all(days.map((day) => fetchAll(source, day)));
    expect(all.map((rows) => rows.length)).toEqual([1, 0, 1]);
    // The same list as long as the file has not changed.
    const [list] = listsOf(source);
    await fetchAll(source, '2025-01-02');
    expect(listsOf(source)[0]).toBe(list);
  });

  it('list their rows without a readable day with the file and the row in it', async () => {
    await write('a.csv', '2025-01-01,1', 'total,2');
    await write('b.csv', 'total,3', '2025-01-01,4');
    const source = sourceOf('*.csv');
    await fetchAll(source, '2025-01-01');
    expect(source.unreadableRows()).toMatchObject({
      ...{ source: 'in/*.csv', lists: [{ file: 'a.csv' }, { file: 'b.csv' }] },
    });
    expect(unreadableOf(source)).toEqual(['a.csv 2 total,2', 'b.csv 1 total,3']);
    await rm(join(folder, 'a.csv'));
    await fetchAll(source, '2025-01-01');
    expect(unreadableOf(source)).toEqual(['b.csv 1 total,3']);
    const { isGone } = source.unreadableRows();
    expect([await isGone?.('a.csv'), await isGone?.('b.csv')]).toEqual([true, false]);
  });

  it('have a list of their own each, and only the latest one counts', async () => {
    const path = await write('a.csv', '2025-01-01,1', 'total,2');
    await write('b.csv', '2025-01-01,3', 'total,4');
    const source = sourceOf('*.csv');
    await fetchAll(source, '2025-01-01');
    const [a, b] = listsOf(source);
    await writeFile(path, 'broken');
    await expect(fetchAll(source, '2025-01-01')).rejects.toThrow();
    // Nothing is known of the broken one.
    expect(listsOf(source)).toEqual([b]);
    await writeFile(path, '');
    await fetchAll(source, '2025-01-01');
    expect(listsOf(source)).toMatchObject([{ file: 'a.csv', count: 0 }, { count: 1 }]);
    const { isLatest } = source.unreadableRows();
    expect([a, b].map((list) => list !== undefined && isLatest(list))).toEqual([false, true]);
  });

  it('are listed as far as they were indexed where the time for a day is over', async () => {
    await write('a.csv', '2025-01-01,1', 'total,2');
    await write('b.csv', '2025-01-01,3', 'total,4');
    const source = sourceOf('*.csv');
    const { building, gate } = heldBuild(2);
    const timeout = new AbortController();
    const rows = source.fetchDay(calendarDay('2025-01-01'), timeout.signal);
    const read = rows.next();
    await vi.waitFor(() => expect(building).toHaveBeenCalledTimes(2), PATIENCE);
    timeout.abort();
    await expect(read).rejects.toThrow();
    expect(unreadableOf(source, '2025-01-01')).toEqual(['a.csv 2 total,2']);
    // The other one is there: it was not read.
    expect(await source.unreadableRows().isGone?.('b.csv')).toBe(false);
    gate.resolve(undefined);
  });

  it('may be empty, as one is that begins to be written', async () => {
    const path = await write('a.csv', '2025-01-01,1');
    await writeFile(join(folder, 'b.csv'), '');
    const source = sourceOf('*.csv');
    expect(await fetchAll(source, '2025-01-01')).toEqual(['a.csv 1 1']);
    await write('b.csv', '2025-01-01,2');
    await writeFile(path, '');
    expect(await fetchAll(source, '2025-01-01')).toEqual(['b.csv 1 2']);
    expect(await source.knownDays?.(signal)).toEqual(['2025-01-01']);
  });

  it('fail with the name of the broken one', async () => {
    await write('a.csv', '2025-01-01,1');
    await writeFile(join(folder, 'b.csv'), 'other,x\n');
    await expect(fetchAll(sourceOf('*.csv'), '2025-01-01')).rejects.toMatchObject({
      kind: 'source_wide',
      code: 'SOURCE_COLUMN_MISSING',
      message: expect.stringMatching(/^b\.csv: /) as unknown,
    });
  });

  it.each<[string, (path: string) => Promise<unknown>, ...string[]]>([
    ['appears', () => write('c.csv', '2025-01-01,9'), 'a.csv 1 1', 'b.csv 1 2', 'c.csv 1 9'],
    [
      'changes',
      (path) => appendFile(path, '2025-01-01,9\n'),
      'a.csv 1 1',
      'a.csv 2 9',
      'b.csv 1 2',
    ],
    ['goes', (path) => rm(path), 'b.csv 1 2'],
    ['takes another name', (path) => rename(path, path.replace('a.csv', 'b.csv')), 'b.csv 1 1'],
  ])('fail for now where one %s while a day is read', async (_, act, ...now) => {
    const path = await write('a.csv', '2025-01-01,1');
    await write('b.csv', '2025-01-01,2');
    const source = sourceOf('*.csv');
    const rows = source.fetchDay(calendarDay('2025-01-01'), signal);
    expect((await rows.next()).done).toBe(false);
    await act(path);
    await expect(listOf(rows)).rejects.toMatchObject({
      kind: 'passing',
      code: 'SOURCE_FILE_CHANGED',
    });
    // The next attempt finds what is there now.
    expect(await fetchAll(source, '2025-01-01')).toEqual(now);
  });

  it('keep no more than some open, and are indexed once nevertheless', async () => {
    const building = vi.spyOn(DayIndex, 'build');
    for (let at = 0; at < 150; at += 1) await write(`${1_000 + at}.csv`, `2025-01-01,${at}`);
    const source = sourceOf('*.csv');
    expect(await fetchAll(source, '2025-01-01')).toHaveLength(150);
    await appendFile(join(folder, '1000.csv'), '2025-01-01,150\n');
    expect(await fetchAll(source, '2025-01-01')).toHaveLength(151);
    if (process.platform === 'linux') expect(openFiles(top).length).toBeLessThanOrEqual(128);
    expect(building).toHaveBeenCalledTimes(151);
  });

  it('are indexed to the end while another day reads many others', async () => {
    // Its unpacked copy does not stay.
    await writeFile(join(folder, '1.csv'), gzipSync('day,x\n2025-01-01,1\n'));
    for (let at = 0; at < 150; at += 1) await write(`${1_000 + at}.csv`, `2025-01-02,${at}`);
    const source = sourceOf('*.csv');
    expect(await source.knownDays?.(signal)).toHaveLength(2);
    const { building, gate } = heldBuild(1);
    const slow = fetchAll(source, '2025-01-01');
    await vi.waitFor(() => expect(building).toHaveBeenCalledOnce(), PATIENCE);
    expect(await fetchAll(source, '2025-01-02')).toHaveLength(150);
    gate.resolve(undefined);
    expect(await slow).toEqual(['1.csv 1 1']);
  });
});

describe('files whose names have a part of the day', () => {
  it('are read where they can hold the day, and no others', async () => {
    await write('s-2025-01.csv', '2025-01-30,1', '2025-01-31,2');
    await write('s-2025-02.csv', '2025-02-01,3');
    // It could not be read.
    await writeFile(join(folder, 's-2025-03.csv'), 'broken');
    const source = sourceOf('s-{yyyy}-{mm}.csv');
    expect(source.knownDays).toBeUndefined();
    expect(await fetchAll(source, '2025-01-30')).toEqual(['s-2025-01.csv 1 1']);
    expect(await fetchAll(source, '2025-02-01')).toEqual(['s-2025-02.csv 1 3']);
    expect(await fetchAll(source, '2024-06-01')).toEqual([]);
    await expect(fetchAll(source, '2025-03-01')).rejects.toMatchObject({
      code: 'SOURCE_COLUMN_MISSING',
    });
  });

  it('are read for the days beside them as well, which a zone moves there', async () => {
    await write('s-2025-01.csv', '2025-01-31T22:00:00Z,1', '2025-01-31T23:30:00Z,2');
    await write('s-2025-02.csv', '2025-02-01T08:00:00Z,3');
    const source = sourceOf('s-{yyyy}-{mm}.csv', {
      dayColumn: { from: 'day', format: 'iso', timeZone: 'Europe/Berlin' },
    });
    expect(await fetchAll(source, '2025-01-31')).toEqual(['s-2025-01.csv 1 1']);
    expect(await fetchAll(source, '2025-02-01')).toEqual([
      's-2025-01.csv 2 2',
      's-2025-02.csv 1 3',
    ]);
  });

  it('leave the list of unreadable rows when they go, and those of other days stay', async () => {
    const first = await write('2025-01/a.csv', '2025-01-15,1', 'total,1');
    await write('2025-02/a.csv', '2025-02-15,2', 'total,2');
    const source = sourceOf('{yyyy}-{mm}/**/*.csv');
    await fetchAll(source, '2025-01-15');
    await fetchAll(source, '2025-02-15');
    await rm(first);
    await fetchAll(source, '2025-02-15');
    expect(unreadableOf(source)).toHaveLength(2);
    expect(unreadableOf(source, '2025-02-15')).toEqual(['2025-02/a.csv 2 total,2']);
    expect(await fetchAll(source, '2025-01-15')).toEqual([]);
    expect(unreadableOf(source)).toEqual(['2025-02/a.csv 2 total,2']);
    await rm(join(folder, '2025-02'), { recursive: true });
    await fetchAll(source, '2025-02-15');
    expect(unreadableOf(source)).toEqual([]);
  });

  it('have first and last days', async () => {
    const source = sourceOf('{yyyy}.csv');
    expect(await fetchAll(source, '9999-12-31')).toEqual([]);
    expect(await fetchAll(source, '0001-01-01')).toEqual([]);
  });
});
