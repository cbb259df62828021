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
});
