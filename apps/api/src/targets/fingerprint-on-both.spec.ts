import fc from 'fast-check';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { draws } from '../../../../test/draws.js';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { VALUES } from '../../../../test/round-trips/typed-values.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { D1, D2, makeDataset } from '../sync/sync.fixture.js';
import { COLUMN_TYPE_NAMES, createConverter, type ColumnType } from './column-types.js';
import { EMPTY_FINGERPRINT, Fingerprint } from './fingerprint.js';
import { fingerprintInPostgres, type ExpectedDay, type TargetDay } from './target-fingerprint.js';
import { TargetReader, type TakeTargetRows } from './target-reader.js';
import type { TargetColumn } from './target.js';
import { replaceDay, TargetRefusedError } from './target-rows.js';
import { prepareTarget } from './target-table.js';

const scratch = migratedDatabases();
let sync: ScratchInstallation;
afterEach(() => sync.close());

/** More than a slice has. */
const ROWS = draws(2_100, 5_000);
const SIGNAL = new AbortController().signal;

/** Values of a type as a source writes them, and none. */
function samples(type: ColumnType, count: number): (string | null)[] {
  const texts = fc.sample(VALUES[type], { seed: 22, numRuns: count });
  return texts.map(({ text }, index) => (index % 7 === 3 ? null : text));
}

const NOTHING: ExpectedDay = { rows: 0, inMemory: [], fingerprint: EMPTY_FINGERPRINT };

describe.each(DIALECTS)('the fingerprint of a day in its target, on %s', (dialect) => {
  const open = async (types: readonly ColumnType[]): Promise<readonly TargetColumn[]> => {
    sync = await ScratchInstallation.open(await scratch(dialect));
    const columns = types.map((type, index) => ({
      ...{ name: `"${index}' ${type}`, from: `c${index}`, type, nullable: true },
    }));
    await sync.database.write('targets', (transaction) =>
      prepareTarget(transaction, makeDataset({ target: { table: 'mixed', columns } })),
    );
    return columns;
  };
  const read = (
    columns: readonly TargetColumn[],
    { day = D1, expected = NOTHING, table = 'mixed', signal = SIGNAL } = {},
  ): Promise<TargetDay> =>
    new TargetReader(sync.database).fingerprint({ table, columns, day }, expected, signal);

  it.each([
    ['with JSON', COLUMN_TYPE_NAMES],
    ['without JSON', COLUMN_TYPE_NAMES.filter((type) => type !== 'json')],
  ])('is that of the rows that were written, %s', async (_name, types) => {
    const columns = await open(types);
    const valuesOf = types.map((type) =>
      samples(type, ROWS).map((text) => createConverter(type, true)(text, true)),
    );
    const rows = Array.from({ length: ROWS }, (_, index) =>
      valuesOf.map((values) => values[index] ?? null),
    );
    const expected = new Fingerprint(columns);
    for (const row of rows) void expected.add(row);
    const dataset = makeDataset({ target: { table: 'mixed', columns } });
    await sync.database.write('targets', async (transaction) => {
      await replaceDay(transaction, dataset, D1, rows);
      await replaceDay(transaction, dataset, D2, rows.slice(0, 10));
    });
    const asWritten = { rows: ROWS, fingerprint: expected.value };
    expect(await read(columns)).toEqual(asWritten);
    // A server of any version and encoding adds up the same.
    if (dialect === 'postgres' && !types.includes('json')) {
      const of = { table: 'mixed', columns, day: D1 };
      for (const casts_bytes of [false, true]) {
        for (const is_utf8 of [false, true]) {
          const abilities = { casts_bytes, is_utf8 };
          const added = await fingerprintInPostgres(sync.database.longRead, of, abilities);
          expect(added).toEqual(asWritten);
        }
      }
    }
    // One value changed by hand, in one row.
    const [first] = columns;
    const cell = sql.ref(first?.name ?? '');
    await sync.database.write('targets', ({ db }) =>
      sql`update ${sql.table('mixed')} set ${cell} = 'another' where sync_day = ${D2}
        and ${cell} = (select min(${cell}) from ${sql.table('mixed')} where sync_day = ${D2})`.execute(
        db,
      ),
    );
    const before = new Fingerprint(columns);
    for (const row of rows.slice(0, 10)) void before.add(row);
    const after = await read(columns, { day: D2 });
    expect(after.rows).toBe(10);
    expect(after.fingerprint).not.toBe(before.value);
    const changed = { rows: 10, inMemory: rows.slice(0, 10), fingerprint: before.value };
    expect(await read(columns, { day: D2, expected: changed })).toEqual(after);
    const counted = { ...changed, inMemory: null };
    expect(await read(columns, { day: D2, expected: counted })).toEqual(after);
  });

  it('reads large rows a few at a time', async () => {
    const columns = await open(['text', 'json']);
    const dataset = makeDataset({ target: { table: 'mixed', columns } });
    const rows = Array.from({ length: 12 }, (_, index) => [
      'x'.repeat(index % 3 === 0 ? 3_000_000 : 1),
      `{"n":${index}}`,
    ]);
    await sync.database.write('targets', (transaction) =>
      replaceDay(transaction, dataset, D1, rows),
    );
    const counts: number[] = [];
    const of = { table: 'mixed', columns, day: D1 };
    const count: TakeTargetRows = (some) => {
      counts.push(some.length);
      return Promise.resolve();
    };
    await new TargetReader(sync.database).read(of, count, SIGNAL);
    expect(counts).toEqual([3, 3, 3, 3]);
  });

  it('is refused without one of its columns', async () => {
    const columns = await open(['text']);
    const gone = columns.map((column) => ({ ...column, name: 'gone' }));
    await expect(read(gone)).rejects.toThrow(TargetRefusedError);
  });
});
