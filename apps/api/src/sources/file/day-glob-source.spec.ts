import { appendFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { scratchFolder } from '../../../../../test/scratch.js';
import { openFiles } from './open-files.fixture.js';
import { listOf, rowsOf } from '../day-source.fixture.js';
import { DEFAULT_DIALECT } from '../formats/csv-dialect.js';
import { DayGlobSource } from './day-glob-source.js';
import type { DayFilesConfig } from './file-source-config.js';

const DAY = calendarDay('2025-01-31');
const signal = new AbortController().signal;

let top: string;
let folder: string;
beforeEach(async () => {
  top = await scratchFolder();
  folder = join(top, 'in');
  await mkdir(folder);
});
afterEach(async () => {
  expect(openFiles(top)).toEqual([]);
});

function sourceOf(template = '{yyyy}/{mm}/{dd}/*.csv'): DayGlobSource {
  return new DayGlobSource(sourceConfig(template));
}

const sourceConfig = (template: string): DayFilesConfig => ({
  kind: 'csv',
  folder,
  template,
  writtenPath: `in/${template}`,
  rows: '',
  dialect: DEFAULT_DIALECT,
  encoding: 'utf-8',
});

async function write(name: string, text: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

const fetchAll = async (template?: string): Promise<string[]> =>
  (await listOf(rowsOf(sourceOf(template).fetchDay(DAY, signal)))).map(({ file, row, values }) =>
    [file, row, values['x']].join(' '),
  );

describe('a day of several files', () => {
  it('has the rows of all of them, in the order of their paths, each with its file', async () => {
    await write('2025/01/31/b.csv', gzipSync('x\n3\n'));
    await write('2025/01/31/a.csv', 'x\n1\n2\n');
    await write('2025/01/30/a.csv', 'x\n9\n');
    await write('2025/01/31/c.txt', 'x\n9\n');
    expect(await fetchAll()).toEqual([
      '2025/01/31/a.csv 1 1',
      '2025/01/31/a.csv 2 2',
      '2025/01/31/b.csv 1 3',
    ]);
    expect(await fetchAll('**/{dd}/*.csv')).toHaveLength(3);
  });

  it('has no data where nothing fits', async () => {
    expect(await fetchAll()).toEqual([]);
    await write('2025/01/31', 'a file in place of the folder');
    expect(await fetchAll()).toEqual([]);
  });

  it('fails for all where the folder is gone, and for itself where a link leads out of it', async () => {
    await write('2025/01/31/a.csv', 'x\n1\n');
    await writeFile(join(top, 'secret.csv'), 'x\n1\n');
    await symlink(join(top, 'secret.csv'), join(folder, '2025/01/31/b.csv'));
    await expect(fetchAll()).rejects.toMatchObject({ kind: 'lasting', code: 'SOURCE_BLOCKED' });
    await rm(folder, { recursive: true });
    await expect(fetchAll()).rejects.toMatchObject({
      kind: 'source_wide',
      code: 'SOURCE_FILE_MISSING',
      message: 'expected the folder of in/2025/01/31/*.csv, got none',
    });
  });

  it('fails where one of them is broken, by its name', async () => {
    await write('2025/01/31/a.csv', 'x\n1\n');
    await write('2025/01/31/b.csv', 'x,y\n1\n');
    await expect(fetchAll()).rejects.toMatchObject({
      kind: 'lasting',
      code: 'SOURCE_ROW_RAGGED',
      message: '2025/01/31/b.csv: row 1: expected 2 fields as in the header, got 1',
      place: { row: 1 },
    });
    await symlink('circle.csv', join(folder, '2025/01/31/circle.csv'));
    await expect(fetchAll()).rejects.toMatchObject({ kind: 'lasting', code: 'SOURCE_UNREADABLE' });
  });

  it.each([
    ['appears', (path: string) => writeFile(path.replace('a.csv', 'new.csv'), 'x\n')],
    ['changes', (path: string) => appendFile(path, '7\n')],
    ['goes', (path: string) => rm(path)],
  ])('fails for now where a file %s while it is read', async (_, act) => {
    const first = await write('2025/01/31/a.csv', 'x\n1\n');
    await write('2025/01/31/b.csv', 'x\n2\n');
    const rows = sourceOf().fetchDay(DAY, signal);
    expect((await rows.next()).done).toBe(false);
    await act(first);
    await expect(listOf(rows)).rejects.toMatchObject({
      kind: 'passing',
      code: 'SOURCE_FILE_CHANGED',
      message:
        'expected the files of in/2025/01/31/*.csv to stay as they are while they are read, got others',
    });
  });

  it('closes its files when it is left', async () => {
    await write('2025/01/31/a.csv', 'x\n1\n');
    const rows = sourceOf().fetchDay(DAY, signal);
    await rows.next();
    await rows.return(undefined);
    const reason = new Error('stop');
    await expect(sourceOf().fetchDay(DAY, AbortSignal.abort(reason)).next()).rejects.toBe(reason);
  });

  it('fails for now where a file that is yet to be read goes', async () => {
    await write('2025/01/31/a.csv', 'x\n1\n');
    const second = await write('2025/01/31/b.csv', 'x\n2\n');
    const rows = sourceOf().fetchDay(DAY, signal);
    await rows.next();
    await rm(second);
    await expect(rows.next()).rejects.toMatchObject({ code: 'SOURCE_FILE_CHANGED' });
  });
});
