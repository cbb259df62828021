import type { Kysely } from 'kysely';
import type { WriteTransaction } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import type { Dataset } from './file/dataset.js';
import { fingerprintKeys } from './file/dataset-fingerprint.js';

/** More changed keys are counted, not named. */
const MOST_NAMED = 8;

/** Stores what the fingerprints of the configured datasets are made of. A batch keeps only the fingerprint. */
export async function writeVersions(
  { db, turn }: WriteTransaction,
  datasets: readonly Dataset[],
): Promise<void> {
  for (const dataset of datasets) {
    await turn();
    await db
      .insertInto('dataset_version')
      .values({ fingerprint: dataset.fingerprint, keys: JSON.stringify(fingerprintKeys(dataset)) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/**
 * The keys of the datasets file in which a dataset differs from an earlier version, such as
 * `source.url, target.columns.price`. Null for a version that was not stored.
 */
export async function changedKeys(
  db: Kysely<Schema>,
  fingerprint: string,
  dataset: Dataset,
): Promise<string | null> {
  const version = await db
    .selectFrom('dataset_version')
    .select('keys')
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst();
  if (version === undefined) return null;
  const before = new Map(Object.entries(JSON.parse(version.keys) as object));
  const now = new Map<string, unknown>(Object.entries(fingerprintKeys(dataset)));
  const changed = [...new Set([...now.keys(), ...before.keys()])].filter(
    (key) => now.get(key) !== before.get(key),
  );
  const [named, others] = [changed.slice(0, MOST_NAMED), changed.slice(MOST_NAMED)];
  return [...named, ...(others.length > 0 ? [`${others.length} more`] : [])].join(', ');
}
