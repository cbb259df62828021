import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { DatasetCatalog } from '../dataset-catalog.js';
import { readDatasetsFile } from './dataset-file.js';
import { createRowReader } from '../../sources/rows/row-reader.js';
import { rowsOf } from '../../sources/day-source.fixture.js';

const file = fileURLToPath(new URL('../../../../../datasets.yaml', import.meta.url));
const result = readDatasetsFile(file, {});
if (!result.ok) throw new Error(JSON.stringify(result.errors));
const catalog = new DatasetCatalog(result.datasets);
const { signal } = new AbortController();

afterAll(() => catalog.close());

/** Every row of a dataset in the target's form, day by day. */
async function readAll(name: string): Promise<{ days: number; rows: unknown[][] }> {
  const dataset = catalog.get(name);
  if (dataset === undefined) throw new Error(`expected a dataset ${name}, got none`);
  const source = catalog.sourceOf(dataset);
  const read = createRowReader(dataset.target.columns);
  const days = (await source.knownDays?.(signal)) ?? [];
  const rows: unknown[][] = [];
  for (const day of days) {
    for await (const row of rowsOf(source.fetchDay(day, signal))) rows.push(read(row));
  }
  return { days: days.length, rows };
}

describe('the datasets that come with Daysync', () => {
  it('begin with the weather', () => {
    expect(catalog.list().map(({ name }) => name)).toEqual(['weather', 'birdstrikes']);
    expect(catalog.first.name).toBe('weather');
  });

  it('hold two cities of weather on each of 1,461 days', async () => {
    const { days, rows } = await readAll('weather');
    expect([days, rows.length]).toEqual([1_461, 2_922]);
    expect(rows[0]).toEqual(['Seattle', '2012-01-01', 0, 12.8, 5, 4.7, 'drizzle']);
    expect(rows.at(-1)?.slice(0, 2)).toEqual(['New York', '2015-12-31']);
  });

  it('hold 10,000 wildlife strikes on 3,625 days, 2,836 of them without a speed', async () => {
    const { days, rows } = await readAll('birdstrikes');
    expect([days, rows.length]).toEqual([3_625, 10_000]);
    expect(rows[0]).toHaveLength(14);
    expect(rows.filter((row) => row.at(-1) === null)).toHaveLength(2_836);
    expect(catalog.get('birdstrikes')?.throttle).toEqual({ daysPerMinute: 120 });
  });
});
