import type { Options } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { EncodingError } from './format-failure.js';
import { encodingOf, UTF_8 } from './text-encoding.js';
import { Expected, ExpectedWholeNumber, OptionalOrNull } from '../../config/expectation.js';
import { ValueDialectShape } from '../values/value-dialect.js';

/** How a CSV file is written. */
export interface CsvDialect {
  /** One character, or `auto`: the one that the beginning of the file shows. */
  readonly delimiter: string;
  /** The character around a field that has a delimiter in it; `""` where there is none. */
  readonly quote: string;
  /** The character that begins a line which is no row; `""` where there is none. */
  readonly comment: string;
  /** Lines before the header. */
  readonly skipLines: number;
}

/** RFC 4180. */
export const DEFAULT_DIALECT: CsvDialect = {
  delimiter: ',',
  quote: '"',
  comment: '',
  skipLines: 0,
};

const AUTO = 'auto';
/** What `auto` chooses from, and what an error suggests. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;
const MOST_SKIPPED = 100_000;
/** From how much of a file `auto` chooses. */
const SAMPLE_BYTES = 65_536;
const SAMPLE_ROWS = 20;
const NEWLINE = 10;

const ONE_CHARACTER = String.raw`^(?:[^\r\n\u0000]|\\t)$`;
const isCharacter = (value: unknown): boolean =>
  typeof value === 'string' && new RegExp(ONE_CHARACTER, 'u').test(value);

/** Whether a value is not the quote that holds where none is set. */
function notDefaultQuote(value: unknown, shape: object): boolean {
  return (shape as DialectShape).quote != null || value !== DEFAULT_DIALECT.quote;
}

/** The keys of a source that say how its CSV is written. */
export const DIALECT_KEYS = ['delimiter', 'quote', 'comment', 'skip_lines'] as const;

/** The rules of these keys and of `encoding`; the shapes of sources inherit them. */
export abstract class DialectShape extends ValueDialectShape {
  @OptionalOrNull()
  @Expected(
    'one character such as ; or \\t, or auto',
    (value) => value === AUTO || isCharacter(value),
    { value: { anyOf: [{ enum: [AUTO] }, { type: 'string', pattern: ONE_CHARACTER }] } },
  )
  @Expected('a delimiter that is not the quote', notDefaultQuote)
  delimiter?: string | null;

  @OptionalOrNull()
  @Expected(
    'one character, or "" where fields have no quotes',
    (value) => value === '' || isCharacter(value),
    { value: { type: 'string', pattern: `^$|${ONE_CHARACTER}` } },
  )
  @Expected('a quote that is neither the delimiter nor the comment', (value, shape) => {
    const { delimiter, comment } = shape as DialectShape;
    return (
      value === '' || (value !== (delimiter ?? DEFAULT_DIALECT.delimiter) && value !== comment)
    );
  })
  quote?: string | null;

  @OptionalOrNull()
  @Expected(
    'one character such as #, or "" for no comments',
    (value) => value === '' || isCharacter(value),
    { value: { type: 'string', pattern: `^$|${ONE_CHARACTER}` } },
  )
  @Expected('a comment that is neither the delimiter nor the quote', (value, shape) => {
    const { delimiter } = shape as DialectShape;
    return value !== (delimiter ?? DEFAULT_DIALECT.delimiter) && notDefaultQuote(value, shape);
  })
  comment?: string | null;

  @OptionalOrNull(ExpectedWholeNumber(0, MOST_SKIPPED)) skip_lines?: number | null;

  @OptionalOrNull()
  @Expected(
    'an encoding such as utf-8, windows-1252, gb18030 or utf-16le (a label of the WHATWG Encoding Standard)',
    (value) => typeof value === 'string' && encodingOf(value) !== undefined,
    { value: { type: 'string', minLength: 1 } },
  )
  encoding?: string | null;
}

function dialectOf({ delimiter, quote, comment, skip_lines }: DialectShape): CsvDialect {
  const character = (value: string): string => (value === String.raw`\t` ? '\t' : value);
  return {
    delimiter: character(delimiter ?? DEFAULT_DIALECT.delimiter),
    quote: character(quote ?? DEFAULT_DIALECT.quote),
    comment: character(comment ?? DEFAULT_DIALECT.comment),
    skipLines: skip_lines ?? DEFAULT_DIALECT.skipLines,
  };
}

/** How a text is written: what {@link DialectShape} has. */
export interface WrittenText {
  /** Of CSV. */
  readonly dialect: CsvDialect;
  /** The name in the WHATWG Encoding Standard, in lower case. */
  readonly encoding: string;
}

/** What keys that have been checked say. */
export function writtenTextOf(shape: DialectShape): WrittenText {
  return { dialect: dialectOf(shape), encoding: encodingOf(shape.encoding ?? UTF_8) ?? UTF_8 };
}

