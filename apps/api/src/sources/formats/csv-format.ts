import { finished } from 'node:stream/promises';
import { CsvError, parse, type Parser } from 'csv-parse';
import type { TargetColumn } from '../../targets/target.js';
import { SourceError, type RowChunk, type SourceRow } from '../day-source.js';
import { missingColumn } from '../required-columns.js';
import { describeCsvError, headerFault } from './csv-faults.js';
import { CSV_FORMAT } from './csv-index.js';
import { inOneChunk } from '../row-chunks.js';
import { listedColumns, valuesMaker } from '../values-maker.js';
import { cutOff, rowTooLarge, unreadable } from './format-failure.js';

/**
 * The rows of a CSV text whose first row is the header.
 * @param chunks UTF-8 without a byte order mark
 * @param columns what the target asks for: the header must have it, also where no row follows
 */
export async function* readCsv(
  chunks: AsyncIterable<Buffer>,
  maxRowBytes: number,
  columns: readonly TargetColumn[],
): AsyncGenerator<RowChunk> {
  const records: string[][] = [];
  const parser = parse({
    ...CSV_FORMAT,
    max_record_size: maxRowBytes,
    // Nothing is pushed on: a stream of objects would take longer than the parsing.
    on_record: (fields: string[]) => {
      records.push(fields);
      return null;
    },
  });
  // The end of it, well or not, is told by what waits for it.
  const ended = finished(parser, { readable: false });
  ended.catch(() => undefined);
  parser.resume();
  let readRecord: RecordReader | undefined;
  let row = 0;
  const take = function* (): Generator<SourceRow> {
    for (const fields of records) {
      if (readRecord === undefined) readRecord = recordReader(readHeader(fields, columns));
      else yield readRecord(fields, (row += 1));
    }
    records.length = 0;
  };
  try {
    for await (const chunk of chunks) {
      await write(parser, chunk);
      yield* inOneChunk(take());
    }
    parser.end();
    await ended;
    yield* inOneChunk(take());
  } catch (error) {
    throw error instanceof CsvError
      ? csvFailure(error, row + records.length + (readRecord === undefined ? 0 : 1), maxRowBytes)
      : error;
  } finally {
    parser.destroy();
  }
}

function write(parser: Parser, chunk: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  parser.write(chunk, (error) => (error == null ? resolve() : reject(error)));
  return promise;
}

function readHeader(names: readonly string[], columns: readonly TargetColumn[]): readonly string[] {
  const fault = headerFault(names);
  if (fault !== undefined) {
    const { code, text, column } = fault;
    throw new SourceError('lasting', code, text, column === undefined ? {} : { column });
  }
  // Told by the header: where no row follows, it would pass for a day without data.
  const missing = missingColumn(names, columns);
  if (missing !== undefined) throw missing;
  return names;
}

type RecordReader = (fields: readonly string[], row: number) => SourceRow;

function recordReader(header: readonly string[]): RecordReader {
  const makeValues = valuesMaker(listedColumns(header));
  return (fields, row) => {
    if (fields.length !== header.length) {
      throw new SourceError(
        'lasting',
        'SOURCE_ROW_RAGGED',
        `row ${row}: expected ${header.length} fields as in the header, got ${fields.length}`,
        { row },
      );
    }
    return { row, values: makeValues(fields) };
  };
}

function csvFailure(error: CsvError, record: number, maxRowBytes: number): SourceError {
  // The header is a record, but no row.
  const row = Math.max(1, record);
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return cutOff(`row ${row}: expected a closing quote, got the end`, row, error);
    case 'CSV_MAX_RECORD_SIZE':
      return rowTooLarge(maxRowBytes, row);
    default:
      return unreadable(
        `row ${row}: expected CSV as in RFC 4180, got ${describeCsvError(error)}`,
        row,
        error,
      );
  }
}
