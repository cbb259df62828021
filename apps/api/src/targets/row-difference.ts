import { isTurnDue, takeTurn } from '../config/slices.js';
import {
  COLUMN_TYPES,
  type ColumnType,
  type StoredValue,
  type TargetValue,
} from './column-types.js';
import { RowDigests } from './fingerprint.js';
import { rowSlices } from './row-slices.js';
import type { DayRowsToWrite, Target } from './target.js';

/** How the rows of a day in the target differ from those of the source. */
export interface RowDifference {
  /** Rows of the source that the target lacks. */
  readonly added: number;
  /** Rows of the target that the source lacks. */
  readonly removed: number;
  /** Rows that both have by their key, with other values; null where no columns identify a row. */
  readonly changed: number | null;
  readonly shown: ShownDifference;
}

/** Some of the rows that differ. */
export interface ShownDifference {
  readonly added: readonly ComparedRow[];
  readonly removed: readonly ComparedRow[];
  readonly changed: readonly ChangedRow[];
}

interface ChangedRow {
  /** In the target. */
  readonly before: ComparedRow;
  /** In the source. */
  readonly after: ComparedRow;
}

/** The values of a row, in the order of the columns; a long text is cut. */
export type ComparedRow = readonly StoredValue[];

/** Reads the rows of the target, some at a time. */
export type ReadRows = (take: (rows: readonly ComparedRow[]) => Promise<void>) => Promise<void>;

interface ComparePorts {
  readonly signal: AbortSignal;
  /** Rows of both sides whose digests are in memory together. @default 250,000 */
  readonly rowsAPart?: number | undefined;
  /** Rows of both sides in the bucket of a key, above which the key identifies nothing. @default 500,000 */
  readonly rowsABucket?: number | undefined;
}

/** Rows of each side that are kept to be shown. */
const MOST_SHOWN = 20;
const MOST_CHARACTERS = 200;
/** A record keeps them. */
const MOST_SHOWN_CHARACTERS = 20_000;
/** 30 MB of digests. */
const ROWS_A_PART = 250_000;
const ROWS_A_BUCKET = 500_000;

/**
 * Compares the rows of a source with those of its target, each as often as it is there, in any order. Both sides are read
 * once to find the buckets of rows that differ, and then those are compared, so many at a time that the memory for it is
 * bounded: where few rows differ, that is one more reading of each. Rows of one key are in one bucket; a key that too many
 * rows share does not count.
 * @param target its columns, and the key that identifies its rows, if it has one
 * @throws the signal's reason
 */
export async function compareRows(
  target: Pick<Target, 'columns' | 'key'>,
  source: DayRowsToWrite,
  readTarget: ReadRows,
  { signal, rowsAPart = ROWS_A_PART, rowsABucket = ROWS_A_BUCKET }: ComparePorts,
): Promise<RowDifference> {
  const digests = new KeyedDigests(target);
  const readSource = async (take: TakeRows): Promise<void> => {
    for await (const slice of rowSlices(source, signal)) await take(slice);
  };
  const sums = new BucketSums();
  await readSource(digests.each(({ key, digits }) => sums.add(key, digits, 1)));
  await readTarget(digests.each(({ key, digits }) => sums.add(key, digits, -1)));
  if (digests.hasKey && sums.largest > rowsABucket) {
    return compareRows({ columns: target.columns }, source, readTarget, { signal, rowsAPart });
  }
  const shown = new ShownRows(target.columns.map(({ type }) => type));
  const total = { added: 0, removed: 0, changed: 0 };
  for (const buckets of sums.differing(rowsAPart)) {
    const balance = new Balance();
    const count = (by: 1 | -1) =>
      digests.each((row) => {
        if (buckets.has(bucketOf(row.key))) balance.count(row, by);
      });
    await readSource(count(1));
    await readTarget(count(-1));
    const kinds = await balance.kinds(digests.hasKey);
    for (const { added, removed, changed } of kinds.values()) {
      total.added += added;
      total.removed += removed;
      total.changed += changed;
    }
    if (!shown.hasRoomFor(kinds.values())) continue;
    const show = (sign: 1 | -1) =>
      digests.each((row) => {
        const kind = kinds.get(row.key);
        if (kind === undefined || !balance.isLeft(row, sign)) return;
        if (shown.add(row, sign, kind)) balance.count(row, sign === 1 ? -1 : 1);
      });
    await readSource(show(1));
    await readTarget(show(-1));
  }
  return {
    ...total,
    changed: digests.hasKey ? total.changed : null,
    shown: shown.difference(),
  };
}

