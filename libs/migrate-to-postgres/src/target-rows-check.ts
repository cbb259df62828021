import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { canonicalText, COLUMN_TYPES } from '../../../apps/api/src/targets/column-types.js';
import { TARGET_DIALECTS } from '../../../apps/api/src/targets/target-dialect.js';
import { DAY_COLUMN } from '../../../apps/api/src/targets/target-dialect.js';
import { REPORT_EVERY, type CheckPorts, type Differences } from './difference.js';
import type { TargetTable } from './moved-table.js';
import type { DbRow } from './sqlite-installation.js';

/** A row as a text in each column. */
type RowTexts = readonly (string | null)[];

/** The rows of a day that only one side has, by their positions in its order. */
interface OneSided {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

/**
 * Compares every row of a target, day by day. A day is equal if both sides have the same rows, each the same number of
 * times, in any order.
 * @throws an `AbortError` once `signal` is aborted
 */
export async function checkTargetRows(
  ports: CheckPorts,
  table: TargetTable,
  differences: Differences,
): Promise<void> {
  for (const day of await allDays(ports, table)) {
    ports.signal.throwIfAborted();
    const oneSided = await findOneSided(ports, table, day);
    await listOneSided(ports, table, day, oneSided, differences);
  }
}

async function allDays(
  { sqlite, connection, database }: CheckPorts,
  table: TargetTable,
): Promise<readonly string[]> {
  const day = COLUMN_TYPES.date.sql.postgres.read(sql.ref(DAY_COLUMN));
  const query = sql`select distinct ${day} as day from ${sql.table(table.name)}`;
  const days = new Set(sqlite.daysOf(table));
  for await (const [found] of connection.rows(query, database.read)) days.add(String(found));
  return [...days].sort();
}

/**
 * The order is almost always the same on both sides: rows that are equal at their position are done. Of the others only
 * hashes are kept.
 */
async function findOneSided(
  { signal, report, ...ports }: CheckPorts,
  table: TargetTable,
  day: string,
): Promise<OneSided> {
  const ours = ourRows(ports, table, day);
  const theirs = theirRows(ports, table, day);
  const unpaired = new UnpairedRows();
  let compared = 0;
  try {
    for (let position = 0; ; position++) {
      const our = ours.next();
      const their = await theirs.next();
      if (our.done === true && their.done === true) break;
      const isSame =
        our.done !== true && their.done !== true && isSameRow(table, our.value, their.value);
      if (!isSame && our.done !== true) unpaired.add('ours', textsOf(table, our.value), position);
      if (!isSame && their.done !== true)
        unpaired.add('theirs', textsOf(table, their.value), position);
      if (our.done === true) continue;
      compared += 1;
      if (compared % REPORT_EVERY > 0) continue;
      signal.throwIfAborted();
      report({ type: 'rows_done', rows: REPORT_EVERY });
    }
  } finally {
    await theirs.return(undefined);
  }
  report({ type: 'rows_done', rows: compared % REPORT_EVERY });
  return unpaired.left();
}

/** Reads the day again, and lists the rows that only one side has. */
async function listOneSided(
  ports: CheckPorts,
  table: TargetTable,
  day: string,
  { ours, theirs }: OneSided,
  differences: Differences,
): Promise<void> {
  const { columns, name } = table;
  const count = Math.max(ours.length, theirs.length);
  if (count === 0) return;
  const our = pick(table, ourRows(ports, table, day), ours);
  const their = pick(table, theirRows(ports, table, day), theirs);
  try {
    for (let index = 0; index < count; index++) {
      if (differences.isFull) {
        differences.addUnlisted(count - index);
        return;
      }
      const { value: sqlite } = await our.next();
      const { value: postgres } = await their.next();
      const position = (sqlite === undefined ? theirs : ours)[index] ?? 0;
      const key = `${DAY_COLUMN} ${day}, row ${position + 1} of the day`;
      if (sqlite === undefined) differences.add({ kind: 'surplus', table: name, key });
      else if (postgres === undefined) differences.add({ kind: 'missing', table: name, key });
      else {
        for (const [at, column] of columns.entries()) {
          const [has, got] = [sqlite[at] ?? null, postgres[at] ?? null];
          if (has === got) continue;
          differences.add({ kind: 'value', table: name, key, column, sqlite: has, postgres: got });
        }
      }
    }
  } finally {
    await their.return(undefined);
  }
}

type ReadPorts = Pick<CheckPorts, 'sqlite' | 'connection' | 'database'>;

function ourRows({ sqlite }: ReadPorts, table: TargetTable, day: string): IterableIterator<DbRow> {
  return sqlite.rowsOfDay(table, day);
}

function theirRows(
  { connection, database }: ReadPorts,
  { columns, name, types }: TargetTable,
  day: string,
): AsyncGenerator<DbRow> {
  const { order } = TARGET_DIALECTS.postgres;
  const values = columns.map((column, index) =>
    COLUMN_TYPES[types[index] ?? 'text'].sql.postgres.read(sql.ref(column)),
  );
  const query = sql`
    select ${sql.join(values)} from ${sql.table(name)}
    where ${sql.ref(DAY_COLUMN)} = ${day} order by ${sql.ref(order)}
  `;
  return connection.rows(query, database.read);
}

function isSameRow({ types }: TargetTable, ours: DbRow, theirs: DbRow): boolean {
  return types.every((type, index) => {
    const [our, their] = [ours[index] ?? null, theirs[index] ?? null];
    // Most values are equal without normalisation.
    if (our === their || (our !== null && their !== null && String(our) === String(their)))
      return true;
    return canonicalText(type, our) === canonicalText(type, their);
  });
}

function textsOf({ types }: TargetTable, row: DbRow): RowTexts {
  return row.map((value, index) => canonicalText(types[index] ?? 'text', value));
}

/** The rows at these ascending positions. */
async function* pick(
  table: TargetTable,
  rows: Iterable<DbRow> | AsyncIterable<DbRow>,
  positions: readonly number[],
): AsyncGenerator<RowTexts, undefined> {
  let position = 0;
  let next = 0;
  for await (const row of rows) {
    if (next === positions.length) return;
    if (position === positions[next]) {
      next += 1;
      yield textsOf(table, row);
    }
    position += 1;
  }
}

/** Rows without an equal row on the other side so far, by their hashes. */
class UnpairedRows {
  private readonly waiting = new Map<string, { side: 'ours' | 'theirs'; positions: number[] }>();

  add(side: 'ours' | 'theirs', row: RowTexts, position: number): void {
    const sum = createHash('sha256').update(JSON.stringify(row)).digest('base64');
    const found = this.waiting.get(sum);
    if (found === undefined) this.waiting.set(sum, { side, positions: [position] });
    else if (found.side === side) found.positions.push(position);
    else if (found.positions.length === 1) this.waiting.delete(sum);
    else found.positions.pop();
  }

  left(): OneSided {
    const positionsOf = (side: 'ours' | 'theirs'): number[] =>
      [...this.waiting.values()]
        .flatMap((waiting) => (waiting.side === side ? waiting.positions : []))
        .sort((one, other) => one - other);
    return { ours: positionsOf('ours'), theirs: positionsOf('theirs') };
  }
}
