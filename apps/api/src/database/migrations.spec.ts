import { existsSync } from 'node:fs';
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
import { DIALECTS, scratchDatabases } from '../../../../test/databases.js';
import { IS_LONG } from '../../../../test/draws.js';
import { scratchFolder } from '../../../../test/scratch.js';
import { readRange } from '../batches/range-state.js';
import { applyChanges } from '../changes/apply-changes.js';
import { AT, D1, D2, D3, makeDataset } from '../sync/sync.fixture.js';
import type { Database, Dialect } from './database.js';
import { migrationsOf } from './migrations.js';
import { connectionOf } from './postgres/postgres-connection.js';
import { PostgresDatabase } from './postgres/postgres-database.js';
import { OWN_TABLES, type Schema } from './schema.js';
import { migrateToLatest, OWN_MIGRATIONS } from './schema-version.js';
import { SqliteConnection } from './sqlite-connection.js';
import { SqliteDatabase } from './sqlite/sqlite-database.js';

const NO_ERROR = {
  ...{ error_code: null, error_text: null, error_row: null, error_column: null },
  ...{ answer_status: null, answer_body: null },
};
/** One row of each table, with all its columns. */
const ROWS: { readonly [Table in keyof Schema]: Selectable<Schema[Table]> } = {
  batch: {
    ...{ seq: 1, batch_id: 'a', dataset: 'd', fingerprint: 'f', status: 'running' },
    ...{ start_date: D1, end_date: D1, mode: 'all', day_order: 'asc', retry_of: 'b' },
    ...{ total: 6, planned_skips: 1, success: 1, failed: 2, skipped: 3, current_day: D1 },
    ...{ message_code: 'DAY_STARTED', error_code: 'E', error_text: 'e', rev: 7 },
    ...{ unreadable_rows: 4, quarantined_rows: 5, rows: 2 ** 40, skip_reasons: '{"no_data":3}' },
    ...{ repaired: 1, chosen_days: 1 },
    ...{ created_at: 't1', started_at: 't2', running_since: 't3', updated_at: 't4' },
    ...{ finished_at: 't5', started_by: 'x', control_verb: 'pause', control_by: 'y' },
    ...{ control_at: 't6', log: '[]', verify: 'repair' },
    ...{ traceparent: 'p', parent_span_id: 's' },
  },
  lane: {
    ...{ batch_id: 'a', number: 0, open: 1, token: 2 ** 40, holder: 'p', stopping: 0, day: D1 },
    ...{ success: 1, failed: 2, skipped: 3, planned: 4, wait_kind: 'throttle', wait_until: 't1' },
    ...{ wait_detail: 'w', current_day: D1, current_at: 't2', answered_at: 't3' },
    ...{ outcomes: '[1]', rev: 5, updated_at: 't4', quarantined_rows: 6 },
    ...{ skip_reasons: '{"no_data":3}', rows: 2 ** 40, outcome_rows: '[2]' },
  },
  batch_day: {
    verifies: 1,
    ...{ batch_id: 'a', day: D1, position: 0, action: 'run', state: 'failed', reason: 'no_data' },
    ...{ lane: 1, token: 2 ** 40, attempts: 2, waits_for: 'retry', next_at: 't1', suspect: 1 },
    ...{ crashes: 2, rows: 3, duration_ms: 4, started_at: 't2', finished_at: 't3', rev: 5 },
    ...{ error_code: 'E', error_text: 'e', error_row: 1, error_column: 'c', answers_before: 6 },
    marks: '[]',
    ...{ quarantined_rows: 1, answer_status: 503, answer_body: 'busy', log: '[]', logged_at: 't4' },
  },
  sync_record: {
    ...{ dataset: 'd', day: D1, status: 'success', reason: null, rows: 1, attempts: 2 },
    ...{ duration_ms: 3, last_batch_id: 'a', last_tried_at: 't1', last_success_at: 't2' },
    ...NO_ERROR,
    ...{ target_version: 4, fetched_rows: 3, quarantined_rows: 2 },
    ...{ fingerprint: 'f', synced_rows: 1, verified_at: 't3', finding: '{}', finding_rows: '{}' },
    ...{ marks: '[]', accepted_at: 't4', accepted_by: 'ops' },
  },
  target_version: { id: 4, dataset: 'd', table_name: 't', table_key: 'k', columns: '{}' },
  target_place: { dataset: 'd', place: 't in x.duckdb', table_key: 'k', token: 7, written: '{}' },
  unfinished_write: {
    ...{ dataset: 'd', day: D1, place: 't in x.duckdb', batch_id: 'a', token: 7, outcome: '{}' },
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
    ...{ dataset: 'd', late_since: 't1', notified: 1, notified_day: D1 },
  },
  settled_day: { dataset: 'd', day: D1, reason: 'r', settled_by: 'ops', settled_at: 't1' },
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
    ...{ dataset: 'd', day: D1, position: 0, file: 'x.csv', row: 2 ** 40, code: 'VALUE_INVALID' },
    ...{ column: 'c', text: 'e', content: 'a,b', batch_id: 'a', quarantined_at: 't1' },
    file_id: 'f',
  },
};
const TABLES = Object.keys(ROWS) as (keyof Schema)[];

