import { TokenizerError, TokenParser, TokenType, type ParsedTokenInfo } from '@streamparser/json';
import { describeReceived } from '../../config/received.js';
import { badRow, SourceError, type RowChunk, type SourceRow } from '../day-source.js';
import { ExactTokenizer, parseExactly } from '../../targets/exact-json.js';
import { aroundTooDeep, cutOff, rowInvalid, rowTooLarge, unreadable } from './format-failure.js';
import { describeTokenizerError } from './json-fault.js';
import { JsonPath, type JsonValueFinder } from './json-path.js';
import { measureJson, RowSize } from '../../targets/json-size.js';
import { boundFailure, isWithinBounds, MOST_LEVELS } from '../rows/row-bounds.js';
import { MOST_ROW_TEXT_BYTES } from '../rows/row-text.js';

const STRING_BUFFER_BYTES = 65_536;
const NO_BYTES = Buffer.alloc(0);
/** The beginning of a row that waits for the next chunk; it is searched again with each chunk. */
const MOST_BEGUN_BYTES = 4_096;
const [BLANK, QUOTE, COMMA, BACKSLASH] = [0x20, 0x22, 0x2c, 0x5c];
const [LIST, MAPPING, MAPPING_END] = [0x5b, 0x7b, 0x7d];
const OPEN_ROW = Buffer.from('{');
const CLOSE_ROW = Buffer.from('}');

/** A row of a JSON text, or why it is none, with its place in the text in bytes. */
export interface PlacedJsonRow {
  readonly row: number;
  /** Of any kind where not only objects are rows. */
  readonly value: unknown;
  readonly failure: (() => SourceError) | undefined;
  readonly start: number;
  /** After its last byte. */
  readonly end: number;
}

export interface JsonRowsOptions {
  /** Receives every token. */
  readonly finder?: JsonValueFinder | undefined;
  /** Reads a row; may throw a `SyntaxError`. @default parseExactly */
  readonly parse?: (text: string) => unknown;
}

/**
 * Finds the rows in a JSON text that arrives in chunks: the items of the list at a pointer.
 *
 * Only the current row is in memory. The outer parser, which checks everything around the rows, sees each row as a null
 * and keeps nothing. A row that is whole within a chunk is found by its brackets and read by `JSON.parse`, which is several
 * times as fast as reading it by tokens; to the tokenizer it is an empty object. Any other row, and one that is refused, is
 * read by tokens, which know the place of an error.
 */
export class JsonRows {
  private readonly tokenizer = new ExactTokenizer({ stringBufferSize: STRING_BUFFER_BYTES });
  private readonly around = new TokenParser({ paths: [], keepStack: false });
  private inside: TokenParser;
  private readonly path: JsonPath;
  private place: 'before' | 'among' | 'after' = 'before';
  private row = 0;
  /** What the current row has had so far; complete between rows. */
  private readonly size = new RowSize();
  /** Why the current row is refused: it is only counted then. */
  private excess: SourceError | undefined;
  private taken = 0;
  /** The beginning of a row, which waits for its end. */
  private begun = NO_BYTES;
  /** Where the current row begins, or the last token outside a row. */
  private start = 0;
  /** After the last token, if that was a bracket, a comma or a colon: no other has one byte when it is known. */
  private afterMark = -1;
  private current: ParsedTokenInfo | undefined;
  private value: unknown;
  /** A row that was read whole, while the tokenizer gets an empty object in its place. */
  private whole: unknown;
  /** Reads a whole row; absent where a finder needs the tokens of the rows. May throw a `SyntaxError`. */
  private readonly parseRow: ((text: string) => unknown) | undefined;

