import { sql } from 'kysely';
import { withoutNul } from '../database/postgres-dialect.js';
import { TELL_EVERY, type CheckPorts } from './check-ports.js';
import type { GivenValue } from './compared-value.js';
import type { Differences } from './difference.js';
import type { OwnTable } from './moved-table.js';
import { pairedRows, type PairedRows } from './paired-rows.js';
import type { GivenRow } from './sqlite-installation.js';

/**
 * Compares every row of one of our own tables.
 * @throws an `AbortError` once `signal` is aborted
 */
export async function checkOwnRows(
  { sqlite, connection, database, signal, tell }: CheckPorts,
  table: OwnTable,
  differences: Differences,
): Promise<void> {
  const { name, columns, key } = table;
  const places = key.map((column) => columns.indexOf(column));
  const keyOf = (row: GivenRow): GivenRow => places.map((place) => row[place] ?? null);
  const query = sql`
    select ${sql.join(columns.map((column) => sql.ref(column)))} from ${sql.table(name)}
    order by ${sql.join(key.map((column) => sql.ref(column)))}
  `;
  const theirs = connection.rows(query, database.read);
  let compared = 0;
  for await (const pair of pairedRows(sqlite.rowsBy(table, key), theirs, keyOf)) {
    compare(pair, table, keyOf, differences);
    if (pair.ours === null) continue;
    compared += 1;
    if (compared % TELL_EVERY > 0) continue;
    signal.throwIfAborted();
    tell({ type: 'rows_done', rows: TELL_EVERY });
  }
  tell({ type: 'rows_done', rows: compared % TELL_EVERY });
}

function compare(
  { ours, theirs }: PairedRows,
  { name: table, columns, key: names }: OwnTable,
  keyOf: (row: GivenRow) => GivenRow,
  differences: Differences,
): void {
  const values = keyOf(ours ?? theirs ?? []);
  const key = names.map((name, index) => `${name} ${String(values[index])}`).join(', ');
  if (theirs === null) differences.add({ kind: 'missing', table, key });
  else if (ours === null) differences.add({ kind: 'surplus', table, key });
  else {
    for (const [index, column] of columns.entries()) {
      const sqlite = textOf(ours[index]);
      const postgres = textOf(theirs[index]);
      if (sqlite !== postgres) {
        differences.add({ kind: 'value', table, key, column, sqlite, postgres });
      }
    }
  }
}

function textOf(value: GivenValue | undefined): string | null {
  return value === null || value === undefined ? null : withoutNul(String(value));
}
