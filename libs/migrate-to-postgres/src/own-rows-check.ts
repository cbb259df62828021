import { sql } from 'kysely';
import { withoutNul } from '../../../apps/api/src/database/prepared-statement.js';
import { REPORT_EVERY, type CheckPorts, type Differences } from './difference.js';
import type { TargetValue } from '../../../apps/api/src/targets/column-types.js';
import type { OwnTable } from './moved-table.js';
import type { DbRow } from './sqlite-installation.js';

/** The rows of both sides with the same key. */
interface PairedRows {
  readonly ours: DbRow | null;
  readonly theirs: DbRow | null;
}

/**
 * Pairs the rows of two sides, both sorted by their keys.
 * @param keyOf the key of a row, unique on its side and without nulls
 */
export async function* pairedRows(
  ours: Iterator<DbRow>,
  theirs: AsyncGenerator<DbRow>,
  keyOf: (row: DbRow) => DbRow,
): AsyncGenerator<PairedRows> {
  try {
    let our = nextOf(ours.next());
    let their = nextOf(await theirs.next());
    while (our !== null || their !== null) {
      const order = our === null ? 1 : their === null ? -1 : compareKeys(keyOf(our), keyOf(their));
      yield { ours: order <= 0 ? our : null, theirs: order >= 0 ? their : null };
      if (order <= 0) our = nextOf(ours.next());
      if (order >= 0) their = nextOf(await theirs.next());
    }
  } finally {
    await theirs.return(undefined);
  }
}

function nextOf({ done, value }: IteratorResult<DbRow, unknown>): DbRow | null {
  return done === true ? null : value;
}

/** Compares numbers by value and texts by bytes, as both databases sort them. */
function compareKeys(one: DbRow, other: DbRow): number {
  for (const [index, value] of one.entries()) {
    const order = compareValues(value, other[index] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(one: TargetValue, other: TargetValue): number {
  if (typeof one === 'string' || typeof other === 'string') {
    return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
  }
  const [ours, theirs] = [Number(one), Number(other)];
  return ours < theirs ? -1 : ours > theirs ? 1 : 0;
}

/**
 * Compares every row of one of our own tables.
 * @throws an `AbortError` once `signal` is aborted
 */
export async function checkOwnRows(
  { sqlite, connection, database, signal, report }: CheckPorts,
  table: OwnTable,
  differences: Differences,
): Promise<void> {
  const { name, columns, key } = table;
  const positions = key.map((column) => columns.indexOf(column));
  const keyOf = (row: DbRow): DbRow => positions.map((position) => row[position] ?? null);
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
    if (compared % REPORT_EVERY > 0) continue;
    signal.throwIfAborted();
    report({ type: 'rows_done', rows: REPORT_EVERY });
  }
  report({ type: 'rows_done', rows: compared % REPORT_EVERY });
}

function compare(
  { ours, theirs }: PairedRows,
  { name: table, columns, key: names }: OwnTable,
  keyOf: (row: DbRow) => DbRow,
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

function textOf(value: TargetValue | undefined): string | null {
  return value === null || value === undefined ? null : withoutNul(String(value));
}
