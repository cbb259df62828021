import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { makeDataset } from '../sync/sync.fixture.js';
import type { TargetColumn } from './target.js';
import { prepareTarget, type TargetDifference } from './target-table.js';

const VALUE: TargetColumn = { name: 'value', from: 'value', type: 'integer', nullable: false };

let sync: ScratchInstallation;
beforeEach(async () => {
  sync = await ScratchInstallation.open();
});
afterEach(() => sync.close());

const prepare = async (...columns: TargetColumn[]): Promise<readonly TargetDifference[]> => {
  const { differences } = await sync.database.write('targets', (transaction) =>
    prepareTarget(transaction, makeDataset({ target: { table: 'readings', columns } })),
  );
  return differences;
};

describe('prepareTarget', () => {
  it('says how a column is renamed where the file may only have another name for it', async () => {
    const rename = 'alter table "readings" rename column "value" to "amount"';
    const text: TargetColumn = { ...VALUE, name: 'amount', type: 'text', nullable: true };
    expect(await prepare(text)).toMatchObject([
      { column: 'value', fix: 'alter table "readings" drop column "value"' },
    ]);
    const amount = { ...VALUE, name: 'amount' };
    const differences = await prepare(amount);
    expect(differences.map(({ column, fix }) => [column, fix])).toEqual([
      [
        'amount',
        `if only its name has changed, ${rename}; otherwise drop table "readings" (its days are then missing, and are synced again)`,
      ],
      [
        'value',
        `if only its name has changed, ${rename}; otherwise alter table "readings" drop column "value"`,
      ],
    ]);
    await sync.database.write('targets', ({ db }) => sql.raw(rename).execute(db));
    expect(await prepare(amount)).toEqual([]);
  });

  it('says it of a nullable column as well, whose new name is no column yet', async () => {
    const old: TargetColumn = { name: 'old', from: 'old', type: 'text', nullable: true };
    await prepare(VALUE, old);
    const [difference, ...others] = await prepare(VALUE, { ...old, name: 'new' });
    expect(others).toEqual([]);
    const rename = 'alter table "readings" rename column "old" to "new"';
    expect(difference?.fix).toContain(rename);
    await sync.database.write('targets', ({ db }) => sql.raw(rename).execute(db));
    expect(await prepare(VALUE, { ...old, name: 'new' })).toEqual([]);
  });
});
