import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { DIALECTS, scratchDatabases } from '../../../../test/databases.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import type { WriteTransaction } from './database.js';
import { preparedStatement } from './prepared-statement.js';

interface Pace {
  readonly name: string;
  readonly free_at: number;
}

const scratch = scratchDatabases();

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

  it('takes the values of each run, in whatever place, and tells what it changed', async () => {
    let built = 0;
    const upsert = preparedStatement<Pace>(({ db }, places) => {
      built += 1;
      const { name, free_at } = places('name', 'free_at');
      return db
        .insertInto('pace')
        .values({ free_at, name })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ free_at }));
    });
    const select = preparedStatement<{ readonly most: number }, Pace>(({ db }, places) =>
      db
        .selectFrom('pace')
        .selectAll()
        .orderBy('name')
        .limit(sql<number>`${places('most').most} + 0`),
    );
    await write(async (transaction) => {
      const given: Pace[] = [
        { name: 'a', free_at: 1 },
        { name: 'b', free_at: 2 },
        { name: 'a', free_at: 3 },
      ];
      for (const pace of given) {
        expect(await upsert(transaction, pace)).toEqual({ rows: [], changed: 1 });
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
    const remove = preparedStatement<Pick<Pace, 'name'>, Pick<Pace, 'free_at'>>(({ db }, places) =>
      db.deleteFrom('pace').where('name', '=', places('name').name).returning('free_at'),
    );
    await write(async (transaction) => {
      await transaction.db.insertInto('pace').values({ name: 'c', free_at: 4 }).execute();
      const { rows } = await remove(transaction, { name: 'c' });
      expect(rows.map((row) => ({ ...row }))).toEqual([{ free_at: 4 }]);
      expect((await remove(transaction, { name: 'c' })).rows).toEqual([]);
    });
  });

  it('writes a text as any other statement does, with NUL as well', async () => {
    const insert = preparedStatement<Pace>(({ db }, places) =>
      db.insertInto('pace').values(places('name', 'free_at')),
    );
    await write(async (transaction) => {
      await insert(transaction, { name: 'x\0y', free_at: 5 });
      const rows = await transaction.db
        .selectFrom('pace')
        .select('free_at')
        .where('name', '=', 'x\0y')
        .execute();
      expect(rows.map((row) => ({ ...row }))).toEqual([{ free_at: 5 }]);
    });
  });

  it('refuses a value that has no place', async () => {
    const update = preparedStatement<Pace>(({ db }, places) =>
      db.updateTable('pace').set({ free_at: 0 }).where('name', '=', places('name').name),
    );
    const run = write((transaction) => update(transaction, { name: 'a', free_at: 1 }));
    await expect(run).rejects.toThrow('expected a place for free_at, got none');
  });
});
