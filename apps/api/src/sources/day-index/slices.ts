import type { CalendarDay } from '@daysync/progress';
import type { RowOrigin, SourceRow } from '../day-source.js';
import type { DayIndexBuilder } from './day-index-builder.js';

/**
 * Finds the rows of one format, and adds each to the builder with its place in the content.
 * @param chunks UTF-8 without a byte order mark
 * @param base where in the content the first chunk begins
 * @throws {SourceError} source-wide or passing
 */
export type Scan = (
  chunks: AsyncIterable<Buffer>,
  base: number,
  builder: DayIndexBuilder,
  signal: AbortSignal,
) => Promise<SliceReader>;

/** Slices that are not UTF-8. */
export class BadByte {
  constructor(
    /** The first bad byte, counted from 0 in the slices with their separators. */
    readonly offset: number,
    /** The number of its row. */
    readonly row: number,
  ) {}
}

/** Reads slices of a content that has been indexed. */
export interface SliceReader {
  /** The columns that every row has; absent where a format has none for all rows. */
  readonly columns?: readonly string[];
  /** What its rows have in common, if anything. */
  readonly origin?: RowOrigin;
  /** What stands between two slices that are read together. */
  readonly separator: string;
  /**
   * The rows of slices of one day; undefined where the bytes are not those that were indexed.
   * @param numbers the number of each row
   */
  read(
    bytes: Buffer,
    day: CalendarDay,
    numbers: readonly number[],
  ): SourceRow[] | BadByte | undefined;
}
