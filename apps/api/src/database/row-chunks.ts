/**
 * Rows that are written or deleted before the event loop gets a turn: about 10 ms of small rows. A statement of SQLite can't
 * be interrupted, so a chunk of large rows ends at {@link CHUNK_BYTES}.
 */
export const CHUNK_ROWS = 4_000;
export const CHUNK_BYTES = 1_048_576;

/** A number, and the overhead of any value. */
const VALUE_BYTES = 16;
/** JavaScript keeps a text that is not Latin-1 in two bytes a character. */
const CHARACTER_BYTES = 2;

/** The most bytes that the values of a row have in memory. A longer row is a chunk of its own. */
export function rowBytes(row: readonly unknown[]): number {
  let bytes = 0;
  for (const value of row) {
    bytes += VALUE_BYTES;
    if (typeof value === 'string') bytes += CHARACTER_BYTES * value.length;
  }
  return bytes;
}

/** Consecutive rows, counted from 0. */
export interface RowRange {
  readonly first: number;
  readonly count: number;
}

/** Splits rows that come one after another into chunks. */
export class RowChunks {
  private readonly closed: RowRange[] = [];
  private first = 0;
  private count = 0;
  private bytes = 0;

  /** @param mostRows of one chunk */
  constructor(private readonly mostRows = CHUNK_ROWS) {}

  add(row: readonly unknown[]): void {
    const bytes = rowBytes(row);
    const isFull = this.count === this.mostRows || this.bytes + bytes > CHUNK_BYTES;
    if (isFull && this.count > 0) this.close();
    this.count += 1;
    this.bytes += bytes;
  }

  /** All rows so far. */
  get ranges(): readonly RowRange[] {
    const { first, count } = this;
    return count === 0 ? this.closed : [...this.closed, { first, count }];
  }

  private close(): void {
    const { first, count } = this;
    this.closed.push({ first, count });
    this.first = first + count;
    this.count = 0;
    this.bytes = 0;
  }
}

/** The rows in chunks. */
export function* chunksOf<Row extends readonly unknown[]>(
  rows: readonly Row[],
  mostRows = CHUNK_ROWS,
): Generator<readonly Row[]> {
  const chunks = new RowChunks(mostRows);
  for (const row of rows) chunks.add(row);
  for (const { first, count } of chunks.ranges) yield rows.slice(first, first + count);
}
