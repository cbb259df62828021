import { sql, type CreateTableBuilder, type Kysely, type RawBuilder } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';
import type { Dialect } from './database.js';

type ColumnType = Parameters<CreateTableBuilder<never>['addColumn']>[1];

/** The column types of our own tables in a database. */
interface ColumnTypes {
  readonly text: ColumnType;
  /** A JSON object as text: the `count` of each `reason`. Null without rows. */
  readonly countsOf: RawBuilder<string>;
  /** Adds a primary key that the database generates. */
  readonly key: (table: CreateTableBuilder<string>, name: string) => CreateTableBuilder<string>;
  /** Adds a `rowid`, which SQLite has by itself. */
  readonly rowId: (table: CreateTableBuilder<string>) => CreateTableBuilder<string>;
}

const COLUMN_TYPES: Readonly<Record<Dialect, ColumnTypes>> = {
  sqlite: {
    text: 'text',
    countsOf: sql`json_group_object(reason, count)`,
    key: (table, name) =>
      table.addColumn(name, 'integer', (column) => column.primaryKey().autoIncrement()),
    rowId: (table) => table,
  },
  postgres: {
    // By bytes, as SQLite orders text, whatever the locale of the database.
    text: sql`text collate "C"`,
    countsOf: sql`json_object_agg(reason, count)::text`,
    key: (table, name) =>
      table.addColumn(name, 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity()),
    rowId: (table) =>
      table.addColumn('rowid', 'bigint', (column) => column.generatedAlwaysAsIdentity().unique()),
  },
};

