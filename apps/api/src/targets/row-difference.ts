import { isTurnDue, takeTurn } from '../config/slices.js';
import type { StoredValue, TargetValue } from './column-types.js';
import { RowDigests } from './fingerprint.js';
import { chunksOf } from '../database/row-chunks.js';
import type { StagedRows } from '../database/staging.js';
import { isStaged, type DayRowsToWrite, type TargetColumn } from './target.js';

/** How the rows of a day in the target differ from those of the source. */
export interface RowDifference {
  /** Rows of the source that the target lacks. */
  readonly added: number;
  /** Rows of the target that the source lacks. */
  readonly removed: number;
  /** Some of them. */
  readonly before: readonly ComparedRow[];
  readonly after: readonly ComparedRow[];
}

/** The values of a row, in the order of the columns; a long text is cut. */
export type ComparedRow = readonly StoredValue[];

/** Reads the rows of the target, some at a time. */
export type ReadRows = (take: (rows: readonly ComparedRow[]) => Promise<void>) => Promise<void>;

interface ComparePorts {
  readonly signal: AbortSignal;
  /** Rows of both sides whose digests are in memory together. @default 250,000 */
  readonly rowsAPart?: number | undefined;
}

/** Rows of each side that are kept to be shown. */
const MOST_SHOWN = 20;
const MOST_CHARACTERS = 200;
/** A record keeps them. */
const MOST_SHOWN_CHARACTERS = 20_000;
/** 30 MB of digests. */
const ROWS_A_PART = 250_000;
const SLICE_ROWS = 2_000;

/**
 * Compares the rows of a source with those of its target, each as often as it is there, in any order. Both sides are read
 * once to find the buckets of rows that differ, and then those are compared, so many at a time that the memory for it is
 * bounded: where few rows differ, that is one more reading of each.
 * @throws the signal's reason
 */
export async function compareRows(
  columns: readonly TargetColumn[],
  source: DayRowsToWrite,
  readTarget: ReadRows,
  { signal, rowsAPart = ROWS_A_PART }: ComparePorts,
): Promise<RowDifference> {
  const digests = new RowDigests(columns);
  const readSource = (take: TakeRows): Promise<void> => eachChunk(source, signal, take);
  const sums = new BucketSums();
  await readSource(withDigests(digests, (_, digits) => sums.add(digits, 1)));
  await readTarget(withDigests(digests, (_, digits) => sums.add(digits, -1)));
  const shown = { before: new ShownRows(), after: new ShownRows() };
  let [added, removed] = [0, 0];
  for (const buckets of sums.differing(rowsAPart)) {
    const balance = new Map<string, number>();
    const count = (by: 1 | -1) =>
      withDigests(digests, (_, digits) => {
        if (!buckets.has(bucketOf(digits))) return;
        const next = (balance.get(digits) ?? 0) + by;
        if (next === 0) balance.delete(digits);
        else balance.set(digits, next);
      });
    await readSource(count(1));
    await readTarget(count(-1));
    for (const left of balance.values()) {
      if (left > 0) added += left;
      else removed -= left;
    }
    const show = (side: ShownRows, sign: 1 | -1) =>
      withDigests(digests, (row, digits) => {
        const left = balance.get(digits) ?? 0;
        if (Math.sign(left) !== sign || !side.add(row)) return;
        balance.set(digits, left - sign);
      });
    if (!shown.after.isFull) await readSource(show(shown.after, 1));
    if (!shown.before.isFull) await readTarget(show(shown.before, -1));
  }
  return { added, removed, before: shown.before.rows, after: shown.after.rows };
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

  add(digits: string, by: 1 | -1): void {
    const bucket = bucketOf(digits);
    const increase = (array: Float64Array, value: number): void => {
      array[bucket] = (array[bucket] ?? 0) + value;
    };
    increase(this.counts, by);
    increase(this.rows, 1);
    increase(this.sums[0], by * Number.parseInt(digits.slice(8, 16), 16));
    increase(this.sums[1], by * Number.parseInt(digits.slice(16, 24), 16));
  }

  /** The buckets that differ, so many together that both sides have at most `most` rows in them; at least one. */
  *differing(most: number): Generator<ReadonlySet<number>> {
    let buckets = new Set<number>();
    let rows = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const [one, other] = this.sums;
      if (this.counts[bucket] === 0 && one[bucket] === 0 && other[bucket] === 0) continue;
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
}

/** Some rows to be shown, with the beginning of long texts. */
class ShownRows {
  readonly rows: ComparedRow[] = [];
  private characters = 0;

  get isFull(): boolean {
    return this.rows.length === MOST_SHOWN || this.characters >= MOST_SHOWN_CHARACTERS;
  }

  /** @returns whether there was room */
  add(row: AnyRow): boolean {
    if (this.isFull) return false;
    const shown = row.map(shownValue);
    this.rows.push(shown);
    this.characters += JSON.stringify(shown).length;
    return true;
  }
}

type AnyRow = readonly TargetValue[];
type TakeRows = (rows: readonly AnyRow[]) => Promise<void>;

/** Calls `use` for each row with its digest. */
function withDigests(digests: RowDigests, use: (row: AnyRow, digits: string) => void): TakeRows {
  return async (rows) => {
    for (const row of rows) {
      const digest = digests.of(row);
      use(row, typeof digest === 'string' ? digest : await digest);
      if (isTurnDue()) await takeTurn();
    }
  };
}

async function eachChunk(rows: DayRowsToWrite, signal: AbortSignal, take: TakeRows): Promise<void> {
  const chunks = isStaged(rows) ? stagedChunks(rows) : chunksOf(rows, SLICE_ROWS);
  for (const chunk of chunks) {
    signal.throwIfAborted();
    await take(chunk);
    await takeTurn();
  }
}

function* stagedChunks(rows: StagedRows): Generator<readonly AnyRow[]> {
  for (const { first, count } of rows.chunks) yield rows.read(first, count);
}

function shownValue(value: TargetValue): StoredValue {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'string' || value.length <= MOST_CHARACTERS) return value;
  return `${value.slice(0, MOST_CHARACTERS).toWellFormed()}…`;
}
