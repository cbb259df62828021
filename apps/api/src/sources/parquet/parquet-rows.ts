import type {
  ParquetColumn,
  ParquetReader,
  ParquetRow,
  ParquetRowGroup,
  RowSpan,
} from '../../parquet/parquet-file.js';
import { badRow, SourceError, type RowChunk, type SourceRow } from '../day-source.js';
import { MAX_ROW_BYTES } from '../formats/read-format.js';
import { boundFailure } from '../rows/row-bounds.js';
import { writeJsonRow } from '../rows/row-text.js';
import { listedColumns, missingColumn, valuesMaker } from '../rows/source-columns.js';
import type { NeededColumn } from '../rows/source-columns.js';
import { openParquet, parquetFailure, type ParquetContent } from './parquet-content.js';
import { parquetConverter, type ParquetConverter } from './parquet-values.js';

/** Rows that are not needed, between two that are: they are read over, which is faster than to begin anew. */
const MOST_BETWEEN = 64;

export interface ParquetReading {
  /** The columns that a dataset needs: no other one is read. @default all */
  readonly columns?: readonly NeededColumn[];
  readonly signal: AbortSignal;
}

/**
 * The rows of a Parquet file in chunks, a row group after another: memory does not grow with the file.
 * @throws {SourceError} lasting: `SOURCE_UNREADABLE`, `SOURCE_TOO_LARGE`, `SOURCE_ROW_TOO_LARGE`; passing: `SOURCE_CUT_OFF`;
 * source-wide: `SOURCE_COLUMN_MISSING`, `SOURCE_COLUMN_DUPLICATE`; and the signal's reason
 */
export async function* readParquet(
  content: ParquetContent,
  { columns, signal }: ParquetReading,
): AsyncGenerator<RowChunk> {
  const file = await openParquet(content, signal);
  const rows = new ParquetRows(file, columns ?? allColumns(file));
  for (const group of file.rowGroups)
    yield* rows.read(group, [{ from: 0, to: group.rows }], signal);
}

/** Each column of a file that can be read. */
function allColumns({ columns }: ParquetReader): readonly NeededColumn[] {
  return columns
    .filter(({ type }) => type.kind !== 'unsupported')
    .map(({ name }) => ({ from: name, name }));
}

/** Makes rows of a source of the rows of a Parquet file. */
export class ParquetRows {
  private readonly columns: readonly ParquetColumn[];
  private readonly converters: readonly ParquetConverter[];
  private readonly makeValues: ReturnType<typeof valuesMaker>;

  /** @throws {SourceError} source-wide: `SOURCE_COLUMN_MISSING`, `SOURCE_COLUMN_DUPLICATE` */
  constructor(
    private readonly file: ParquetReader,
    needed: readonly NeededColumn[],
  ) {
    const names = file.columns.map(({ name }) => name);
    const missing = missingColumn(names, needed);
    if (missing !== undefined) throw missing;
    const wanted = [...new Set(needed.map(({ from }) => from))];
    this.columns = wanted.map((name) => onlyColumn(file, name)).filter((column) => column !== null);
    this.converters = this.columns.map(({ node }) => parquetConverter(node));
    this.makeValues = valuesMaker(listedColumns(this.columns.map(({ name }) => name)));
  }

  /**
   * Reads rows of a row group.
   * @param ranges ascending, apart from each other
   * @throws {SourceError} lasting, as {@link readParquet} does
   */
  async *read(
    group: ParquetRowGroup,
    ranges: readonly RowSpan[],
    signal: AbortSignal,
  ): AsyncGenerator<RowChunk> {
    const joined = joinNear(ranges);
    const places = new RowPlaces(joined, ranges);
    const reading = this.file.read({ group, columns: this.columns, ranges: joined }, signal);
    try {
      for await (const slice of reading) {
        const rows: SourceRow[] = [];
        for (const row of slice) {
          const place = places.next();
          if (place !== undefined) rows.push(this.rowOf(group.first + place + 1, row));
        }
        if (rows.length > 0) yield rows;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw parquetFailure(error);
    }
  }

  private rowOf(row: number, read: ParquetRow): SourceRow {
    const list = read.map((value, index) => this.converters[index]?.(value) ?? value);
    const size = sizeOf(list);
    if (size.bytes > MAX_ROW_BYTES) throw rowTooLarge(row, size.bytes);
    const values = this.makeValues(list);
    const failure = boundFailure({ ...size, levels: 0, columns: 0 }, row);
    if (failure === undefined) return { row, values, typed: true };
    return badRow(row, { failure: () => failure, text: () => writeJsonRow(values) });
  }
}

/**
 * The column of a name; null if there is none.
 * @throws {SourceError} source-wide, `SOURCE_COLUMN_DUPLICATE`
 */
export function onlyColumn({ columns }: ParquetReader, name: string): ParquetColumn | null {
  const [column, another] = columns.filter((one) => one.name === name);
  if (another !== undefined) {
    throw new SourceError(
      'source_wide',
      'SOURCE_COLUMN_DUPLICATE',
      `expected one column ${JSON.stringify(name)}, got several of that name`,
      { column: name },
    );
  }
  return column ?? null;
}

/** Ranges without short gaps between them. */
function joinNear(ranges: readonly RowSpan[]): readonly RowSpan[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of ranges) {
    const last = joined.at(-1);
    if (last !== undefined && from - last.to <= MOST_BETWEEN) last.to = to;
    else joined.push({ from, to });
  }
  return joined;
}

/** The places of rows in their group, as they are read. */
class RowPlaces {
  private at = 0;
  private inRead = 0;
  private inNeeded = 0;

  constructor(
    private readonly read: readonly RowSpan[],
    private readonly needed: readonly RowSpan[],
  ) {
    this.at = read[0]?.from ?? 0;
  }

  /** The place of the next row; undefined for one that is not needed. */
  next(): number | undefined {
    if (this.at === this.read[this.inRead]?.to) {
      this.inRead += 1;
      this.at = this.read[this.inRead]?.from ?? this.at;
    }
    const { at } = this;
    this.at += 1;
    if (at >= (this.needed[this.inNeeded]?.to ?? Number.POSITIVE_INFINITY)) this.inNeeded += 1;
    return at >= (this.needed[this.inNeeded]?.from ?? Number.POSITIVE_INFINITY) ? at : undefined;
  }
}

/** The values of a row, those in lists and structures as well, and the characters of its texts. */
function sizeOf(list: readonly unknown[]): { values: number; bytes: number } {
  const size = { values: 0, bytes: 0 };
  for (const value of list) measure(value, size);
  return size;
}

function measure(value: unknown, size: { values: number; bytes: number }): void {
  size.values += 1;
  if (typeof value === 'string') size.bytes += value.length;
  else if (typeof value !== 'object' || value === null) return;
  else if (ArrayBuffer.isView(value)) size.bytes += value.byteLength;
  else for (const part of Object.values(value)) measure(part, size);
}

function rowTooLarge(row: number, bytes: number): SourceError {
  const text = `row ${row}: expected at most ${MAX_ROW_BYTES} bytes, got ${bytes}: shorten its values`;
  return new SourceError('lasting', 'SOURCE_ROW_TOO_LARGE', text, { row });
}
