import { describeReceived } from '../../config/received.js';
import { type RowChunk, type SourceRow, inOneChunk } from '../day-source.js';
import { parseExactly } from '../../targets/exact-json.js';
import { cutOff, rowInvalid, rowTooLarge, unreadable } from './format-failure.js';
import { findJsonFault } from './json-fault.js';

const NEWLINE = 10;
const BLANK = /^[ \t\r]*$/;
/** The most bytes in UTF-8 of one UTF-16 code unit. */
const MOST_BYTES_A_UNIT = 3;

/**
 * The rows of lines of JSON.
 * @param chunks UTF-8 in chunks that end between characters
 */
export async function* readNdjson(
  chunks: AsyncIterable<Buffer>,
  maxRowBytes: number,
): AsyncGenerator<RowChunk> {
  const rows = new NdjsonRows(maxRowBytes);
  for await (const chunk of chunks) yield* inOneChunk(rows.write(chunk));
  yield* inOneChunk(rows.end());
}

/** Finds the rows in lines of JSON that arrive in chunks. */
class NdjsonRows {
  private row = 0;
  private lineNumber = 0;
  /** The part of the current line from earlier chunks, and its size in bytes. */
  private begun = '';
  private begunBytes = 0;

  constructor(private readonly maxRowBytes: number) {}

  /** The rows that end in a chunk. */
  *write(chunk: Buffer): Generator<SourceRow> {
    // Decoded at once: a text for each line would cost more than finding the line ends.
    const text = chunk.toString();
    let start = 0;
    for (;;) {
      // Blanks before a line don't count, and there may be millions.
      for (; this.begun === '' && isBlank(text.charCodeAt(start)); start += 1) {
        if (text.charCodeAt(start) === NEWLINE) this.lineNumber += 1;
      }
      const end = text.indexOf('\n', start);
      if (end === -1) break;
      const line = this.begun + this.checked(text.slice(start, end));
      this.begun = '';
      this.begunBytes = 0;
      start = end + 1;
      this.lineNumber += 1;
      if (BLANK.test(line)) continue;
      this.row += 1;
      yield readLine(line, { row: this.row, lineNumber: this.lineNumber, isWhole: true });
    }
    const rest = this.checked(text.slice(start));
    this.begun += rest;
    this.begunBytes += Buffer.byteLength(rest);
  }

  /** The row of a last line without a line end. */
  *end(): Generator<SourceRow> {
    if (BLANK.test(this.begun)) return;
    const place = { row: this.row + 1, lineNumber: this.lineNumber + 1, isWhole: false };
    yield readLine(this.begun, place);
  }

  /** Adds a piece to the current line, up to the largest row. */
  private checked(piece: string): string {
    const most = this.maxRowBytes - this.begunBytes;
    // Bytes are counted only if there may be too many.
    if (piece.length * MOST_BYTES_A_UNIT > most && Buffer.byteLength(piece) > most) {
      throw rowTooLarge(this.maxRowBytes, this.row + 1);
    }
    return piece;
  }
}

function isBlank(unit: number): boolean {
  return unit === NEWLINE || unit === 0x20 || unit === 0x0d || unit === 0x09;
}

interface LinePlace {
  readonly row: number;
  readonly lineNumber: number;
  /** Whether it has a line end. */
  readonly isWhole: boolean;
}

function readLine(line: string, { row, lineNumber, isWhole }: LinePlace): SourceRow {
  let value: unknown;
  try {
    value = parseExactly(line);
  } catch (error) {
    if (error instanceof RangeError) throw rowInvalid('one that is nested too deeply', row);
    if (!(error instanceof SyntaxError)) throw error;
    const place = `row ${row}, line ${lineNumber}`;
    const { isEnd, byte } = findJsonFault(line);
    // An error before the end of the line is lasting, with or without a line end.
    if (isEnd && !isWhole) {
      throw cutOff(`${place}: expected a line of JSON, got its end at byte ${byte}`, row, error);
    }
    const received = isEnd ? 'the end of the line' : 'something else';
    throw unreadable(`${place}: expected JSON, got ${received} at byte ${byte}`, row, error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw rowInvalid(describeReceived(value), row);
  }
  return { row, values: value as Readonly<Record<string, unknown>>, typed: true };
}
