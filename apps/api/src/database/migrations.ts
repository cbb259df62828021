import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';
import type { Dialect } from './database.js';

type ColumnType = Parameters<CreateTableBuilder<never>['addColumn']>[1];

/** How a database writes the types of our own tables. */
interface ColumnTypes {
  readonly text: ColumnType;
  /** Declares a whole number that the database gives out, as the key of its table. */
  readonly key: (table: CreateTableBuilder<string>, name: string) => CreateTableBuilder<string>;
}

const COLUMN_TYPES: Readonly<Record<Dialect, ColumnTypes>> = {
  sqlite: {
    text: 'text',
    key: (table, name) =>
      table.addColumn(name, 'integer', (column) => column.primaryKey().autoIncrement()),
  },
  postgres: {
    // As SQLite orders text: by its bytes, wherever the database was made.
    text: sql`text collate "C"`,
    key: (table, name) =>
      table.addColumn(name, 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity()),
  },
};

const initial = ({ text, key }: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>) {
    await key(db.schema.createTable('batch'), 'seq')
      .addColumn('task_id', text, (column) => column.notNull().unique())
      .addColumn('dataset', text, (column) => column.notNull())
      .addColumn('fingerprint', text, (column) => column.notNull())
      .addColumn('status', text, (column) => column.notNull())
      .addColumn('start_date', text, (column) => column.notNull())
      .addColumn('end_date', text, (column) => column.notNull())
      .addColumn('mode', text, (column) => column.notNull())
      .addColumn('day_order', text, (column) => column.notNull())
      .addColumn('retry_of', text)
      .addColumn('total', 'integer', (column) => column.notNull())
      .addColumn('success', 'integer', (column) => column.notNull())
      .addColumn('failed', 'integer', (column) => column.notNull())
      .addColumn('skipped', 'integer', (column) => column.notNull())
      .addColumn('running', 'integer', (column) => column.notNull())
      .addColumn('current_day', text)
      .addColumn('message_code', text, (column) => column.notNull())
      .addColumn('error_code', text)
      .addColumn('error_text', text)
      .addColumn('rev', 'integer', (column) => column.notNull())
      .addColumn('created_at', text, (column) => column.notNull())
      .addColumn('started_at', text)
      .addColumn('updated_at', text, (column) => column.notNull())
      .addColumn('finished_at', text)
      .addCheckConstraint(
        'batch_counts',
        sql`success >= 0 and failed >= 0 and skipped >= 0 and running >= 0
            and success + failed + skipped + running <= total`,
      )
      .execute();
    await db.schema.createIndex('batch_by_status').on('batch').columns(['status', 'seq']).execute();
    await db.schema
      .createTable('batch_day')
      .addColumn('task_id', text, (column) => column.notNull())
      .addColumn('day', text, (column) => column.notNull())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('action', text, (column) => column.notNull())
      .addColumn('state', text, (column) => column.notNull())
      .addColumn('reason', text)
      .addColumn('token', 'integer')
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('rows', 'integer')
      .addColumn('duration_ms', 'integer')
      .addColumn('started_at', text)
      .addColumn('finished_at', text)
      .addColumn('rev', 'integer', (column) => column.notNull())
      .addColumn('error_code', text)
      .addColumn('error_text', text)
      .addColumn('error_row', 'integer')
      .addColumn('error_column', text)
      .addPrimaryKeyConstraint('batch_day_key', ['task_id', 'day'])
      .execute();
    // Days leave it as they are begun: the next one is always its first.
    await db.schema
      .createIndex('batch_day_pending')
      .on('batch_day')
      .columns(['task_id', 'action', 'position'])
      .where(sql.ref('state'), '=', sql.lit('pending'))
      .execute();
    await db.schema
      .createTable('sync_record')
      .addColumn('dataset', text, (column) => column.notNull())
      .addColumn('day', text, (column) => column.notNull())
      .addColumn('status', text, (column) => column.notNull())
      .addColumn('reason', text)
      .addColumn('rows', 'integer')
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('duration_ms', 'integer')
      .addColumn('last_task_id', text, (column) => column.notNull())
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
  },
});