/** Batches, their lanes and days. */
async function makeBatches(db: Kysely<unknown>, { text, key }: ColumnTypes): Promise<void> {
  await key(db.schema.createTable('batch'), 'seq')
    .addColumn('batch_id', text, (column) => column.notNull().unique())
    .addColumn('dataset', text, (column) => column.notNull())
    .addColumn('fingerprint', text, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('start_date', text, (column) => column.notNull())
    .addColumn('end_date', text, (column) => column.notNull())
    .addColumn('mode', text, (column) => column.notNull())
    .addColumn('day_order', text, (column) => column.notNull())
    .addColumn('retry_of', text)
    .addColumn('total', 'integer', (column) => column.notNull())
    .addColumn('planned_skips', 'integer', (column) => column.notNull())
    .addColumn('success', 'integer', (column) => column.notNull())
    .addColumn('failed', 'integer', (column) => column.notNull())
    .addColumn('skipped', 'integer', (column) => column.notNull())
    .addColumn('current_day', text)
    .addColumn('message_code', text, (column) => column.notNull())
    .addColumn('error_code', text)
    .addColumn('error_text', text)
    .addColumn('rev', 'integer', (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull())
    .addColumn('started_at', text)
    .addColumn('running_since', text)
    .addColumn('updated_at', text, (column) => column.notNull())
    .addColumn('finished_at', text)
    .addColumn('started_by', text)
    .addColumn('control_verb', text)
    .addColumn('control_by', text)
    .addColumn('control_at', text)
    .addCheckConstraint(
      'batch_counts',
      sql`success >= 0 and failed >= 0 and skipped >= 0 and success + failed + skipped <= total`,
    )
    .execute();
  await db.schema.createIndex('batch_by_status').on('batch').columns(['status', 'seq']).execute();
  await db.schema
    .createIndex('batch_by_parent')
    .on('batch')
    .columns(['retry_of'])
    .where(sql.ref('retry_of'), 'is not', null)
    .execute();
  await db.schema.createIndex('batch_by_end').on('batch').columns(['finished_at']).execute();
  // These columns of a batch change only when it is extended, which is rare.
  await db.schema
    .createIndex('batch_by_dataset')
    .on('batch')
    .columns(['dataset', 'seq', 'start_date', 'end_date', 'batch_id'])
    .execute();
  await db.schema
    .createTable('lane')
    .addColumn('batch_id', text, (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('open', 'integer', (column) => column.notNull())
    .addColumn('token', 'bigint', (column) => column.notNull())
    .addColumn('holder', text)
    .addColumn('stopping', 'integer', (column) => column.notNull())
    .addColumn('day', text)
    .addColumn('success', 'integer', (column) => column.notNull())
    .addColumn('failed', 'integer', (column) => column.notNull())
    .addColumn('skipped', 'integer', (column) => column.notNull())
    .addColumn('planned', 'integer', (column) => column.notNull())
    .addColumn('wait_kind', text)
    .addColumn('wait_until', text)
    .addColumn('wait_detail', text)
    .addColumn('current_day', text)
    .addColumn('current_at', text)
    .addColumn('answered_at', text)
    .addColumn('outcomes', text, (column) => column.notNull())
    .addColumn('rev', 'integer', (column) => column.notNull())
    .addColumn('updated_at', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('lane_key', ['batch_id', 'number'])
    .addCheckConstraint(
      'lane_counts',
      sql`success >= 0 and failed >= 0 and skipped >= 0 and planned >= 0`,
    )
    .execute();
  await db.schema
    .createTable('batch_day')
    .addColumn('batch_id', text, (column) => column.notNull())
    .addColumn('day', text, (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('action', text, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('reason', text)
    .addColumn('lane', 'integer')
    .addColumn('token', 'bigint')
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('waits_for', text)
    .addColumn('next_at', text)
    .addColumn('suspect', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('crashes', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('rows', 'integer')
    .addColumn('duration_ms', 'integer')
    .addColumn('started_at', text)
    .addColumn('finished_at', text)
    .addColumn('rev', 'integer', (column) => column.notNull())
    .addColumn('error_code', text)
    .addColumn('error_text', text)
    .addColumn('error_row', 'integer')
    .addColumn('error_column', text)
    .addPrimaryKeyConstraint('batch_day_key', ['batch_id', 'day'])
    .execute();
  // Days leave this index as they begin: the next one is always the first.
  await db.schema
    .createIndex('batch_day_pending')
    .on('batch_day')
    .columns(['batch_id', 'action', 'position'])
    .where(sql.ref('state'), '=', sql.lit('pending'))
    .execute();
  await db.schema
    .createIndex('batch_day_waiting')
    .on('batch_day')
    .columns(['batch_id', 'next_at'])
    .where(sql.ref('waits_for'), 'is not', null)
    .execute();
  await db.schema
    .createIndex('batch_day_suspect')
    .on('batch_day')
    .columns(['batch_id'])
    .where(sql.ref('suspect'), '=', sql.lit(1))
    .execute();
}

/** Sync records. */
async function makeRecords(db: Kysely<unknown>, { text, rowId }: ColumnTypes): Promise<void> {
  await rowId(db.schema.createTable('sync_record'))
    .addColumn('dataset', text, (column) => column.notNull())
    .addColumn('day', text, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('reason', text)
    .addColumn('rows', 'integer')
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('duration_ms', 'integer')
    .addColumn('last_batch_id', text, (column) => column.notNull())
    .addColumn('last_tried_at', text, (column) => column.notNull())
    .addColumn('last_success_at', text)
    .addColumn('error_code', text)
    .addColumn('error_text', text)
    .addColumn('error_row', 'integer')
    .addColumn('error_column', text)
    .addPrimaryKeyConstraint('sync_record_key', ['dataset', 'day'])
    .execute();
  await db.schema
    .createIndex('sync_record_by_day')
    .on('sync_record')
    .columns(['day', 'dataset'])
    .execute();
  await db.schema
    .createIndex('sync_record_by_try')
    .on('sync_record')
    .columns(['last_tried_at', 'day', 'dataset'])
    .execute();
}

/** Idempotency keys, sessions, schedules, rate limits. */
async function makeStarts(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('idempotency_key')
    .addColumn('identity', text, (column) => column.notNull())
    .addColumn('key', text, (column) => column.notNull())
    .addColumn('request_hash', text, (column) => column.notNull())
    .addColumn('batch_id', text, (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('idempotency_key_key', ['identity', 'key'])
    .execute();
  await db.schema
    .createIndex('idempotency_key_by_age')
    .on('idempotency_key')
    .columns(['created_at'])
    .execute();
  await db.schema
    .createTable('session')
    .addColumn('secret_hash', text, (column) => column.primaryKey())
    .addColumn('token_name', text, (column) => column.notNull())
    .addColumn('token_hash', text, (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull())
    .addColumn('expires_at', text, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('dataset_schedule')
    .addColumn('dataset', text, (column) => column.primaryKey())
    .addColumn('cron', text, (column) => column.notNull())
    .addColumn('time_zone', text, (column) => column.notNull())
    .addColumn('decided_until', text, (column) => column.notNull())
    .addColumn('covered_until', text, (column) => column.notNull())
    .addColumn('last_due_at', text)
    .addColumn('last_at', text)
    .addColumn('last_outcome', text)
    .addColumn('last_batch_id', text)
    .execute();
  await db.schema
    .createTable('rate_limit')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('free_at', 'double precision', (column) => column.notNull())
    .execute();
}

/** Webhook endpoints and deliveries. */
async function makeWebhooks(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('webhook_endpoint')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('events', text, (column) => column.notNull())
    .addColumn('datasets', text)
    .addColumn('address_hash', text, (column) => column.notNull())
    .addColumn('gone_at', text)
    .execute();
  await db.schema
    .createTable('webhook_delivery')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('endpoint', text, (column) => column.notNull())
    .addColumn('event', text, (column) => column.notNull())
    .addColumn('batch_id', text, (column) => column.notNull())
    .addColumn('dataset', text, (column) => column.notNull())
    .addColumn('payload', text, (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', text)
    .addColumn('claimed_until', text)
    .addColumn('last_attempt_at', text)
    .addColumn('last_status', 'integer')
    .addColumn('error_code', text)
    .addColumn('error_text', text)
    .execute();
  await db.schema
    .createIndex('webhook_delivery_due')
    .on('webhook_delivery')
    .columns(['next_attempt_at'])
    .where(sql.ref('state'), '=', sql.lit('pending'))
    .execute();
  await db.schema
    .createIndex('webhook_delivery_by_age')
    .on('webhook_delivery')
    .columns(['created_at', 'id'])
    .execute();
  await db.schema
    .createIndex('webhook_delivery_by_batch')
    .on('webhook_delivery')
    .columns(['batch_id'])
    .execute();
}

/** The tables that datasets were written to. */
async function addTargetVersions(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('target_version')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('dataset', text, (column) => column.notNull())
    .addColumn('table_name', text, (column) => column.notNull())
    .addColumn('table_key', text, (column) => column.notNull())
    .addColumn('columns', text, (column) => column.notNull())
    .execute();
  await db.schema.alterTable('sync_record').addColumn('target_version', 'integer').execute();
}

/** Rows of files whose day can't be read, and the batches that have met them. */
async function addUnreadableRows(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('unreadable_file')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('dataset', text, (column) => column.notNull())
    .addColumn('file', text, (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('is_current', 'integer', (column) => column.notNull())
    .addColumn('found_at', text, (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('unreadable_file_by_dataset')
    .on('unreadable_file')
    .columns(['dataset', 'is_current'])
    .execute();
  await db.schema
    .createTable('unreadable_row')
    .addColumn('file_id', text, (column) => column.notNull())
    .addColumn('row', 'bigint', (column) => column.notNull())
    .addColumn('column', text, (column) => column.notNull())
    .addColumn('text', text, (column) => column.notNull())
    .addColumn('content', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('unreadable_row_key', ['file_id', 'row'])
    .execute();
  await db.schema
    .createTable('batch_unreadable_file')
    .addColumn('batch_id', text, (column) => column.notNull())
    .addColumn('file_id', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('batch_unreadable_file_key', ['batch_id', 'file_id'])
    .execute();
  await db.schema
    .createIndex('batch_unreadable_file_by_file')
    .on('batch_unreadable_file')
    .columns(['file_id'])
    .execute();
  await db.schema
    .alterTable('batch')
    .addColumn('unreadable_rows', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}

/** What counts the days that fail alike, and what names the changes of a dataset. */
async function addRepeatedErrors(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema.alterTable('batch_day').addColumn('answers_before', 'integer').execute();
  await db.schema
    .createIndex('batch_day_failing')
    .on('batch_day')
    .columns(['batch_id', 'answers_before', 'error_code'])
    .where(sql.ref('answers_before'), 'is not', null)
    .execute();
  await db.schema
    .createTable('dataset_version')
    .addColumn('fingerprint', text, (column) => column.primaryKey())
    .addColumn('keys', text, (column) => column.notNull())
    .execute();
}

/** Rows that did not fit, and how many of them there are. */
async function addQuarantine(db: Kysely<unknown>, { text, rowId }: ColumnTypes): Promise<void> {
  await rowId(db.schema.createTable('quarantined_row'))
    .addColumn('dataset', text, (column) => column.notNull())
    .addColumn('day', text, (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('file', text, (column) => column.notNull())
    .addColumn('row', 'bigint', (column) => column.notNull())
    .addColumn('code', text, (column) => column.notNull())
    .addColumn('column', text)
    .addColumn('text', text, (column) => column.notNull())
    .addColumn('content', text, (column) => column.notNull())
    .addColumn('batch_id', text)
    .addColumn('quarantined_at', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('quarantined_row_key', ['dataset', 'day', 'position'])
    .execute();
  await db.schema
    .createIndex('quarantined_row_by_batch')
    .on('quarantined_row')
    .columns(['batch_id'])
    .execute();
  for (const table of ['batch', 'lane']) {
    await db.schema
      .alterTable(table)
      .addColumn('quarantined_rows', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  }
  for (const table of ['batch_day', 'sync_record']) {
    await db.schema.alterTable(table).addColumn('quarantined_rows', 'integer').execute();
  }
  await db.schema.alterTable('sync_record').addColumn('fetched_rows', 'integer').execute();
}

/** The datasets file that was taken in last, for the processes that have another one. */
async function addDatasetsFile(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('datasets_file')
    .addColumn('seq', 'integer', (column) => column.primaryKey())
    .addColumn('version', text, (column) => column.notNull())
    .addColumn('text', text, (column) => column.notNull())
    .addColumn('fingerprints', text, (column) => column.notNull())
    .addColumn('taken_at', text, (column) => column.notNull())
    .addColumn('taken_by', text)
    .execute();
}

/** Rows without a readable day, and what quarantine has of them, by the file of a source that they stand in. */
async function addUnreadablePlaces(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema.alterTable('unreadable_file').addColumn('place', text).execute();
  await db.schema.alterTable('unreadable_file').addColumn('quarantined_rows', 'integer').execute();
  await db.schema
    .createIndex('unreadable_file_by_place')
    .on('unreadable_file')
    .columns(['dataset', 'place'])
    .execute();
  await db.schema.alterTable('unreadable_row').addColumn('place', text).execute();
  await db.schema.alterTable('unreadable_row').addColumn('place_row', 'bigint').execute();
  await db.schema.alterTable('quarantined_row').addColumn('file_id', text).execute();
  await db.schema
    .createIndex('quarantined_row_by_file')
    .on('quarantined_row')
    .columns(['file_id', 'position'])
    .where(sql.ref('file_id'), 'is not', null)
    .execute();
}

/** Rows, skips by reason and repaired days of a batch, also of those that there are; and whether its days were chosen. */
async function addBatchNumbers(
  db: Kysely<unknown>,
  { text, countsOf }: ColumnTypes,
): Promise<void> {
  for (const table of ['batch', 'lane']) {
    await db.schema
      .alterTable(table)
      .addColumn('rows', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .alterTable(table)
      .addColumn('skip_reasons', text, (column) => column.notNull().defaultTo('{}'))
      .execute();
  }
  await db.schema
    .alterTable('lane')
    .addColumn('outcome_rows', text, (column) => column.notNull().defaultTo('[]'))
    .execute();
  await db.schema
    .alterTable('batch')
    .addColumn('repaired', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable('batch')
    .addColumn('chosen_days', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createIndex('batch_with_failed')
    .on('batch')
    .columns(['dataset', 'seq'])
    .where(sql.ref('failed'), '>', sql.lit(0))
    .execute();
  // The few days that failed, without a look at all days of a batch. No other day is in it.
  await db.schema
    .createIndex('batch_day_failed')
    .on('batch_day')
    .columns(['batch_id', 'day'])
    .where(sql.ref('state'), '=', sql.lit('failed'))
    .execute();
  const skipped = sql`select reason, count(*) as count from batch_day
    where batch_day.batch_id = batch.batch_id and state = 'skipped' and reason is not null group by reason`;
  await sql`update batch set
    rows = (select coalesce(sum(rows), 0) from batch_day
      where batch_day.batch_id = batch.batch_id and state = 'success'),
    skip_reasons = (select coalesce(${countsOf}, '{}') from (${skipped}) as counted)`.execute(db);
  await sql`update batch set repaired = (
      select count(*) from batch_day join sync_record
        on sync_record.dataset = batch.dataset and sync_record.day = batch_day.day
      where batch_day.batch_id = batch.batch_id and batch_day.state = 'failed'
        and sync_record.status <> 'failed')
    where failed > 0 and finished_at is not null`.execute(db);
}

/** What was tried, waited for and answered before the last attempt at a day; and the controls of a batch. */
async function addLogs(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema.alterTable('batch').addColumn('log', text).execute();
  await db.schema.alterTable('batch_day').addColumn('log', text).execute();
  await db.schema.alterTable('batch_day').addColumn('logged_at', text).execute();
  for (const table of ['batch_day', 'sync_record']) {
    await db.schema.alterTable(table).addColumn('answer_status', 'integer').execute();
    await db.schema.alterTable(table).addColumn('answer_body', text).execute();
  }
}

/** Whether a schedule is paused, and by whom. */
async function addSchedulePauses(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema.alterTable('dataset_schedule').addColumn('paused_at', text).execute();
  await db.schema.alterTable('dataset_schedule').addColumn('paused_by', text).execute();
}

/** What the rows of a day looked like when they were written, and what a later comparison has found. */
async function addFingerprints(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema.alterTable('sync_record').addColumn('synced_rows', 'integer').execute();
  for (const column of ['fingerprint', 'verified_at', 'finding', 'finding_rows']) {
    await db.schema.alterTable('sync_record').addColumn(column, text).execute();
  }
  await db.schema.alterTable('batch').addColumn('verify', text).execute();
  await db.schema.alterTable('batch_day').addColumn('verifies', 'integer').execute();
  // The code of a file that changed while it was read; now it says that a source has other rows than at the last sync.
  for (const table of ['batch_day', 'sync_record']) {
    await sql`update ${sql.table(table)} set error_code = 'SOURCE_FILE_CHANGED'
      where error_code = 'SOURCE_CHANGED'`.execute(db);
  }
}

/** Which datasets are late. */
async function addFreshness(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('dataset_freshness')
    .addColumn('dataset', text, (column) => column.primaryKey())
    .addColumn('late_since', text)
    .addColumn('notified', 'integer', (column) => column.notNull())
    .addColumn('notified_day', text)
    .execute();
}

/** What days are marked for, and whether a person has accepted them. */
async function addMarks(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  for (const table of ['batch_day', 'sync_record']) {
    await db.schema.alterTable(table).addColumn('marks', text).execute();
  }
  for (const column of ['accepted_at', 'accepted_by']) {
    await db.schema.alterTable('sync_record').addColumn(column, text).execute();
  }
  // The few days that are marked.
  await db.schema
    .createIndex('sync_record_marked')
    .on('sync_record')
    .columns(['dataset', 'day'])
    .where(sql.ref('marks'), 'is not', null)
    .execute();
}

/** Missing days that operators have marked as not expected. */
async function addSettledDays(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('settled_day')
    .addColumn('dataset', text, (column) => column.notNull())
    .addColumn('day', text, (column) => column.notNull())
    .addColumn('reason', text, (column) => column.notNull())
    .addColumn('settled_by', text)
    .addColumn('settled_at', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('settled_day_key', ['dataset', 'day'])
    .execute();
}

/** Up to when the days of a schedule are rechecked, apart from its runs. */
async function addRecheckedUntil(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema.alterTable('dataset_schedule').addColumn('rechecked_until', text).execute();
  await sql`update dataset_schedule set rechecked_until = covered_until`.execute(db);
}

/** Targets outside this database, and days that are being written to them. */
async function addTargetPlaces(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('target_place')
    .addColumn('dataset', text, (column) => column.notNull())
    .addColumn('place', text, (column) => column.notNull())
    .addColumn('table_key', text)
    .addColumn('token', 'bigint', (column) => column.notNull())
    .addColumn('written', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('target_place_key', ['dataset', 'place'])
    .execute();
  await db.schema
    .createTable('unfinished_write')
    .addColumn('dataset', text, (column) => column.notNull())
    .addColumn('day', text, (column) => column.notNull())
    .addColumn('place', text, (column) => column.notNull())
    .addColumn('batch_id', text, (column) => column.notNull())
    .addColumn('token', 'bigint', (column) => column.notNull())
    .addColumn('outcome', text, (column) => column.notNull())
    .addColumn('begun_at', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('unfinished_write_key', ['dataset', 'day'])
    .execute();
}

/** The traces of batches. */
async function addTraces(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  for (const column of ['traceparent', 'parent_span_id']) {
    await db.schema.alterTable('batch').addColumn(column, text).execute();
  }
}

/** All migrations of a database by name, in the order of their names. */
export function migrationsOf(dialect: Dialect): MigrationProvider {
  const types = COLUMN_TYPES[dialect];
  const initial: Migration = {
    async up(db: Kysely<unknown>) {
      for (const make of [makeBatches, makeRecords, makeStarts, makeWebhooks])
        await make(db, types);
    },
  };
  const targets: Migration = { up: (db: Kysely<unknown>) => addTargetVersions(db, types) };
  const unreadableRows: Migration = { up: (db: Kysely<unknown>) => addUnreadableRows(db, types) };
  const repeatedErrors: Migration = { up: (db: Kysely<unknown>) => addRepeatedErrors(db, types) };
  const quarantine: Migration = { up: (db: Kysely<unknown>) => addQuarantine(db, types) };
  const datasetsFile: Migration = { up: (db: Kysely<unknown>) => addDatasetsFile(db, types) };
  const numbers: Migration = { up: (db: Kysely<unknown>) => addBatchNumbers(db, types) };
  const places: Migration = { up: (db: Kysely<unknown>) => addUnreadablePlaces(db, types) };
  const logs: Migration = { up: (db: Kysely<unknown>) => addLogs(db, types) };
  const pauses: Migration = { up: (db: Kysely<unknown>) => addSchedulePauses(db, types) };
  const fingerprints: Migration = { up: (db: Kysely<unknown>) => addFingerprints(db, types) };
  const freshness: Migration = { up: (db: Kysely<unknown>) => addFreshness(db, types) };
  const marks: Migration = { up: (db: Kysely<unknown>) => addMarks(db, types) };
  const settledDays: Migration = { up: (db: Kysely<unknown>) => addSettledDays(db, types) };
  const rechecks: Migration = { up: (db: Kysely<unknown>) => addRecheckedUntil(db, types) };
  const targetPlaces: Migration = { up: (db: Kysely<unknown>) => addTargetPlaces(db, types) };
  const traces: Migration = { up: (db: Kysely<unknown>) => addTraces(db, types) };
  return {
    getMigrations: () =>
      Promise.resolve({
        '0001_batches': initial,
        '0002_targets': targets,
        '0003_unreadable_rows': unreadableRows,
        '0004_repeated_errors': repeatedErrors,
        '0005_quarantine': quarantine,
        '0006_datasets_file': datasetsFile,
        '0007_unreadable_places': places,
        '0008_batch_numbers': numbers,
        '0009_day_log': logs,
        '0010_schedule_pauses': pauses,
        '0011_fingerprints': fingerprints,
        '0012_freshness': freshness,
        '0013_marks': marks,
        '0014_settled_days': settledDays,
        '0015_rechecked_until': rechecks,
        '0016_target_places': targetPlaces,
        '0017_traces': traces,
      }),
  };
}
