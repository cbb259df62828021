import fc from 'fast-check';
import { expect, it } from 'vitest';
import { draws } from '../../../../test/draws.js';
import { migratedPostgres } from '../../../../test/migrated-databases.js';
import { describeWithPostgres } from '../../../../test/postgres.js';
import { VALUES } from '../../../../test/round-trips/typed-values.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { D1, D2, makeDataset } from '../sync/sync.fixture.js';
import { COLUMN_TYPE_NAMES, createConverter, type ColumnType } from './column-types.js';
import { Fingerprint } from './fingerprint.js';
import { fingerprintInPostgres } from './target-fingerprint.js';
import { replaceDay } from './target-rows.js';
import { prepareTarget } from './target-table.js';

const ROWS = draws(2_100, 5_000);
const make = migratedPostgres();

/** Values of a type as a source writes them, and none. */
function samples(type: ColumnType): (string | null)[] {
  const texts = fc.sample(VALUES[type], { seed: 22, numRuns: ROWS });
  return texts.map(({ text }, index) => (index % 7 === 3 ? null : text));
}

describeWithPostgres('a fingerprint that PostgreSQL adds up', () => {
  it('is that of the rows that were written, whatever its version and encoding are', async () => {
    const sync = await ScratchInstallation.open(await make());
    const types = COLUMN_TYPE_NAMES.filter((type) => type !== 'json');
    const columns = types.map((type, index) => ({
      ...{ name: `"${index}' ${type}`, from: `c${index}`, type, nullable: true },
    }));
    const valuesOf = types.map((type) =>
      samples(type).map((text) => createConverter(type, true)(text, true)),
    );
    const rows = Array.from({ length: ROWS }, (_, index) =>
      valuesOf.map((values) => values[index] ?? null),
    );
    const fingerprint = new Fingerprint(columns);
    for (const row of rows) void fingerprint.add(row);
    const dataset = makeDataset({ target: { table: 'mixed', columns } });
    await sync.database.write('targets', async (transaction) => {
      await prepareTarget(transaction, dataset);
      await replaceDay(transaction, dataset, D1, rows);
      await replaceDay(transaction, dataset, D2, rows.slice(0, 10));
    });
    const of = { table: 'mixed', columns, day: D1 };
    for (const casts_bytes of [false, true]) {
      for (const is_utf8 of [false, true]) {
        const abilities = { casts_bytes, is_utf8 };
        const added = await fingerprintInPostgres(sync.database.longRead, of, abilities);
        expect(added).toEqual({ rows: ROWS, fingerprint: fingerprint.value });
      }
    }
    await sync.close();
  });
});
