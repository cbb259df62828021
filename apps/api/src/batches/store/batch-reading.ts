import { ACTIVE_STATUSES } from '@daysync/progress';
import type { Kysely } from 'kysely';
import type { WriteTransaction } from '../../database/database.js';
import { preparedStatement } from '../../database/prepared-statement.js';
import type { BatchRow, LaneRow, Schema } from '../../database/schema.js';
import type { BatchState } from '../transition.js';

/** Batches by their ids, or all active ones. */
export type StatesFilter = { readonly batchIds: readonly string[] } | 'active';

/** All columns of a lane. */
export const LANE_COLUMNS = [
  'batch_id',
  'number',
  'open',
  'token',
  'holder',
  'stopping',
  'day',
  'success',
  'failed',
  'skipped',
  'planned',
  'skip_reasons',
  'rows',
  'quarantined_rows',
  'wait_kind',
  'wait_until',
  'wait_detail',
  'current_day',
  'current_at',
  'answered_at',
  'outcomes',
  'outcome_rows',
  'rev',
  'updated_at',
] as const satisfies readonly (keyof LaneRow)[];

/** Marks the columns of a lane beside those of its batch. No column of a batch begins like this. */
const PREFIX = 'lane_';

/** Reads batches with their lanes, in the order of their starts. One statement reads one committed state. */
export async function readStates(
  db: Kysely<Schema>,
  filter: StatesFilter,
): Promise<readonly BatchState[]> {
  const query = db
    .selectFrom('batch')
    .leftJoin('lane', 'lane.batch_id', 'batch.batch_id')
    .selectAll('batch')
    .select(LANE_COLUMNS.map((column) => `lane.${column} as ${PREFIX}${column}` as const))
    .orderBy('batch.seq')
    .orderBy('lane.number');
  const rows =
    filter === 'active'
      ? await query.where('batch.status', 'in', ACTIVE_STATUSES).execute()
      : await query.where('batch.batch_id', 'in', filter.batchIds).execute();
  const states = new Map<string, { batch: BatchRow; lanes: LaneRow[] }>();
  for (const row of rows) {
    let state = states.get(row.batch_id);
    if (state === undefined) {
      state = { batch: batchOf(row), lanes: [] };
      states.set(row.batch_id, state);
    }
    if (row.lane_batch_id !== null) state.lanes.push(laneOf(row));
  }
  return [...states.values()];
}

function batchOf(row: BatchRow): BatchRow {
  const columns = Object.entries(row).filter(([column]) => !column.startsWith(PREFIX));
  return Object.fromEntries(columns) as unknown as BatchRow;
}

function laneOf(row: object): LaneRow {
  const columns = LANE_COLUMNS.map((column) => [
    column,
    Reflect.get(row, `${PREFIX}${column}`) as unknown,
  ]);
  return Object.fromEntries(columns) as LaneRow;
}

const selectBatch = preparedStatement<Pick<BatchRow, 'batch_id'>, BatchRow>(
  ({ db, dialect }, params) => {
    const { batch_id } = params('batch_id');
    const row = db.selectFrom('batch').selectAll().where('batch_id', '=', batch_id);
    // On SQLite only one transaction is open at a time.
    return dialect === 'sqlite' ? row : row.forUpdate();
  },
);

const selectLanes = preparedStatement<Pick<LaneRow, 'batch_id'>, LaneRow>(
  ({ db, dialect }, params) => {
    const { batch_id } = params('batch_id');
    const rows = db
      .selectFrom('lane')
      .selectAll()
      .where('batch_id', '=', batch_id)
      .orderBy('number');
    return dialect === 'sqlite' ? rows : rows.forUpdate();
  },
);

/**
 * Reads a batch, then its lanes in their order, and locks them on PostgreSQL. What later statements of the transaction
 * read of the batch does not change until its end. Undefined if there is no such batch.
 */
export async function lockBatch(
  transaction: WriteTransaction,
  batchId: string,
): Promise<BatchState | undefined> {
  const batches = await selectBatch(transaction, { batch_id: batchId });
  const [batch] = batches.rows;
  if (batch === undefined) return undefined;
  const { rows: lanes } = await selectLanes(transaction, { batch_id: batchId });
  return { batch, lanes };
}

/** Does the same for a batch that has to exist. */
export async function lockKnownBatch(
  transaction: WriteTransaction,
  batchId: string,
): Promise<BatchState> {
  const state = await lockBatch(transaction, batchId);
  if (state === undefined) throw new RangeError(`expected batch ${batchId} to exist, got none`);
  return state;
}
