// Reads a target from the program's database, as its users do.
import { queryRows } from './database-queries.js';

/**
 * Every row of a table as text, all columns, sorted: two targets are the same if this is.
 * @param database a file of SQLite, or an address of PostgreSQL
 */
export async function dumpTable(database: string, table: string): Promise<string> {
  return dumpRows(await queryRows(database, `SELECT * FROM ${quoted(table)}`));
}

export function dumpRows(rows: readonly Readonly<Record<string, unknown>>[]): string {
  return rows
    .map((row) => JSON.stringify(row, (_, value: unknown) => numberOf(value)))
    .sort()
    .join('\n');
}

export async function countRows(database: string, table: string): Promise<number> {
  const [row] = await queryRows(database, `SELECT count(*) AS count FROM ${quoted(table)}`);
  return Number(row?.['count']);
}

export async function rowsByDay(database: string, table: string): Promise<Record<string, number>> {
  const days = await queryRows(
    database,
    `SELECT sync_day, count(*) AS count FROM ${quoted(table)} GROUP BY 1 ORDER BY 1`,
  );
  return Object.fromEntries(days.map((row) => [String(row['sync_day']), Number(row['count'])]));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A whole number as a JSON number if that is exact. */
function numberOf(value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`;
}
