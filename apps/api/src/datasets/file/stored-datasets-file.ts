import { isDeepStrictEqual } from 'node:util';
import type { Kysely } from 'kysely';
import type { WriteTransaction } from '../../database/database.js';
import type { Schema } from '../../database/schema.js';
import type { DatasetsText } from './dataset-file.js';
import type { Dataset } from './dataset.js';

/** A datasets file as a process has read it: with another environment, the same text can have other fingerprints. */
export interface ReadVersion {
  readonly version: string;
  /** The fingerprint of each dataset by its name. */
  readonly fingerprints: ReadonlyMap<string, string>;
}

/** The datasets file of the installation: the one that a start or a reload of any process has taken in last. */
export interface StoredDatasetsFile extends ReadVersion {
  readonly text: string;
}

/** What the installation has taken in, without the text; null before the first file is stored. */
export async function storedVersion(db: Kysely<Schema>): Promise<ReadVersion | null> {
  const row = await db
    .selectFrom('datasets_file')
    .select(['version', 'fingerprints'])
    .executeTakeFirst();
  return row === undefined
    ? null
    : { version: row.version, fingerprints: readFingerprints(row.fingerprints) };
}

/** The installation's file; null before the first one is stored. */
export async function readStoredFile(db: Kysely<Schema>): Promise<StoredDatasetsFile | null> {
  const row = await db
    .selectFrom('datasets_file')
    .select(['version', 'text', 'fingerprints'])
    .executeTakeFirst();
  if (row === undefined) return null;
  return { version: row.version, text: row.text, fingerprints: readFingerprints(row.fingerprints) };
}

/**
 * Whether the installation's file has the dataset with another fingerprint, or no longer: another process has taken in a
 * file that this one does not have. Never where no file is stored.
 */
export async function isOutdated(
  db: Kysely<Schema>,
  { dataset, fingerprint }: { readonly dataset: string; readonly fingerprint: string },
): Promise<boolean> {
  const stored = await storedVersion(db);
  return stored !== null && stored.fingerprints.get(dataset) !== fingerprint;
}

/**
 * Whether the installation's datasets file has a dataset as this process has it.
 * @param version of the file that this process has taken in; undefined for datasets that stand in code
 */
export async function isNewest(
  db: Kysely<Schema>,
  { fingerprint, name }: Pick<Dataset, 'fingerprint' | 'name'>,
  version: string | undefined,
): Promise<boolean> {
  const newest = version === undefined ? null : await storedVersion(db);
  return (
    newest === null || (newest.version === version && newest.fingerprints.get(name) === fingerprint)
  );
}

/**
 * Makes a file that of the installation, and notifies all processes. The transaction holds the lock `boot`.
 * @param by who has asked for it; null for a start
 */
export async function storeFile(
  { db, publish }: WriteTransaction,
  { text, version }: DatasetsText,
  datasets: readonly Dataset[],
  { at, by }: { readonly at: string; readonly by: string | null },
): Promise<void> {
  const fingerprints = fingerprintsOf(datasets);
  if (isSameVersion(await storedVersion(db), { version, fingerprints })) return;
  const before = await db.selectFrom('datasets_file').select('seq').executeTakeFirst();
  await db.deleteFrom('datasets_file').execute();
  await db
    .insertInto('datasets_file')
    .values({
      ...{ seq: (before?.seq ?? 0) + 1, version, text, taken_at: at, taken_by: by },
      fingerprints: JSON.stringify(Object.fromEntries(fingerprints)),
    })
    .execute();
  await publish({ kind: 'datasets_changed' });
}

/** Forgets the installation's file, for datasets that stand in code. */
export async function forgetFile({ db }: WriteTransaction): Promise<void> {
  await db.deleteFrom('datasets_file').execute();
}

/** Whether both are the same text with the same fingerprints. */
export function isSameVersion(one: ReadVersion | null, other: ReadVersion): boolean {
  return one?.version === other.version && isDeepStrictEqual(one.fingerprints, other.fingerprints);
}

/** The fingerprints of datasets by their names. */
export function fingerprintsOf(datasets: readonly Dataset[]): ReadonlyMap<string, string> {
  return new Map(datasets.map(({ name, fingerprint }) => [name, fingerprint]));
}

function readFingerprints(written: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(JSON.parse(written) as Readonly<Record<string, string>>));
}
