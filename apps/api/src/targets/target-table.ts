import { sql, type Kysely } from 'kysely';
import type { Dialect, WriteTransaction } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { COLUMN_TYPES } from './column-types.js';
import type { Target, TargetColumn, WithTarget } from './target.js';
import {
  createDayIndex,
  createKey,
  createUnkeyedName,
  DAY_COLUMN,
  quote,
  TARGET_DIALECTS,
} from './target-dialect.js';
import {
  adoptRecords,
  followColumns,
  registerVersion,
  type CurrentVersion,
} from './target-version.js';

/** The table that a target should be. */
type TargetShape = Pick<Target, 'table' | 'columns'>;

/** More of them would be a list to search, not a hint. */
const MOST_RENAMES = 3;

/** A difference between an existing target table and the datasets file. */
export interface TargetDifference {
  readonly table: string;
  readonly column: string;
  readonly expected: string;
  readonly received: string;
  /** The statement that makes the table match. */
  readonly fix: string;
}

/** A table that matches the datasets file, or its differences: then it can't be written. */
export interface PreparedTarget {
  readonly differences: readonly TargetDifference[];
  /** Null with differences. */
  readonly version: CurrentVersion | null;
  /** The statements that changed the table. */
  readonly changes: readonly string[];
}

/**
 * Creates the target table if it does not exist, and adds new nullable columns. Registers the version of it that days
 * are now written to. With any other difference the table stays as it is: a new column may be an old one under another
 * name. A table without a key gets one; the records of the time before versions belong to it.
 */
export async function prepareTarget(
  transaction: WriteTransaction,
  dataset: WithTarget & { readonly name: string },
): Promise<PreparedTarget> {
  const { db, dialect } = transaction;
  const { name, target } = dataset;
  const { table, columns } = target;
  const compared = await compareTarget(db, dialect, target);
  const { differences, exists, missing } = compared;
  if (differences.length > 0) return { differences, version: null, changes: [] };
  if (!exists) {
    const key = createKey();
    const created = await createTable(db, dialect, target, key);
    return {
      differences,
      version: await registerVersion(db, name, target, key),
      changes: [created],
    };
  }
  const added = missing.map((column) => column.name);
  const had = columns.filter((column) => !added.includes(column.name));
  let { key } = compared;
  if (key === null) {
    key = createKey();
    await TARGET_DIALECTS[dialect].setKey(db, table, key);
    await adoptRecords(db, name, { table, columns: had }, key);
  } else {
    await followColumns(db, key, { columns: had, added });
  }
  const changes = await addColumns(db, table, missing);
  return { differences, version: await registerVersion(db, name, target, key), changes };
}

/**
 * Creates the target of a database that an installation moves to. With the same key it is the same table to the records
 * that are moved with it.
 * @param key null for a table that does not exist or has no key: the next start gives it one
 * @returns the differences of a table that an earlier move has created
 */
export async function createMoved(
  { db, dialect }: WriteTransaction,
  target: Target,
  key: string | null,
): Promise<readonly TargetDifference[]> {
  const compared = await compareTarget(db, dialect, target);
  const { table } = target;
  if (!compared.exists) await createTable(db, dialect, target, key ?? createUnkeyedName());
  else if (compared.differences.length === 0 && key !== null && compared.key !== key) {
    await TARGET_DIALECTS[dialect].setKey(db, table, key);
  }
  return compared.differences;
}

/** Adds the columns that a table lacks. @returns the statements */
export async function addColumns(
  db: Kysely<Schema>,
  table: string,
  missing: readonly WantedColumn[],
): Promise<readonly string[]> {
  const changes: string[] = [];
  for (const column of missing) {
    const alter = db.schema.alterTable(table).addColumn(column.name, sql.raw(column.type));
    await alter.execute();
    changes.push(alter.compile().sql);
  }
  return changes;
}

/** A target table compared with the datasets file. */
export interface ComparedTarget {
  readonly exists: boolean;
  /** See {@link createKey}. */
  readonly key: string | null;
  /** Nullable columns that the table lacks. */
  readonly missing: readonly WantedColumn[];
  readonly differences: TargetDifference[];
}

/** Compares without changing anything; see {@link prepareTarget}. */
export async function compareTarget(
  db: Kysely<Schema>,
  dialect: Dialect,
  { table, columns }: TargetShape,
): Promise<ComparedTarget> {
  const present = await readTypes(db, dialect, table);
  const exists = present.size > 0;
  if (!exists) return { exists, key: null, missing: [], differences: [] };
  const key = await readKey(db, dialect, table);
  return { exists, key, ...compareColumns(table, wantedColumns(dialect, columns), present) };
}

/**
 * Compares the columns of a table that exists.
 * @param present their types by their names, as {@link writeType} writes them
 */