  /**
   * @param onRow receives each row as it ends. A row that is no object, or exceeds a bound, has its failure.
   * @throws {RangeError} for a pointer that is none
   */
  constructor(
    private readonly pointer: string,
    private readonly maxRowBytes: number,
    private readonly onRow: (row: PlacedJsonRow) => void,
    { finder, parse = parseExactly }: JsonRowsOptions = {},
  ) {
    this.parseRow = finder === undefined ? parse : undefined;
    this.path = new JsonPath(pointer);
    this.tokenizer.onToken = (token) => {
      this.take(token);
      finder?.take(token);
    };
    this.tokenizer.onError = (error) => {
      if (!(error instanceof TokenizerError)) throw error;
      const received = describeTokenizerError(error);
      throw unreadable(`${this.where()}expected JSON, got ${received}`, this.row, error);
    };
    // The parsers' own messages contain the whole value.
    this.around.onError = (error) => {
      throw this.unexpected(error);
    };
    this.inside = this.newInside();
  }

  /** Where the row begins that has not ended yet; undefined between rows. */
  get openRow(): number | undefined {
    if (this.begun.length > 0) return this.taken;
    return this.size.isComplete ? undefined : this.start;
  }

  /** @throws {SourceError} */
  write(chunk: Uint8Array): void {
    const bytes = this.begun.length === 0 ? asBuffer(chunk) : Buffer.concat([this.begun, chunk]);
    this.begun = NO_BYTES;
    for (let at = 0; at < bytes.length;) {
      at = this.writeWholeRows(bytes, at);
      if (this.begun.length > 0) return;
      at = this.writeToMark(bytes, at);
    }
    // An endless text or number produces no token.
    this.checkSize(this.taken);
  }

  /**
   * Checks that the text is complete and had a list of rows.
   * @throws {SourceError}
   */
  end(): void {
    this.feed(this.begun);
    this.tokenizer.onError = (error) => {
      throw error instanceof TokenizerError ? this.unclosed(error) : error;
    };
    this.tokenizer.end();
    if (!this.around.isEnded) throw this.unclosed();
    if (this.place === 'before') throw this.rowsMissing(this.path.describeEnd());
  }

  private feed(bytes: Uint8Array): void {
    this.tokenizer.write(bytes);
    this.taken += bytes.length;
  }

  /**
   * Passes on the whole rows that come next, and what separates them.
   * @returns where something else begins
   */
  private writeWholeRows(bytes: Buffer, from: number): number {
    const { parseRow } = this;
    let at = from;
    while (parseRow !== undefined && this.isBeforeItem) {
      const begin = afterSeparators(bytes, at);
      this.feed(bytes.subarray(at, begin));
      if (bytes[begin] !== MAPPING) return begin;
      const end = endOfMapping(bytes, begin);
      if (end === undefined) {
        const left = bytes.subarray(begin);
        if (left.length > Math.min(MOST_BEGUN_BYTES, this.maxRowBytes)) return begin;
        this.begun = Buffer.from(left);
        return bytes.length;
      }
      if (end - begin > this.maxRowBytes) return begin;
      const row = readWhole(bytes.toString('utf8', begin, end), parseRow);
      if (row === undefined) return begin;
      this.whole = row;
      this.feed(OPEN_ROW);
      const inside = end - begin - OPEN_ROW.length - CLOSE_ROW.length;
      this.tokenizer.skip(inside);
      this.taken += inside;
      this.feed(CLOSE_ROW);
      at = end;
    }
    return at;
  }

  /** Passes on the bytes up to those after which whole rows may come. @returns where they end */
  private writeToMark(bytes: Buffer, from: number): number {
    const mark = this.place === 'before' ? LIST : MAPPING_END;
    const at = this.place === 'after' ? -1 : bytes.indexOf(mark, from);
    const end = at === -1 ? bytes.length : at + 1;
    this.feed(bytes.subarray(from, end));
    return end;
  }

  private get isBeforeItem(): boolean {
    return this.place === 'among' && this.size.isComplete && this.afterMark === this.taken;
  }

  private take(token: ParsedTokenInfo): void {
    this.checkSize(token.offset);
    if (!this.size.isComplete) this.takeOfRow(token);
    else if (this.place === 'among' && !isBetweenItems(token)) this.beginRow(token);
    else this.takeAround(token);
    this.afterMark = token.offset + 1;
  }

