import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { scratchFolder } from '../../../../../test/scratch.js';
import { csvFile } from './csv-file.fixture.js';
import { IndexedFileSource } from './indexed-file-source.js';
import { rowsOf } from '../day-source.fixture.js';
import { zipOf } from '../formats/zip.fixture.js';

const DAY_1 = calendarDay('2025-01-01');
const DAY_2 = calendarDay('2025-01-02');
const signal = new AbortController().signal;

let folder: string;
/** The system's folder for temporary files, as this spec has it for itself. */
let temporary: string;
let path: string;
let source: IndexedFileSource;
beforeEach(async () => {
  folder = await scratchFolder();
  temporary = await scratchFolder();
  vi.stubEnv('TMPDIR', temporary);
  path = join(folder, 'rows.csv');
  source = new IndexedFileSource(csvFile(path));
});
afterEach(async () => {
  await source.close();
  vi.unstubAllEnvs();
  const left = leftovers();
  expect(left).toEqual([]);
});

const leftovers = (): string[] => readdirSync(temporary);

async function cells(day = DAY_1): Promise<unknown[]> {
  const collected: unknown[] = [];
  for await (const { values } of rowsOf(source.fetchDay(day, signal))) collected.push(values['x']);
  return collected;
}

it('reads days from a file that is gzip, whatever its name', async () => {
  // More than a chunk of what is unpacked, which may end within a character.
  const rows = Array.from({ length: 10_000 }, (_, at) => `2025-01-0${(at % 2) + 1},雨${at}`);
  await writeFile(path, gzipSync(`\uFEFFday,x\r\n${rows.join('\r\n')}`));
  expect(await source.knownDays(signal)).toEqual(['2025-01-01', '2025-01-02']);
  expect((await cells()).at(-1)).toBe('雨9998');
  expect((await cells(DAY_2)).at(-1)).toBe('雨9999');
  // A crash leaves nothing behind either.
  if (process.platform === 'linux') expect(leftovers()).toEqual([]);
});

it('unpacks it anew when the file is another one', async () => {
  await writeFile(path, gzipSync('day,x\n2025-01-01,a\n'));
  expect(await cells()).toEqual(['a']);
  await writeFile(path, gzipSync('day,x\n2025-01-01,b\n2025-01-01,c\n'));
  expect(await cells()).toEqual(['b', 'c']);
  await writeFile(path, 'day,x\n2025-01-01,not packed\n');
  expect(await cells()).toEqual(['not packed']);
});

it('fails for all days where the gzip is broken, and for now where it is cut off', async () => {
  const packed = gzipSync('day,x\n2025-01-01,a\n');
  const broken = Buffer.from(packed);
  broken.fill(0xff, 10, 20);
  await writeFile(path, broken);
  await expect(cells()).rejects.toMatchObject({ kind: 'source_wide', code: 'SOURCE_UNREADABLE' });
  await writeFile(path, packed.subarray(0, -9));
  await expect(cells()).rejects.toMatchObject({ kind: 'passing', code: 'SOURCE_CUT_OFF' });
  await writeFile(path, packed);
  expect(await cells()).toEqual(['a']);
});

it.each([
  ['zstd', (text: string) => zstdCompressSync(text), 'rows.csv'],
  ['zip', (text: string) => zipOf({ 'rows.csv': text }), 'rows.csv'],
  ['brotli, by its name', (text: string) => brotliCompressSync(text), 'rows.csv.br'],
])('reads days from a file that is %s', async (_, pack, name) => {
  await source.close();
  path = join(folder, name);
  source = new IndexedFileSource(csvFile(path, { writtenPath: name }));
  await writeFile(path, pack('day,x\n2025-01-01,a\n2025-01-02,b\n2025-01-01,c\n'));
  expect(await cells()).toEqual(['a', 'c']);
  expect(await cells(DAY_2)).toEqual(['b']);
});

it('fails for all days where a zip has two files', async () => {
  await writeFile(path, zipOf({ 'a.csv': 'day,x\n', 'b.csv': 'day,x\n' }));
  await expect(cells()).rejects.toMatchObject({
    kind: 'source_wide',
    code: 'SOURCE_UNREADABLE',
    message:
      'expected a zip with one file, got 2: "a.csv", "b.csv"; put each of them into a file of its own',
  });
});
