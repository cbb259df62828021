import { appendFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { scratchFolder } from '../../../../../test/scratch.js';
import { openFiles } from './open-files.fixture.js';
import type { SourceRow } from '../day-source.js';
import { DEFAULT_DIALECT } from '../formats/csv-dialect.js';
import { DayFileSource } from './day-file-source.js';
import { DayGlobSource } from './day-glob-source.js';
import type { DayFilesConfig } from './file-source-config.js';
import type { NeededColumn } from '../rows/source-columns.js';
import { listOf, rowsOf } from '../day-source.fixture.js';

const DAY = calendarDay('2025-01-31');
const signal = new AbortController().signal;
const KINDS = ['csv', 'json', 'ndjson'] as const;
type Kind = (typeof KINDS)[number];

let top: string;
/** The folder before the first placeholder. */
let folder: string;
beforeEach(async () => {
  top = await scratchFolder();
  folder = join(top, 'in');
  await mkdir(folder);
});
afterEach(async () => {
  expect(openFiles(top)).toEqual([]);
});

function configOf(kind: Kind, template: string): DayFilesConfig {
  const written = { rows: '', dialect: DEFAULT_DIALECT, encoding: 'utf-8' };
  return { kind, folder, template, writtenPath: `in/${template}`, ...written };
}

function sourceOf(
  kind: Kind,
  changes: Partial<DayFilesConfig> = {},
  columns: readonly NeededColumn[] = [],
): DayFileSource {
  return new DayFileSource({ ...configOf(kind, '{yyyy}/{mm}/t-{day}'), ...changes }, columns);
}

async function write(text: string | Uint8Array, name = '2025/01/t-2025-01-31'): Promise<string> {
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

const fetchAll = (kind: Kind, changes?: Partial<DayFilesConfig>): Promise<SourceRow[]> =>
  listOf(rowsOf(sourceOf(kind, changes).fetchDay(DAY, signal)));

/** A file with so many rows. */
function bodyOf(kind: Kind, count: number): string {
  const rows = Array.from({ length: count }, (_, n) => ({ n: String(n), x: '雨'.repeat(30) }));
  switch (kind) {
    case 'csv':
      return ['n,x', ...rows.map(({ n, x }) => `${n},${x}`)].join('\r\n');
    case 'json':
      return JSON.stringify(rows);
    case 'ndjson':
      return rows.map((row) => JSON.stringify(row)).join('\n');
  }
}

describe.each(KINDS)('one %s file a day', (kind) => {
  it('reads brotli by the name of the file', async () => {
    await write(brotliCompressSync(bodyOf(kind, 10)), '2025/01/t-2025-01-31.br');
    expect(await fetchAll(kind, { template: '{yyyy}/{mm}/t-{day}.br' })).toHaveLength(10);
  });

  it('reads a day without a file, or without rows, as one without data', async () => {
    expect(await fetchAll(kind)).toEqual([]);
    await write('', '2025');
    expect(await fetchAll(kind)).toEqual([]);
    await rm(join(folder, '2025'));
    await write(bodyOf(kind, 0));
    expect(await fetchAll(kind)).toEqual([]);
  });

  it('fails every day where the folder is gone', async () => {
    await expect(fetchAll(kind, { folder: join(top, 'gone') })).rejects.toMatchObject({
      kind: 'source_wide',
      code: 'SOURCE_FILE_MISSING',
      message: 'expected the folder of in/{yyyy}/{mm}/t-{day}, got none',
    });
  });

  it('fails the attempt alone where the file changed while it was read', async () => {
    const change: Record<string, (file: string) => Promise<void>> = {
      'grows longer': (file) => appendFile(file, ' '),
      'is another one': async (file) => {
        await writeFile(`${file}.new`, bodyOf(kind, 5_000));
        await rename(`${file}.new`, file);
      },
      'is gone': (file) => rm(file),
      'is broken now': (file) => writeFile(file, '"'),
    };
    for (const [how, make] of Object.entries(change)) {
      const file = await write(bodyOf(kind, 5_000));
      const rows = rowsOf(sourceOf(kind).fetchDay(DAY, signal));
      await rows.next();
      await make(file);
      const rest = await listOf(rows).then(
        () => how,
        (error: unknown) => error,
      );
      expect(rest).toMatchObject({ kind: 'passing', code: 'SOURCE_FILE_CHANGED' });
    }
  });

  it('closes the file when the day is given up or left', async () => {
    await write(bodyOf(kind, 20_000));
    const controller = new AbortController();
    const rows = rowsOf(sourceOf(kind).fetchDay(DAY, controller.signal));
    await rows.next();
    expect(openFiles(top)).toHaveLength(process.platform === 'linux' ? 1 : 0);
    controller.abort(new Error('enough'));
    await expect(listOf(rows)).rejects.toThrow('enough');
    const left = rowsOf(sourceOf(kind).fetchDay(DAY, signal));
    await left.next();
    await left.return(undefined);
    const late = rowsOf(sourceOf(kind).fetchDay(DAY, controller.signal));
    await expect(late.next()).rejects.toThrow('enough');
    const opening = new AbortController();
    const first = rowsOf(sourceOf(kind).fetchDay(DAY, opening.signal)).next();
    opening.abort(new Error('too slow'));
    await expect(first).rejects.toThrow('too slow');
    // The file is opened meanwhile, and has to be closed again.
    for (let turn = 0; turn < 50; turn += 1) await sleep(1);
    while (openFiles(top).length > 0) await new Promise(setImmediate);
  });
});

describe('the folder of the days', () => {
  const blocked = { kind: 'lasting', code: 'SOURCE_BLOCKED' };

  it.each([
    ['the file', '2025/01/t-2025-01-31', 'outside.csv'],
    ['a folder', '2025', '.'],
  ])('is not left by a link: %s', async (_, name, target) => {
    await writeFile(join(top, 'outside.csv'), 'n\n1\n');
    await mkdir(join(top, '01'));
    await writeFile(join(top, '01/t-2025-01-31'), 'n\n1\n');
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await symlink(join(top, target), join(folder, name));
    await expect(fetchAll('csv')).rejects.toMatchObject(blocked);
  });

  it('is not left by two dots, nor for a folder whose name begins the same', async () => {
    await writeFile(join(top, '2025-01-31'), 'n\n1\n');
    await expect(fetchAll('csv', { template: '../{day}' })).rejects.toMatchObject(blocked);
    await mkdir(join(top, 'inside'));
    await writeFile(join(top, 'inside/a'), 'n\n1\n');
    await symlink(join(top, 'inside/a'), join(folder, '2025-01-31'));
    await expect(fetchAll('csv', { template: '{day}' })).rejects.toMatchObject(blocked);
  });

  it('may be a link itself, and have links in it that stay', async () => {
    await write('n\n1\n', 'real');
    await symlink(join(folder, 'real'), join(folder, '2025-01-31'));
    await symlink(folder, join(top, 'link'));
    const rows = await fetchAll('csv', { folder: join(top, 'link'), template: '{day}' });
    expect(rows).toEqual([{ row: 1, values: { n: '1' } }]);
  });

  it('is not opened for a folder in place of the file', async () => {
    await mkdir(join(folder, '2025-01-31'));
    await expect(fetchAll('csv', { template: '{day}' })).rejects.toMatchObject({
      kind: 'lasting',
      code: 'SOURCE_UNREADABLE',
      message: 'expected in/2025/01/t-2025-01-31 to be a file, got a folder or a device',
    });
  });
});

it('fails the day alone where its path leads in a circle, and every day where the folder’s does', async () => {
  await symlink('2025-01-31', join(folder, '2025-01-31'));
  const unreadable = {
    code: 'SOURCE_UNREADABLE',
    message: expect.stringContaining('ELOOP') as unknown,
  };
  await expect(fetchAll('csv', { template: '{day}' })).rejects.toMatchObject({
    kind: 'lasting',
    ...unreadable,
  });
  await symlink('circle', join(top, 'circle'));
  await expect(fetchAll('csv', { folder: join(top, 'circle') })).rejects.toMatchObject({
    kind: 'source_wide',
    ...unreadable,
  });
});

it('finds the rows of JSON by their pointer, and a CSV header that lacks a column', async () => {
  await write('{"meta":{"n":2},"data":{"items":[{"n":1}]}}');
  expect(await fetchAll('json', { rows: '/data/items' })).toHaveLength(1);
  await write('other\n');
  const rows = sourceOf('csv', {}, [{ name: 'n', from: 'n' }]).fetchDay(DAY, signal);
  await expect(listOf(rows)).rejects.toMatchObject({ code: 'SOURCE_COLUMN_MISSING' });
});

describe('a day of several files', () => {
  const globOf = (template = '{yyyy}/{mm}/{dd}/*.csv'): DayGlobSource =>
    new DayGlobSource(configOf('csv', template));
  const linesOf = async (template?: string): Promise<string[]> =>
    (await listOf(rowsOf(globOf(template).fetchDay(DAY, signal)))).map(({ file, row, values }) =>
      [file, row, values['x']].join(' '),
    );

  it('has the rows of all of them, in the order of their paths, each with its file', async () => {
    await write(gzipSync('x\n3\n'), '2025/01/31/b.csv');
    await write('x\n1\n2\n', '2025/01/31/a.csv');
    await write('x\n9\n', '2025/01/30/a.csv');
    await write('x\n9\n', '2025/01/31/c.txt');
    expect(await linesOf()).toEqual([
      '2025/01/31/a.csv 1 1',
      '2025/01/31/a.csv 2 2',
      '2025/01/31/b.csv 1 3',
    ]);
    expect(await linesOf('**/{dd}/*.csv')).toHaveLength(3);
  });

  it('has no data where nothing fits', async () => {
    expect(await linesOf()).toEqual([]);
    await write('a file in place of the folder', '2025/01/31');
    expect(await linesOf()).toEqual([]);
  });

  it('fails for all where the folder is gone, and for itself where a link leads out of it', async () => {
    await write('x\n1\n', '2025/01/31/a.csv');
    await writeFile(join(top, 'secret.csv'), 'x\n1\n');
    await symlink(join(top, 'secret.csv'), join(folder, '2025/01/31/b.csv'));
    await expect(linesOf()).rejects.toMatchObject({ kind: 'lasting', code: 'SOURCE_BLOCKED' });
    await rm(folder, { recursive: true });
    await expect(linesOf()).rejects.toMatchObject({
      kind: 'source_wide',
      code: 'SOURCE_FILE_MISSING',
      message: 'expected the folder of in/2025/01/31/*.csv, got none',
    });
  });

  it('fails where one of them is broken, by its name', async () => {
    await write('x\n1\n', '2025/01/31/a.csv');
    await write('x,y\n1\n', '2025/01/31/b.csv');
    await expect(linesOf()).rejects.toMatchObject({
      kind: 'lasting',
      code: 'SOURCE_ROW_RAGGED',
      message: '2025/01/31/b.csv: row 1: expected 2 fields as in the header, got 1',
      place: { row: 1 },
    });
    await symlink('circle.csv', join(folder, '2025/01/31/circle.csv'));
    await expect(linesOf()).rejects.toMatchObject({ kind: 'lasting', code: 'SOURCE_UNREADABLE' });
  });

  it.each([
    ['appears', (path: string) => writeFile(path.replace('a.csv', 'new.csv'), 'x\n')],
    ['changes', (path: string) => appendFile(path, '7\n')],
    ['goes', (path: string) => rm(path)],
    ['is yet to be read, and goes', (path: string) => rm(path.replace('a.csv', 'b.csv'))],
  ])('fails for now where a file %s while the day is read', async (_, act) => {
    const first = await write('x\n1\n', '2025/01/31/a.csv');
    await write('x\n2\n', '2025/01/31/b.csv');
    const rows = globOf().fetchDay(DAY, signal);
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
    await write('x\n1\n', '2025/01/31/a.csv');
    const rows = globOf().fetchDay(DAY, signal);
    await rows.next();
    await rows.return(undefined);
    const reason = new Error('stop');
    await expect(globOf().fetchDay(DAY, AbortSignal.abort(reason)).next()).rejects.toBe(reason);
  });
});
