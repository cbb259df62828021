import { appendFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { calendarDay, listDays } from '@daysync/progress';
import { scratchFolder } from '../../../../../test/scratch.js';
import { openFiles } from './open-files.fixture.js';
import { SourceError, type SourceRow } from '../day-source.js';
import { unreadableRows } from '../unreadable-rows.fixture.js';
import type { UnreadableRows } from '../unreadable-rows.js';
import { csvFile } from './csv-file.fixture.js';
import { IndexedFileSource } from './indexed-file-source.js';
import { listOf, rowsOf } from '../day-source.fixture.js';

const DAY_1 = calendarDay('2025-01-01');
const DAY_2 = calendarDay('2025-01-02');
const signal = new AbortController().signal;

/** A file with 30,000 rows of one day. */
const MANY = `day,x\n${Array.from({ length: 30_000 }, (_, at) => `2025-01-01,${at}\n`).join('')}`;

let folder: string;
let path: string;
let source: IndexedFileSource;

beforeEach(async () => {
  folder = await scratchFolder();
  path = join(folder, 'rows.csv');
  source = sourceAt(path);
});
afterEach(async () => {
  await source.close();
  // Before anything is expected: what fails leaves no folder either.
  expect(openFiles(folder)).toEqual([]);
});

function sourceAt(file: string): IndexedFileSource {
  return new IndexedFileSource(csvFile(file));
}

async function fetchAll(day = DAY_1, abort = signal): Promise<SourceRow[]> {
  return listOf(rowsOf(source.fetchDay(day, abort)));
}
const cellsOf = (rows: readonly SourceRow[]): unknown[] => rows.map(({ values }) => values['x']);

it('opens and indexes the file once, for all who ask at once', async () => {
  await writeFile(path, 'day,x\n2025-01-01,a\n2025-01-02,b\n');
  const before = openFiles(folder).length;
  const days = await Promise.all([
    fetchAll(),
    fetchAll(DAY_2),
    fetchAll(),
    source.knownDays(signal),
  ]);
  expect(days.slice(0, 3).map((rows) => rows.length)).toEqual([1, 1, 1]);
  expect(openFiles(folder).length - before).toBe(process.platform === 'linux' ? 1 : 0);
});

it.each([
  [
    ...['a ragged row', '2025-01-01,b,c\n2025-01-02,d\n', 2, 'SOURCE_ROW_RAGGED'],
    'row 2: expected 2 fields as in the header, got 3',
  ],
  [
    ...['bytes that are no UTF-8', '2025-01-02,d\n2025-01-01,größe\n', 3],
    'SOURCE_ENCODING_INVALID',
    'rows.csv: row 3: expected UTF-8, got other bytes at byte 45: set `encoding`, such as windows-1252 or gb18030',
  ],
] as [string, string, number, string, string][])(
  'fails a day for %s, and no other',
  async (_, lines, row, code, message) => {
    await writeFile(path, Buffer.from(`day,x\n2025-01-01,a\n${lines}`, 'latin1'));
    await expect(fetchAll()).rejects.toMatchObject({
      ...{ kind: 'lasting', code, message, place: { row } },
    });
    expect(cellsOf(await fetchAll(DAY_2))).toEqual(['d']);
  },
);

it('says that the file is missing, by its written path, until it is there, and once it is gone', async () => {
  const missing = {
    ...{ kind: 'source_wide', code: 'SOURCE_FILE_MISSING' },
    message: 'expected the file rows.csv, got none',
  };
  await expect(fetchAll()).rejects.toMatchObject(missing);
  await expect(source.knownDays(signal)).rejects.toMatchObject(missing);
  await writeFile(path, 'day,x\n2025-01-01,a\n');
  expect(cellsOf(await fetchAll())).toEqual(['a']);
  await rm(path);
  await expect(fetchAll()).rejects.toMatchObject(missing);
});

/** What the source has of its file. */
const unreadableList = (): UnreadableRows | undefined => source.unreadableRows()?.lists[0];

it('a row without a readable day fails no day, and is listed as long as the file has it', async () => {
  expect(unreadableList()).toBeUndefined();
  await writeFile(path, 'day,x\n2025-01-01,"a\nb"\ntotal,3\n2025-01-01,c\n2025-01-02,d\n');
  expect(await fetchAll()).toEqual([
    { row: 1, values: { day: '2025-01-01', x: 'a\nb' } },
    { row: 3, values: { day: '2025-01-01', x: 'c' } },
  ]);
  expect(cellsOf(await fetchAll(DAY_2))).toEqual(['d']);
  const found = unreadableList();
  expect(found).toMatchObject({
    ...{ file: 'rows.csv', count: 1, rows: [{ row: 2, content: 'total,3' }] },
  });
  expect(await source.knownDays(signal)).toHaveLength(2);
  expect(unreadableList()).toBe(found);
  const read = source.unreadableRows();

  await appendFile(path, 'mean,1\n');
  await fetchAll();
  expect(found !== undefined && read?.isLatest(found)).toBe(false);
  expect(unreadableList()?.rows.map(({ row }) => row)).toEqual([2, 5]);
  await writeFile(path, 'day,x\n2025-01-01,a\n');
  await fetchAll();
  expect(unreadableList()).toEqual(unreadableRows({ file: 'rows.csv', allRows: 1 }));
});

describe('a file that changes', () => {
  it.each([
    ['appended to', () => appendFile(path, '2025-01-01,b\n')],
    ['written anew', () => writeFile(path, '\nday,x\n2025-01-02,c\n2025-01-01,a\n2025-01-01,b\n')],
    [
      'replaced',
      async () => {
        await writeFile(`${path}.new`, 'x,day\na,2025-01-01\nb,2025-01-01\n');
        await rename(`${path}.new`, path);
      },
    ],
  ])('is indexed anew when it was %s', async (_, change) => {
    await writeFile(path, 'day,x\n2025-01-01,a\n');
    expect(cellsOf(await fetchAll())).toEqual(['a']);
    await change();
    expect(cellsOf(await fetchAll())).toEqual(['a', 'b']);
    if (process.platform === 'linux') expect(openFiles(folder)).toEqual([path]);
  });

  it('shows days that it got after it was indexed', async () => {
    await writeFile(path, 'day,x\n2025-01-01,a\n');
    expect(await fetchAll(DAY_2)).toEqual([]);
    await appendFile(path, '2025-01-02,b\n');
    expect(cellsOf(await fetchAll(DAY_2))).toEqual(['b']);
    await appendFile(path, '2025-01-03,c\n');
    expect(await source.knownDays(signal)).toHaveLength(3);
  });

  it('is noticed by its rows where size and time are the same', async () => {
    await writeFile(path, 'day,x\n2025-01-01,a\n2025-01-02,b\n');
    await utimes(path, 1_700_000_000, 1_700_000_000);
    expect(cellsOf(await fetchAll(DAY_2))).toEqual(['b']);
    await writeFile(path, 'day,x\n2025-01-02,b\n2025-01-01,a\n');
    await utimes(path, 1_700_000_000, 1_700_000_000);
    expect((await stat(path)).mtimeMs).toBe(1_700_000_000_000);
    // To the file system nothing changed; the slice that held this day holds the other one.
    expect(cellsOf(await fetchAll())).toEqual(['a']);
  });

  it('is noticed at each day, also where its bytes were read in advance with another', async () => {
    const rows = listDays(DAY_1, calendarDay('2025-01-20'));
    await writeFile(path, `day,x\n${rows.map((day) => `${day},old\n`).join('')}`);
    for (const [at, day] of rows.entries()) {
      if (at === 10) {
        await writeFile(`${path}.new`, `day,x\n${rows.map((one) => `${one},new\n`).join('')}`);
        await rename(`${path}.new`, path);
      }
      expect(cellsOf(await fetchAll(day))).toEqual([at < 10 ? 'old' : 'new']);
    }
  });

  it('fails the day, to be tried again, once rows of the old file are out', async () => {
    await writeFile(path, MANY);
    const reading = rowsOf(source.fetchDay(DAY_1, signal));
    expect((await reading.next()).value).toMatchObject({ row: 1 });
    await appendFile(path, '2025-01-01,last\n');
    // Two others find the change; the file stays open for the one that is in the middle of it.
    await Promise.all([fetchAll(DAY_2), fetchAll(DAY_2)]);
    const rest = listOf(reading);
    await expect(rest).rejects.toMatchObject({ kind: 'passing', code: 'SOURCE_FILE_CHANGED' });
    expect(await fetchAll()).toHaveLength(30_001);
  });

  it('is not blamed for what was wrong with it before', async () => {
    await writeFile(path, `${MANY}2025-01-0`);
    await writeFile(`${path}.new`, 'day,x\n2025-01-01,a\n');
    const reading = fetchAll();
    // Where a system can't say which files are open, the change comes first, and the day succeeds all the same.
    while (process.platform === 'linux' && openFiles(folder).length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await rename(`${path}.new`, path);
    expect(cellsOf(await reading)).toEqual(['a']);
  });

  it('is never shown torn to any of its readers, however often it changes', async () => {
    const version = (name: string, count: number): string =>
      `day,x\n2025-01-02,-\n${`2025-01-01,${name}\n`.repeat(count)}`;
    await writeFile(path, version('a', 5));
    const enough = new AbortController();
    const writer = (async () => {
      for (let round = 0; !enough.signal.aborted; round += 1) {
        await writeFile(`${path}.new`, round % 2 === 0 ? version('b', 9) : version('a', 5));
        await rename(`${path}.new`, path);
      }
    })();
    try {
      const read = async (): Promise<void> => {
        for (let round = 0; round < 60; round += 1) {
          const cells = await fetchAll().then(
            (rows) => cellsOf(rows).join(''),
            (error: unknown) => (error instanceof SourceError ? error.code : error),
          );
          expect(['aaaaa', 'bbbbbbbbb', 'SOURCE_FILE_CHANGED']).toContain(cells);
        }
      };
      await Promise.all([read(), read(), read(), read()]);
    } finally {
      enough.abort();
      await writer;
    }
  });
});

describe('giving up', () => {
  it('is possible before the file is indexed, and meanwhile', async () => {
    await writeFile(path, MANY);
    const reason = new Error('cancelled');
    await expect(source.knownDays(AbortSignal.abort(reason))).rejects.toBe(reason);
    const during = new AbortController();
    const waiting = fetchAll(DAY_1, during.signal);
    during.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it('of one day does not disturb another that waits for the same index', async () => {
    await writeFile(path, 'day,x\n2025-01-01,a\n');
    const controller = new AbortController();
    const [first, second] = [fetchAll(DAY_1, controller.signal), fetchAll()];
    controller.abort(new Error('cancelled'));
    await expect(first).rejects.toThrow('cancelled');
    expect(cellsOf(await second)).toEqual(['a']);
  });

  it('by leaving the rows lets go of the file', async () => {
    await writeFile(path, 'day,x\n2025-01-01,a\n2025-01-01,b\n');
    for await (const { row } of rowsOf(source.fetchDay(DAY_1, signal))) {
      expect(row).toBe(1);
      break;
    }
    await source.close();
    expect(openFiles(folder)).toEqual([]);
  });

  it('by closing stops the index, and lets a day that is being read end', async () => {
    await writeFile(path, 'day,x\n2025-01-01,a\n2025-01-01,b\n');
    const waiting = fetchAll();
    await Promise.all([
      expect(waiting).rejects.toMatchObject({ name: 'AbortError' }),
      source.close(),
    ]);

    source = sourceAt(path);
    const reading = rowsOf(source.fetchDay(DAY_1, signal));
    await reading.next();
    await source.close();
    expect(await listOf(reading)).toHaveLength(1);
  });
});

describe('a packed file', () => {
  /** The system's folder for temporary files: nothing stays there, not even after a crash. */
  let temporary: string;
  beforeEach(async () => {
    temporary = await scratchFolder();
    vi.stubEnv('TMPDIR', temporary);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    if (process.platform === 'linux') expect(readdirSync(temporary)).toEqual([]);
  });

  it('is unpacked anew when it is another one, or is not packed any more', async () => {
    for (const [content, ...cells] of [
      [gzipSync('day,x\n2025-01-01,a\n'), 'a'],
      [gzipSync('day,x\n2025-01-01,b\n2025-01-02,-\n2025-01-01,c\n'), 'b', 'c'],
      ['day,x\n2025-01-01,not packed\n', 'not packed'],
    ] as const) {
      await writeFile(path, content);
      expect(cellsOf(await fetchAll())).toEqual(cells);
    }
  });

  it('may be brotli, by its name', async () => {
    path = join(folder, 'rows.csv.br');
    source = sourceAt(path);
    await writeFile(path, brotliCompressSync('day,x\n2025-01-01,a\n'));
    expect(cellsOf(await fetchAll())).toEqual(['a']);
  });

  it('fails all days where it is broken, and for now where it is cut off', async () => {
    const packed = gzipSync('day,x\n2025-01-01,a\n');
    await writeFile(path, Buffer.from(packed).fill(0xff, 10, 20));
    await expect(fetchAll()).rejects.toMatchObject({
      ...{ kind: 'source_wide', code: 'SOURCE_UNREADABLE' },
    });
    await writeFile(path, packed.subarray(0, -9));
    await expect(fetchAll()).rejects.toMatchObject({ kind: 'passing', code: 'SOURCE_CUT_OFF' });
  });
});
