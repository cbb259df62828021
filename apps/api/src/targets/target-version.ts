import { sql, type Kysely } from 'kysely';
import type { Dialect } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { placeOf, type Target, type TargetColumn, type WithTarget } from './target.js';
import { keyAt } from './target-place.js';
import { TARGET_DIALECTS } from './target-dialect.js';

// A record names the version of the target that its last success was written to: one table, and its columns at that
// time. So a day counts as synced only where its rows can be found.

/** The version that a dataset is written to now. */
export interface CurrentVersion {
  readonly id: number;
  readonly key: string;
  /** Days of other datasets were written to its table. */
  readonly isShared: boolean;
}

type ColumnTypes = Readonly<Record<string, string>>;

interface Version {
  readonly key: string;
  readonly columns: ColumnTypes;
  /** The table that has its key now; null if that was dropped. */
  readonly table: string | null;
}

/** The target table of a dataset as it is now, and all versions that its days were written to. */
export interface TargetState {
  readonly target: Target;
  readonly exists: boolean;
  readonly key: string | null;
  readonly versions: ReadonlyMap<number, Version>;
  /** Days of other datasets were written to the table. */
  readonly isShared: boolean;
}

/** Where the rows of a day's last success are. */
export interface Whereabouts {
  /** In the present target table. */
  readonly inTarget: boolean;
  /** The columns of the datasets file that its rows were written without. */
  readonly lacks: readonly string[];
  /** The other table that they are in; null if that was dropped, or is not known. */
  readonly otherTable: string | null;
}

/** Reads the state without changing anything, in one query. */
export async function readTargetState(
  db: Kysely<Schema>,
  dialect: Dialect,
  { name, target }: WithTarget & { readonly name: string },
): Promise<TargetState> {
  const { exists, keyOf, tableWithKey } = TARGET_DIALECTS[dialect];
  // A target elsewhere is as it was when it was last asked.
  const keyNow = target.place === undefined ? keyOf(target.table) : keyAt(name, placeOf(target));
  const present =
    target.place === undefined
      ? exists(target.table)
      : sql`case when ${keyNow} is null then 0 else 1 end`;
  const { rows } = await sql<{
    present: 0 | 1;
    key: string | null;
    id: number | null;
    table_key: string;
    columns: string;
    table: string | null;
    others: number;
  }>`
    select ${present} as present, ${keyNow} as key, version.id, version.table_key,
      version.columns, coalesce(${tableWithKey(sql.ref('version.table_key'))}, (
        select min(place) from target_place
        where dataset = ${name} and target_place.table_key = version.table_key
      )) as "table", (
        select count(*) from target_version as other
        where other.dataset <> ${name} and other.table_key = ${keyNow}
      ) as others
    from (select 1 as one) as one left join target_version as version on version.dataset = ${name}
  `.execute(db);
  const versions = rows.flatMap(({ id, table_key, columns, table }): [number, Version][] =>
    id === null ? [] : [[id, { key: table_key, columns: readColumns(columns), table }]],
  );
  const [first] = rows;
  return {
    target,
    exists: first?.present === 1,
    key: first?.key ?? null,
    versions: new Map(versions),
    isShared: (first?.others ?? 0) > 0,
  };
}

/** What is known of each state: a dataset has tens of thousands of records, and few versions. */
const KNOWN = new WeakMap<TargetState, Map<number | null, Whereabouts>>();

/** Where the rows of a success are, by the version in its record. */
export function whereaboutsOf(state: TargetState, version: number | null): Whereabouts {
  const known = KNOWN.get(state) ?? new Map<number | null, Whereabouts>();
  KNOWN.set(state, known);
  const found = known.get(version) ?? findRows(state, version);
  known.set(version, found);
  return found;
}

function findRows(state: TargetState, version: number | null): Whereabouts {
  const { key, target } = state;
  // The next start gives the table a key, and the records of the time before versions belong to it.
  if (version === null) return { inTarget: isAdopting(state), lacks: [], otherTable: null };
  const written = state.versions.get(version);
  if (written === undefined || key === null || written.key !== key) {
    return { inTarget: false, lacks: [], otherTable: written?.table ?? null };
  }
  const lacks = target.columns.filter(({ name }) => !Object.hasOwn(written.columns, name));
  return { inTarget: true, lacks: lacks.map(({ name }) => name), otherTable: null };
}

/** The versions whose rows are in the present target table; null stands for those of the time before versions. */
export function versionsInTarget(state: TargetState): readonly (number | null)[] {
  return [null, ...state.versions.keys()].filter((id) => whereaboutsOf(state, id).inTarget);
}

function isAdopting({ exists, key }: TargetState): boolean {
  return exists && key === null;
}

/** The version of the present table with the columns of the datasets file; null if the table is to be prepared first. */
export function currentVersion(state: TargetState): CurrentVersion | null {
  const { isShared, key, target, versions } = state;
  if (key === null) return null;
  const columns = writeColumns(target.columns);
  const id = [...versions].findLast(
    ([, version]) => version.key === key && sortedColumns(version.columns) === columns,
  )?.[0];
  return id === undefined ? null : { id, key, isShared };
}

