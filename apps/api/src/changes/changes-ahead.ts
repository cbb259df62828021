import { ACTIVE_STATUSES } from '@daysync/progress';
import type { Kysely } from 'kysely';
import { isTurnDue, takeTurn } from '../config/slices.js';
import { readTargetDays, targetSentences } from '../batches/target-days.js';
import type { Database } from '../database/database.js';
import type { BatchRow, Schema } from '../database/schema.js';
import { changedKeys } from '../datasets/dataset-versions.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { beforeRenames, pendingRenames } from '../targets/target-renames.js';
import { compareTarget, type TargetDifference } from '../targets/target-table.js';
import { counted, isStored, readStored } from './dataset-rename.js';

type Readable = Pick<Database, 'read' | 'dialect'>;

/** What a start will change in what is stored. */
export interface ChangesAhead {
  /** A sentence for each change, without its full stop. */
  readonly changes: readonly string[];
  /** The differences of target tables: with any of them the start is refused, and nothing changes. */
  readonly differences: readonly TargetDifference[];
}

/**
 * Compares what is stored with the datasets file, without changing anything: which days become missing, which columns are
 * added, what is renamed, and which batches will end.
 */
export async function readChangesAhead(
  database: Readable,
  datasets: readonly Dataset[],
): Promise<ChangesAhead> {
  const changes: string[] = [];
  const differences: TargetDifference[] = [];
  const active = await readActive(database.read);
  const configured = new Set<string>();
  for (const dataset of datasets) {
    // On SQLite each of these reads blocks, and there may be hundreds of datasets.
    if (isTurnDue()) await takeTurn();
    const { name } = dataset;
    const ofDataset: string[] = [];
    const stored = await storedName(database.read, dataset);
    configured.add(name).add(stored);
    if (stored !== name) {
      const { records, batches } = await readStored(database.read, stored);
      ofDataset.push(
        `it was ${stored}: ${counted(records, 'record')} and ${counted(batches, 'batch', 'batches')} get its new name`,
      );
    }
    const ahead = await targetChanges(database, { ...dataset, name: stored });
    ofDataset.push(...ahead.changes);
    differences.push(...ahead.differences);
    for (const batch of active) {
      if (batch.dataset !== stored || batch.fingerprint === dataset.fingerprint) continue;
      const keys = await changedKeys(database.read, batch.fingerprint, dataset);
      ofDataset.push(endOf(batch, keys));
    }
    changes.push(...ofDataset.map((sentence) => `dataset ${name}: ${sentence}`));
  }
  for (const { dataset, records } of await readRecorded(database.read)) {
    if (configured.has(dataset)) continue;
    changes.push(
      `dataset ${dataset}: it is not in the file; its ${counted(records, 'record')} and its table stay`,
    );
  }
  for (const batch of active) {
    if (!configured.has(batch.dataset)) changes.push(`dataset ${batch.dataset}: ${endOf(batch)}`);
  }
  return { changes, differences };
}

async function targetChanges(
  { read, dialect }: Readable,
  { name, target, expected }: Pick<Dataset, 'name' | 'target' | 'expected'>,
): Promise<ChangesAhead> {
  const { place, table } = target;
  if (place !== undefined) {
    // It is compared when its first day is to be written: it may be away now.
    const away = await readTargetDays({ read, dialect }, { name, target, expected });
    return { changes: targetSentences(away), differences: [] };
  }
  const renames = await pendingRenames(read, dialect, { name, target });
  const before = beforeRenames(target, renames);
  const { differences, missing } = await compareTarget(read, dialect, before);
  const days = await readTargetDays({ read, dialect }, { name, target: before, expected });
  return {
    changes: [
      ...renames.map(({ kind, from, to }) =>
        kind === 'table'
          ? `the table \`${from}\` is renamed to \`${to}\``
          : `the column \`${from}\` of \`${table}\` is renamed to \`${to}\``,
      ),
      ...missing.map(({ name: column }) => `the column \`${column}\` is added to \`${table}\``),
      // By the name that the table has after the start.
      ...targetSentences({
        elsewhere: days.elsewhere && { ...days.elsewhere, table },
        incomplete: days.incomplete && { ...days.incomplete, table },
      }),
    ],
    differences,
  };
}

/** The name that the records of a dataset have before the start. */
export async function storedName(
  db: Kysely<Schema>,
  { name, renamedFrom }: Pick<Dataset, 'name' | 'renamedFrom'>,
): Promise<string> {
  if (renamedFrom === undefined) return name;
  return isStored(await readStored(db, renamedFrom)) ? renamedFrom : name;
}

type ActiveBatch = Pick<BatchRow, 'batch_id' | 'dataset' | 'fingerprint' | 'status'>;

function readActive(db: Kysely<Schema>): Promise<ActiveBatch[]> {
  return db
    .selectFrom('batch')
    .select(['batch_id', 'dataset', 'fingerprint', 'status'])
    .where('status', 'in', ACTIVE_STATUSES)
    .orderBy('seq')
    .execute();
}

function readRecorded(
  db: Kysely<Schema>,
): Promise<{ readonly dataset: string; readonly records: number }[]> {
  return db
    .selectFrom('sync_record')
    .select((select) => ['dataset', select.fn.countAll<number>().as('records')])
    .groupBy('dataset')
    .orderBy('dataset')
    .execute();
}

/** @param keys the changed keys of the datasets file; null where they are not known */
function endOf({ batch_id, status }: ActiveBatch, keys: string | null = null): string {
  const code = `DATASET_CHANGED${keys === null ? '' : ` (${keys})`}`;
  const when = status === 'paused' ? ' when it is resumed' : '';
  return `the batch ${batch_id} (${status}) ends with ${code}${when}: its other days do not run`;
}
