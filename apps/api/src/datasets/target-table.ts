import type { CalendarDay } from '@daysync/progress';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import type { Schema } from '../database/schema.js';
import type { WriteTransaction } from '../database/database.js';
import type { StagedRows } from '../database/staging.js';
import { isConstraint } from '../database/unavailable.js';
import type { TargetValue } from './column-value.js';
import type { ColumnType, Dataset, TargetColumn } from './dataset.js';

/** How many rows are deleted or moved before everybody else has a turn: some 10 ms. */
const CHUNK = 4_000;

/** The day that a row belongs to; in every target table. */
const DAY_COLUMN = 'sync_day';

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

/** Whether the target has rows of `day`. */
export async function targetHasRows(
  { db }: WriteTransaction,
  dataset: Dataset,
  day: CalendarDay,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from ${sql.table(dataset.target.table)} where ${sql.ref(DAY_COLUMN)} = ${day} limit 1
  `.execute(db);
  return rows.length > 0;
}

/** The target does not take the rows of a day. */
export class TargetRefusedError extends Error {
  override readonly name = 'TargetRefusedError';
  constructor(table: string, cause: unknown) {
    super(`expected ${table} to take the rows, and it does not: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Replaces what the target has for `day` by `rows`, whose values stand in the order of the columns.
 * @throws {TargetRefusedError} if the table does not take them, for a constraint or a trigger of its owner's; it
 * stays as it was, and the transaction goes on
 */
export async function replaceDay(
  transaction: WriteTransaction,
  dataset: Dataset,
  day: CalendarDay,
  rows: readonly (readonly TargetValue[])[] | StagedRows,
): Promise<void> {
  const { connection } = transaction;
  const run = (sql: string): unknown => connection.prepare(sql).run([]);
  run('savepoint replace_day');
  try {
    await deleteDay(transaction, dataset, day);
    await insertDay(transaction, dataset, day, rows);
  } catch (error) {
    if (!isConstraint(error)) throw error;
    run('rollback to replace_day');
    throw new TargetRefusedError(dataset.target.table, error);
  } finally {
    run('release replace_day');
  }
}

async function deleteDay(
  { connection }: WriteTransaction,
  { target: { table } }: Dataset,
  day: CalendarDay,
): Promise<void> {
  const ofDay = `from ${quote(table)} where ${quote(DAY_COLUMN)} = ?`;
  const find = connection.prepare(`select min(rowid) as first ${ofDay}`);
  const remove = connection.prepare(`delete ${ofDay} and rowid between ? and ?`);
  for (;;) {
    const [row] = find.all([day]) as { readonly first: number | null }[];
    if (row === undefined || row.first === null) return;
    // Rows that were written together lie together.
    const { changes } = remove.run([day, row.first, row.first + CHUNK - 1]);
    if (Number(changes) === CHUNK) await nextTurn();
  }
}

async function insertDay(
  { connection }: WriteTransaction,
  { target: { table, columns } }: Dataset,
  day: CalendarDay,
  rows: readonly (readonly TargetValue[])[] | StagedRows,
): Promise<void> {
  const names = [DAY_COLUMN, ...columns.map(({ name }) => name)].map(quote).join(', ');
  const into = `insert into ${quote(table)} (${names})`;
  if (!isStaged(rows)) {
    const places = [DAY_COLUMN, ...columns].map(() => '?').join(', ');
    const insert = connection.prepare(`${into} values (${places})`);
    for (const [index, row] of rows.entries()) {
      insert.run([day, ...row]);
      if (index % CHUNK === CHUNK - 1) await nextTurn();
    }
    return;
  }
  const staged = columns.map((_, index) => `c${index}`).join(', ');
  for (let first = 1; first <= rows.count; first += CHUNK) {
    const range = `rowid between ${first} and ${first + CHUNK - 1}`;
    connection.runOnce(`${into} select ?, ${staged} from ${rows.table} where ${range}`, [day]);
    await nextTurn();
  }
}

function isStaged(rows: readonly (readonly TargetValue[])[] | StagedRows): rows is StagedRows {
  return 'table' in rows;
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

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function messageOf(error: unknown): string {
  const known = typeof error === 'object' && error !== null && 'message' in error;
  return known ? String(error.message) : String(error);
}
