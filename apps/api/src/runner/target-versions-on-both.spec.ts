import path from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { sql } from 'kysely';
import type { CalendarDay, SyncMode } from '@daysync/progress';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import { scratchFolder } from '../../../../test/scratch.js';
import { isWhole, sumTargetDays, readTargetDays, targetSentences } from '../batches/target-days.js';
import { planDays } from '../batches/plan.js';
import { copyDatabase } from '../database/sqlite/database-copy.js';
import { SqliteDatabase } from '../database/sqlite/sqlite-database.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/file/dataset.js';
import type { FetchedDay } from '../sources/day-source.js';
import { CalendarService } from '../records/calendar.service.js';
import { countRecords } from '../records/record-counts.js';
import { RecordQueryDto } from '../records/records.dto.js';
import { RecordsService } from '../records/records.service.js';
import { D1, D2, D3, failedWith, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import type { TargetColumn } from '../targets/target.js';
import { prepareTarget, type PreparedTarget } from '../targets/target-table.js';
import { readTargetState } from '../targets/target-version.js';
import { ScratchInstallation } from './installation.fixture.js';
import { EMPTY_FINGERPRINT } from '../targets/fingerprint.js';
import { DatabaseSync } from 'node:sqlite';
import { EVERY_DAY } from '../datasets/expected/expected-days.js';

const VALUE: TargetColumn = { name: 'value', from: 'value', type: 'integer', nullable: false };
const NOTE: TargetColumn = { name: 'note', from: 'note', type: 'text', nullable: true };
const RANGE = { start: D1, end: D3 };

const scratch = migratedDatabases();
let sync: ScratchInstallation;
/** The process that runs now. */
let running: ScratchInstallation;
afterEach(() => sync.close());

const datasetOf = (table: string, ...columns: readonly TargetColumn[]): Dataset =>
  makeDataset({ target: { table, columns: columns.length === 0 ? [VALUE] : columns } });

const change = (statement: string): Promise<unknown> =>
  sync.database.write('targets', ({ db }) => sql.raw(statement).execute(db));

/** A start with another datasets file, or with the same. */
async function startAgain(dataset = running.dataset): Promise<PreparedTarget> {
  const prepared = await sync.database.write('targets', (transaction) =>
    prepareTarget(transaction, dataset),
  );
  running = sync.another({ datasets: [dataset] });
  return prepared;
}

/** A row of its number, with a value for each column. */
const rowOf = (day: CalendarDay): FetchedDay => ({
  ...{ kind: 'rows', fingerprint: EMPTY_FINGERPRINT },
  rows: [running.dataset.target.columns.map((_, n) => (n ? 'n' : Number(day.slice(-2))))],
});

/** Runs a batch over the three days. */
async function run(mode: SyncMode = 'missing_and_failed'): Promise<readonly string[]> {
  const { batch_id } = await running.start(D1, D3, { mode });
  await running.runQueued(rowOf);
  const days = await running.days(batch_id);
  return days.map(({ state, reason, error_code }) =>
    [state, reason ?? error_code].filter((part) => part !== null).join(' '),
  );
}

/** What a start in a mode would do with each day, and what the preview says of the target. */
async function plan(mode: SyncMode = 'missing_and_failed'): Promise<unknown> {
  const { name: dataset, target } = running.dataset;
  const range = { dataset, target, expected: null, ...RANGE };
  const { recorded, targetDays } = await running.store.range(range);
  const days = planDays({ ...RANGE, order: 'asc', mode, today: D3, ...recorded });
  return { days: days.map(({ reason }) => reason), says: targetSentences(targetDays) };
}

/** The days that everything which shows them calls synced: they have to agree. */
async function synced(): Promise<number> {
  const { database, dataset } = running;
  const catalog = new DatasetCatalog([dataset]);
  const state = await readTargetState(database.read, database.dialect, dataset);
  const counts = await countRecords(database.read, dataset.name, state, EVERY_DAY);
  const calendars = new CalendarService(
    ...([database, catalog, { refuseUnknown: () => Promise.resolve(null) }] as const),
    ...([{ maxRangeDays: 10 }, { now: () => sync.clock.ms }] as const),
  );
  const shown = await calendars.show({ start_date: D1, end_date: D3 });
  if (shown.kind !== 'found') throw new Error(`expected a calendar, got ${shown.kind}`);
  const { calendar } = shown;
  const query = Object.assign(new RecordQueryDto(), { dataset: dataset.name });
  const { items } = await new RecordsService(database, catalog).list(query);
  const listed = items.filter(({ last_success_at, elsewhere }) => last_success_at && !elsewhere);
  const { elsewhere, incomplete } = await readTargetDays(database, dataset);
  expect(isWhole(state, counts)).toBe(elsewhere === null && incomplete === null);
  expect(calendar.synced).toBe(counts.synced);
  expect(listed).toHaveLength(counts.synced);
  expect(calendar.items.filter((item) => item.synced)).toHaveLength(counts.synced);
  // What was synced once and is not in the target is a gap.
  expect(calendar.gaps.days).toBe(elsewhere?.days ?? 0);
  return counts.synced;
}

async function rowsIn(table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.table(table)}
  `.execute(sync.database.read);
  return rows[0]?.count ?? NaN;
}

async function keyOf(table: string): Promise<string | null> {
  const { dialect, read } = sync.database;
  return (await readTargetState(read, dialect, datasetOf(table))).key;
}

const ALL_SYNCED = ['already_synced', 'already_synced', 'already_synced'];
const ALL_MISSING = ['missing', 'missing', 'missing'];
const ALL_INCOMPLETE = ['incomplete', 'incomplete', 'incomplete'];
const SUCCESS = ['success', 'success', 'success'];
const newTable = (missing: number): string =>
  `\`readings_v2\` is new: ${missing} synced days are missing from it (their rows are in \`readings\`, which stays as it is)`;
const FAILED = failedWith('lasting', { code: 'VALUE_INVALID', column: 'value' });

describe.each(DIALECTS)('a record belongs to a table on %s', (dialect) => {
  const it = testsOn(dialect);
  beforeEach(async () => {
    const datasets = [datasetOf('readings')];
    sync = await ScratchInstallation.open(await scratch(dialect), { datasets });
    running = sync;
    expect(await run()).toEqual(SUCCESS);
    expect(await synced()).toBe(3);
    expect(await plan()).toEqual({ days: ALL_SYNCED, says: [] });
  });

  it('of another name: its days are missing, and the old table stays as it is', async () => {
    const { changes } = await startAgain(datasetOf('readings_v2'));
    expect(changes).toEqual([expect.stringMatching(/^create table "readings_v2"/)]);
    expect(await synced()).toBe(0);
    expect(await plan('missing')).toEqual({ days: ALL_MISSING, says: [newTable(3)] });
    expect(await run('missing')).toEqual(SUCCESS);
    expect(await synced()).toBe(3);
    expect(await plan()).toEqual({ days: ALL_SYNCED, says: [] });
    expect([await rowsIn('readings'), await rowsIn('readings_v2')]).toEqual([3, 3]);
  });

  it('that is renamed by hand and in the file with all its rows: its days are synced', async () => {
    await change('alter table readings rename to measured');
    await startAgain(datasetOf('measured'));
    expect(await synced()).toBe(3);
    expect(await plan()).toEqual({ days: ALL_SYNCED, says: [] });
    // The old name is free for a new table.
    expect((await startAgain(datasetOf('readings'))).changes).toHaveLength(1);
    expect(await synced()).toBe(0);
  });

  it('that is dropped while the server runs: the next batch creates it', async () => {
    await change('drop table readings');
    expect(await synced()).toBe(0);
    expect(await plan()).toEqual({
      days: ALL_MISSING,
      says: ['`readings` is new: 3 synced days are missing from it'],
    });
    expect(await run()).toEqual(SUCCESS);
    expect([await synced(), await rowsIn('readings')]).toEqual([3, 3]);
  });

  it('that is dropped while a day is fetched: the day is in the new one', async () => {
    await running.startRunning(D1, D2, { mode: 'all' });
    const first = await running.goOn(await running.begin());
    await change('drop table readings');
    await running.finish(first);
    expect(await rowsIn('readings')).toBe(1);
    expect(await plan()).toMatchObject({ days: ['missing', 'already_synced', 'missing'] });
    expect(await synced()).toBe(1);
  });

  it('that is dropped while a day without rows is fetched: it had none there', async () => {
    await running.startRunning(D1, D1, { mode: 'all' });
    const day = await running.begin();
    await change('drop table readings');
    await running.finish(day, rowsOf());
    expect(
      await sync.database.read
        .selectFrom('sync_record')
        .select('reason')
        .where('day', '=', D1)
        .executeTakeFirst(),
    ).toEqual({ reason: 'no_data' });
  });

  it('that is dropped and created again by hand: the rows of before are not in it', async () => {
    await running.startRunning(D1, D2, { mode: 'all' });
    const first = await running.goOn(await running.begin());
    const day = dialect === 'sqlite' ? 'text' : 'date';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    await change('drop table readings');
    await change(`create table readings (sync_day ${day} not null, value ${integer} not null)`);
    expect(await synced()).toBe(0);
    await running.finish(first);
    expect(await synced()).toBe(1);
    const key = await keyOf('readings');
    expect(await startAgain()).toMatchObject({ changes: [], version: { key } });
    expect(await synced()).toBe(1);
    expect(await plan()).toMatchObject({ days: ['missing', 'already_synced', 'missing'] });
  });

  it('that is created again with other columns while the server runs: its days fail with the fix', async () => {
    await change('drop table readings');
    await change(
      `create table readings (sync_day ${dialect === 'sqlite' ? 'text' : 'date'} not null)`,
    );
    expect(await plan()).toMatchObject({ days: ALL_MISSING });
    expect(await run()).toEqual(Array.from({ length: 3 }, () => 'failed TARGET_REFUSED'));
    const { error_text } = await sync.database.read
      .selectFrom('sync_record')
      .select('error_text')
      .where('day', '=', D1)
      .executeTakeFirstOrThrow();
    expect(error_text).toContain('drop table "readings"');
  });

  it('that exists at the first start with versions: its records are adopted, and no later ones', async () => {
    const key = await keyOf('readings');
    await sync.database.write('targets', async ({ db }) => {
      await db.updateTable('sync_record').set({ target_version: null }).execute();
      await db.deleteFrom('target_version').execute();
      await (
        dialect === 'sqlite'
          ? sql.raw(`create index readings_sync_day on readings (sync_day)`)
          : sql.raw(`alter index ${String(key)} rename to readings_sync_day_idx`)
      ).execute(db);
      if (dialect === 'sqlite') await sql.raw(`drop index ${String(key)}`).execute(db);
    });
    // Before that start, what it will find.
    expect(await synced()).toBe(3);
    await startAgain();
    expect(await synced()).toBe(3);
    const indices = await (
      dialect === 'sqlite'
        ? sql`select name from pragma_index_list('readings')`
        : sql`select indexname as name from pg_indexes where tablename = 'readings'`
    ).execute(sync.database.read);
    expect(indices.rows).toEqual([{ name: await keyOf('readings') }]);
    await sync.database.write('targets', ({ db }) =>
      db.updateTable('sync_record').set({ target_version: null }).where('day', '=', D1).execute(),
    );
    await startAgain();
    expect(await synced()).toBe(2);
    await startAgain(datasetOf('readings_v2'));
    expect(await synced()).toBe(0);
  });

  it('that is restored: its rows are where the records say', async () => {
    const key = await keyOf('readings');
    if (sync.database instanceof SqliteDatabase) {
      const copy = path.join(await scratchFolder(), 'copy.db');
      const handle = new DatabaseSync(path.join(sync.folder, 'daysync.db'));
      copyDatabase(handle, copy);
      handle.close();
      const restored = await SqliteDatabase.open(copy);
      const state = await readTargetState(restored.read, dialect, running.dataset);
      expect(state.key).toBe(key);
      expect(await readTargetDays(restored, running.dataset)).toEqual(sumTargetDays(state, []));
      await restored.close();
    } else {
      // As a dump restores it: with another oid, and with its index by the definition.
      const { rows } = await sql<{ text: string }>`
        select pg_get_indexdef(to_regclass(${key})) as text
      `.execute(sync.database.read);
      await change('create table kept as select * from readings');
      await change('drop table readings');
      expect(await synced()).toBe(0);
      await change('create table readings (sync_day date not null, value bigint not null)');
      await change('insert into readings select * from kept');
      await change(String(rows[0]?.text));
    }
    await startAgain();
    expect(await synced()).toBe(3);
    expect(await plan()).toEqual({ days: ALL_SYNCED, says: [] });
  });

  it('of which a column was added: the mode incomplete syncs its days again', async () => {
    const wide = datasetOf('readings', VALUE, NOTE);
    expect((await startAgain(wide)).changes).toEqual([
      'alter table "readings" add column "note" text',
    ]);
    expect(await synced()).toBe(3);
    const says = ['3 days lack `note` in `readings`: sync them again with the mode incomplete'];
    expect(await plan()).toEqual({ days: ALL_SYNCED, says });
    expect(await plan('incomplete')).toEqual({ days: ALL_INCOMPLETE, says });
    await running.startRunning(D1, D1, { mode: 'incomplete' });
    await running.runAll(rowOf);
    expect(await plan('incomplete')).toMatchObject({
      days: ['already_synced', 'incomplete', 'incomplete'],
    });
    expect(await run('incomplete')).toEqual(['skipped already_synced', 'success', 'success']);
    expect(await plan('incomplete')).toEqual({ days: ALL_SYNCED, says: [] });
    // Dropped and added once more: its values are gone.
    await change('alter table readings drop column note');
    await startAgain(datasetOf('readings'));
    expect(await plan('incomplete')).toEqual({ days: ALL_SYNCED, says: [] });
    await startAgain(wide);
    expect(await plan('incomplete')).toEqual({ days: ALL_INCOMPLETE, says });
  });

  it('of which a column is renamed by hand and in the file: its days have the column', async () => {
    await change('alter table readings rename column value to reading');
    await startAgain(datasetOf('readings', { ...VALUE, name: 'reading' }));
    expect(await plan('incomplete')).toEqual({ days: ALL_SYNCED, says: [] });
  });

  it.each([
    ['a commit by itself', 1],
    ['a commit that claims the next day', 2],
  ])('of two datasets that swap their tables: only one has the day, by %s', async (_, days) => {
    const a = (table: string): Dataset => datasetOf(table);
    const b = (table: string): Dataset => ({ ...datasetOf(table), name: 'b' });
    const use = async (...datasets: readonly Dataset[]): Promise<void> => {
      await sync.database.write('targets', async (transaction) => {
        for (const dataset of datasets) await prepareTarget(transaction, dataset);
      });
      running = sync.another({ datasets });
    };
    await use(b('other'), a('readings'));
    await run();
    await use(b('readings'), a('other'));
    expect(await synced()).toBe(0);
    await running.startRunning(D1, days === 1 ? D1 : D2);
    await running.runAll();
    expect(await synced()).toBe(days);
    // Swapped back: what b has written over is gone.
    await use(a('readings'), b('other'));
    expect(await synced()).toBe(3 - days);
    expect(await plan()).toMatchObject({
      days: ALL_SYNCED.map((reason, n) => (n < days ? 'missing' : reason)),
    });
    expect(await run()).toEqual(
      SUCCESS.map((state, n) => (n < days ? state : 'skipped already_synced')),
    );
    expect(await synced()).toBe(3);
  });

  it('of which another column of the same type is dropped: its days lack the added one as before', async () => {
    const discount = { ...NOTE, name: 'discount' };
    await startAgain(datasetOf('readings', VALUE, NOTE));
    await run('incomplete');
    await startAgain(datasetOf('readings', VALUE, NOTE, discount));
    await running.startRunning(D1, D1, { mode: 'incomplete' });
    await running.runAll(rowOf);
    const says = ['2 days lack `discount` in `readings`: sync them again with the mode incomplete'];
    const days = ['already_synced', 'incomplete', 'incomplete'];
    expect(await plan('incomplete')).toEqual({ days, says });
    await change('alter table readings drop column note');
    await startAgain(datasetOf('readings', VALUE, discount));
    expect(await plan('incomplete')).toEqual({ days, says });
  });

  it('of which one column is dropped and another renamed: no day is taken for complete that lacks it', async () => {
    const discount = { ...NOTE, name: 'discount' };
    await startAgain(datasetOf('readings', VALUE, NOTE));
    await run('incomplete');
    await startAgain(datasetOf('readings', VALUE, NOTE, discount));
    await change('alter table readings drop column note');
    await change('alter table readings rename column discount to rebate');
    await startAgain(datasetOf('readings', VALUE, { ...NOTE, name: 'rebate' }));
    expect(await plan('incomplete')).toMatchObject({ days: ALL_INCOMPLETE });
  });

  it('keeps its last success in a failure, which is missing where the table is another one', async () => {
    await running.startRunning(D1, D1, { mode: 'all' });
    await running.finish(await running.begin(), FAILED);
    expect(await synced()).toBe(3);
    await startAgain(datasetOf('readings', VALUE, NOTE));
    expect(await plan('incomplete')).toEqual({
      days: ['failed', 'incomplete', 'incomplete'],
      says: ['3 days lack `note` in `readings`: sync them again with the mode incomplete'],
    });
    await startAgain(datasetOf('readings_v2'));
    expect(await synced()).toBe(0);
    const says = [newTable(3)];
    expect(await plan()).toEqual({ days: ['failed', 'missing', 'missing'], says });
    expect(await plan('missing')).toEqual({ days: ALL_MISSING, says });
    expect(targetSentences(await readTargetDays(running.database, running.dataset))).toEqual(says);
    expect(await run('missing')).toEqual(SUCCESS);
  });

  it('is not missing in a new table where its source has no data any more', async () => {
    await startAgain(datasetOf('readings_v2'));
    await running.startRunning(D1, D1);
    await running.finish(await running.begin(), rowsOf());
    const says = [newTable(2)];
    expect(await plan()).toEqual({ days: ALL_MISSING, says });
    expect(targetSentences(await readTargetDays(running.database, running.dataset))).toEqual(says);
  });
});
