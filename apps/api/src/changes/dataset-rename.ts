import { ACTIVE_STATUSES } from '@daysync/progress';
import type { Kysely } from 'kysely';
import type { SqliteTransaction, WriteTransaction } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { deleteQuarantined } from '../targets/quarantined-rows.js';

/** How many rows a statement of SQLite renames: it blocks every request, and a row in quarantine may have 4 kB. */
const RENAMED_ROWS = 500;

/** What is stored under the name of a dataset. */
export interface StoredDataset {
  readonly records: number;
  readonly batches: number;
  /** The ids of its active batches, in the order of their starts. */
  readonly active: readonly string[];
}

export async function readStored(db: Kysely<Schema>, dataset: string): Promise<StoredDataset> {
  const { records } = await db
    .selectFrom('sync_record')
    .select((select) => select.fn.countAll<number>().as('records'))
    .where('dataset', '=', dataset)
    .executeTakeFirstOrThrow();
  const { batches } = await db
    .selectFrom('batch')
    .select((select) => select.fn.countAll<number>().as('batches'))
    .where('dataset', '=', dataset)
    .executeTakeFirstOrThrow();
  const active = await db
    .selectFrom('batch')
    .select('batch_id')
    .where('dataset', '=', dataset)
    .where('status', 'in', ACTIVE_STATUSES)
    .orderBy('seq')
    .execute();
  return { records, batches, active: active.map(({ batch_id }) => batch_id) };
}

/** Whether anything is stored under the name: if not, there is nothing to rename. */
export function isStored({ records, batches }: StoredDataset): boolean {
  return records > 0 || batches > 0;
}

/**
 * Gives all that is stored of a dataset another name. Where both names have a record of a day, the one with the later try
 * stays, with a success that only the other one has.
 */
export async function renameDataset(
  transaction: WriteTransaction,
  from: string,
  to: string,
): Promise<void> {
  const { db, turn } = transaction;
  await deleteReplaced(transaction, from, to, '<=');
  await deleteReplaced(transaction, to, from, '<');
  await completeRecords(db, to, from);
  await turn();
  await completeRecords(db, from, to);
  await turn();
  await deleteOlder(db, from, to, '<=');
  await turn();
  await deleteOlder(db, to, from, '<');
  // One row a dataset: that of the new name stays.
  for (const table of ['dataset_schedule', 'dataset_freshness'] as const) {
    const kept = await db
      .selectFrom(table)
      .select('dataset')
      .where('dataset', '=', to)
      .executeTakeFirst();
    if (kept !== undefined) await db.deleteFrom(table).where('dataset', '=', from).execute();
  }
  await db
    .deleteFrom('settled_day')
    .where('dataset', '=', from)
    .where('day', 'in', (select) =>
      select.selectFrom('settled_day as kept').select('kept.day').where('kept.dataset', '=', to),
    )
    .execute();
  await db
    .deleteFrom('unfinished_write')
    .where('dataset', '=', from)
    .where('day', 'in', (select) =>
      select
        .selectFrom('unfinished_write as kept')
        .select('kept.day')
        .where('kept.dataset', '=', to),
    )
    .execute();
  await db
    .deleteFrom('target_place')
    .where('dataset', '=', to)
    .where('place', 'in', (select) =>
      select
        .selectFrom('target_place as kept')
        .select('kept.place')
        .where('kept.dataset', '=', from),
    )
    .execute();
  for (const table of RENAMED) {
    await turn();
    await renameRows(transaction, table, from, to);
  }
}

async function renameRows(
  transaction: WriteTransaction,
  table: (typeof RENAMED)[number],
  from: string,
  to: string,
): Promise<void> {
  switch (transaction.dialect) {
    case 'sqlite':
      if (table === 'webhook_delivery') await renameByRowid(transaction, table, from, to);
      else await renameByDataset(transaction, table, from, to);
      break;
    case 'postgres':
      await transaction.db
        .updateTable(table)
        .set({ dataset: to })
        .where('dataset', '=', from)
        .execute();
      break;
  }
}

