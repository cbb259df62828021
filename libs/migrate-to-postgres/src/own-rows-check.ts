import { sql } from 'kysely';
import { withoutNul } from '../../../apps/api/src/database/prepared-statement.js';
import { TELL_EVERY, type CheckPorts, type Differences } from './difference.js';
import type { TargetValue } from '../../../apps/api/src/targets/column-types.js';
import type { OwnTable } from './moved-table.js';
import type { GivenRow } from './sqlite-installation.js';

/** The rows of one key: what each side has of it. */
interface PairedRows {
  readonly ours: GivenRow | null;
  readonly theirs: GivenRow | null;
}

/**
 * Puts the rows of two sides beside each other, which both come in the order of their keys.
 * @param keyOf the values of a row that tell it from all others of its side, all of them there
 */
export async function* pairedRows(
  ours: Iterator<GivenRow>,
  theirs: AsyncGenerator<GivenRow>,
  keyOf: (row: GivenRow) => GivenRow,
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

function nextOf({ done, value }: IteratorResult<GivenRow, unknown>): GivenRow | null {
  return done === true ? null : value;
}

/** Numbers by their value and texts by their bytes, as both databases sort them. */
function compareKeys(one: GivenRow, other: GivenRow): number {
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

function textOf(value: TargetValue | undefined): string | null {
  return value === null || value === undefined ? null : withoutNul(String(value));
}