export function compareColumns(
  table: string,
  allWanted: readonly WantedColumn[],
  present: ReadonlyMap<string, string>,
): Pick<ComparedTarget, 'missing' | 'differences'> {
  const missing: WantedColumn[] = [];
  const differences: TargetDifference[] = [];
  const renames = new Renames(table, allWanted, present);
  const others = new Map(present);
  for (const wanted of allWanted) {
    const { name, type, nullable } = wanted;
    const found = others.get(name);
    others.delete(name);
    const expected = writeType(type, nullable);
    if (found === undefined && nullable) {
      missing.push(wanted);
    } else if (found !== expected) {
      differences.push({
        table,
        column: name,
        expected,
        received: found ?? 'no such column',
        fix: `${found === undefined ? renames.to(name, expected) : ''}drop table ${quote(table)} (its days are then missing, and are synced again)`,
      });
    }
  }
  for (const [column, received] of others) {
    differences.push({
      table,
      column,
      expected: 'no such column',
      received,
      fix: `${renames.from(column, received)}alter table ${quote(table)} drop column ${quote(column)}`,
    });
  }
  return { missing, differences };
}

/** Columns that may be others under a new name: the one is missing in the file, the other in the table, their types are alike. */
class Renames {
  private readonly gone: readonly (readonly [name: string, type: string])[];
  private readonly added: readonly (readonly [name: string, type: string])[];

  constructor(
    private readonly table: string,
    wanted: readonly WantedColumn[],
    present: ReadonlyMap<string, string>,
  ) {
    const names = new Set(wanted.map(({ name }) => name));
    this.gone = [...present].filter(([name]) => !names.has(name));
    this.added = wanted
      .filter(({ name }) => !present.has(name))
      .map(({ name, type, nullable }) => [name, writeType(type, nullable)]);
  }

  /** What renames another column to this one, as the beginning of a fix; empty where none fits. */
  to(name: string, type: string): string {
    return this.write(this.gone.filter(([, its]) => its === type).map(([old]) => [old, name]));
  }

  /** What renames this column. */
  from(name: string, type: string): string {
    return this.write(this.added.filter(([, its]) => its === type).map(([now]) => [name, now]));
  }

  private write(pairs: readonly (readonly [from: string, to: string])[]): string {
    const statements = pairs
      .slice(0, MOST_RENAMES)
      .map(
        ([from, to]) =>
          `alter table ${quote(this.table)} rename column ${quote(from)} to ${quote(to)}`,
      );
    return statements.length === 0
      ? ''
      : `if only its name has changed, ${statements.join(' or ')}; otherwise `;
  }
}

/** A line for each difference, with its fix. */
export function differenceLines(differences: readonly TargetDifference[]): string[] {
  return differences.map(
    ({ table, column, expected, received, fix }) =>
      `target ${table}, column ${column}: expected ${expected}, got ${received}; to fix it: ${fix}`,
  );
}

export interface WantedColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

function wantedColumns(dialect: Dialect, columns: readonly TargetColumn[]): WantedColumn[] {
  const { dayType } = TARGET_DIALECTS[dialect];
  return [
    { name: DAY_COLUMN, type: dayType, nullable: false },
    ...columns.map(({ name, type, nullable }) => ({
      name,
      type: COLUMN_TYPES[type].sql[dialect].type,
      nullable,
    })),
  ];
}

/** The columns of a table, each as its name and its type. */
export function columnTypes(dialect: Dialect, columns: readonly TargetColumn[]): readonly string[] {
  return wantedColumns(dialect, columns).map(({ name, type }) => `${name} ${type}`);
}

async function readTypes(
  db: Kysely<Schema>,
  dialect: Dialect,
  table: string,
): Promise<Map<string, string>> {
  const present = await TARGET_DIALECTS[dialect].readColumns(db, table);
  return new Map(present.map(({ name, type, nullable }) => [name, writeType(type, nullable)]));
}

async function readKey(
  db: Kysely<Schema>,
  dialect: Dialect,
  table: string,
): Promise<string | null> {
  const { rows } = await sql<{ key: string | null }>`
    select ${TARGET_DIALECTS[dialect].keyOf(table)} as key
  `.execute(db);
  return rows[0]?.key ?? null;
}

/** Creates the table, and its index on the day by the name of its key. @returns the statement */
export async function createTable(
  db: Kysely<Schema>,
  dialect: Dialect,
  { table, columns }: TargetShape,
  key: string,
): Promise<string> {
  const { tableOptions } = TARGET_DIALECTS[dialect];
  let create = db.schema.createTable(table);
  for (const { name, type, nullable } of wantedColumns(dialect, columns)) {
    create = create.addColumn(name, sql.raw(type), (column) =>
      nullable ? column : column.notNull(),
    );
  }
  const statement = create.modifyEnd(sql.raw(tableOptions));
  await statement.execute();
  await createDayIndex(db, table, key);
  return statement.compile().sql;
}

export function writeType(type: string, nullable: boolean): string {
  return `${type}${nullable ? '' : ' not null'}`;
}