/** What differs from the default: keys of the datasets file with their values. */
export function writtenTextKeys({
  dialect,
  encoding,
}: WrittenText): readonly (readonly [key: string, value: string | number])[] {
  const { delimiter, quote, comment, skipLines } = dialect;
  const keys = [
    ['delimiter', delimiter, DEFAULT_DIALECT.delimiter],
    ['quote', quote, DEFAULT_DIALECT.quote],
    ['comment', comment, DEFAULT_DIALECT.comment],
    ['skip_lines', skipLines, DEFAULT_DIALECT.skipLines],
    ['encoding', encoding, UTF_8],
  ] as const;
  return keys
    .filter(([, value, byDefault]) => value !== byDefault)
    .map(([key, value]) => [key, value] as const);
}

/** The same for the dataset's fingerprint: each value has its key, as two of them may be equal. */
export function writtenTextParts(
  written: WrittenText,
): readonly (readonly [key: string, value: unknown])[] {
  return writtenTextKeys(written).map(([key, value]) => [key, [key, value]] as const);
}

/** A CSV text without the lines before its header, and the options of the parser. */
export interface OpenCsv {
  readonly options: Options;
  readonly chunks: AsyncIterable<Buffer>;
  /** The bytes of the lines before the header. */
  readonly skippedBytes: number;
}

/**
 * Begins a CSV text: skips its first lines, and finds the delimiter where that is `auto`.
 * @param chunks UTF-8 without a byte order mark
 */
export async function openCsv(
  chunks: AsyncIterable<Buffer>,
  dialect: CsvDialect,
): Promise<OpenCsv> {
  const { delimiter, skipLines } = dialect;
  const all = beforeFault(chunks);
  if (skipLines === 0 && delimiter !== AUTO) {
    return { options: csvOptions(dialect, delimiter), chunks: all, skippedBytes: 0 };
  }
  const iterator = all[Symbol.asyncIterator]();
  let front: Buffer = Buffer.alloc(0);
  let skippedBytes = 0;
  let linesLeft = skipLines;
  const needed = delimiter === AUTO ? SAMPLE_BYTES : 1;
  while (linesLeft > 0 || front.length < needed) {
    const next = await iterator.next();
    if (next.done === true) break;
    let start = 0;
    for (; linesLeft > 0 && start < next.value.length; linesLeft -= 1) {
      const end = next.value.indexOf(NEWLINE, start);
      start = end === -1 ? next.value.length : end + 1;
      if (end === -1) break;
    }
    skippedBytes += start;
    front = Buffer.concat([front, next.value.subarray(start)]);
  }
  const found = delimiter === AUTO ? findDelimiter(front, dialect) : delimiter;
  return { options: csvOptions(dialect, found), chunks: afterFront(front, iterator), skippedBytes };
}

/** The parser holds its last bytes back until others follow: these end no field and no row. */
const FILLER = Buffer.alloc(16, 1);

/** With them the parser has read all rows before bytes that are not in the encoding, and the error names the row. */
async function* beforeFault(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    if (error instanceof EncodingError) yield FILLER;
    throw error;
  }
}

async function* afterFront(front: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  let isDone = false;
  try {
    if (front.length > 0) yield front;
    for (;;) {
      const next = await iterator.next();
      isDone = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    if (!isDone) await iterator.return?.();
  }
}

/** Options of the parser: either line end, and empty lines don't count. */
export function csvOptions(
  { quote, comment }: Pick<CsvDialect, 'quote' | 'comment'>,
  delimiter: string,
): Options {
  return {
    bom: false,
    columns: false,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
    delimiter,
    ...(quote === '' ? { quote: false, escape: null } : { quote, escape: quote }),
    ...(comment === '' ? {} : { comment, comment_no_infix: true }),
  };
}

/** The delimiter with which the first rows have the same number of fields, and most of them; a comma if none has. */
function findDelimiter(sample: Buffer, dialect: CsvDialect): string {
  const end = sample.length < SAMPLE_BYTES ? sample.length : sample.lastIndexOf(NEWLINE);
  const text = sample.toString('utf8', 0, Math.max(0, end));
  let [found, most]: [string, number] = [DELIMITERS[0], 1];
  for (const delimiter of DELIMITERS) {
    const fields = fieldsOf(text, csvOptions(dialect, delimiter));
    if (fields > most) [found, most] = [delimiter, fields];
  }
  return found;
}

/** How many fields each of the first rows has; 0 where they differ. */
function fieldsOf(text: string, options: Options): number {
  try {
    const rows: string[][] = parse(text, { ...options, to: SAMPLE_ROWS });
    const counts = new Set(rows.map((row) => row.length));
    return counts.size === 1 ? (rows[0]?.length ?? 0) : 0;
  } catch {
    // Quotes that don't fit: it is not written so.
    return 0;
  }
}

/** What to do about a header of one column that has another delimiter in its name, for an error. */
export function delimiterHint(names: readonly string[]): string {
  const [name] = names;
  if (name === undefined || names.length > 1) return '';
  const counts = DELIMITERS.map((one) => ({ one, count: name.split(one).length - 1 }));
  const most = counts.reduce((a, b) => (b.count > a.count ? b : a));
  if (most.count === 0) return '';
  const written = most.one === '\t' ? String.raw`"\t"` : `'${most.one}'`;
  return `: set \`delimiter: ${written}\``;
}
