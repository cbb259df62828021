import { describeReceived } from '../../config/received.js';
import { type RowChunk, type SourceRow, inOneChunk } from '../day-source.js';
import { parseExactly } from '../../targets/exact-json.js';
import { isWrittenNumber } from '../../targets/exact-number.js';
import { cutOff, rowInvalid, rowTooLarge, unreadable } from './format-failure.js';
import { findJsonFault } from './json-fault.js';
import { measureJson } from '../../targets/json-size.js';
import { LongJsonLine, type ReadJsonLine } from './long-json-line.js';
import { boundFailure, MOST_LEVELS } from '../row-bounds.js';

const NEWLINE = 10;
const BLANK = /^[ \t\r]*$/;
/** The most bytes in UTF-8 of one UTF-16 code unit. */
const MOST_BYTES_A_UNIT = 3;
/** `JSON.parse` is faster, and reads a line at once: one of this length takes it up to 50 ms. */
const LONG_LINE = 262_144;

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
  /** In place of `begun`, once that is long. */
  private long: LongJsonLine | undefined;

  constructor(private readonly maxRowBytes: number) {}

  /** The rows that end in a chunk. */
  *write(chunk: Buffer): Generator<SourceRow> {
    // Decoded at once: a text for each line would cost more than finding the line ends.
    const text = chunk.toString();
    let start = 0;
    for (;;) {
      // Blanks before a line don't count, and there may be millions.
      for (; this.begunBytes === 0 && isBlank(text.charCodeAt(start)); start += 1) {
        if (text.charCodeAt(start) === NEWLINE) this.lineNumber += 1;
      }
      const end = text.indexOf('\n', start);
      if (end === -1) break;
      this.lineNumber += 1;
      const piece = this.checked(text.slice(start, end));
      start = end + 1;
      yield* this.endLine(piece, true);
    }
    this.add(this.checked(text.slice(start)));
  }

  /** The row of a last line without a line end. */
  *end(): Generator<SourceRow> {
    this.lineNumber += 1;
    yield* this.endLine('', false);
  }

  /** Adds the part of a line that goes on in the next chunk. */
  private add(piece: string): void {
    this.begunBytes += Buffer.byteLength(piece);
    if (this.long === undefined) {
      this.begun += piece;
      if (this.begun.length < LONG_LINE) return;
      this.long = new LongJsonLine(this.row + 1);
      this.long.write(this.begun);
      this.begun = '';
    } else this.long.write(piece);
  }

  /** @param isWhole whether the line has a line end */
  private *endLine(piece: string, isWhole: boolean): Generator<SourceRow> {
    const { long, lineNumber } = this;
    const line = this.begun + piece;
    this.begun = '';
    this.begunBytes = 0;
    this.long = undefined;
    if (long === undefined && BLANK.test(line)) return;
    this.row += 1;
    long?.write(piece);
    yield readRow(long?.end() ?? parseLine(line, this.row), { row: this.row, lineNumber, isWhole });
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

function parseLine(line: string, row: number): ReadJsonLine {
  // A shorter one can exceed no bound.
  const failure = line.length > MOST_LEVELS ? boundFailure(measureJson(line), row) : undefined;
  if (failure !== undefined) return { kind: 'excess', failure };
  try {
    return { kind: 'value', value: parseExactly(line) };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return { kind: 'fault', ...findJsonFault(line), cause };
  }
}

function readRow(line: ReadJsonLine, { row, lineNumber, isWhole }: LinePlace): SourceRow {
  if (line.kind === 'excess') throw line.failure;
  if (line.kind === 'fault') {
    const { isEnd, byte, cause } = line;
    const place = `row ${row}, line ${lineNumber}`;
    // An error before the end of the line is lasting, with or without a line end.
    if (isEnd && !isWhole) {
      throw cutOff(`${place}: expected a line of JSON, got its end at byte ${byte}`, row, cause);
    }
    const received = isEnd ? 'the end of the line' : 'something else';
    throw unreadable(`${place}: expected JSON, got ${received} at byte ${byte}`, row, cause);
  }
  const { value } = line;
  if (isWrittenNumber(value)) throw rowInvalid('a number', row);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw rowInvalid(describeReceived(value), row);
  }
  return { row, values: value as Readonly<Record<string, unknown>>, typed: true };
}
