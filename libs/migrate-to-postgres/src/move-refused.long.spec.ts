import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client } from 'pg';
import { DIALECTS, scratchDatabases } from '../../../test/databases.js';
import { hasUnfinishedMove } from '../../../apps/api/src/database/schema-version.js';
import { ScratchInstallation } from '../../../apps/api/src/runner/installation.fixture.js';
import { D1 } from '../../../apps/api/src/sync/sync.fixture.js';
import { ScratchMove } from './move.fixture.js';

const POSTGRES = DIALECTS.filter((dialect) => dialect === 'postgres');
const scratch = scratchDatabases();

let moving: ScratchMove;
beforeEach(async () => {
  moving = await ScratchMove.open((await scratch('postgres')) ?? '');
});
afterEach(() => moving.close());

describe.each(POSTGRES)('a move from SQLite to %s', () => {
  it('names the row that PostgreSQL rejects', async () => {
    await moving.write([{}, { json: '"\\u0000"' }]);
    await expect(moving.move()).rejects.toThrow(
      /table every_type, row 2 \(2025-10-01\): unsupported Unicode escape/,
    );
    await moving.write([{}, { json: '"fixed"' }]);
    expect(await moving.move()).toMatchObject({ kind: 'moved' });
  });

  it.each([
    [
      'a batch',
      'batch',
      () =>
        ScratchInstallation.open(moving.url).then(async (other) => {
          await other.start(D1, D1);
          await other.close();
        }),
    ],
    [
      'rows',
      'readings',
      () => moving.execute(`create table readings (n int); insert into readings values (1)`),
    ],
  ] as const)('refuses a database that has %s of its own', async (_, table, occupy) => {
    await occupy();
    await expect(moving.move()).rejects.toThrow(
      `has data already: its table ${table} is not empty`,
    );
    // Not even the mark of a move.
    expect(await moving.inPostgres(hasUnfinishedMove)).toBe(false);
  });

  it('refuses a database that Daysync runs on, or that another move has locked', async () => {
    const running = new Client({
      connectionString: moving.url,
      application_name: 'daysync node-1',
    });
    await running.connect();
    await expect(moving.move()).rejects.toThrow('Daysync runs on the database of DATABASE_URL');
    await running.query(`set application_name = 'other'; select pg_advisory_lock(894812, 6)`);
    await expect(moving.move()).rejects.toThrow('Another move into the database');
    await running.end();
    expect(await moving.move()).toMatchObject({ kind: 'moved' });
  });

  it('says that a target in PostgreSQL is not as the datasets file says', async () => {
    await moving.execute('create table readings (n int)');
    await expect(moving.move()).rejects.toMatchObject({
      name: 'BootError',
      exitCode: 78,
      lines: expect.arrayContaining([
        expect.stringContaining('target readings, column n'),
      ]) as unknown,
    });
  });
});
