import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { D1, D2, makeDataset } from '../sync/sync.fixture.js';
import type { StoredValue } from './column-types.js';
import type { TargetRows } from './target-fingerprint.js';
import { TargetReader, type TakeTargetRows } from './target-reader.js';
import { replaceDay, TargetRefusedError } from './target-rows.js';
import { prepareTarget } from './target-table.js';
import type { TargetColumn } from './target.js';

const COLUMNS: readonly TargetColumn[] = [
  { name: 'place', from: 'place', type: 'integer', nullable: false },
  { name: 'found', from: 'found', type: 'text', nullable: true },
];
const OF: TargetRows = { table: 'readings', columns: COLUMNS, day: D1 };
const SIGNAL = new AbortController().signal;

const scratch = migratedDatabases();
let sync: ScratchInstallation;
afterEach(() => sync.close());

describe.each(DIALECTS)('the rows of a day on %s', (dialect) => {
  const open = async (count: number): Promise<TargetReader> => {
    sync = await ScratchInstallation.open(await scratch(dialect));
    const dataset = makeDataset({ target: { table: 'readings', columns: COLUMNS } });
    const rowsOf = (from: number): [number, string][] =>
      Array.from({ length: count }, (_, n) => [(n * 7_919) % count, `${from + n}`]);
    await sync.database.write('targets', async (transaction) => {
      await sql`drop table readings`.execute(transaction.db);
      const { version } = await prepareTarget(transaction, dataset);
      // By an index on its columns a day is read in their order, unless another one is asked for.
      await sql`create index by_place on readings (sync_day, place)`.execute(transaction.db);
      await replaceDay(transaction, dataset, D2, rowsOf(0));
      await replaceDay(transaction, dataset, D1, rowsOf(0));
      await replaceDay(transaction, dataset, D1, rowsOf(count));
      // That on the day alone.
      await sql`drop index ${sql.ref(version?.key ?? '')}`.execute(transaction.db);
    });
    return new TargetReader(sync.database);
  };

  it.each([
    ['small', 500],
    ['large', 4_500],
  ])('are in one order when they are read and in pages, of a %s day', async (_size, count) => {
    const reader = await open(count);
    const read: (readonly StoredValue[])[] = [];
    const take: TakeTargetRows = (rows) => Promise.resolve(void read.push(...rows));
    await reader.read(OF, take, SIGNAL);
    expect(read).toHaveLength(count);
    const places = read.map(([place]) => Number(place));
    expect(places).not.toEqual(places.toSorted((a, b) => a - b));
    for (const [offset, limit] of [
      [0, 3],
      [count - 100, 50],
      [count - 1, 10],
      [count, 10],
    ] as const) {
      expect(await reader.readPage(OF, { offset, limit })).toEqual({
        total: count,
        rows: read.slice(offset, offset + limit),
      });
    }
  });

  it('are refused without one of the columns', async () => {
    const reader = await open(1);
    const gone = { ...OF, columns: COLUMNS.map((column) => ({ ...column, name: 'gone' })) };
    const reading = reader.read(gone, () => Promise.resolve(), SIGNAL);
    await expect(reading).rejects.toThrow(TargetRefusedError);
  });
});
