import { sql, type Kysely } from 'kysely';
import type { Dialect, WriteTransaction } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { TARGET_DIALECTS } from './target-dialect.js';
import type { Target, WithTarget } from './target.js';
import { renameInVersions } from './target-version.js';

/** What gets a new name by `renamed_from` in the datasets file: the table, or one of its columns. */
export interface TargetRename {
  readonly kind: 'table' | 'column';
  readonly from: string;
  readonly to: string;
}

/**
 * Reads what a start will rename: the table that the dataset was written to, if it still has its old name and nothing has the
 * new one; and columns by the same rule. After that, `renamed_from` has no effect and may stay in the file.
 * @param dataset its name is the one under which its records are stored
 */
export async function pendingRenames(
  db: Kysely<Schema>,
  dialect: Dialect,
  dataset: WithTarget & { readonly name: string },
): Promise<readonly TargetRename[]> {
  const { name: datasetName, target } = dataset;
  const columnsOf = async (table: string): Promise<ReadonlySet<string>> => {
    const present = await TARGET_DIALECTS[dialect].readColumns(db, table);
    return new Set(present.map(({ name }) => name));
  };
  const renames: TargetRename[] = [];
  const { table, renamedFrom } = target;
  let present = await columnsOf(table);
  if (present.size === 0 && renamedFrom !== undefined) {
    const isOwn = await wasWritten(db, dialect, datasetName, renamedFrom);
    present = isOwn ? await columnsOf(renamedFrom) : new Set();
    if (present.size > 0) renames.push({ kind: 'table', from: renamedFrom, to: table });
  }
  for (const { name, renamedFrom: from } of target.columns) {
    if (from === undefined || !present.has(from) || present.has(name)) continue;
    renames.push({ kind: 'column', from, to: name });
  }
  return renames;
}

/**
 * Whether a table is one that the dataset was written to, and not one that only has its old name. A table without a key is
 * from before versions, as are successes without one.
 */
async function wasWritten(
  db: Kysely<Schema>,
  dialect: Dialect,
  dataset: string,
  table: string,
): Promise<boolean> {
  const { rows } = await sql<{ key: string | null; known: number; unversioned: number }>`
    select key,
      (select count(*) from target_version where dataset = ${dataset} and table_key = own.key) as known,
      (select count(*) from sync_record where dataset = ${dataset} and target_version is null
        and last_success_at is not null) as unversioned
    from (select ${TARGET_DIALECTS[dialect].keyOf(table)} as key) as own
  `.execute(db);
  const { key, known = 0, unversioned = 0 } = rows[0] ?? { key: null };
  return key === null ? unversioned > 0 : known > 0;
}

/** The target with the names that it has in the database before the renames. */
export function beforeRenames(target: Target, renames: readonly TargetRename[]): Target {
  const oldName = (kind: TargetRename['kind'], name: string): string =>
    renames.find((rename) => rename.kind === kind && rename.to === name)?.from ?? name;
  return {
    table: oldName('table', target.table),
    columns: target.columns.map((column) => ({ ...column, name: oldName('column', column.name) })),
  };
}

/**
 * Renames the table and columns in the database, and in the versions that records name.
 * @returns the statements
 */
export async function applyRenames(
  { db, dialect }: WriteTransaction,
  { table }: Target,
  renames: readonly TargetRename[],
): Promise<string[]> {
  // The columns belong to the table under its new name.
  const inOrder = [...renames].sort(({ kind }) => (kind === 'table' ? -1 : 1));
  const statements: string[] = [];
  for (const { kind, from, to } of inOrder) {
    const change =
      kind === 'table'
        ? db.schema.alterTable(from).renameTo(to)
        : db.schema.alterTable(table).renameColumn(from, to);
    await change.execute();
    statements.push(change.compile().sql);
  }
  if (renames.length === 0) return [];
  const { rows } = await sql<{ key: string | null }>`
    select ${TARGET_DIALECTS[dialect].keyOf(table)} as key
  `.execute(db);
  const key = rows[0]?.key ?? null;
  if (key !== null) await renameInVersions(db, key, table, columnNames(renames));
  return statements;
}

function columnNames(renames: readonly TargetRename[]): ReadonlyMap<string, string> {
  const columns = renames.filter(({ kind }) => kind === 'column');
  return new Map(columns.map(({ from, to }) => [from, to]));
}
