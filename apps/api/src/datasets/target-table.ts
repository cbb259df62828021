import { sql, type Kysely } from 'kysely';
import type { Schema } from '../database/schema.js';
import type { WriteTransaction } from '../database/database.js';
import type { ColumnType, Dataset, TargetColumn } from './dataset.js';

/** The day that a row belongs to; in every target table. */
export const DAY_COLUMN = 'sync_day';

const SQLITE_TYPES: Readonly<Record<ColumnType, 'text' | 'integer' | 'real'>> = {
  text: 'text',
  integer: 'integer',
  real: 'real',
  decimal: 'text',
  boolean: 'integer',
  date: 'text',
  timestamp: 'text',
  json: 'text',
};

/** A target table that is there and is not as the datasets file says. */
export interface TargetDifference {
  readonly table: string;
  readonly column: string;
  readonly expected: string;
  readonly received: string;
  /** The statement that mends it. */
  readonly mend: string;
}

/**
 * Makes the target table if it is missing and adds nullable columns that are new.
 * @returns what else differs from the datasets file; such a table can't be written
 */
export async function prepareTarget(
  { db }: WriteTransaction,
  { target: { table, columns } }: Dataset,
): Promise<TargetDifference[]> {
  const present = await readColumns(db, table);
  if (present.size === 0) {
    await createTable(db, table, columns);
    return [];
  }
  const differences: TargetDifference[] = [];
  for (const column of [{ name: DAY_COLUMN, type: 'text', nullable: false } as const, ...columns]) {
    const found = present.get(column.name);
    present.delete(column.name);
    const expected = writeType(column);
    if (found === undefined && column.nullable) {
      await db.schema.alterTable(table).addColumn(column.name, SQLITE_TYPES[column.type]).execute();
    } else if (found !== expected) {
      differences.push({
        table,
        column: column.name,
        expected,
        received: found ?? 'no such column',
        mend: `drop table ${quote(table)} (its days are then synced again with mode all)`,
      });
    }
  }
  for (const [column, received] of present) {
    differences.push({
      table,
      column,
      expected: 'no such column',
      received,
      mend: `alter table ${quote(table)} drop column ${quote(column)}`,
    });
  }
  return differences;
}

async function readColumns(db: Kysely<Schema>, table: string): Promise<Map<string, string>> {
  const { rows } = await sql<{ name: string; type: string; notnull: number }>`
    select name, type, "notnull" from pragma_table_info(${table})
  `.execute(db);
  return new Map(
    rows.map(({ name, type, notnull }) => [
      name,
      `${type.toLowerCase()}${notnull === 1 ? ' not null' : ''}`,
    ]),
  );
}

async function createTable(
  db: Kysely<Schema>,
  table: string,
  columns: readonly TargetColumn[],
): Promise<void> {
  let create = db.schema
    .createTable(table)
    .addColumn(DAY_COLUMN, 'text', (column) => column.notNull());
  for (const { name, type, nullable } of columns) {
    create = create.addColumn(name, SQLITE_TYPES[type], (column) =>
      nullable ? column : column.notNull(),
    );
  }
  // STRICT: a value of another type is an error and not a surprise.
  await create.modifyEnd(sql`strict`).execute();
  await db.schema.createIndex(`${table}_${DAY_COLUMN}`).on(table).column(DAY_COLUMN).execute();
}

function writeType({ type, nullable }: Pick<TargetColumn, 'type' | 'nullable'>): string {
  return `${SQLITE_TYPES[type]}${nullable ? '' : ' not null'}`;
}

/** A name as a statement has it. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
