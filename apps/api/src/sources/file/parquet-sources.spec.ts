import { mkdir, rename, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { scratchFolder } from '../../../../../test/scratch.js';
import { openFiles } from './open-files.fixture.js';
import { createDaySource } from '../../datasets/dataset-catalog.js';
import { datasetIn } from '../../datasets/file/valid-file.fixture.js';
import { listOf, rowsOf } from '../day-source.fixture.js';
import type { DaySource, RowChunk, SourceRow } from '../day-source.js';
import { readSource } from '../source-in-file.fixture.js';
import { duckdbFile } from '../parquet/parquet-files.fixture.js';

const { signal } = new AbortController();

let folder: string;
let source: DaySource | undefined;
beforeEach(async () => {
  folder = await scratchFolder();
  source = undefined;
});
afterEach(async () => {
  await source?.close?.();
  expect(openFiles(folder)).toEqual([]);
});

/** Opens the source of a dataset whose target has the column `id`. */
function open(keys: Readonly<Record<string, unknown>>): DaySource {
  const read = datasetIn(readSource({ kind: 'parquet', ...keys }, { folder }));
  return (source = createDaySource(read.source, read));
}

async function write(name: string, query: string, options = ''): Promise<string> {
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  await duckdbFile(`${file}.draft`, query, options);
  await rename(`${file}.draft`, file);
  return file;
}

const chunksOn = async function* (day: string): AsyncGenerator<RowChunk> {
  if (source !== undefined) yield* source.fetchDay(calendarDay(day), signal);
};
const rowsOn = async (day: string): Promise<SourceRow[]> => listOf(rowsOf(chunksOn(day)));
const numbersOn = async (day: string): Promise<unknown[]> =>
  (await rowsOn(day)).map(({ values }) => values['id']);
/** So many rows a day, from a day on: with the day and their number. */
const days = (from: string, count: number, rows = 2): string =>
  `select (date '${from}' + (i // ${rows})::integer) as day, i as id, 'x' as other from range(${count * rows}) t(i)`;

describe('one file a day', () => {
  it('has its rows, of the columns that are needed', async () => {
    open({ path: '{yyyy}/{mm}/d-{dd}.parquet' });
    await write('2025/01/d-31.parquet', 'select i as id, 1 as other from range(2) t(i)');
    expect(await rowsOn('2025-01-31')).toEqual([
      { row: 1, typed: true, values: { id: 0 } },
      { row: 2, typed: true, values: { id: 1 } },
    ]);
    expect(await rowsOn('2025-01-30')).toEqual([]);
  });

  it('in folders as Hive has them, as DuckDB writes them, with several files a day', async () => {
    open({ path: 'sync_day={day}/**/*.parquet' });
    await duckdbFile(
      folder,
      `select date '2025-01-01' + (i % 2)::integer as sync_day, i as id from range(6) t(i)`,
      'partition_by (sync_day), overwrite_or_ignore',
    );
    await write('sync_day=2025-01-02/more/b.parquet', 'select 7 as id');
    await write('sync_day=2025-01-02/.day.tmp.parquet', 'select 8 as id');
    expect(await numbersOn('2025-01-01')).toEqual([0, 2, 4]);
    const rows = await rowsOn('2025-01-02');
    expect(rows.map(({ values }) => values['id'])).toEqual([1, 3, 5, 7]);
    expect(rows.at(-1)?.file).toBe('sync_day=2025-01-02/more/b.parquet');
  });

  it('fails for a file that loses its end while it is read', async () => {
    open({ path: '{day}.parquet' });
    const options = `codec 'uncompressed', row_group_size 4096`;
    const file = await write('2025-01-01.parquet', days('2025-01-01', 1, 20_000), options);
    const reading = chunksOn('2025-01-01');
    await reading.next();
    await truncate(file, 100);
    await expect(listOf(reading)).rejects.toMatchObject({
      ...{ code: 'SOURCE_FILE_CHANGED', kind: 'passing' },
    });
  });
});

describe('one file with many days', () => {
  it('is indexed by its day_column, and again once it has changed', async () => {
    open({ path: 'all.parquet', day_column: 'day' });
    await write('all.parquet', days('2025-01-01', 3));
    expect(await numbersOn('2025-01-02')).toEqual([2, 3]);
    expect(await source?.knownDays?.(signal)).toEqual(['2025-01-01', '2025-01-02', '2025-01-03']);
    expect(await source?.knownColumns?.(signal)).toEqual(['day', 'id', 'other']);
    await write('all.parquet', days('2025-01-02', 2, 3));
    expect(await numbersOn('2025-01-02')).toEqual([0, 1, 2]);
    expect(await numbersOn('2025-01-01')).toEqual([]);
    expect(source?.unreadableRows?.()).toMatchObject({
      source: 'all.parquet',
      lists: [{ count: 0 }],
    });
  });

  it('yields rows of several days at a time', async () => {
    open({ path: 'all.parquet', day_column: 'day' });
    await write('all.parquet', days('2025-01-01', 8, 1_000), 'row_group_size 2048');
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, k) => numbersOn(`2025-01-0${k + 1}`)),
    );
    expect(all.flat()).toEqual(Array.from({ length: 8_000 }, (_, n) => n));
  });

  it('that is missing or is no Parquet concerns every day', async () => {
    open({ path: 'all.parquet', day_column: 'day' });
    await expect(rowsOn('2025-01-01')).rejects.toMatchObject({ code: 'SOURCE_FILE_MISSING' });
    await writeFile(join(folder, 'all.parquet'), 'day,n\n2025-01-01,1\n');
    await expect(rowsOn('2025-01-01')).rejects.toMatchObject({
      ...{ code: 'SOURCE_UNREADABLE', kind: 'source_wide' },
    });
  });
});

it('finds several files with many days at any depth', async () => {
  open({ path: 'data/**/*.parquet', day_column: 'day' });
  await write('data/a.parquet', days('2025-01-01', 2));
  await write('data/b/c/d.parquet', days('2025-01-02', 2));
  expect((await rowsOn('2025-01-02')).map(({ file, row }) => [file, row].join(' '))).toEqual([
    ...['a.parquet 3', 'a.parquet 4', 'b/c/d.parquet 1', 'b/c/d.parquet 2'],
  ]);
  expect(await source?.knownDays?.(signal)).toEqual(['2025-01-01', '2025-01-02', '2025-01-03']);
  await writeFile(join(folder, 'data/e.parquet'), 'no Parquet');
  await expect(rowsOn('2025-01-01')).rejects.toThrow(
    'e.parquet: expected a Parquet file, which begins and ends with PAR1, got another file',
  );
});