/** A row with its digest, and that of its key; without a key, a row is its own. */
interface DigestedRow {
  readonly row: AnyRow;
  readonly key: string;
  readonly digits: string;
}

class KeyedDigests {
  private readonly rows: RowDigests;
  private readonly keys: RowDigests | null;

  constructor({ columns, key }: Pick<Target, 'columns' | 'key'>) {
    this.rows = new RowDigests(columns);
    this.keys = key === undefined ? null : new RowDigests(columns, key);
  }

  get hasKey(): boolean {
    return this.keys !== null;
  }

  /** Calls `use` for each row with its digests. */
  each(use: (row: DigestedRow) => void): TakeRows {
    return async (rows) => {
      for (const row of rows) {
        const digest = this.rows.of(row);
        const digits = typeof digest === 'string' ? digest : await digest;
        use({ row, digits, key: this.keys === null ? digits : await this.keys.of(row) });
        if (isTurnDue()) await takeTurn();
      }
    };
  }
}

/** How many rows of a key differ, by how. */
interface KeyKinds {
  added: number;
  removed: number;
  changed: number;
}

/** How much more often the source has each row than the target. */
class Balance {
  private readonly left = new Map<string, { readonly key: string; count: number }>();

  count({ key, digits }: DigestedRow, by: 1 | -1): void {
    const known = this.left.get(digits);
    if (known === undefined) this.left.set(digits, { key, count: by });
    else if (known.count + by === 0) this.left.delete(digits);
    else known.count += by;
  }

  /** Whether the source has more of such rows for 1, the target for -1. */
  isLeft({ digits }: DigestedRow, sign: 1 | -1): boolean {
    return Math.sign(this.left.get(digits)?.count ?? 0) === sign;
  }

  /** By key. A row of each side that have one key are one that has changed. */
  async kinds(hasKey: boolean): Promise<ReadonlyMap<string, KeyKinds>> {
    const kinds = new Map<string, KeyKinds>();
    for (const { key, count } of this.left.values()) {
      const kind = kinds.get(key) ?? { added: 0, removed: 0, changed: 0 };
      if (count > 0) kind.added += count;
      else kind.removed -= count;
      kinds.set(key, kind);
      if (isTurnDue()) await takeTurn();
    }
    if (!hasKey) return kinds;
    for (const kind of kinds.values()) {
      kind.changed = Math.min(kind.added, kind.removed);
      kind.added -= kind.changed;
      kind.removed -= kind.changed;
      if (isTurnDue()) await takeTurn();
    }
    return kinds;
  }
}

/** Digits of a digest that choose its bucket: 4,096 buckets. */
const BUCKET_DIGITS = 3;
const BUCKETS = 16 ** BUCKET_DIGITS;

function bucketOf(digits: string): number {
  return Number.parseInt(digits.slice(0, BUCKET_DIGITS), 16);
}

/** What the rows of the source have more than those of the target, bucket by bucket: nothing, where both have the same. */
class BucketSums {
  private readonly counts = new Float64Array(BUCKETS);
  /** Of 32 bits of each digest, twice: exact for two million rows of a bucket. */
  private readonly sums = [new Float64Array(BUCKETS), new Float64Array(BUCKETS)] as const;
  private readonly rows = new Float64Array(BUCKETS);

  add(key: string, digits: string, by: 1 | -1): void {
    const bucket = bucketOf(key);
    const increase = (array: Float64Array, value: number): void => {
      array[bucket] = (array[bucket] ?? 0) + value;
    };
    increase(this.counts, by);
    increase(this.rows, 1);
    increase(this.sums[0], by * Number.parseInt(digits.slice(8, 16), 16));
    increase(this.sums[1], by * Number.parseInt(digits.slice(16, 24), 16));
  }

