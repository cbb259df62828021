import { afterEach, describe, expect, it } from 'vitest';
import { PageQueryDto } from '../http/input/page.dto.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { D1, makeDataset } from '../sync/sync.fixture.js';
import { DatasetCatalog } from './dataset-catalog.js';
import type { DayRowsDto } from './datasets.dto.js';
import { DayRows } from './day-rows.js';
import type { TargetColumn } from '../targets/target.js';
import { replaceDay } from '../targets/target-rows.js';

const MIB = 1_024 * 1_024;
const COLUMNS: readonly TargetColumn[] = (
  [
    ['note', 'text'],
    ['size', 'integer'],
    ['more', 'json'],
  ] as const
).map(([name, type]) => ({ name, from: name, type, nullable: true }));

let sync: ScratchInstallation;
afterEach(() => sync.close());

/** The turns of the event loop while the last page was read. */
let turns = 0;

/** The page of a day that has these rows. */
async function pageOf(
  rows: readonly (readonly (string | number | null)[])[],
  changes: Partial<PageQueryDto> = {},
): Promise<DayRowsDto> {
  const dataset = makeDataset({ target: { table: 'readings', columns: COLUMNS } });
  sync = await ScratchInstallation.open(null, { datasets: [dataset] });
  await sync.database.write('targets', (transaction) => replaceDay(transaction, dataset, D1, rows));
  const page = Object.assign(new PageQueryDto(), changes);
  const rowsOfDay = new DayRows(new DatasetCatalog([dataset]), sync.database, sync.open);
  turns = 0;
  const count = (): void => {
    turns += 1;
    immediate = setImmediate(count);
  };
  let immediate = setImmediate(count);
  const result = await rowsOfDay.list(dataset.name, D1, page);
  clearImmediate(immediate);
  if (result.kind !== 'found') throw new Error('expected a dataset');
  return result.page;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(String(value));
const wordsOf = (length: number): string => `"${'x'.repeat(length - 2)}"`;

describe('a page of rows', () => {
  it('has every value whole where they are few bytes in all', async () => {
    const note = 'x'.repeat(7 * MIB);
    const { items, cut } = await pageOf([
      [note, 1, '{"a":1}'],
      [null, 2, null],
    ]);
    expect(cut).toEqual([]);
    expect(items[0]?.['note'] === note).toBe(true);
    expect(items[1]).toEqual({ note: null, size: 2, more: null });
  });

  it('has the beginnings of the longest values where they are many, and names these', async () => {
    const long = '长'.repeat(2 * MIB);
    const { items, cut, total } = await pageOf([
      [long, 1, '{"a":1}'],
      ['short', 2, wordsOf(5 * MIB)],
      ['', 3, null],
    ]);
    expect(cut).toEqual([
      { row: 0, column: 'note', bytes: 6 * MIB },
      { row: 1, column: 'more', bytes: 5 * MIB },
    ]);
    const share = (8 * MIB) / 6;
    const [note, more] = [String(items[0]?.['note']), String(items[1]?.['more'])];
    // Whole characters, as many as have room.
    expect(long.startsWith(note)).toBe(true);
    expect(bytesOf(note)).toBeGreaterThan(share - 4);
    expect(bytesOf(note)).toBeLessThanOrEqual(share);
    expect(wordsOf(5 * MIB).startsWith(more)).toBe(true);
    expect(items[0]?.['size']).toBe(1);
    expect(JSON.stringify(items[0]?.['more'])).toBe('{"a":1}');
    expect(items[1]?.['note']).toBe('short');
    expect(items[2]).toEqual({ note: '', size: 3, more: null });
    expect(total).toBe(3);
  });

  it('is bounded, however many rows it has', async () => {
    const rows = Array.from({ length: 200 }, (_, index) => [
      'y'.repeat(100_000),
      index,
      wordsOf(100),
    ]);
    const { items, cut } = await pageOf(rows, { page_size: 500 });
    expect([items.length, cut.length]).toEqual([200, 200]);
    expect(bytesOf(JSON.stringify(items))).toBeLessThan(8 * MIB);
  });

  it('gives the event loop a turn for each row where they are large', async () => {
    const rows = Array.from({ length: 40 }, () => ['y'.repeat(500_000), 1, null]);
    const { items } = await pageOf(rows, { page_size: 40 });
    expect(items).toHaveLength(40);
    expect(turns).toBeGreaterThanOrEqual(40);
  });

  it('has a row whole that is alone on it', async () => {
    const rows = [
      ['z'.repeat(9 * MIB), 1, null],
      ['z'.repeat(9 * MIB), 2, null],
    ];
    const { items, cut } = await pageOf(rows, { page: 2, page_size: 1 });
    expect(cut).toEqual([]);
    expect(bytesOf(items[0]?.['note'])).toBe(9 * MIB);
    expect(items[0]?.['size']).toBe(2);
  });
});