/** Finds the rows by an index of the dataset: those that have their new name are no longer among them. */
async function renameByDataset(
  { connection, turn }: SqliteTransaction,
  table: string,
  from: string,
  to: string,
): Promise<void> {
  const rename = connection.prepare(
    `update ${table} set dataset = ? where rowid in
      (select rowid from ${table} where dataset = ? limit ${RENAMED_ROWS})`,
  );
  while (Number(rename.run([to, from]).changes) > 0) await turn();
}

/** Reads all rows, for a table without such an index. */
async function renameByRowid(
  { connection, turn }: SqliteTransaction,
  table: string,
  from: string,
  to: string,
): Promise<void> {
  const [ends] = connection
    .prepare(
      `select (select min(rowid) from ${table}) as first, (select max(rowid) from ${table}) as last`,
    )
    .all([]) as { readonly first: number | null; readonly last: number | null }[];
  const rename = connection.prepare(
    `update ${table} set dataset = ? where dataset = ? and rowid between ? and ?`,
  );
  for (let first = ends?.first ?? 0; first <= (ends?.last ?? -1); first += RENAMED_ROWS) {
    rename.run([to, from, first, first + RENAMED_ROWS - 1]);
    await turn();
  }
}

/** Gives the records without a success the last success of the other name. */
async function completeRecords(db: Kysely<Schema>, dataset: string, other: string): Promise<void> {
  await db
    .updateTable('sync_record as completed')
    .from('sync_record as succeeded')
    .set((columns) => ({
      last_success_at: columns.ref('succeeded.last_success_at'),
      target_version: columns.ref('succeeded.target_version'),
    }))
    .where('completed.dataset', '=', dataset)
    .where('completed.last_success_at', 'is', null)
    .where('succeeded.dataset', '=', other)
    .where('succeeded.last_success_at', 'is not', null)
    .whereRef('succeeded.day', '=', 'completed.day')
    .execute();
}

/** Deletes the records of days that were tried later under the other name. */
async function deleteOlder(
  db: Kysely<Schema>,
  dataset: string,
  other: string,
  older: '<' | '<=',
): Promise<void> {
  await db
    .deleteFrom('sync_record')
    .where('dataset', '=', dataset)
    .where((where) =>
      where.exists(
        where
          .selectFrom('sync_record as newer')
          .select('newer.day')
          .where('newer.dataset', '=', other)
          .whereRef('newer.day', '=', 'sync_record.day')
          .whereRef('sync_record.last_tried_at', older, 'newer.last_tried_at'),
      ),
    )
    .execute();
}

/** Deletes the rows in quarantine of days that have succeeded later under the other name, and those without a day. */
async function deleteReplaced(
  transaction: WriteTransaction,
  dataset: string,
  other: string,
  older: '<' | '<=',
): Promise<void> {
  const days = await transaction.db
    .selectFrom('quarantined_row')
    .select('day')
    .where('dataset', '=', dataset)
    // The rows of a day were written together.
    .where('position', '=', 0)
    .where((where) =>
      where.exists(
        where
          .selectFrom('sync_record as newer')
          .select('newer.day')
          .where('newer.dataset', '=', other)
          .whereRef('newer.day', '=', 'quarantined_row.day')
          .whereRef('quarantined_row.quarantined_at', older, 'newer.last_success_at'),
      ),
    )
    .execute();
  // The next batch that meets those without a day writes them again.
  for (const { day } of [...days, { day: '' as const }]) {
    await transaction.turn();
    await deleteQuarantined(transaction, { dataset, day });
  }
}

/** The tables with the name of a dataset. */
const RENAMED = [
  'sync_record',
  'target_version',
  'target_place',
  'unfinished_write',
  'dataset_schedule',
  'dataset_freshness',
  'settled_day',
  'batch',
  'webhook_delivery',
  'unreadable_file',
  'quarantined_row',
] as const satisfies readonly (keyof Schema)[];

/** A number with its noun, for a sentence. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
