import type { Kysely } from 'kysely';
import type { Database, Dialect } from '../database/database.js';
import type { Schema, SyncRecordRow } from '../database/schema.js';
import type { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { readTargetState, whereaboutsOf, type TargetState } from '../targets/target-version.js';

type Succeeded = Pick<SyncRecordRow, 'last_success_at' | 'target_version'>;

/** Whether a record's last success is in another table than the present target: its rows are not in the target. */
export function isElsewhere(
  state: TargetState | undefined,
  { last_success_at, target_version }: Succeeded,
): boolean {
  // A dataset that is no longer in the file has no target.
  if (last_success_at === null || state === undefined) return false;
  return !whereaboutsOf(state, target_version).inTarget;
}

/** The target of a dataset; undefined if it is not in the file. */
export async function readState(
  { db, dialect }: { readonly db: Kysely<Schema>; readonly dialect: Dialect },
  catalog: Pick<DatasetCatalog, 'get'>,
  name: string,
): Promise<TargetState | undefined> {
  const dataset = catalog.get(name);
  return dataset === undefined ? undefined : readTargetState(db, dialect, dataset);
}

/** The targets of the datasets of some records. */
export async function readStates(
  { read: db, dialect }: Pick<Database, 'read' | 'dialect'>,
  catalog: Pick<DatasetCatalog, 'get'>,
  records: readonly Pick<SyncRecordRow, 'dataset'>[],
): Promise<ReadonlyMap<string, TargetState | undefined>> {
  const names = [...new Set(records.map(({ dataset }) => dataset))];
  const states = names.map(
    async (name) => [name, await readState({ db, dialect }, catalog, name)] as const,
  );
  return new Map(await Promise.all(states));
}
