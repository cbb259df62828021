import { sql, type Kysely } from 'kysely';
import type { Dialect, WriteTransaction } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { COLUMN_TYPES } from './column-types.js';
import type { Target, TargetColumn, WithTarget } from './target.js';
import { quote, TARGET_DIALECTS } from './target-dialect.js';

/** The column of every target table with the day of a row. */
export const DAY_COLUMN = 'sync_day';

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

/**
 * Creates the target table if it does not exist, and adds new nullable columns.
 * @returns all other differences from the datasets file; with any of them, the table cannot be written, and stays as it
 * is: a new column may be an old one under another name
 */
export async function prepareTarget(
  { db, dialect }: WriteTransaction,
  { target }: WithTarget,
): Promise<TargetDifference[]> {
  const { table, columns } = target;
  const compared = await compareTarget(db, dialect, target);
  if (!compared.exists) {
    await createTable(db, dialect, table, columns);
    return [];
  }
  if (compared.differences.length > 0) return compared.differences;
  for (const { name, type } of compared.missing) {
    await db.schema.alterTable(table).addColumn(name, sql.raw(type)).execute();
  }
  return [];
}

/** A target table compared with the datasets file. */
export interface ComparedTarget {
  readonly exists: boolean;
  /** Nullable columns that the table lacks. */
  readonly missing: readonly WantedColumn[];
  readonly differences: TargetDifference[];
}

/** Compares without changing anything; see {@link prepareTarget}. */
export async function compareTarget(
  db: Kysely<Schema>,
  dialect: Dialect,
  { table, columns }: Target,
): Promise<ComparedTarget> {
  const present = await readTypes(db, dialect, table);
  const exists = present.size > 0;
  if (!exists) return { exists, missing: [], differences: [] };
  const missing: WantedColumn[] = [];
  const differences: TargetDifference[] = [];
  const allWanted = wantedColumns(dialect, columns);
  const renames = new Renames(table, allWanted, present);
  for (const wanted of allWanted) {
    const { name, type, nullable } = wanted;
    const found = present.get(name);
    present.delete(name);
    const expected = writeType(type, nullable);
    if (found === undefined && nullable) {
      missing.push(wanted);
    } else if (found !== expected) {
      differences.push({
        table,
        column: name,
        expected,
        received: found ?? 'no such column',
        fix: `${found === undefined ? renames.to(name, expected) : ''}drop table ${quote(table)} (its days are then synced again with mode all)`,
      });
    }
  }
  for (const [column, received] of present) {
    differences.push({
      table,
      column,
      expected: 'no such column',
      received,
      fix: `${renames.from(column, received)}alter table ${quote(table)} drop column ${quote(column)}`,
    });
  }
  return { exists, missing, differences };
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

interface WantedColumn {
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

async function readTypes(
  db: Kysely<Schema>,
  dialect: Dialect,
  table: string,
): Promise<Map<string, string>> {
  const present = await TARGET_DIALECTS[dialect].readColumns(db, table);
  return new Map(present.map(({ name, type, nullable }) => [name, writeType(type, nullable)]));
}

async function createTable(
  db: Kysely<Schema>,
  dialect: Dialect,
  table: string,
  columns: readonly TargetColumn[],
): Promise<void> {
  const { tableOptions, namesIndices } = TARGET_DIALECTS[dialect];
  let create = db.schema.createTable(table);
  for (const { name, type, nullable } of wantedColumns(dialect, columns)) {
    create = create.addColumn(name, sql.raw(type), (column) =>
      nullable ? column : column.notNull(),
    );
  }
  await create.modifyEnd(sql.raw(tableOptions)).execute();
  const index = namesIndices ? sql.ref(`${table}_${DAY_COLUMN}`) : sql``;
  await sql`create index ${index} on ${sql.table(table)} (${sql.ref(DAY_COLUMN)})`.execute(db);
}

function writeType(type: string, nullable: boolean): string {
  return `${type}${nullable ? '' : ' not null'}`;
}