/** Days that are given back, held and suspected, and starts that can be sent again. */
const neverLoseADay = ({ text }: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('batch')
      .addColumn('held', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    const columns = ['suspect', 'crashes'];
    for (const name of columns) {
      await db.schema
        .alterTable('batch_day')
        .addColumn(name, 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
    }
    await db.schema.alterTable('batch_day').addColumn('waits_for', text).execute();
    await db.schema.alterTable('batch_day').addColumn('next_at', text).execute();
    await db.schema
      .createIndex('batch_day_waiting')
      .on('batch_day')
      .columns(['task_id', 'next_at'])
      .where(sql.ref('waits_for'), 'is not', null)
      .execute();
    await db.schema
      .createIndex('batch_day_suspect')
      .on('batch_day')
      .columns(['task_id'])
      .where(sql.ref('suspect'), '=', sql.lit(1))
      .execute();
    await db.schema
      .createIndex('batch_by_parent')
      .on('batch')
      .columns(['retry_of'])
      .where(sql.ref('retry_of'), 'is not', null)
      .execute();
    await db.schema.createIndex('batch_by_end').on('batch').columns(['finished_at']).execute();
    await db.schema
      .createTable('idempotency_key')
      .addColumn('identity', text, (column) => column.notNull())
      .addColumn('key', text, (column) => column.notNull())
      .addColumn('request_hash', text, (column) => column.notNull())
      .addColumn('task_id', text, (column) => column.notNull())
      .addColumn('created_at', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('idempotency_key_key', ['identity', 'key'])
      .execute();
    await db.schema
      .createIndex('idempotency_key_by_age')
      .on('idempotency_key')
      .columns(['created_at'])
      .execute();
  },
});

/** Who did it, and the sessions of the console. */
const identity = ({ text }: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>) {
    const columns = ['started_by', 'control_verb', 'control_by', 'control_at'];
    for (const name of columns) {
      await db.schema.alterTable('batch').addColumn(name, text).execute();
    }
    await db.schema
      .createTable('session')
      .addColumn('secret_hash', text, (column) => column.primaryKey())
      .addColumn('token_name', text, (column) => column.notNull())
      .addColumn('token_hash', text, (column) => column.notNull())
      .addColumn('created_at', text, (column) => column.notNull())
      .addColumn('expires_at', text, (column) => column.notNull())
      .execute();
  },
});

/**
 * What lists and histories look things up by. A batch keeps what its index has from its start to its end, so that no
 * day's commit changes it; that of the records is changed by each record.
 */
const lookups: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('batch_by_dataset')
      .on('batch')
      .columns(['dataset', 'seq', 'start_date', 'end_date', 'task_id'])
      .execute();
    await db.schema
      .createIndex('sync_record_by_try')
      .on('sync_record')
      .columns(['last_tried_at', 'day', 'dataset'])
      .execute();
  },
};

/** Several processes beside each other. */
const nodes = ({ text }: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>) {
    for (const name of ['node', 'job']) {
      await db.schema.alterTable('batch_day').addColumn(name, text).execute();
    }
    await db.schema
      .createIndex('batch_day_by_node')
      .on('batch_day')
      .column('node')
      .where(sql.ref('node'), 'is not', null)
      .execute();
    await db.schema
      .createTable('pace')
      .addColumn('name', text, (column) => column.primaryKey())
      .addColumn('free_at', 'double precision', (column) => column.notNull())
      .execute();
  },
});

/** How far the schedules of datasets have come. */
const schedules = ({ text }: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>) {
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
      .addColumn('last_task_id', text)
      .execute();
  },
});

/** The number that records are found by again: SQLite gives each row one by itself. */
const rowIds: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('sync_record')
      .addColumn('rowid', 'bigint', (column) => column.generatedAlwaysAsIdentity().unique())
      .execute();
  },
};

/** All migrations of a database by name, in the order of their names. */
export function migrationsOf(dialect: Dialect): MigrationProvider {
  const types = COLUMN_TYPES[dialect];
  const all = {
    '0001_initial': initial(types),
    '0002_never_lose_a_day': neverLoseADay(types),
    '0003_identity': identity(types),
    '0004_lookups': lookups,
    ...(dialect === 'postgres' ? { '0005_row_ids': rowIds } : {}),
    '0006_nodes': nodes(types),
    '0007_schedules': schedules(types),
  };
  return { getMigrations: () => Promise.resolve(all) };
}
