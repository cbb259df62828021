import { ACTIVE_STATUSES } from '@daysync/progress';
import type { Kysely } from 'kysely';
import type { WriteTransaction } from '../database/database.js';
import type { Schema } from '../database/schema.js';

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
  const batches = await db
    .selectFrom('batch')
    .select(['batch_id', 'status'])
    .where('dataset', '=', dataset)
    .orderBy('seq')
    .execute();
  const active = batches.filter(({ status }) => ACTIVE_STATUSES.some((one) => one === status));
  return { records, batches: batches.length, active: active.map(({ batch_id }) => batch_id) };
}

/** Whether anything is stored under the name: if not, there is nothing to rename. */
export function isStored({ records, batches }: StoredDataset): boolean {
  return records > 0 || batches > 0;
}

/**
 * Gives all that is stored of a dataset another name. Where both names have a record of a day, that of the new name stays:
 * it is the later one.
 */
export async function renameDataset(
  { db }: Pick<WriteTransaction, 'db'>,
  from: string,
  to: string,
): Promise<void> {
  await db
    .deleteFrom('sync_record')
    .where('dataset', '=', from)
    .where('day', 'in', (days) =>
      days.selectFrom('sync_record as newer').select('newer.day').where('newer.dataset', '=', to),
    )
    .execute();
  const schedule = await db
    .selectFrom('dataset_schedule')
    .select('dataset')
    .where('dataset', '=', to)
    .executeTakeFirst();
  if (schedule !== undefined) {
    await db.deleteFrom('dataset_schedule').where('dataset', '=', from).execute();
  }
  for (const table of RENAMED) {
    await db.updateTable(table).set({ dataset: to }).where('dataset', '=', from).execute();
  }
}

/** The tables with the name of a dataset. */
const RENAMED = [
  'sync_record',
  'target_version',
  'dataset_schedule',
  'batch',
  'webhook_delivery',
  'unreadable_file',
] as const satisfies readonly (keyof Schema)[];

/** A number with its noun, for a sentence. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
