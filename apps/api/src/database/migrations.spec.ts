import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, PostgresDialect, sql, SqliteDialect, type Selectable } from 'kysely';
import type { MigrationProvider } from 'kysely/migration';
import { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { DIALECTS, scratchDatabases } from '../../../../test/databases.js';
import { describeWithPostgres, scratchPostgres } from '../../../../test/postgres.js';
import { scratchFolder } from '../../../../test/scratch.js';
import type { Database, Dialect } from './database.js';
import { migrationsOf } from './migrations.js';
import { connectionOf } from './postgres/postgres-connection.js';
import { PostgresDatabase } from './postgres/postgres-database.js';
import { OWN_TABLES, type Schema } from './schema.js';
import { migrateToLatest, OWN_MIGRATIONS } from './schema-version.js';
import { SqliteConnection } from './sqlite-connection.js';
import { SqliteDatabase } from './sqlite/sqlite-database.js';

const DAY = calendarDay('2025-10-01');
const NO_ERROR = {
  ...{ error_code: null, error_text: null, error_row: null, error_column: null },
  ...{ answer_status: null, answer_body: null },
};
/** One row of each table, with all its columns. */
const ROWS: { readonly [Table in keyof Schema]: Selectable<Schema[Table]> } = {
  batch: {
    ...{ seq: 1, batch_id: 'a', dataset: 'd', fingerprint: 'f', status: 'running' },
    ...{ start_date: DAY, end_date: DAY, mode: 'all', day_order: 'asc', retry_of: 'b' },
    ...{ total: 6, planned_skips: 1, success: 1, failed: 2, skipped: 3, current_day: DAY },
    ...{ message_code: 'DAY_STARTED', error_code: 'E', error_text: 'e', rev: 7 },
    ...{ unreadable_rows: 4, quarantined_rows: 5, rows: 2 ** 40, skip_reasons: '{"no_data":3}' },
    ...{ repaired: 1, chosen_days: 1 },
    ...{ created_at: 't1', started_at: 't2', running_since: 't3', updated_at: 't4' },
    ...{ finished_at: 't5', started_by: 'x', control_verb: 'pause', control_by: 'y' },
    ...{ control_at: 't6', log: '[]', verify: 'repair' },
    ...{ traceparent: 'p', parent_span_id: 's' },
  },
  lane: {
    ...{ batch_id: 'a', number: 0, open: 1, token: 2 ** 40, holder: 'p', stopping: 0, day: DAY },
    ...{ success: 1, failed: 2, skipped: 3, planned: 4, wait_kind: 'throttle', wait_until: 't1' },
    ...{ wait_detail: 'w', current_day: DAY, current_at: 't2', answered_at: 't3' },
    ...{ outcomes: '[1]', rev: 5, updated_at: 't4', quarantined_rows: 6 },
    ...{ skip_reasons: '{"no_data":3}', rows: 2 ** 40, outcome_rows: '[2]' },
  },
  batch_day: {
    verifies: 1,
    ...{ batch_id: 'a', day: DAY, position: 0, action: 'run', state: 'failed', reason: 'no_data' },
    ...{ lane: 1, token: 2 ** 40, attempts: 2, waits_for: 'retry', next_at: 't1', suspect: 1 },
    ...{ crashes: 2, rows: 3, duration_ms: 4, started_at: 't2', finished_at: 't3', rev: 5 },
    ...{ error_code: 'E', error_text: 'e', error_row: 1, error_column: 'c', answers_before: 6 },
    marks: '[]',
    ...{ quarantined_rows: 1, answer_status: 503, answer_body: 'busy', log: '[]', logged_at: 't4' },
  },
  sync_record: {
    ...{ dataset: 'd', day: DAY, status: 'success', reason: null, rows: 1, attempts: 2 },
    ...{ duration_ms: 3, last_batch_id: 'a', last_tried_at: 't1', last_success_at: 't2' },
    ...NO_ERROR,
    ...{ target_version: 4, fetched_rows: 3, quarantined_rows: 2 },
    ...{ fingerprint: 'f', synced_rows: 1, verified_at: 't3', finding: '{}', finding_rows: '{}' },
    ...{ marks: '[]', accepted_at: 't4', accepted_by: 'ops' },
  },
  target_version: { id: 4, dataset: 'd', table_name: 't', table_key: 'k', columns: '{}' },
  target_place: { dataset: 'd', place: 't in x.duckdb', table_key: 'k', token: 7, written: '{}' },
  unfinished_write: {
    ...{ dataset: 'd', day: DAY, place: 't in x.duckdb', batch_id: 'a', token: 7, outcome: '{}' },
    begun_at: 't1',
  },
  dataset_version: { fingerprint: 'f', keys: '{}' },
  datasets_file: {
    ...{ seq: 3, version: 'v', text: 'datasets: []', fingerprints: '{}', taken_at: 't1' },
    taken_by: 'ana',
  },
  idempotency_key: {
    ...{ identity: 'i', key: 'k', request_hash: 'h', batch_id: 'a', created_at: 't1' },
  },
  session: {
    ...{ secret_hash: 's', token_name: 'n', token_hash: 'h', created_at: 't1', expires_at: 't2' },
  },
  rate_limit: { name: 'd', free_at: 1.5 },
  dataset_schedule: {
    ...{ dataset: 'd', cron: '* * * * *', time_zone: 'UTC', decided_until: 't1' },
    ...{
      covered_until: 't2',
      rechecked_until: 't2',
      last_due_at: 't3',
      last_at: 't4',
      last_outcome: 'started',
    },
    ...{ last_batch_id: 'a', paused_at: 't5', paused_by: 'ops' },
  },
  webhook_endpoint: { name: 'n', events: '[]', datasets: null, address_hash: 'h', gone_at: null },
  webhook_delivery: {
    ...{ id: 'i', endpoint: 'n', event: 'failed', batch_id: 'a', dataset: 'd', payload: '{}' },
    ...{ created_at: 't1', state: 'pending', attempts: 0, next_attempt_at: null },
    ...{ claimed_until: null, last_attempt_at: null, last_status: 503 },
    ...{ error_code: null, error_text: null },
  },
  dataset_freshness: {
    ...{ dataset: 'd', late_since: 't1', notified: 1, notified_day: DAY },
  },
  settled_day: { dataset: 'd', day: DAY, reason: 'r', settled_by: 'ops', settled_at: 't1' },
  unreadable_file: {
    ...{ id: 'f', dataset: 'd', file: 'x.csv', count: 300, is_current: 1, found_at: 't1' },
    ...{ place: 'a.csv', quarantined_rows: 100 },
  },
  unreadable_row: {
    ...{ file_id: 'f', row: 2 ** 40, column: 'day', text: 'e', content: 'total,' },
    ...{ place: 'a.csv', place_row: 2 ** 40 },
  },
  batch_unreadable_file: { batch_id: 'a', file_id: 'f' },
  quarantined_row: {
    ...{ dataset: 'd', day: DAY, position: 0, file: 'x.csv', row: 2 ** 40, code: 'VALUE_INVALID' },
    ...{ column: 'c', text: 'e', content: 'a,b', batch_id: 'a', quarantined_at: 't1' },
    file_id: 'f',
  },
};
const TABLES = Object.keys(ROWS) as (keyof Schema)[];

const scratch = scratchDatabases();
let database: Database;
afterEach(() => database.close());

/** What holds on either database. */
function holds(): void {
  it('has each table with its columns, and no other', async () => {
    expect([...TABLES].sort()).toEqual([...OWN_TABLES].sort());
    await database.write('targets', async ({ db }) => {
      for (const table of TABLES) {
        const row = Object.entries(ROWS[table]);
        const names = sql.join(row.map(([name]) => sql.ref(name)));
        // The database gives out the key of a batch by itself; a move keeps it.
        const kept = database.dialect === 'postgres' ? sql`overriding system value` : sql``;
        await sql`insert into ${sql.table(table)} (${names}) ${kept}
          values (${sql.join(row.map(([, value]) => value))})`.execute(db);
      }
    });
    for (const table of TABLES) {
      const { rows } = await sql<
        Record<string, unknown>
      >`select * from ${sql.table(table)}`.execute(database.read);
      const { rowid: _own, ...row } = rows[0] ?? {};
      expect(row).toEqual(ROWS[table]);
    }
  });

  it.each([
    ['batch', { success: -1 }],
    ['batch', { failed: -1 }],
    ['batch', { skipped: -1 }],
    ['batch', { total: 5 }],
    ['lane', { success: -1 }],
    ['lane', { failed: -1 }],
    ['lane', { skipped: -1 }],
    ['lane', { planned: -1 }],
  ] as const)('refuses counts that can’t be: %s %j', async (table, change) => {
    const { seq: _given, ...batch } = ROWS.batch;
    const row = { ...(table === 'batch' ? batch : ROWS.lane), ...change };
    const written = database.write('targets', ({ db }) =>
      db.insertInto<keyof Schema>(table).values(row).execute(),
    );
    await expect(written).rejects.toThrow(`${table}_counts`);
  });
}

describe('the schema in SQLite', () => {
  beforeEach(async () => {
    database = await SqliteDatabase.open(path.join(await scratchFolder(), 'd.db'));
  });
  holds();
});

/** A batch of the first version, which had no unreadable rows. */
const OLD_BATCH = {
  ...{ batch_id: 'a', dataset: 'd', fingerprint: 'f', status: 'completed', rev: 7 },
  ...{ start_date: DAY, end_date: DAY, mode: 'all', day_order: 'asc', total: 6 },
  ...{ planned_skips: 1, success: 1, failed: 2, skipped: 3, message_code: 'BATCH_COMPLETED' },
  ...{ created_at: 't1', updated_at: 't4' },
};

/** Makes the first version's tables, with a batch. */
async function makeOld(db: Kysely<Schema>, dialect: Dialect): Promise<void> {
  const { '0001_batches': first } = await migrationsOf(dialect).getMigrations();
  if (first === undefined) throw new Error('expected the first migration, got none');
  const provider = { getMigrations: () => Promise.resolve({ '0001_batches': first }) };
  await migrateToLatest(db, provider, OWN_MIGRATIONS);
  await sql`insert into batch (${sql.join(Object.keys(OLD_BATCH).map((name) => sql.ref(name)))})
    values (${sql.join(Object.values(OLD_BATCH))})`.execute(db);
  await db.destroy();
}

/** What an upgrade of the first version keeps and adds. */
async function isUpgraded(): Promise<void> {
  const batch = await database.read.selectFrom('batch').selectAll().executeTakeFirstOrThrow();
  expect(batch).toMatchObject({ ...OLD_BATCH, unreadable_rows: 0 });
  const met = await database.read.selectFrom('batch_unreadable_file').selectAll().execute();
  expect(met).toEqual([]);
  // A process of the version before may still write batches.
  await database.write('targets', ({ db }) =>
    sql`insert into batch (${sql.join(Object.keys(OLD_BATCH).map((name) => sql.ref(name)))})
      values (${sql.join(Object.values({ ...OLD_BATCH, batch_id: 'b' }))})`.execute(db),
  );
}

it('a SQLite database of the first version is migrated with its batches', async () => {
  const file = path.join(await scratchFolder(), 'd.db');
  const connection = new SqliteConnection(new DatabaseSync(file));
  await makeOld(new Kysely({ dialect: new SqliteDialect({ database: connection }) }), 'sqlite');
  database = await SqliteDatabase.open(file);
  await isUpgraded();
});

const make = scratchPostgres();
describeWithPostgres('the schema in PostgreSQL', () => {
  beforeEach(async () => {
    const url = await make();
    database = await PostgresDatabase.open({
      address: url,
      connections: 2,
      applicationName: 'spec',
    });
  });
  holds();
});

describeWithPostgres('a PostgreSQL database of the first version', () => {
  it('is migrated with its batches', async () => {
    const url = await make();
    const pool = new Pool({ connectionString: url });
    await makeOld(new Kysely({ dialect: new PostgresDialect({ pool }) }), 'postgres');
    database = await PostgresDatabase.open({
      address: url,
      connections: 2,
      applicationName: 'spec',
    });
    await isUpgraded();
  });
});

/** The migrations before one. */
function migrationsBefore(dialect: Dialect, name: string): MigrationProvider {
  return {
    getMigrations: async () => {
      const all = Object.entries(await migrationsOf(dialect).getMigrations());
      return Object.fromEntries(all.filter(([other]) => other < name));
    },
  };
}

/** The columns that a migration has added. */
const ADDED: Readonly<Record<string, Partial<Record<keyof Schema, object>>>> = {
  '0004_repeated_errors': { batch_day: { answers_before: null } },
  '0005_quarantine': {
    batch: { quarantined_rows: 0 },
    lane: { quarantined_rows: 0 },
    batch_day: { quarantined_rows: null },
    sync_record: { fetched_rows: null, quarantined_rows: null },
  },
  '0008_batch_numbers': {
    // Of the one day that it has, which failed and has been synced since.
    batch: { rows: 0, skip_reasons: '{}', repaired: 1, chosen_days: 0 },
    lane: { rows: 0, skip_reasons: '{}', outcome_rows: '[]' },
  },
  '0009_day_log': {
    batch: { log: null },
    batch_day: { log: null, logged_at: null, answer_status: null, answer_body: null },
    sync_record: { answer_status: null, answer_body: null },
  },
  '0011_fingerprints': {
    batch: { verify: null },
    batch_day: { verifies: null },
    sync_record: {
      ...{ fingerprint: null, synced_rows: null, verified_at: null },
      ...{ finding: null, finding_rows: null },
    },
  },
  '0013_marks': {
    batch_day: { marks: null },
    sync_record: { marks: null, accepted_at: null, accepted_by: null },
  },
  '0017_traces': { batch: { traceparent: null, parent_span_id: null } },
};

describe.each(DIALECTS.flatMap((dialect) => Object.keys(ADDED).map((name) => [name, dialect])))(
  'the rows of a database from before %s, on %s',
  (name, dialect) => {
    it('stay as they are, without what was added since', async () => {
      const url = await scratch(dialect as Dialect);
      const file = path.join(await scratchFolder(), 'd.db');
      const before = migrationsBefore(dialect as Dialect, name);
      const old = url === null ? sqliteOn(file) : postgresOn(url);
      await migrateToLatest(old, before, OWN_MIGRATIONS);
      const later = Object.entries(ADDED).filter(([version]) => version >= name);
      const tables = ['batch', 'lane', 'batch_day', 'sync_record'] as const;
      const rows = tables.map((table) => {
        const added = Object.fromEntries(
          later.flatMap(([, of]) => Object.entries(of[table] ?? {})),
        ) as Readonly<Record<string, unknown>>;
        const all = Object.entries(ROWS[table]);
        return { table, added, row: all.filter(([column]) => !(column in added)) };
      });
      for (const { table, row } of rows) {
        const kept = url === null ? sql`` : sql`overriding system value`;
        await sql`insert into ${sql.table(table)} (${sql.join(row.map(([column]) => sql.ref(column)))})
          ${kept} values (${sql.join(row.map(([, value]) => value))})`.execute(old);
      }
      await old.destroy();
      database =
        url === null
          ? await SqliteDatabase.open(file)
          : await PostgresDatabase.open({ address: url, connections: 2, applicationName: 'spec' });
      for (const { table, row, added } of rows) {
        const found = await sql<object>`select * from ${sql.table(table)}`.execute(database.read);
        expect(found.rows).toMatchObject([{ ...Object.fromEntries(row), ...added }]);
      }
      expect(await database.read.selectFrom('dataset_version').selectAll().execute()).toEqual([]);
      expect(await database.read.selectFrom('quarantined_row').selectAll().execute()).toEqual([]);
    });
  },
);

it.each(DIALECTS)(
  'a database from before 0006_datasets_file keeps its versions, on %s',
  async (dialect) => {
    const url = await scratch(dialect);
    const file = path.join(await scratchFolder(), 'd.db');
    const old = url === null ? sqliteOn(file) : postgresOn(url);
    await migrateToLatest(old, migrationsBefore(dialect, '0006_datasets_file'), OWN_MIGRATIONS);
    await old.insertInto('dataset_version').values(ROWS.dataset_version).execute();
    await old.destroy();
    database =
      url === null
        ? await SqliteDatabase.open(file)
        : await PostgresDatabase.open({ address: url, connections: 2, applicationName: 'spec' });
    const versions = await database.read.selectFrom('dataset_version').selectAll().execute();
    expect(versions).toEqual([ROWS.dataset_version]);
    // The next start stores its file here.
    expect(await database.read.selectFrom('datasets_file').selectAll().execute()).toEqual([]);
  },
);

it.each(DIALECTS)(
  'a schedule from before 0010_schedule_pauses is not paused, and is rechecked as it was covered, on %s',
  async (dialect) => {
    const url = await scratch(dialect);
    const file = path.join(await scratchFolder(), 'd.db');
    const old = url === null ? sqliteOn(file) : postgresOn(url);
    await migrateToLatest(old, migrationsBefore(dialect, '0010_schedule_pauses'), OWN_MIGRATIONS);
    const at = '2026-05-09T22:30:00.000Z';
    const schedule = { cron: '30 6 * * *', time_zone: 'UTC', decided_until: at, covered_until: at };
    const columns = ['dataset', ...Object.keys(schedule)].map((name) => sql.ref(name));
    await sql`insert into dataset_schedule (${sql.join(columns)})
      values (${sql.join(['weather', ...Object.values(schedule)])})`.execute(old);
    await old.destroy();
    database =
      url === null
        ? await SqliteDatabase.open(file)
        : await PostgresDatabase.open({ address: url, connections: 2, applicationName: 'spec' });
    expect(await database.read.selectFrom('dataset_schedule').selectAll().execute()).toMatchObject([
      { ...schedule, rechecked_until: at, paused_at: null, paused_by: null },
    ]);
  },
);

it.each(DIALECTS)(
  'a database from before 0012_freshness keeps its deliveries, and has no late dataset, on %s',
  async (dialect) => {
    const url = await scratch(dialect);
    const file = path.join(await scratchFolder(), 'd.db');
    const old = url === null ? sqliteOn(file) : postgresOn(url);
    await migrateToLatest(old, migrationsBefore(dialect, '0012_freshness'), OWN_MIGRATIONS);
    await old.insertInto('webhook_delivery').values(ROWS.webhook_delivery).execute();
    await old.destroy();
    database =
      url === null
        ? await SqliteDatabase.open(file)
        : await PostgresDatabase.open({ address: url, connections: 2, applicationName: 'spec' });
    expect(await database.read.selectFrom('webhook_delivery').selectAll().execute()).toEqual([
      ROWS.webhook_delivery,
    ]);
    expect(await database.read.selectFrom('dataset_freshness').selectAll().execute()).toEqual([]);
  },
);

function sqliteOn(file: string): Kysely<Schema> {
  const connection = new SqliteConnection(new DatabaseSync(file));
  return new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) });
}

function postgresOn(url: string): Kysely<Schema> {
  const pool = new Pool(connectionOf(url, 'spec'));
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}