/** Of all that was added to rows, what they have then that is not null. */
const DEFAULTS: Partial<Record<keyof Schema, object>> = {
  batch: {
    ...{ unreadable_rows: 0, quarantined_rows: 0, rows: 0, skip_reasons: '{}', chosen_days: 0 },
    // Of the one day that it has, which failed and has been synced since.
    repaired: 1,
  },
  lane: { quarantined_rows: 0, rows: 0, skip_reasons: '{}', outcome_rows: '[]' },
  dataset_schedule: { rechecked_until: ROWS.dataset_schedule.covered_until },
};
const VERSIONS = Object.keys(await migrationsOf('sqlite').getMigrations()).slice(0, -1);
const FIRST = '0001_batches';

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

/** Makes the database of a version. @param last its last migration */
async function makeOld(dialect: Dialect, last: string): Promise<OldDatabase> {
  const url = await scratch(dialect);
  const file = path.join(await scratchFolder(), 'd.db');
  const db = url === null ? sqliteOn(file) : postgresOn(url);
  const all = Object.entries(await migrationsOf(dialect).getMigrations());
  const some = Object.fromEntries(all.filter(([name]) => name <= last));
  const provider = { getMigrations: () => Promise.resolve(some) };
  await migrateToLatest(db, provider, OWN_MIGRATIONS);
  const next = all.map(([name]) => name).find((name) => name > last) ?? '';
  const upgrade = async (): Promise<void> => {
    await db.destroy();
    await open(url, file);
    expect(existsSync(`${file}-before-${next}`)).toBe(dialect === 'sqlite');
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

describe.each(DIALECTS)('an upgrade on %s', (dialect) => {
  afterEach(() => database.close());

  // On PostgreSQL the first and the last where tests are to be quick.
  it.each(VERSIONS.filter((_, index) => dialect === 'sqlite' || IS_LONG || index % 15 === 0))(
    'from %s keeps every row, and lets that version write on',
    async (last) => {
      const old = await makeOld(dialect, last);
      const columns = new Map<string, readonly string[]>();
      for (const table of await old.db.introspection.getTables()) {
        columns.set(
          table.name,
          table.columns.map(({ name }) => name),
        );
      }
      const known = TABLES.filter((table) => columns.has(table));
      const partOf = (table: keyof Schema, isKnown = true): object =>
        Object.fromEntries(
          Object.entries(ROWS[table])
            .filter(([column]) => columns.get(table)?.includes(column) === isKnown)
            .map(([column, value]) => [column, isKnown ? (value as unknown) : null]),
        );
      for (const table of known) await insert(old.db, table, partOf(table));
      await old.upgrade();
      for (const table of TABLES) {
        const kept = { ...partOf(table, false), ...DEFAULTS[table], ...partOf(table) };
        expect(await rowsOf(table)).toMatchObject(known.includes(table) ? [kept] : []);
      }
      await database.write('targets', ({ db }) =>
        insert(db, 'batch', { ...partOf('batch'), seq: 2, batch_id: 'b' }),
      );
    },
  );

  /** What the first version has written: a target as it made it, two synced days, and one that failed. */
  async function writeFirst(db: Kysely<Schema>): Promise<void> {
    const run = (text: string): Promise<unknown> => sql.raw(text).execute(db);
    if (dialect === 'sqlite') {
      await run('create table readings (sync_day text not null, value integer not null) strict');
      await run('create index readings_sync_day on readings (sync_day)');
    } else {
      await run('create table readings (sync_day date not null, value bigint not null)');
      await run('create index on readings (sync_day)');
    }
    await run(`insert into readings values ('${D1}', 1), ('${D2}', 2)`);
    const tried = { dataset: 'readings', attempts: 1, last_batch_id: 'one', last_tried_at: AT };
    for (const day of [D1, D2]) {
      await insert(db, 'sync_record', { ...tried, day, status: 'success', last_success_at: AT });
    }
    await insert(db, 'sync_record', { ...tried, day: D3, status: 'failed' });
  }

  it.each([
    ['readings', 0],
    ['readings_v2', 2],
  ])(
    'from before targets had versions, with the target %s: %i synced days are missing',
    async (table, missing) => {
      const old = await makeOld(dialect, FIRST);
      await writeFirst(old.db);
      await old.upgrade();
      const { target } = makeDataset();
      const dataset = makeDataset({ target: { ...target, table } });
      const { differences, statements, warnings } = await applyChanges(database, [dataset]);
      expect(differences).toEqual([]);
      expect(statements).toHaveLength(table === 'readings' ? 0 : 1);
      expect(warnings).toEqual(
        missing === 0
          ? []
          : ['dataset readings: `readings_v2` is new: 2 synced days are missing from it'],
      );
      const { recorded } = await readRange(
        { db: database.read, dialect },
        { ...{ dataset: 'readings', start: D1, end: D3, target: dataset.target }, expected: null },
      );
      expect(recorded.elsewhere.size).toBe(missing);
      expect([...recorded.lastTries.values()]).toEqual(['success', 'success', 'failed']);
    },
  );
});

function sqliteOn(file: string): Kysely<Schema> {
  const connection = new SqliteConnection(new DatabaseSync(file));
  return new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) });
}

function postgresOn(url: string): Kysely<Schema> {
  const pool = new Pool(connectionOf(url, 'spec'));
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}
