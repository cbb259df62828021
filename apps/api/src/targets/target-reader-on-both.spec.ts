import { sql, type Kysely } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import type { Schema } from '../database/schema.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { D1, D2, makeDataset } from '../sync/sync.fixture.js';
import type { StoredValue } from './column-types.js';
import type { TargetRows } from './target-fingerprint.js';
import { TargetReader } from './target-reader.js';
import { replaceDay } from './target-rows.js';
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
      await prepareTarget(transaction, dataset);
      // By an index on its columns a day is read in their order, unless another one is asked for.
      await sql`create index by_place on readings (sync_day, place)`.execute(transaction.db);
      await replaceDay(transaction, dataset, D2, rowsOf(0));
      await replaceDay(transaction, dataset, D1, rowsOf(0));
      await replaceDay(transaction, dataset, D1, rowsOf(count));
      await sql`drop index ${sql.ref(await dayIndex(transaction.db))}`.execute(transaction.db);
    });
    return new TargetReader(sync.database);
  };
  /** The index on the day alone. */
  const dayIndex = async (db: Kysely<Schema>): Promise<string> => {
    const { rows } = await (
      dialect === 'sqlite'
        ? sql<{ name: string }>`select name from sqlite_schema where name like 'daysync_day_%'`
        : sql<{
            name: string;
          }>`select indexname as name from pg_indexes where indexname like 'daysync_day_%'`
    ).execute(db);
    return rows[0]?.name ?? '';
  };

  it.each([
    ['small', 500],
    ['large', 4_500],
  ])('are in one order when they are read and in pages, of a %s day', async (_size, count) => {
    const reader = await open(count);
    const read: (readonly StoredValue[])[] = [];
    await reader.read(
      OF,
      (rows) => {
        read.push(...rows);
        return Promise.resolve();
      },
      SIGNAL,
    );
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
    const absent = { ...OF, table: 'absent' };
    expect(await reader.readPage(absent, { offset: 0, limit: 1 })).toEqual({ total: 0, rows: [] });
  });
});
