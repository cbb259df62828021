// The target as its users read it: the database file, opened by someone else and read-only.
import { DatabaseSync } from 'node:sqlite';

/** Every row of a table as text, all columns, sorted: two targets are the same if this is. */
export function dumpTable(databaseFile: string, table: string): string {
  return read(databaseFile, (database) =>
    dumpRows(database.prepare(`SELECT * FROM ${quoted(table)}`).all()),
  );
}

/** The same of rows that were read elsewhere. */
export function dumpRows(rows: readonly Readonly<Record<string, unknown>>[]): string {
  return rows
    .map((row) => JSON.stringify(row, (_, value: unknown) => textOf(value)))
    .sort()
    .join('\n');
}

/** How many rows a table has. */
export function countRows(databaseFile: string, table: string): number {
  return read(databaseFile, (database) => {
    const row = database.prepare(`SELECT count(*) AS count FROM ${quoted(table)}`).get();
    return Number(row?.['count']);
  });
}

/** How many rows each day of a table has. */
export function rowsByDay(databaseFile: string, table: string): Record<string, number> {
  return read(databaseFile, (database) => {
    const days = database
      .prepare(`SELECT sync_day, count(*) AS count FROM ${quoted(table)} GROUP BY 1 ORDER BY 1`)
      .all();
    return Object.fromEntries(days.map((row) => [String(row['sync_day']), Number(row['count'])]));
  });
}

function read<Result>(file: string, ask: (database: DatabaseSync) => Result): Result {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return ask(database);
  } finally {
    database.close();
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function textOf(value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}
