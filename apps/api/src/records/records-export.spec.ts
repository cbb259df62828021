import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addDays, calendarDay } from '@daysync/progress';
import { parse } from 'csv-parse/sync';
import { scratchFolder } from '../../../../test/scratch.js';
import { SqliteDatabase } from '../database/sqlite/sqlite-database.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { makeDataset } from '../sync/sync.fixture.js';
import { RecordFilterDto, RecordQueryDto, RECORD_FIELDS } from './records.dto.js';
import { RecordsExport } from './records-export.js';
import { RecordsService } from './records.service.js';
import { writeRecords } from './sync-records.fixture.js';

/** More than are read at a time. */
const DAYS = 400;
const FIRST = calendarDay('2012-01-01');
const CATALOG = new DatasetCatalog([makeDataset()]);

let folder: string;
let database: SqliteDatabase;
beforeAll(async () => {
  folder = await scratchFolder();
  database = await SqliteDatabase.open(path.join(folder, 'daysync.db'));
  const records = Array.from({ length: DAYS }, (_, index) => ({
    dataset: index % 2 === 0 ? 'even' : 'odd',
    day: addDays(FIRST, (index * 7) % DAYS),
    rows: index % 5,
    duration_ms: index % 11,
    last_tried_at: new Date(Date.UTC(2025, 0, 1) + (index % 17) * 1_000).toISOString(),
    ...(index % 3 === 0
      ? { status: 'failed' as const, rows: null, error_code: 'BROKEN', error_text: '=1+1' }
      : {}),
  }));
  await writeRecords(database, records);
});
afterAll(async () => {
  await database.close();
});

const going = (): AbortSignal => new AbortController().signal;

function filterOf(changes: Partial<RecordFilterDto>): RecordFilterDto {
  return Object.assign(new RecordFilterDto(), changes);
}

/** The lines of a file, by the names of its columns. */
async function exported(changes: Partial<RecordFilterDto>): Promise<Record<string, string>[]> {
  let text = '';
  for await (const piece of new RecordsExport(database, CATALOG).read(filterOf(changes), going())) {
    text += piece;
  }
  return parse(text, { columns: true, bom: true });
}

/** The same records as the list has them, page by page. */
async function listed(changes: Partial<RecordFilterDto>): Promise<string[]> {
  const records = new RecordsService(database, CATALOG);
  const keys: string[] = [];
  for (let page = 1; ; page++) {
    const query = Object.assign(new RecordQueryDto(), changes, { page, page_size: 97 });
    const { items } = await records.list(query);
    if (items.length === 0) return keys;
    keys.push(...items.map(({ dataset, day }) => `${dataset} ${day}`));
  }
}

const SORTS = RECORD_FIELDS.flatMap((field) => [field, `-${field}`] as const);
const FILTERS: readonly Partial<RecordFilterDto>[] = [
  {},
  { dataset: 'even' },
  { status: 'failed' },
  { start_date: addDays(FIRST, 10), end_date: addDays(FIRST, 300) },
];

describe('the export', () => {
  it.each(SORTS)('by %s has the records of the list, in its order, each once', async (sort) => {
    for (const filter of FILTERS) {
      const lines = await exported({ ...filter, sort });
      const keys = lines.map(({ dataset, day }) => `${String(dataset)} ${String(day)}`);
      expect(keys).toEqual(await listed({ ...filter, sort }));
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it('ends for a reader who has left', async () => {
    const leaving = new AbortController();
    const pieces = new RecordsExport(database, CATALOG).read(filterOf({}), leaving.signal);
    await pieces.next();
    await pieces.next();
    leaving.abort();
    await expect(pieces.next()).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('leaves out a record that no longer matches the filter when it is read', async () => {
    const filter = filterOf({ status: 'failed', sort: 'day' });
    const pieces = new RecordsExport(database, CATALOG).read(filter, going());
    await pieces.next();
    const change = (status: 'success' | 'failed'): Promise<unknown> =>
      database.write('targets', ({ db }) =>
        db.updateTable('sync_record').set({ status }).where('day', '=', FIRST).execute(),
      );
    await change('success');
    const piece = String((await pieces.next()).value);
    await change('failed');
    expect(piece).not.toContain(FIRST);
    expect(piece).toContain(addDays(FIRST, 21));
    await pieces.return(undefined);
  });
});

describe('exports beside each other', () => {
  /** The sorting that was begun, each ended by its function. */
  let begun: (() => void)[];
  let records: RecordsExport;
  beforeEach(() => {
    begun = [];
    const slow = {
      dialect: 'sqlite' as const,
      longRead: database.longRead,
      rowIds: () =>
        new Promise<Float64Array>((resolve) => begun.push(() => resolve(new Float64Array()))),
    };
    records = new RecordsExport(slow, CATALOG);
  });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  /** Ends the sorting that was begun as this one. */
  const end = async (at: number): Promise<void> => {
    await settled();
    expect(begun).toHaveLength(at + 1);
    begun[at]?.();
  };
  const begin = (signal = going()): Promise<unknown> => records.read(filterOf({}), signal).next();

  it('are sorted one at a time, and not for a reader who has left meanwhile', async () => {
    const first = begin();
    const leaving = new AbortController();
    const second = begin(leaving.signal);
    const third = begin();
    await settled();
    leaving.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    await end(0);
    await first;
    // The second one that was begun is that of the third reader.
    await end(1);
    await third;
  });

  it('wait for the sorting of a reader who has left, and who is answered at once', async () => {
    const leaving = new AbortController();
    const first = begin(leaving.signal);
    const second = begin();
    await settled();
    leaving.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    await end(0);
    await end(1);
    await second;
  });
});