  private takeAround(token: ParsedTokenInfo): void {
    this.start = token.offset;
    this.parse(this.around, token);
    if (this.place === 'among' && token.token === TokenType.RIGHT_BRACKET) this.place = 'after';
    if (this.path.isBeforeValue(token)) {
      if (token.token !== TokenType.LEFT_BRACKET) throw this.rowsMissing(describeToken(token));
      if (this.place === 'after') {
        throw unreadable(`expected ${this.written()} once, got it again at byte ${token.offset}`);
      }
      this.place = 'among';
    }
    if (!this.path.take(token)) throw aroundTooDeep(token.offset);
  }

  private beginRow(token: ParsedTokenInfo): void {
    this.row += 1;
    this.start = token.offset;
    // The outer parser first: a row without its comma is an error.
    this.parse(this.around, { ...token, token: TokenType.NULL, value: null });
    this.size.reset();
    this.takeOfRow(token);
  }

  private takeOfRow(token: ParsedTokenInfo): void {
    this.size.take(token);
    // Whether a text is a key, and no value, is known at the colon.
    if (token.token !== TokenType.STRING && !isWithinBounds(this.size)) {
      this.excess ??= boundFailure(this.size, this.row);
    }
    if (this.excess === undefined) this.parse(this.inside, token);
    if (this.size.isComplete) this.endRow(token);
  }

  private endRow({ token, offset, value }: ParsedTokenInfo): void {
    const { row, start, excess } = this;
    if (excess !== undefined) {
      this.excess = undefined;
      this.inside = this.newInside();
      // At its end, with all that it has in the error.
      const failure = boundFailure(this.size, row) ?? excess;
      this.onRow({ row, value: undefined, failure: () => failure, start, end: offset + 1 });
      return;
    }
    const isObject = token === TokenType.RIGHT_BRACE;
    const failure = isObject ? undefined : () => rowInvalid(describeRow(token, value), row);
    const { whole = this.value } = this;
    this.whole = undefined;
    this.onRow({ row, value: whole, failure, start, end: offset + 1 });
  }

  private newInside(): TokenParser {
    const inside = new TokenParser({ paths: ['$'], separator: '' });
    inside.onError = (error) => {
      throw this.unexpected(error);
    };
    inside.onValue = ({ value }) => (this.value = value);
    return inside;
  }

  private parse(parser: TokenParser, token: ParsedTokenInfo): void {
    this.current = token;
    parser.write(token);
  }

  private checkSize(end: number): void {
    if (end - this.start > this.maxRowBytes) {
      throw rowTooLarge(this.maxRowBytes, Math.max(1, this.row));
    }
  }

  private unexpected(cause: unknown): SourceError {
    const received = this.current === undefined ? 'something else' : describeToken(this.current);
    const at = `${received} at byte ${this.current?.offset ?? this.taken}`;
    return unreadable(`${this.where()}expected JSON, got ${at}`, this.row, cause);
  }

  private unclosed(cause?: unknown): SourceError {
    const expected = `${this.where()}expected the rest of the JSON`;
    return cutOff(`${expected}, got its end at byte ${this.taken}`, this.row, cause);
  }

  private rowsMissing(received: string): SourceError {
    const expected = `expected a list of rows at ${this.written()}`;
    return new SourceError('lasting', 'SOURCE_ROWS_MISSING', `${expected}, got ${received}`);
  }

  private where(): string {
    return this.row === 0 ? '' : `row ${this.row}: `;
  }

  private written(): string {
    return JSON.stringify(this.pointer);
  }
}

/** A row, or undefined if it is refused: reading its tokens gives the error with its place. */
function readWhole(text: string, parse: (text: string) => unknown): unknown {
  // A shorter one can exceed no bound.
  if (text.length > MOST_LEVELS && !isWithinBounds(measureJson(text))) return undefined;
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Where neither a blank nor a comma stands. */
function afterSeparators(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte !== undefined; byte = bytes[(at += 1)]) {
    if (byte > BLANK && byte !== COMMA) break;
  }
  return at;
}

