import { describeReceived } from '../../config/received.js';
import { badRow, SourceError, type RowChunk, type SourceRow } from '../day-source.js';
import { parseExactly } from '../../targets/exact-json.js';
import { isWrittenNumber } from '../../targets/exact-number.js';
import { cutOff, rowInvalid, rowTooLarge, unreadable } from './format-failure.js';
import { findJsonFault } from './json-fault.js';
import { measureJson } from '../../targets/json-size.js';
import { LongJsonLine, type ReadJsonLine } from './long-json-line.js';
import { boundFailure, MOST_LEVELS } from '../rows/row-bounds.js';

const NEWLINE = 10;
/** The most bytes in UTF-8 of one UTF-16 code unit. */
const MOST_BYTES_A_UNIT = 3;
/** `JSON.parse` is faster, and reads a line at once: one of this length takes it up to 50 ms. */
const LONG_LINE = 262_144;

/**
 * The rows of lines of JSON. A line that is no row is a bad row, if any other line is JSON.
 * @param chunks UTF-8 in chunks that end between characters
 */
export async function* readNdjson(
  chunks: AsyncIterable<Buffer>,
  maxRowBytes: number,
): AsyncGenerator<RowChunk> {
  const lines = new NdjsonRows(maxRowBytes);
  const rows = new LinesOrBad();
  for await (const chunk of chunks) yield* rows.chunks(lines.write(chunk));
  yield* rows.chunks(lines.end());
  rows.end();
}

/** Bad rows that are read before the consumer gets them: each takes 20 µs. */
const MOST_BAD_ROWS = 500;

/** Passes lines that are no rows on as bad rows. */
class LinesOrBad {
  /** The first line that is not JSON, as long as no line is. */
  private fault: SourceError | undefined;
  private hasJson = false;

  /** @throws {SourceError} `SOURCE_CUT_OFF` */
  *chunks(lines: Iterable<SourceRow | FailedLine>): Generator<RowChunk> {
    let chunk: SourceRow[] = [];
    let bad = 0;
    try {
      for (const line of lines) {
        if (line instanceof FailedLine) {
          chunk.push(this.badRow(line));
          bad += 1;
        } else {
          chunk.push(line);
          this.hasJson = true;
        }
        if (bad === MOST_BAD_ROWS) {
          const full = chunk;
          chunk = [];
          bad = 0;
          yield full;
        }
      }
    } finally {
      // Where they fail, those before the failure come first.
      if (chunk.length > 0) yield chunk;
    }
  }

  /** @throws {SourceError} if no line was JSON: then the text is in another format */
  end(): void {
    if (!this.hasJson && this.fault !== undefined) throw this.fault;
  }

  private badRow({ row, failure, line }: FailedLine): SourceRow {
    if (failure.kind === 'passing') throw failure;
    if (failure.code === 'SOURCE_UNREADABLE') this.fault ??= failure;
    else this.hasJson = true;
    return badRow(row, { failure: () => failure, text: () => line });
  }
}

/** A line that is no row. */
export class FailedLine {
  constructor(
    readonly row: number,
    readonly failure: SourceError,
    /** The beginning of one that is too long to be kept. */
    readonly line: string,
  ) {}
}

/** Finds the rows in lines of JSON that arrive in chunks. */
export class NdjsonRows {
  /** Of the row that was yielded last: where its line ends, its line end included. */
  lineEnd = 0;
  private row = 0;
  private lineNumber = 0;
  /** The bytes of the chunks before. */
  private taken = 0;
  /** The part of the current line from earlier chunks, and its size in bytes. */
  private begun = '';
  private begunBytes = 0;
  /** In place of `begun`, once that is long. */
  private long: LongJsonLine | undefined;

  /** @param parse reads a line that is not long; may throw a `SyntaxError` */
  constructor(
    private readonly maxRowBytes: number,
    private readonly parse: (line: string) => unknown = parseExactly,
  ) {}

  /** The rows that end in a chunk. */
  *write(chunk: Buffer): Generator<SourceRow | FailedLine> {
    // Decoded at once: a text for each line would cost more than finding the line ends.
    const text = chunk.toString();
    // Where each character is a byte, the end of a line in the text is that in the chunk.
    const isAscii = text.length === chunk.length;
    let start = 0;
    let end = 0;
    const endLine = (at: number): void => {
      this.lineNumber += 1;
      end = (isAscii ? at : chunk.indexOf(NEWLINE, end)) + 1;
      this.lineEnd = this.taken + end;
    };
    for (;;) {
      // Blanks before a line don't count, and there may be millions.
      for (; this.begunBytes === 0 && isBlank(text.charCodeAt(start)); start += 1) {
        if (text.charCodeAt(start) === NEWLINE) endLine(start);
      }
      const lineEnd = text.indexOf('\n', start);
      if (lineEnd === -1) break;
      endLine(lineEnd);
      const piece = this.checked(text.slice(start, lineEnd));
      start = lineEnd + 1;
      const row = this.endLine(piece, true);
      if (row !== undefined) yield row;
    }
    this.taken += chunk.length;
    this.add(this.checked(text.slice(start)));
  }

  /** The row of a last line without a line end. */
  *end(): Generator<SourceRow | FailedLine> {
    this.lineNumber += 1;
    this.lineEnd = this.taken;
    const row = this.endLine('', false);
    if (row !== undefined) yield row;
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
  private endLine(piece: string, isWhole: boolean): SourceRow | FailedLine | undefined {
    const { long, lineNumber } = this;
    const line = this.begun + piece;
    this.begun = '';
    this.begunBytes = 0;
    this.long = undefined;
    if (long === undefined && isBlankLine(line)) return undefined;
    this.row += 1;
    long?.write(piece);
    const read = long?.end() ?? parseLine(line, this.row, this.parse);
    const row = readRow(read, { row: this.row, lineNumber, isWhole });
    return row instanceof SourceError ? new FailedLine(this.row, row, long?.begin ?? line) : row;
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

/** Of a line without its line end. */
function isBlankLine(line: string): boolean {
  for (let at = 0; at < line.length; at += 1) if (!isBlank(line.charCodeAt(at))) return false;
  return true;
}

interface LinePlace {
  readonly row: number;
  readonly lineNumber: number;
  /** Whether it has a line end. */
  readonly isWhole: boolean;
}

function parseLine(line: string, row: number, parse: (line: string) => unknown): ReadJsonLine {
  // A shorter one can exceed no bound.
  const failure = line.length > MOST_LEVELS ? boundFailure(measureJson(line), row) : undefined;
  if (failure !== undefined) return { kind: 'excess', failure };
  try {
    return { kind: 'value', value: parse(line) };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return { kind: 'fault', ...findJsonFault(line), cause };
  }
}

function readRow(
  line: ReadJsonLine,
  { row, lineNumber, isWhole }: LinePlace,
): SourceRow | SourceError {
  if (line.kind === 'excess') return line.failure;
  if (line.kind === 'fault') {
    const { isEnd, byte, cause } = line;
    const place = `row ${row}, line ${lineNumber}`;
    // An error before the end of the line is lasting, with or without a line end.
    if (isEnd && !isWhole) {
      return cutOff(`${place}: expected a line of JSON, got its end at byte ${byte}`, row, cause);
    }
    const received = isEnd ? 'the end of the line' : 'something else';
    return unreadable(`${place}: expected JSON, got ${received} at byte ${byte}`, row, cause);
  }
  const { value } = line;
  if (isWrittenNumber(value)) return rowInvalid('a number', row);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return rowInvalid(describeReceived(value), row);
  }
  return { row, values: value as Readonly<Record<string, unknown>>, typed: true };
}
