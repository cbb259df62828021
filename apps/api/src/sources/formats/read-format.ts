import type { TargetColumn } from '../../targets/target.js';
import type { RowChunk } from '../day-source.js';
import { readCsv } from './csv-format.js';
import type { JsonValueFinder } from './json-path.js';
import { readJson } from './json-rows.js';
import { readNdjson } from './ndjson-format.js';
import { utf8Chunks } from './utf8-chunks.js';

export const ROW_FORMATS = ['csv', 'json', 'ndjson'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** The most bytes of one row. */
const MAX_ROW_BYTES = 16_777_216;

export interface FormatOptions {
  readonly format: RowFormat;
  /**
   * The JSON pointer (RFC 6901) to the list of rows in a `json` body.
   * @default "", the body itself
   */
  readonly pointer?: string;
  /**
   * The columns of the target: the header of a `csv` body must have them.
   * @default nothing
   */
  readonly columns?: readonly TargetColumn[];
  /** Receives every token of a `json` body. */
  readonly finder?: JsonValueFinder | undefined;
  /** @default {@link MAX_ROW_BYTES} */
  readonly maxRowBytes?: number;
  readonly signal: AbortSignal;
}

/**
 * The rows of a body in chunks, while it arrives: memory does not grow with the body. Rows of `json` and `ndjson` are
 * `typed`, and their numbers are read by `readExactNumber`.
 * @throws {SourceError} lasting: `SOURCE_UNREADABLE`, `SOURCE_ROW_INVALID`, `SOURCE_ROW_RAGGED`,
 * `SOURCE_COLUMN_DUPLICATE`, `SOURCE_ROW_TOO_LARGE`; passing: `SOURCE_CUT_OFF`; source-wide:
 * `SOURCE_COLUMN_MISSING`; and the signal's reason
 * @throws {RangeError} for a pointer that is none
 */
export async function* readFormat(
  bytes: AsyncIterable<Uint8Array>,
  {
    format,
    pointer = '',
    finder,
    columns = [],
    maxRowBytes = MAX_ROW_BYTES,
    signal,
  }: FormatOptions,
): AsyncGenerator<RowChunk> {
  const chunks = utf8Chunks(bytes, signal);
  switch (format) {
    case 'csv':
      yield* readCsv(chunks, maxRowBytes, columns);
      return;
    case 'json':
      yield* readJson(chunks, pointer, maxRowBytes, finder);
      return;
    case 'ndjson':
      yield* readNdjson(chunks, maxRowBytes);
      return;
  }
}