  /** The rows of both sides in the largest bucket that differs. */
  get largest(): number {
    return this.rows.reduce(
      (most, rows, bucket) => (this.differs(bucket) ? Math.max(most, rows) : most),
      0,
    );
  }

  /** The buckets that differ, so many together that both sides have at most `most` rows in them; at least one. */
  *differing(most: number): Generator<ReadonlySet<number>> {
    let buckets = new Set<number>();
    let rows = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      if (!this.differs(bucket)) continue;
      const more = this.rows[bucket] ?? 0;
      if (buckets.size > 0 && rows + more > most) {
        yield buckets;
        buckets = new Set();
        rows = 0;
      }
      buckets.add(bucket);
      rows += more;
    }
    if (buckets.size > 0) yield buckets;
  }

  private differs(bucket: number): boolean {
    const [one, other] = this.sums;
    return this.counts[bucket] !== 0 || one[bucket] !== 0 || other[bucket] !== 0;
  }
}

/** Some rows to be shown, with the beginning of long texts. */
class ShownRows {
  private readonly added: ComparedRow[] = [];
  private readonly removed: ComparedRow[] = [];
  /** By their key: as many pairs as the side with fewer rows has. */
  private readonly changed = new Map<string, { before: ComparedRow[]; after: ComparedRow[] }>();
  private changedCount = 0;
  private characters = 0;

  /** @param types of the columns */
  constructor(private readonly types: readonly ColumnType[]) {}

  hasRoomFor(kinds: Iterable<KeyKinds>): boolean {
    const room = {
      added: this.hasRoom(this.added.length),
      removed: this.hasRoom(this.removed.length),
      changed: this.hasRoom(this.changedCount),
    };
    for (const { added, removed, changed } of kinds) {
      if (room.added && added > 0) return true;
      if (room.removed && removed > 0) return true;
      if (room.changed && changed > 0) return true;
    }
    return false;
  }

  /** @returns whether there was room for a row of the source (1) or of the target (-1) */
  add({ row, key }: DigestedRow, sign: 1 | -1, kind: KeyKinds): boolean {
    const side = sign === 1 ? 'after' : 'before';
    const pairs = this.changed.get(key) ?? { before: [], after: [] };
    if (pairs[side].length < kind.changed) {
      // The source is read first: rows of the target complete its pairs.
      const isWanted =
        sign === 1 ? this.hasRoom(this.changedCount) : pairs.before.length < pairs.after.length;
      if (!isWanted) return false;
      pairs[side].push(this.shown(row));
      this.changed.set(key, pairs);
      if (sign === 1) this.changedCount += 1;
      return true;
    }
    const rows = sign === 1 ? this.added : this.removed;
    if (!this.hasRoom(rows.length)) return false;
    rows.push(this.shown(row));
    return true;
  }

  difference(): ShownDifference {
    const pairs = [...this.changed.values()].flatMap(({ before, after }) =>
      before.map((row, index): ChangedRow => ({ before: row, after: after[index] ?? [] })),
    );
    return { added: this.added, removed: this.removed, changed: pairs };
  }

  private hasRoom(count: number): boolean {
    return count < MOST_SHOWN && this.characters < MOST_SHOWN_CHARACTERS;
  }

  private shown(row: AnyRow): ComparedRow {
    const shown = row.map((value, index) => shownValue(value, this.types[index] ?? 'text'));
    this.characters += JSON.stringify(shown).length;
    return shown;
  }
}

type AnyRow = readonly TargetValue[];
type TakeRows = (rows: readonly AnyRow[]) => Promise<void>;

/** The same text for the same value of either side, of a long one its beginning. */
function shownValue(value: TargetValue, type: ColumnType): StoredValue {
  if (value === null || (typeof value === 'number' && type === 'real')) return value;
  const text = COLUMN_TYPES[type].canonical(value);
  return text.length <= MOST_CHARACTERS
    ? text
    : `${text.slice(0, MOST_CHARACTERS).toWellFormed()}…`;
}
