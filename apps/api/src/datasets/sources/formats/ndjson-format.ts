import { describeReceived } from '../../../config/received.js';
import type { SourceRow } from '../../day-source.js';
import { readExactNumber } from '../../exact-number.js';
import { cutOff, rowInvalid, rowTooLarge, unreadable } from './format-failure.js';
import { findJsonFault } from './json-fault.js';

const NEWLINE = 10;
const BLANK = /^[ \t\r]*$/;
/**
 * What a line has in it where one of its numbers may be written otherwise than JavaScript would: 16 digits, zeros
 * at the end of a fraction or many at its beginning, an exponent, a negative zero. A text that looks so does no harm.
 */
const UNCOMMON_NUMBER = /[\d.]{16}|\.\d*0(?!\d)|0\.00000|\d[eE]|-0/;

/**
 * The rows of lines of JSON.
 * @param chunks UTF-8 in chunks that end between characters
 */
export async function* readNdjson(
  chunks: AsyncIterable<Buffer>,
  maxRowBytes: number,
): AsyncGenerator<SourceRow> {
  let row = 0;
  let lineNumber = 0;
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (;;) {
      // Blanks before a line are no part of it, and there may be millions.
      for (; length === 0 && isBlank(chunk[start]); start += 1) {
        if (chunk[start] === NEWLINE) lineNumber += 1;
      }
      const end = chunk.indexOf(NEWLINE, start);
      const piece = chunk.subarray(start, end === -1 ? chunk.length : end);
      length += piece.length;
      if (length > maxRowBytes) throw rowTooLarge(maxRowBytes, row + 1);
      pieces.push(piece);
      if (end === -1) break;
      lineNumber += 1;
      const line = Buffer.concat(pieces).toString();
      pieces = [];
      length = 0;
      start = end + 1;
      if (BLANK.test(line)) continue;
      row += 1;
      yield readLine(line, { row, lineNumber, isWhole: true });
    }
  }
  const line = Buffer.concat(pieces).toString();
  if (!BLANK.test(line)) {
    yield readLine(line, { row: row + 1, lineNumber: lineNumber + 1, isWhole: false });
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === NEWLINE || byte === 0x20 || byte === 0x0d || byte === 0x09;
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
    // What is wrong before its end lasts, line end or not.
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

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

function parseExactly(text: string): unknown {
  if (!UNCOMMON_NUMBER.test(text)) return JSON.parse(text);
  const reviver: Reviver = (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? readExactNumber(source) : value;
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
}
