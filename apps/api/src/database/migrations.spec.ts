import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  sql,
  SqliteDialect,
  type Selectable,
} from 'kysely';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { DIALECTS, scratchDatabases } from '../../../../test/databases.js';
import { IS_LONG } from '../../../../test/draws.js';
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

/** A database of an earlier version, and how it is opened by this one. */
interface OldDatabase {
  readonly db: Kysely<Schema>;
  readonly upgrade: () => Promise<void>;
}

/** Opens a new database, or one of an earlier version. */
async function open(url: string | null, file: string): Promise<void> {
  database =
    url === null
      ? await SqliteDatabase.open(file)
      : await PostgresDatabase.open({ address: url, connections: 2, applicationName: 'spec' });
}

/** Makes the database of a version. @param isOf whether a migration is one of that version */
async function makeOld(dialect: Dialect, isOf: (name: string) => boolean): Promise<OldDatabase> {
  const url = await scratch(dialect);
  const file = path.join(await scratchFolder(), 'd.db');
  const db = url === null ? sqliteOn(file) : postgresOn(url);
  const all = Object.entries(await migrationsOf(dialect).getMigrations());
  const some = Object.fromEntries(all.filter(([name]) => isOf(name)));
  const provider = { getMigrations: () => Promise.resolve(some) };
  await migrateToLatest(db, provider, OWN_MIGRATIONS);
  const upgrade = async (): Promise<void> => {
    await db.destroy();
    await open(url, file);
  };
  return { db, upgrade };
}

/** Writes a row with the columns that are given, also those that the database gives out by itself. */
function insert(db: Kysely<Schema>, table: keyof Schema, row: object): Promise<unknown> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const kept = isPostgres ? sql`overriding system value` : sql``;
  return sql`insert into ${sql.table(table)}
    (${sql.join(Object.keys(row).map((name) => sql.ref(name)))}) ${kept}
    values (${sql.join(Object.values(row))})`.execute(db);
}

async function rowsOf(table: keyof Schema): Promise<readonly object[]> {
  const { rows } = await sql<object>`select * from ${sql.table(table)}`.execute(database.read);
  return rows;
}

describe.each(DIALECTS)('the schema on %s', (dialect) => {
  beforeAll(async () => {
    await open(await scratch(dialect), path.join(await scratchFolder(), 'd.db'));
  });
  afterAll(() => database.close());

  it('has each table with its columns, and no other', async () => {
    expect([...TABLES].sort()).toEqual([...OWN_TABLES].sort());
    await database.write('targets', async ({ db }) => {
      for (const table of TABLES) await insert(db, table, ROWS[table]);
    });
    for (const table of TABLES) {
      const [{ rowid: _own, ...row } = {}] = (await rowsOf(table)) as { rowid?: unknown }[];
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
});

/** A batch of the first version, which had no unreadable rows. */
const OLD_BATCH = {
  ...{ batch_id: 'a', dataset: 'd', fingerprint: 'f', status: 'completed', rev: 7 },
  ...{ start_date: DAY, end_date: DAY, mode: 'all', day_order: 'asc', total: 6 },
  ...{ planned_skips: 1, success: 1, failed: 2, skipped: 3, message_code: 'BATCH_COMPLETED' },
  ...{ created_at: 't1', updated_at: 't4' },
};

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

/** All versions; on PostgreSQL the first and the last where tests are to be quick. */
function versionsOn(dialect: Dialect): readonly string[] {
  const all = Object.keys(ADDED);
  return dialect === 'sqlite' || IS_LONG ? all : [all[0], all.at(-1)].flatMap((name) => name ?? []);
}

/** A schedule of a version that could not pause one. */
const AT = '2026-05-09T22:30:00.000Z';
const OLD_SCHEDULE = {
  ...{ dataset: 'weather', cron: '30 6 * * *', time_zone: 'UTC' },
  ...{ decided_until: AT, covered_until: AT },
};

/** A row from before a migration, what it has after it, and the tables that are empty then. */
const KEPT: readonly (readonly [
  before: string,
  table: keyof Schema,
  row: object,
  after: object,
  empty: readonly (keyof Schema)[],
])[] = [
  // The next start stores its file here.
  ['0006_datasets_file', 'dataset_version', ROWS.dataset_version, {}, ['datasets_file']],
  [
    ...(['0010_schedule_pauses', 'dataset_schedule', OLD_SCHEDULE] as const),
    {
      ...{ rechecked_until: AT, paused_at: null, paused_by: null },
      ...{ last_at: null, last_batch_id: null, last_due_at: null, last_outcome: null },
    },
    [],
  ],
  ['0012_freshness', 'webhook_delivery', ROWS.webhook_delivery, {}, ['dataset_freshness']],
];

describe.each(DIALECTS)('an upgrade on %s', (dialect) => {
  afterEach(() => database.close());

  it('of the first version keeps its batches', async () => {
    const old = await makeOld(dialect, (name) => name === '0001_batches');
    await insert(old.db, 'batch', OLD_BATCH);
    await old.upgrade();
    expect(await rowsOf('batch')).toMatchObject([{ ...OLD_BATCH, unreadable_rows: 0 }]);
    expect(await rowsOf('batch_unreadable_file')).toEqual([]);
    // A process of the version before may still write batches.
    await database.write('targets', ({ db }) =>
      insert(db, 'batch', { ...OLD_BATCH, batch_id: 'b' }),
    );
  });

  it.each(versionsOn(dialect))(
    'from before %s keeps rows, without what was added',
    async (name) => {
      const old = await makeOld(dialect, (other) => other < name);
      const later = Object.entries(ADDED).filter(([version]) => version >= name);
      const tables = ['batch', 'lane', 'batch_day', 'sync_record'] as const;
      const rows = tables.map((table) => {
        const added: Readonly<Record<string, unknown>> = Object.fromEntries(
          later.flatMap(([, of]) => Object.entries(of[table] ?? {})),
        );
        const all = Object.entries(ROWS[table]);
        const row = Object.fromEntries(all.filter(([column]) => !(column in added)));
        return { table, added, row };
      });
      for (const { table, row } of rows) await insert(old.db, table, row);
      await old.upgrade();
      for (const { table, row, added } of rows) {
        expect(await rowsOf(table)).toMatchObject([{ ...row, ...added }]);
      }
      expect(await rowsOf('dataset_version')).toEqual([]);
      expect(await rowsOf('quarantined_row')).toEqual([]);
    },
  );

  it.each(KEPT)('from before %s keeps the rows of %s', async (name, table, row, after, empty) => {
    const old = await makeOld(dialect, (other) => other < name);
    await insert(old.db, table, row);
    await old.upgrade();
    expect(await rowsOf(table)).toEqual([{ ...row, ...after }]);
    for (const none of empty) expect(await rowsOf(none)).toEqual([]);
  });
});

function sqliteOn(file: string): Kysely<Schema> {
  const connection = new SqliteConnection(new DatabaseSync(file));
  return new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) });
}

function postgresOn(url: string): Kysely<Schema> {
  const pool = new Pool(connectionOf(url, 'spec'));
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}
