import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dataset } from '../../../apps/api/src/datasets/file/dataset.js';
import type { TargetColumn } from '../../../apps/api/src/targets/target.js';
import { NewerDatabaseError } from '../../../apps/api/src/database/schema-version.js';
import { ScratchInstallation } from '../../../apps/api/src/runner/installation.fixture.js';
import { D1, D2, makeDataset } from '../../../apps/api/src/sync/sync.fixture.js';
import { SqliteInstallation } from './sqlite-installation.js';

let sync: ScratchInstallation;
beforeEach(async () => {
  sync = await ScratchInstallation.open();
});
afterEach(() => sync.close());

/** Changes the file as another program does. */
function change(sql: string): void {
  const database = new DatabaseSync(`${sync.folder}/daysync.db`, { timeout: 5_000 });
  database.exec(sql);
  database.close();
}

async function opened<T>(ask: (installation: SqliteInstallation) => T): Promise<Awaited<T>> {
  const installation = await SqliteInstallation.open(sync.folder);
  try {
    return await ask(installation);
  } finally {
    await installation.close();
  }
}

const open = (): Promise<void> => opened(() => undefined);

function readings(...columns: readonly TargetColumn[]): Dataset {
  return makeDataset({ target: { table: 'readings', columns } });
}

const VALUE: TargetColumn = { name: 'value', from: 'value', type: 'integer', nullable: false };
const NOTE: TargetColumn = { name: 'note', from: 'note', type: 'text', nullable: true };

describe('an installation on SQLite', () => {
  it('that is of an older version has to be started once', async () => {
    change(`delete from kysely_migration where name = '0001_batches'`);
    await expect(open()).rejects.toThrow(
      /older version \(it lacks 0001_batches\): start Daysync once/,
    );
  });

  it('that is of a newer version is refused', async () => {
    change(`insert into kysely_migration values ('9999_from_tomorrow', '2030-01-01')`);
    await expect(open()).rejects.toThrow(NewerDatabaseError);
  });

  it('that has days in flight has to be started and stopped once', async () => {
    await sync.startRunning(D1, D2);
    await sync.begin();
    await expect(open()).rejects.toThrow(/has 1 day in flight, .*start Daysync once/);
    await sync.lost.recoverAll(true);
    await expect(open()).resolves.toBeUndefined();
  });

  it('that does not exist is reported by its path', async () => {
    rmSync(`${sync.folder}/daysync.db`);
    await expect(open()).rejects.toThrow(`There is no database ${sync.folder}/daysync.db`);
  });

  it('has its own tables, and the targets of the datasets as far as there are any', async () => {
    const unsynced = makeDataset({ name: 'new', target: { table: 'new_one', columns: [VALUE] } });
    const { left, tables } = await opened(async (installation) => {
      const moved = await installation.tables([sync.dataset, unsynced]);
      return { tables: moved, left: installation.leftTables(moved) };
    });
    expect(tables.map(({ name }) => name)).toEqual([
      ...['batch', 'lane', 'batch_day', 'sync_record', 'target_version', 'target_place'],
      ...['unfinished_write', 'dataset_version', 'datasets_file'],
      ...['idempotency_key', 'session', 'rate_limit', 'dataset_schedule'],
      ...['webhook_endpoint', 'webhook_delivery', 'dataset_freshness', 'settled_day'],
      ...['unreadable_file', 'unreadable_row', 'batch_unreadable_file'],
      'quarantined_row',
      'readings',
    ]);
    expect(left).toEqual([]);
  });

  it('names the tables that are not moved', async () => {
    change('create table of_old (n); create table sqlites (n)');
    const left = await opened(async (installation) =>
      installation.leftTables(await installation.tables([])),
    );
    expect(left).toEqual(['of_old', 'readings', 'sqlites']);
  });

  it('whose target is not as the datasets file says is refused', async () => {
    const asked = (dataset: Dataset): Promise<unknown> => opened((one) => one.tables([dataset]));
    await expect(asked(readings({ ...VALUE, type: 'text' }))).rejects.toMatchObject({
      name: 'BootError',
      lines: [expect.stringContaining('expected text not null, got integer not null')],
    });
    await expect(asked(readings(VALUE, NOTE))).rejects.toThrow(/new columns yet \(note\): start/);
  });

  it('has another state after each change, and the same as long as it is only read', async () => {
    const state = (): Promise<string> => opened((installation) => installation.state);
    const before = await state();
    expect(await state()).toBe(before);
    change(`insert into readings values ('2025-10-01', 1)`);
    expect(await state()).not.toBe(before);
  });

  it('has the highest number of a batch, also of a deleted one', async () => {
    const last = (): Promise<bigint> => opened((installation) => installation.lastSeq());
    expect(await last()).toBe(0n);
    await sync.start(D1, D2);
    change('delete from batch');
    expect(await last()).toBe(1n);
  });
});
