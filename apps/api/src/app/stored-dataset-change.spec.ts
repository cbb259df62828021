import { setTimeout as sleep } from 'node:timers/promises';
import { calendarDay, type CalendarDay } from '@daysync/progress';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { writeRecords, type WrittenRecord } from '../records/sync-records.fixture.js';
import { scheduled } from '../schedules/schedules.fixture.js';
import { AT, D1, D2, D3, makeDataset } from '../sync/sync.fixture.js';
import { rememberPlace } from '../targets/target-place.js';
import { prepareTarget } from '../targets/target-table.js';
import { readStored, renameDataset } from '../changes/dataset-rename.js';
import { ChangeRefusedError, renameOf, resetOf, type Change } from './stored-dataset-change.js';

const LATER = '2025-10-18T16:00:00.000Z';
const D4 = calendarDay('2025-10-04');
const D5 = calendarDay('2025-10-05');

const scratch = migratedDatabases();
let sync: ScratchInstallation;
afterEach(() => sync.close());

const datasetOf = (name: string, table: string): Dataset =>
  makeDataset({ name, target: { ...makeDataset().target, table } });

/** A start with these datasets. */
async function start(...datasets: readonly Dataset[]): Promise<void> {
  await sync.database.write('targets', async (transaction) => {
    for (const dataset of datasets) await prepareTarget(transaction, dataset);
  });
}