/** After the bracket that closes the mapping at `begin`; undefined if the bytes end before it. */
function endOfMapping(bytes: Uint8Array, begin: number): number | undefined {
  let level = 0;
  for (let at = begin; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at += 1;
      for (; at < bytes.length && bytes[at] !== QUOTE; at += 1)
        if (bytes[at] === BACKSLASH) at += 1;
    } else if (byte === MAPPING) level += 1;
    else if (byte === MAPPING_END) {
      level -= 1;
      if (level === 0) return at + 1;
    }
  }
  return undefined;
}

function isClosing({ token }: ParsedTokenInfo): boolean {
  return token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET;
}

function isBetweenItems(token: ParsedTokenInfo): boolean {
  return token.token === TokenType.COMMA || isClosing(token) || token.token === TokenType.COLON;
}

/** What stands in the place of a row, by its last token. */
function describeRow(token: TokenType, value: unknown): string {
  return token === TokenType.RIGHT_BRACKET ? 'a list' : describeReceived(value);
}

function describeToken({ token, value }: ParsedTokenInfo): string {
  switch (token) {
    case TokenType.LEFT_BRACE:
      return 'an object';
    case TokenType.LEFT_BRACKET:
      return 'a list';
    case TokenType.STRING:
    case TokenType.NUMBER:
    case TokenType.TRUE:
    case TokenType.FALSE:
    case TokenType.NULL:
      return describeReceived(value);
    case TokenType.RIGHT_BRACE:
    case TokenType.RIGHT_BRACKET:
    case TokenType.COLON:
    case TokenType.COMMA:
    case TokenType.SEPARATOR:
      return JSON.stringify(value);
  }
}

/**
 * The rows of a JSON text: the items of the list at a pointer.
 * @throws {RangeError} for a pointer that is none
 */
export async function* readJson(
  chunks: AsyncIterable<Uint8Array>,
  pointer: string,
  maxRowBytes: number,
  finder?: JsonValueFinder,
): AsyncGenerator<RowChunk> {
  let found: SourceRow[] = [];
  const text = new RowBeginning();
  const rows = new JsonRows(
    pointer,
    maxRowBytes,
    ({ row, value, failure, start, end }) => {
      if (failure === undefined) {
        found.push({ row, values: value as SourceRow['values'], typed: true });
        return;
      }
      const isScalar = value !== undefined && typeof value !== 'object';
      const bytes = isScalar ? undefined : text.between(start, end);
      found.push(badRow(row, { failure, text: () => bytes?.toString() ?? JSON.stringify(value) }));
    },
    { finder },
  );
  for await (const chunk of chunks) {
    text.begin(chunk);
    rows.write(chunk);
    text.keepFrom(rows.openRow);
    if (found.length > 0) yield found;
    found = [];
  }
  rows.end();
}

/** The beginning of the current row, also where that is in chunks before. */
class RowBeginning {
  private chunk: Uint8Array = NO_BYTES;
  /** Where the chunk begins. */
  private taken = 0;
  private kept: Buffer = NO_BYTES;

  begin(chunk: Uint8Array): void {
    this.taken += this.chunk.length;
    this.chunk = chunk;
  }

  /** @param open where the row begins that goes on in the next chunk */
  keepFrom(open: number | undefined): void {
    this.kept = open === undefined ? NO_BYTES : this.between(open, this.taken + this.chunk.length);
  }

  between(start: number, end: number): Buffer {
    const { chunk, taken } = this;
    const before = start < taken ? this.kept : NO_BYTES;
    const missing = MOST_ROW_TEXT_BYTES + 1 - before.length;
    if (missing <= 0) return before;
    const from = Math.max(start - taken, 0);
    return Buffer.concat([before, chunk.subarray(from, Math.min(end - taken, from + missing))]);
  }
}