/**
 * Registers the version that days are written to from now on. One transaction does it at a time.
 * @param target as the table now is
 */
export async function registerVersion(
  db: Kysely<Schema>,
  dataset: string,
  target: Target,
  key: string,
): Promise<CurrentVersion> {
  const written = writeColumns(target.columns);
  const { others } = await db
    .selectFrom('target_version')
    .select((select) => select.fn.countAll<number>().as('others'))
    .where('dataset', '<>', dataset)
    .where('table_key', '=', key)
    .executeTakeFirstOrThrow();
  const isShared = others > 0;
  const same = await db
    .selectFrom('target_version')
    .select('id')
    .where('dataset', '=', dataset)
    .where('table_key', '=', key)
    .where('columns', '=', written)
    .orderBy('id', 'desc')
    .executeTakeFirst();
  if (same !== undefined) return { id: same.id, key, isShared };
  const { id } = await db
    .insertInto('target_version')
    .values({
      id: sql`(select coalesce(max(id), 0) + 1 from target_version)`,
      ...{ dataset, table_name: placeOf(target), table_key: key, columns: written },
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, key, isShared };
}

/** Lets the records of the time before versions belong to a table that has just got its key. */
export async function adoptRecords(
  db: Kysely<Schema>,
  dataset: string,
  target: Target,
  key: string,
): Promise<void> {
  const { id } = await registerVersion(db, dataset, target, key);
  await db
    .updateTable('sync_record')
    .set({ target_version: id })
    .where('dataset', '=', dataset)
    .where('last_success_at', 'is not', null)
    .where('target_version', 'is', null)
    .execute();
}

/**
 * Follows changes of a table that keeps its key: columns that were renamed by hand, and columns that are about to be
 * added. No row has a value in those, whatever was written under their names before.
 * @param columns those of the datasets file that the table has
 */
export async function followColumns(
  db: Kysely<Schema>,
  key: string,
  {
    columns,
    added,
  }: { readonly columns: readonly TargetColumn[]; readonly added: readonly string[] },
): Promise<void> {
  const now = readColumns(writeColumns(columns));
  const known = await db
    .selectFrom('target_version')
    .select(['id', 'columns'])
    .where('table_key', '=', key)
    .execute();
  const newNames = renamedByHand(
    known.map((version) => readColumns(version.columns)),
    now,
  );
  for (const { id, columns: before } of known) {
    const renamed = withNewNames(readColumns(before), newNames);
    const after = sortedColumns(
      Object.fromEntries(renamed.filter(([name]) => !added.includes(name))),
    );
    if (after === before) continue;
    await db.updateTable('target_version').set({ columns: after }).where('id', '=', id).execute();
  }
}

/** Follows new names that the datasets file gives to the table that has the key, and to columns of it. */
export async function renameInVersions(
  db: Kysely<Schema>,
  key: string,
  table: string,
  newNames: ReadonlyMap<string, string>,
): Promise<void> {
  const known = await db
    .selectFrom('target_version')
    .select(['id', 'columns'])
    .where('table_key', '=', key)
    .execute();
  for (const { id, columns } of known) {
    const after = sortedColumns(Object.fromEntries(withNewNames(readColumns(columns), newNames)));
    await db
      .updateTable('target_version')
      .set({ columns: after, table_name: table })
      .where('id', '=', id)
      .execute();
  }
}

/**
 * The new names of columns that were renamed by hand. Nothing says so: of all columns that the versions of the table have,
 * just one of a type is gone, and the table has just one of that type that no version has. In doubt no column was renamed:
 * days that lack none are then said to lack one, but no missing value is hidden.
 */
function renamedByHand(
  versions: readonly ColumnTypes[],
  now: ColumnTypes,
): ReadonlyMap<string, string> {
  const ever = versions.reduce<ColumnTypes>((all, columns) => ({ ...all, ...columns }), {});
  const gone = Object.entries(ever).filter(([name]) => !Object.hasOwn(now, name));
  const come = Object.entries(now).filter(([name]) => !Object.hasOwn(ever, name));
  const pairs = gone.flatMap(([name, type]) => {
    const isOnly = gone.filter(([, other]) => other === type).length === 1;
    const [to, ...others] = come.filter(([, other]) => other === type);
    return isOnly && to !== undefined && others.length === 0 ? [[name, to[0]] as const] : [];
  });
  return new Map(pairs);
}

function withNewNames(
  columns: ColumnTypes,
  newNames: ReadonlyMap<string, string>,
): (readonly [name: string, type: string])[] {
  return Object.entries(columns).map(([name, type]) => [newNames.get(name) ?? name, type]);
}

function readColumns(written: string): ColumnTypes {
  return JSON.parse(written) as ColumnTypes;
}

/** The same text for the same columns in any order. */
function sortedColumns(columns: ColumnTypes): string {
  const entries = Object.entries(columns).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(Object.fromEntries(entries));
}

function writeColumns(columns: readonly TargetColumn[]): string {
  return sortedColumns(Object.fromEntries(columns.map(({ name, type }) => [name, type])));
}
