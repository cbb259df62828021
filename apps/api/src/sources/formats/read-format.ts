import { SourceError, type RowChunk } from '../day-source.js';
import type { NeededColumn } from '../rows/source-columns.js';
import { DEFAULT_DIALECT, type CsvDialect } from './csv-dialect.js';
import { readCsv } from './csv-format.js';
import type { JsonValueFinder } from './json-path.js';
import { readJson } from './json-rows.js';
import { readNdjson } from './ndjson-format.js';
import { atRow, decodedChunks, UTF_8 } from './text-encoding.js';

export const ROW_FORMATS = ['csv', 'json', 'ndjson'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** The most bytes of one row. */
export const MAX_ROW_BYTES = 16_777_216;

export interface FormatOptions {
  readonly format: RowFormat;
  /**
   * The JSON pointer (RFC 6901) to the list of rows in a `json` body.
   * @default "", the body itself
   */
  readonly pointer?: string;
  /**
   * The columns that a dataset needs: the header of a `csv` body must have them.
   * @default nothing
   */
  readonly columns?: readonly NeededColumn[];
  /** Receives every token of a `json` body. */
  readonly finder?: JsonValueFinder | undefined;
  /** How a `csv` body is written. @default RFC 4180 */
  readonly dialect?: CsvDialect;
  /** @default utf-8 */
  readonly encoding?: string;
  /** @default {@link MAX_ROW_BYTES} */
  readonly maxRowBytes?: number;
  readonly signal: AbortSignal;
}

/**
 * The rows of a body in chunks, while it arrives: memory does not grow with the body. Rows of `json` and `ndjson` are
 * `typed`, and their numbers are read by `readExactNumber`.
 * @throws {SourceError} lasting: `SOURCE_UNREADABLE`, `SOURCE_ENCODING_INVALID`, `SOURCE_ROW_INVALID`, `SOURCE_ROW_RAGGED`,
 * `SOURCE_COLUMN_DUPLICATE`, `SOURCE_ROW_TOO_LARGE`; passing: `SOURCE_CUT_OFF`; source-wide:
 * `SOURCE_COLUMN_MISSING`; and the signal's reason
 * @throws {RangeError} for a pointer that is none
 */
export async function* readFormat(
  bytes: AsyncIterable<Uint8Array>,
  options: FormatOptions,
): AsyncGenerator<RowChunk> {
  let row = 0;
  try {
    for await (const rows of rowsOf(bytes, options)) {
      row = rows.at(-1)?.row ?? row;
      yield rows;
    }
  } catch (error) {
    throw error instanceof SourceError ? atRow(error, row + 1) : error;
  }
}

function rowsOf(
  bytes: AsyncIterable<Uint8Array>,
  {
    format,
    pointer = '',
    finder,
    columns = [],
    dialect = DEFAULT_DIALECT,
    encoding = UTF_8,
    maxRowBytes = MAX_ROW_BYTES,
    signal,
  }: FormatOptions,
): AsyncGenerator<RowChunk> {
  const chunks = decodedChunks(bytes, encoding, signal);
  switch (format) {
    case 'csv':
      return readCsv(chunks, maxRowBytes, columns, dialect);
    case 'json':
      return readJson(chunks, pointer, maxRowBytes, finder);
    case 'ndjson':
      return readNdjson(chunks, maxRowBytes);
  }
}
