import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import type { WriteTransaction } from './database.js';
import { preparedStatement } from './prepared-statement.js';

interface Limit {
  readonly name: string;
  readonly free_at: number;
}

const scratch = migratedDatabases();

describe.each(DIALECTS)('a statement that is built once, on %s', (dialect) => {
  let sync: ScratchInstallation;
  beforeAll(async () => {
    sync = await ScratchInstallation.open(await scratch(dialect));
  });
  afterAll(async () => {
    await sync.close();
  });

  const write = <T>(work: (transaction: WriteTransaction) => Promise<T>): Promise<T> =>
    sync.database.write('start', work);

  it('takes the values of each run, in any order, and returns how many rows it changed', async () => {
    let built = 0;
    const upsert = preparedStatement<Limit>(({ db }, params) => {
      built += 1;
      const { name, free_at } = params('name', 'free_at');
      return db
        .insertInto('rate_limit')
        .values({ free_at, name })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ free_at }));
    });
    const select = preparedStatement<{ readonly most: number }, Limit>(({ db }, params) =>
      db
        .selectFrom('rate_limit')
        .selectAll()
        .orderBy('name')
        .limit(sql<number>`${params('most').most} + 0`),
    );
    await write(async (transaction) => {
      const given: Limit[] = [
        { name: 'a', free_at: 1 },
        { name: 'b', free_at: 2 },
        { name: 'a', free_at: 3 },
      ];
      for (const limit of given) {
        expect(await upsert(transaction, limit)).toEqual({ rows: [], changed: 1 });
      }
      const { rows } = await select(transaction, { most: 2 });
      expect(rows.map((row) => ({ ...row }))).toEqual([
        { name: 'a', free_at: 3 },
        { name: 'b', free_at: 2 },
      ]);
      expect((await select(transaction, { most: 1 })).rows).toHaveLength(1);
    });
    expect(built).toBe(1);
  });

  it('gives the rows that a change returns', async () => {
    const remove = preparedStatement<Pick<Limit, 'name'>, Pick<Limit, 'free_at'>>(
      ({ db }, params) =>
        db.deleteFrom('rate_limit').where('name', '=', params('name').name).returning('free_at'),
    );
    await write(async (transaction) => {
      await transaction.db.insertInto('rate_limit').values({ name: 'c', free_at: 4 }).execute();
      const { rows } = await remove(transaction, { name: 'c' });
      expect(rows.map((row) => ({ ...row }))).toEqual([{ free_at: 4 }]);
      expect((await remove(transaction, { name: 'c' })).rows).toEqual([]);
    });
  });

  it('writes a text as any other statement does, with NUL as well', async () => {
    const insert = preparedStatement<Limit>(({ db }, params) =>
      db.insertInto('rate_limit').values(params('name', 'free_at')),
    );
    await write(async (transaction) => {
      await insert(transaction, { name: 'x\0y', free_at: 5 });
      const rows = await transaction.db
        .selectFrom('rate_limit')
        .select('free_at')
        .where('name', '=', 'x\0y')
        .execute();
      expect(rows.map((row) => ({ ...row }))).toEqual([{ free_at: 5 }]);
    });
  });

  it('refuses a value without a parameter', async () => {
    const update = preparedStatement<Limit>(({ db }, params) =>
      db.updateTable('rate_limit').set({ free_at: 0 }).where('name', '=', params('name').name),
    );
    const run = write((transaction) => update(transaction, { name: 'a', free_at: 1 }));
    await expect(run).rejects.toThrow('expected a parameter for free_at, got none');
  });
});
