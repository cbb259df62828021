import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { duckdbFile } from '../../sources/parquet/parquet-files.fixture.js';
import { proposeDataset, type InitProposal } from './init.js';
import { openSource, type InitSource } from './init-source.js';
import { openParquetFiles } from './parquet-source.js';
import { tryDraft } from './try-draft.js';

const { signal } = new AbortController();

let folder: string;
beforeEach(async () => {
  folder = await scratchFolder();
});

async function propose(source: InitSource): Promise<InitProposal> {
  const taken = { names: new Set<string>(), tables: new Set<string>() };
  const ask = (): Promise<string> => Promise.reject(new Error('expected no question'));
  return proposeDataset(source, {}, taken, ask, signal);
}

const QUERY = `
  select date '2025-10-01' + (i // 2)::integer as day, i as id, 'code ' || i as code, '0' || i as zip,
         (i * 1.5)::decimal(9, 2) as price, i / 2.0 as ratio, i % 2 = 0 as ok,
         timestamptz '2025-10-01 08:00:00Z' + to_days((i // 2)::integer) as at,
         timestamp '2025-10-01 08:00:00' + to_days((i // 2)::integer) as local,
         { city: 'Oslo', size: i } as place, [i] as list, uuid() as key
  from range(6) t(i)`;

describe('a Parquet file', () => {
  it('becomes a dataset with the types of its columns, which reads it', async () => {
    await mkdir(join(folder, 'in'));
    await duckdbFile(join(folder, 'in/orders.parquet'), QUERY);
    const source = await openSource(join(folder, 'in/orders.parquet'), folder, signal);
    expect(source).toMatchObject({ isWhole: true, name: 'orders', format: null });
    const { draft, rowCount, day } = await propose(source);
    expect([rowCount, day.first, day.last]).toEqual([6, '2025-10-01', '2025-10-03']);
    expect(draft.source).toEqual({
      ...{ kind: 'parquet', path: 'in/orders.parquet', day_column: 'day' },
    });
    expect(draft.target.columns).toEqual({
      ...{ day: 'date', id: 'integer', code: 'text', zip: 'text', price: 'decimal' },
      ...{ ratio: 'real', ok: 'boolean', at: 'timestamp' },
      local: { type: 'timestamp', format: 'iso' },
      city: { pointer: '/place/city', type: 'text' },
      size: { pointer: '/place/size', type: 'integer' },
      ...{ list: 'json', key: 'text' },
    });
    const trial = await tryDraft(draft, day.first, { folder, env: {} }, signal);
    expect(trial).toMatchObject({ fits: true, hasBadRows: false, rowCount: 2 });
    expect(trial.firstRows[1]?.slice(0, 11)).toEqual([
      ...['2025-10-01', 1, 'code 1', '01', '1.50', 0.5, false],
      ...['2025-10-01T08:00:00.000000Z', '2025-10-01T08:00:00.000000Z', 'Oslo', 1],
    ]);
  });

  it('of many others: columns that differ have the type that their values have', async () => {
    await duckdbFile(join(folder, 'a.parquet'), `select date '2025-10-01' as day, 1 as x, 1 as y`);
    await duckdbFile(
      join(folder, 'b.parquet'),
      `select date '2025-10-02' as day, 'b' as x, 2 as y`,
    );
    const source = await openSource(join(folder, '*.parquet'), folder, signal);
    expect(source.extent).toMatch(/^2 of 2 files, /);
    const { draft } = await propose(source);
    expect(draft.source).toEqual({ kind: 'parquet', path: '*.parquet', day_column: 'day' });
    expect(draft.target.columns).toMatchObject({ day: 'date', y: 'integer' });
  });

  it('is read up to a bound in rows and in bytes', async () => {
    const path = join(folder, 'a.parquet');
    await duckdbFile(
      path,
      `select date '2025-10-01' as day, md5(i::text) as x from range(10000) t(i)`,
    );
    const countIn = async (most: { rows: number; bytes: number }): Promise<unknown[]> => {
      const { isWhole, rows } = await openParquetFiles([path], 'a.parquet', signal, most);
      let count = 0;
      for await (const chunk of rows(signal)) count += chunk.length;
      return [isWhole, count];
    };
    expect(await countIn({ rows: 20_000, bytes: 10_000_000 })).toEqual([true, 10_000]);
    expect(await countIn({ rows: 3_000, bytes: 10_000_000 })).toEqual([false, 3_000]);
    const [isWhole, count] = await countIn({ rows: 20_000, bytes: 100_000 });
    expect(isWhole).toBe(false);
    expect(count).toBeGreaterThan(1_000);
    expect(count).toBeLessThan(5_000);
  });

  it('that can not be read is refused with its path', async () => {
    const path = join(folder, 'a.parquet');
    await writeFile(path, 'PAR1 and nothing else');
    await expect(openSource(path, folder, signal)).rejects.toThrow(
      `${path}: expected a whole Parquet file, got 21 bytes without a footer`,
    );
  });
});
