import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql, SqliteDialect } from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../test/scratch.js';
import type { Schema } from './schema.js';
import { NewerDatabaseError, RetiredDatabaseError } from './schema-version.js';
import { migrate } from './sqlite/sqlite-migration.js';
import { SqliteConnection } from './sqlite-connection.js';

let folder: string;
let file: string;
let handle: DatabaseSync;
let db: Kysely<Schema>;
beforeEach(async () => {
  folder = await scratchFolder();
  file = path.join(folder, 'd.db');
  handle = new DatabaseSync(file);
  db = new Kysely({ dialect: new SqliteDialect({ database: new SqliteConnection(handle) }) });
});
afterEach(async () => {
  await db.destroy();
});

const making = (table: string): Migration => ({
  up: async (of) => {
    await sql`create table ${sql.raw(table)} (n integer)`.execute(of);
  },
});
const ONE = { '0001_one': making('one') };
const TWO = { ...ONE, '0002_two': making('two') };

function migrateTo(migrations: Record<string, Migration>): Promise<void> {
  return migrate({ file, handle, db }, { getMigrations: () => Promise.resolve(migrations) });
}

function tablesOf(database: DatabaseSync): string[] {
  const rows = database
    .prepare(`select name from sqlite_master where name in ('one', 'two')`)
    .all();
  return rows.map((row) => String(row['name']));
}

describe('a migration', () => {
  it('of a new database needs no copy', async () => {
    await migrateTo(TWO);
    expect(tablesOf(handle)).toEqual(['one', 'two']);
    expect(readdirSync(folder)).toEqual(['d.db']);
  });

  it('that fails leaves nothing of those before it', async () => {
    const fails: Migration = { up: () => Promise.reject(new Error('broken')) };
    await expect(migrateTo({ ...ONE, '0002_two': fails })).rejects.toThrow('broken');
    expect(tablesOf(handle)).toEqual([]);
    await migrateTo(TWO);
    expect(tablesOf(handle)).toEqual(['one', 'two']);
  });

  it('of one that is in use begins with a copy of it as it was, and happens once', async () => {
    await migrateTo(ONE);
    handle.exec('insert into one values (7)');
    await migrateTo(TWO);
    await migrateTo(TWO);
    expect(readdirSync(folder)).toEqual(['d.db', 'd.db-before-0002_two']);
    const copy = new DatabaseSync(path.join(folder, 'd.db-before-0002_two'));
    expect(tablesOf(copy)).toEqual(['one']);
    expect(copy.prepare('select n from one').get()).toMatchObject({ n: 7 });
    copy.close();
  });

  it.each([
    ['nothing', ''],
    ['no database', 'x'.repeat(5_000)],
  ])('takes %s under the name of its copy for no copy', async (_what, text) => {
    await migrateTo(ONE);
    writeFileSync(`${file}-before-0002_two`, text);
    await migrateTo(TWO);
    expect(readdirSync(folder)).toEqual(['d.db', 'd.db-before-0002_two']);
    const copy = new DatabaseSync(`${file}-before-0002_two`, { readOnly: true });
    expect(tablesOf(copy)).toEqual(['one']);
    copy.close();
  });

  it('keeps a copy of before, and makes another one of what has changed since', async () => {
    await migrateTo(ONE);
    const fails = { ...ONE, '0002_two': { up: () => Promise.reject(new Error('fails')) } };
    // A launcher tries again and again.
    for (let tries = 0; tries < 3; tries += 1) {
      await expect(migrateTo(fails)).rejects.toThrow('fails');
    }
    expect(readdirSync(folder)).toEqual(['d.db', 'd.db-before-0002_two']);
    const first = readFileSync(`${file}-before-0002_two`);
    handle.exec('insert into one values (7)');
    await migrateTo(TWO);
    expect(readFileSync(`${file}-before-0002_two`)).toEqual(first);
    const copy = new DatabaseSync(`${file}-before-0002_two-2`, { readOnly: true });
    expect(copy.prepare('select n from one').get()).toMatchObject({ n: 7 });
    copy.close();
  });

  it('of a database from a newer version is refused, and nothing is changed', async () => {
    await migrateTo(TWO);
    const refused = migrateTo(ONE);
    await expect(refused).rejects.toThrow(NewerDatabaseError);
    await expect(refused).rejects.toMatchObject({ unknown: ['0002_two'] });
    expect(tablesOf(handle)).toEqual(['one', 'two']);
  });

  it.each([
    [['0001_initial']],
    [['0001_initial', '0002_never_lose_a_day', '0008_notices']],
    [['0001_initial', '0009_of_the_same_line']],
  ])(
    'of a database from before the first release (%j) is refused, and nothing is changed',
    async (names) => {
      await migrateTo(Object.fromEntries(names.map((name) => [name, making(name.slice(5))])));
      const before = readFileSync(file);
      const refused = migrateTo(ONE);
      await expect(refused).rejects.toThrow(RetiredDatabaseError);
      await expect(refused).rejects.toMatchObject({
        retired: names.filter((name) => !name.startsWith('0009')),
      });
      expect([readdirSync(folder), readFileSync(file).equals(before)]).toEqual([['d.db'], true]);
    },
  );
});