async function rowsIn(table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.table(table)}
  `.execute(sync.database.read);
  return rows[0]?.count ?? NaN;
}

const recorded = (): Promise<readonly object[]> =>
  sync.database.read
    .selectFrom('sync_record')
    .select(['dataset', 'day', 'status', 'last_success_at', 'target_version'])
    .orderBy('dataset')
    .orderBy('day')
    .execute();

async function replaceRecords(records: readonly Partial<WrittenRecord>[]): Promise<void> {
  await sync.database.write('targets', ({ db }) => db.deleteFrom('sync_record').execute());
  await writeRecords(sync.database, records);
}

const RECORDS_OF_A =
  '3 records of a are deleted: all its days are missing then. Its batches stay in the history.';

describe.each(DIALECTS)('on %s', (dialect) => {
  const it = testsOn(dialect);
  beforeEach(async () => {
    sync = await ScratchInstallation.open(await scratch(dialect), {
      datasets: [datasetOf('a', 'orders')],
    });
    await sync.start(D1, D3);
    await sync.runQueued();
  });

  describe('reset', () => {
    it('drops the table and the records, and names the schedule that fills it again', async () => {
      const dataset = scheduled({}, datasetOf('a', 'orders'));
      const change = await resetOf(sync.database, [dataset], 'a');
      expect(change.preview).toEqual([
        'The table orders with 3 rows is dropped.',
        RECORDS_OF_A,
        'The schedule of a (30 6 * * *, Asia/Shanghai) fills the table again: remove it from the datasets file first if it should stay empty.',
      ]);
      expect(change.question).toBe('Delete the rows and records of a?');
      expect(await change.carryOut()).toContain('a is empty');
      expect(await recorded()).toEqual([]);
      await expect(rowsIn('orders')).rejects.toThrow(/orders/);
    });

    it('never drops the target of another dataset', async () => {
      const datasets = [datasetOf('a', 'orders_v2'), datasetOf('b', 'orders')];
      await start(...datasets);
      const change = await resetOf(sync.database, datasets, 'a');
      expect(change.preview).toEqual([
        'The table orders stays: it is the target of b.',
        'The table orders_v2 with 0 rows is dropped.',
        RECORDS_OF_A,
      ]);
      await change.carryOut();
      expect(await rowsIn('orders')).toBe(3);
      expect(await recorded()).toEqual([]);
    });

    it('never drops a table that another dataset was written to', async () => {
      await start(datasetOf('b', 'orders'));
      const change = await resetOf(sync.database, [datasetOf('a', 'orders')], 'a');
      expect(change.preview).toEqual([
        'The table orders stays: days of b were written to it.',
        RECORDS_OF_A,
      ]);
      expect(change.question).toBe('Delete the records of a?');
      expect(await change.carryOut()).toBe('a has no records: all its days are missing.');
      expect(await rowsIn('orders')).toBe(3);
    });

    it.each<readonly [string, boolean]>([
      ['that a dataset has', true],
      ['of a dataset that is no longer in the file', false],
    ])('says that a target outside of the database stays, %s', async (_, isConfigured) => {
      const { columns } = makeDataset().target;
      const place = { kind: 'duckdb', path: '/w.duckdb', writtenPath: 'w.duckdb' } as const;
      const elsewhere = makeDataset({ name: 'a', target: { table: 'orders', columns, place } });
      await sync.database.write('targets', async ({ db }) => {
        await sql`drop table orders`.execute(db);
        if (!isConfigured) await rememberPlace(db, 'a', elsewhere.target, 'key');
      });
      const change = await resetOf(sync.database, isConfigured ? [elsewhere] : [], 'a');
      expect(change.preview).toEqual([
        "The target orders in w.duckdb stays: it is outside Daysync's own database.",
        RECORDS_OF_A,
      ]);
      expect(change.question).toBe('Delete the records of a?');
      expect(await change.carryOut()).toBe('a has no records: all its days are missing.');
      expect(await recorded()).toEqual([]);
    });

    it('is refused if the table has changed since the question', async () => {
      const dataset = datasetOf('a', 'orders');
      const change = await resetOf(sync.database, [dataset], 'a');
      await start(datasetOf('b', 'orders'));
      await expect(change.carryOut()).rejects.toThrow(
        'got others: The table orders stays: days of b were written to it. Run the command again',
      );
      expect(await recorded()).toHaveLength(3);
    });
  });

  describe('a batch that starts after the question', () => {
    const a = datasetOf('a', 'orders');
    const b = datasetOf('b', 'orders');
    it.each<readonly [string, Dataset, () => Promise<Change>]>([
      ['a reset', a, () => resetOf(sync.database, [a], 'a')],
      ['a rename of its dataset', a, () => renameOf(sync.database, [b], 'a', 'b')],
      ['a rename to its dataset', b, () => renameOf(sync.database, [b], 'a', 'b')],
    ])('refuses %s, even if it is just being created', async (_, dataset, makeChange) => {
      const change = await makeChange();
      let carriedOut: Promise<unknown> = Promise.resolve();
      const range = { dataset: dataset.name, start: D1, end: D1, fingerprint: 'f1' };
      const asked = { mode: 'all', verify: null, order: 'asc', by: null, retryOf: null } as const;
      const plan = [{ day: D1, action: 'run', reason: 'missing' }] as const;
      await sync.database.write('start', async (transaction) => {
        await transaction.lockExclusive('start');
        carriedOut = change.carryOut().catch((error: unknown) => error);
        // Long enough for a change that does not wait.
        await sleep(200);
        const at = { at: AT, unixSeconds: Date.parse(AT) / 1_000 };
        await sync.creation.insert(transaction, { ...range, ...asked, ...at }, plan);
      });
      const refusal = await carriedOut;
      expect(refusal).toBeInstanceOf(ChangeRefusedError);
      expect(String(refusal)).toContain(`expected no active batch of ${dataset.name}, got `);
      expect(await rowsIn('orders')).toBe(3);
      expect(await recorded()).toHaveLength(3);
      await expect(makeChange()).rejects.toThrow('expected no active batch');
      const { batches, active } = await readStored(sync.database.read, dataset.name);
      expect([batches, active.length]).toEqual([dataset.name === 'a' ? 2 : 1, 1]);
    });
  });

  it('rename keeps the later record of a day, with the last success of either', async () => {
    const success = { status: 'success', last_success_at: AT, target_version: 7 } as const;
    const failed = { status: 'failed', last_success_at: null, target_version: null } as const;
    await replaceRecords([
      { dataset: 'a', day: D1, last_tried_at: LATER, ...success },
      { dataset: 'b', day: D1, ...failed },
      { dataset: 'a', day: D2, ...success },
      { dataset: 'b', day: D2, last_tried_at: LATER, ...failed },
      { dataset: 'a', day: D3, last_tried_at: LATER, ...failed },
      { dataset: 'b', day: D3, ...success },
      { dataset: 'a', day: D4, ...success },
      { dataset: 'b', day: D5, ...failed },
    ]);
    await sync.database.write('targets', (transaction) => renameDataset(transaction, 'a', 'b'));
    expect(await recorded()).toEqual([
      { dataset: 'b', day: D1, ...success },
      { dataset: 'b', day: D2, ...success, status: 'failed' },
      { dataset: 'b', day: D3, ...success, status: 'failed' },
      { dataset: 'b', day: D4, ...success },
      { dataset: 'b', day: D5, ...failed },
    ]);
  });

  it('rename keeps the rows in quarantine of the later success of a day; reset deletes them', async () => {
    const record = (dataset: string, day: CalendarDay, at: string): Partial<WrittenRecord> => ({
      ...{ dataset, day, last_tried_at: at, last_success_at: at, target_version: 7 },
    });
    const bad = (dataset: string, day: CalendarDay | '', quarantined_at: string) => ({
      ...{ dataset, day, position: 0, file: dataset, row: 1, code: 'VALUE_INVALID', column: null },
      ...{ text: 'e', content: 'x', batch_id: 'batch', quarantined_at },
    });
    await replaceRecords([
      ...[record('a', D1, LATER), record('b', D1, AT), record('a', D2, AT), record('b', D2, LATER)],
      record('a', D3, AT),
    ]);
    await sync.database.write('targets', async ({ db }) => {
      await db
        .insertInto('quarantined_row')
        .values([
          ...[bad('a', D1, LATER), bad('b', D1, AT), bad('a', D2, AT), bad('b', D2, LATER)],
          ...[bad('a', D3, AT), bad('a', '', AT), bad('b', '', AT)],
        ])
        .execute();
    });
    const left = async (): Promise<unknown> =>
      (
        await sync.database.read
          .selectFrom('quarantined_row')
          .select(['dataset', 'day', 'file'])
          .orderBy('day')
          .execute()
      ).map(({ dataset, day, file }) => [dataset, day, file]);
    await sync.database.write('targets', (transaction) => renameDataset(transaction, 'a', 'b'));
    expect(await left()).toEqual([
      ['b', D1, 'a'],
      ['b', D2, 'b'],
      ['b', D3, 'a'],
    ]);
    const reset = await resetOf(sync.database, [datasetOf('b', 'orders')], 'b');
    await reset.carryOut();
    expect(await left()).toEqual([]);
  });
});
