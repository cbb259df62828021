import type { Dataset } from '../../../apps/api/src/datasets/file/dataset.js';
import type { ColumnType } from '../../../apps/api/src/targets/column-types.js';
import type { Schema } from '../../../apps/api/src/database/schema.js';
import { DAY_COLUMN } from '../../../apps/api/src/targets/target-dialect.js';

/** The keys of our own tables. Their rows are compared in this order. */
export const OWN_KEYS: Readonly<Record<keyof Schema, readonly string[]>> = {
  batch: ['seq'],
  lane: ['batch_id', 'number'],
  batch_day: ['batch_id', 'day'],
  sync_record: ['dataset', 'day'],
  target_version: ['id'],
  target_place: ['dataset', 'place'],
  unfinished_write: ['dataset', 'day'],
  dataset_version: ['fingerprint'],
  datasets_file: ['seq'],
  idempotency_key: ['identity', 'key'],
  session: ['secret_hash'],
  rate_limit: ['name'],
  dataset_schedule: ['dataset'],
  webhook_endpoint: ['name'],
  webhook_delivery: ['id'],
  dataset_freshness: ['dataset'],
  settled_day: ['dataset', 'day'],
  unreadable_file: ['id'],
  unreadable_row: ['file_id', 'row'],
  batch_unreadable_file: ['batch_id', 'file_id'],
  quarantined_row: ['dataset', 'day', 'position'],
};

export type MovedTable = OwnTable | TargetTable;

interface AnyTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** How many rows SQLite has. */
  readonly rows: number;
}

/** One of Daysync's own. */
export interface OwnTable extends AnyTable {
  readonly kind: 'own';
  readonly key: readonly string[];
}

/** The target of a dataset, with the day as its first column. Its rows have no key. */
export interface TargetTable extends AnyTable {
  readonly kind: 'target';
  /** The type of each column. */
  readonly types: readonly ColumnType[];
}

export function targetTable({ target }: Pick<Dataset, 'target'>, rows: number): TargetTable {
  return {
    kind: 'target',
    name: target.table,
    columns: [DAY_COLUMN, ...target.columns.map(({ name }) => name)],
    types: ['date', ...target.columns.map(({ type }) => type)],
    rows,
  };
}
