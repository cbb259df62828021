import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { canonicalText, COLUMN_TYPES } from '../../../apps/api/src/targets/column-types.js';
import { TARGET_DIALECTS } from '../../../apps/api/src/targets/target-dialect.js';
import { DAY_COLUMN } from '../../../apps/api/src/targets/target-table.js';
import { TELL_EVERY, type CheckPorts, type Differences } from './difference.js';
import type { TargetTable } from './moved-table.js';
import type { GivenRow } from './sqlite-installation.js';

/** A row as a text in each column. */
type RowTexts = readonly (string | null)[];

/** Rows of a day that only one side has, by their places in the order in which it gives them. */
interface OneSided {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

/**
 * Compares every row of a target, day by day: a day is the same where both sides have the same rows, each as often, in
 * whatever order they lie.
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
    await tellOneSided(ports, table, day, oneSided, differences);
  }
}

/** The days that one side or the other has. */
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
 * The rows lie in the same order almost everywhere: what stands at its place on both sides is done with, and of the
 * others only their sums are kept.
 */
async function findOneSided(
  { signal, tell, ...ports }: CheckPorts,
  table: TargetTable,
  day: string,
): Promise<OneSided> {
  const ours = ourRows(ports, table, day);
  const theirs = theirRows(ports, table, day);
  const unpaired = new UnpairedRows();
  let compared = 0;
  try {
    for (let place = 0; ; place++) {
      const our = ours.next();
      const their = await theirs.next();
      if (our.done === true && their.done === true) break;
      const isSame =
        our.done !== true && their.done !== true && isSameRow(table, our.value, their.value);
      if (!isSame && our.done !== true) unpaired.add('ours', textsOf(table, our.value), place);
      if (!isSame && their.done !== true)
        unpaired.add('theirs', textsOf(table, their.value), place);
      if (our.done === true) continue;
      compared += 1;
      if (compared % TELL_EVERY > 0) continue;
      signal.throwIfAborted();
      tell({ type: 'rows_done', rows: TELL_EVERY });
    }
  } finally {
    await theirs.return(undefined);
  }
  tell({ type: 'rows_done', rows: compared % TELL_EVERY });
  return unpaired.left();
}

/** Reads the day once more, for what is wrong with the rows that only one side has. */
async function tellOneSided(
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
        differences.addUntold(count - index);
        return;
      }
      const { value: sqlite } = await our.next();
      const { value: postgres } = await their.next();
      const place = (sqlite === undefined ? theirs : ours)[index] ?? 0;
      const key = `${DAY_COLUMN} ${day}, row ${place + 1} of the day`;
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

function ourRows(
  { sqlite }: ReadPorts,
  table: TargetTable,
  day: string,
): IterableIterator<GivenRow> {
  return sqlite.rowsOfDay(table, day);
}

function theirRows(
  { connection, database }: ReadPorts,
  { columns, name, types }: TargetTable,
  day: string,
): AsyncGenerator<GivenRow> {
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

function isSameRow({ types }: TargetTable, ours: GivenRow, theirs: GivenRow): boolean {
  return types.every((type, index) => {
    const [our, their] = [ours[index] ?? null, theirs[index] ?? null];
    // Most are the same as they come; null says nothing but itself.
    if (our === their || (our !== null && their !== null && String(our) === String(their)))
      return true;
    return canonicalText(type, our) === canonicalText(type, their);
  });
}

function textsOf({ types }: TargetTable, row: GivenRow): RowTexts {
  return row.map((value, index) => canonicalText(types[index] ?? 'text', value));
}

/** Those at the given places, which go up. */
async function* pick(
  table: TargetTable,
  rows: Iterable<GivenRow> | AsyncIterable<GivenRow>,
  places: readonly number[],
): AsyncGenerator<RowTexts, undefined> {
  let place = 0;
  let next = 0;
  for await (const row of rows) {
    if (next === places.length) return;
    if (place === places[next]) {
      next += 1;
      yield textsOf(table, row);
    }
    place += 1;
  }
}

/** Rows that wait for their like on the other side, by the sums of their texts. */
class UnpairedRows {
  private readonly waiting = new Map<string, { side: 'ours' | 'theirs'; places: number[] }>();

  add(side: 'ours' | 'theirs', row: RowTexts, place: number): void {
    const sum = createHash('sha256').update(JSON.stringify(row)).digest('base64');
    const found = this.waiting.get(sum);
    if (found === undefined) this.waiting.set(sum, { side, places: [place] });
    else if (found.side === side) found.places.push(place);
    else if (found.places.length === 1) this.waiting.delete(sum);
    else found.places.pop();
  }

  left(): OneSided {
    const placesOf = (side: 'ours' | 'theirs'): number[] =>
      [...this.waiting.values()]
        .flatMap((waiting) => (waiting.side === side ? waiting.places : []))
        .sort((one, other) => one - other);
    return { ours: placesOf('ours'), theirs: placesOf('theirs') };
  }
}
