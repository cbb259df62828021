import { parse } from 'csv-parse/sync';
import { candidateFormats } from '../../sources/values/day-format-candidates.js';
import {
  csvOptions,
  DEFAULT_DIALECT,
  DELIMITERS,
  type CsvDialect,
} from '../../sources/formats/csv-dialect.js';
import { InitError } from './init-failure.js';

const COMMENTS = ['#', '%'] as const;
/** From how many lines a dialect is guessed. */
const MOST_LINES = 1_000;
const MOST_PARSED = 200;

export interface DialectGuess {
  readonly dialect: CsvDialect;
  readonly header: readonly string[];
  /** What a reader of the guess should check. */
  readonly notes: readonly string[];
}

/**
 * How a CSV text is written, from its first lines.
 * @param isWhole whether the text is all of the file: else its last line may be cut
 * @throws {InitError} for a text without a header
 */
export function guessDialect(text: string, isWhole: boolean): DialectGuess {
  const all = text.split(/\r?\n/, MOST_LINES + 1);
  const isCut = all.length <= MOST_LINES && !isWhole;
  const lines = (isCut ? all.slice(0, -1) : all).slice(0, MOST_LINES);
  if (lines.every((line) => line.trim() === '')) throw new InitError('expected rows, got no text');
  const delimiter = guessDelimiter(lines);
  const start = guessStart(lines, delimiter);
  const quote = guessQuote(lines.slice(start.skipLines), delimiter, start.comment);
  const dialect = { delimiter, quote, comment: start.comment, skipLines: start.skipLines };
  const [header = []] = parseLines(lines.slice(start.skipLines), dialect) ?? [];
  checkHeader(header);
  const notes = [
    ...(start.skipLines > 0
      ? [`${start.skipLines} ${start.skipLines === 1 ? 'line' : 'lines'} before the header`]
      : []),
    ...(start.comment === '' ? [] : [`lines that begin with ${start.comment} are comments`]),
  ];
  return { dialect, header, notes };
}

/** What the first line adds to the share of a delimiter if it has as many fields as most lines. */
const OF_HEADER = 0.2;
/** A comma also stands in numbers and texts: any other delimiter that fits as well is likelier. */
const BY_LIKELIHOOD = [...DELIMITERS.filter((one) => one !== ','), ','];

/** The delimiter with which most lines have the same number of fields, and the first line too. */
function guessDelimiter(lines: readonly string[]): string {
  const first = lines.find((line) => line.trim() !== '') ?? '';
  let [best, bestScore] = [',', 0];
  for (const delimiter of BY_LIKELIHOOD) {
    const { share, fields } = commonCount(lines, delimiter);
    if (fields < 2) continue;
    const score = share + (countFields(first, delimiter) === fields ? OF_HEADER : 0);
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}

/** The number of fields that most lines have, and how many lines have it. */
function commonCount(
  lines: readonly string[],
  delimiter: string,
): { readonly fields: number; readonly share: number } {
  const counts = new Map<number, number>();
  let counted = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    counted += 1;
    const fields = countFields(line, delimiter);
    counts.set(fields, (counts.get(fields) ?? 0) + 1);
  }
  const [fields, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [1, 0]);
  return { fields, share: count / Math.max(1, counted) };
}

/** Delimiters within double quotes don't count. */
function countFields(line: string, delimiter: string): number {
  let fields = 1;
  let isQuoted = false;
  for (const character of line) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) fields += 1;
  }
  return fields;
}

type Start = Pick<CsvDialect, 'comment' | 'skipLines'>;

/** Where the header is: the first line with as many fields as most lines have. */
function guessStart(lines: readonly string[], delimiter: string): Start {
  const { fields } = commonCount(lines, delimiter);
  const comment = guessComment(lines);
  const isBefore = (line: string): boolean =>
    line.trim() === '' || countFields(line, delimiter) !== fields;
  if (comment === '') {
    const first = lines.findIndex((line) => !isBefore(line));
    const last = lines.slice(0, first).findLastIndex((line) => line.trim() !== '');
    const header = isLongHeader(lines[last] ?? '', lines[first] ?? '', delimiter) ? last : first;
    const isPreamble = lines.slice(0, header).some((line) => line.trim() !== '');
    return { comment, skipLines: isPreamble ? header : 0 };
  }
  const isComment = (line: string): boolean => line.startsWith(comment);
  const firstOther = lines.findIndex((line) => line.trim() !== '' && !isComment(line));
  // The last comment may be the header: then the first other line is data.
  const last = lines.slice(0, Math.max(0, firstOther)).findLastIndex(isComment);
  const other = lines[firstOther] ?? '';
  const isHeader =
    last !== -1 &&
    countFields(lines[last] ?? '', delimiter) === fields &&
    fields > 1 &&
    looksLikeData(other.split(delimiter));
  if (isHeader) {
    const hasMore = lines.slice(firstOther).some(isComment);
    if (!hasMore) return { comment: '', skipLines: last };
  }
  return { comment, skipLines: 0 };
}

/** Whether a line has more names than the row below it has fields: rows may lack their last ones. */
function isLongHeader(line: string, row: string, delimiter: string): boolean {
  const fields = line.split(delimiter);
  return (
    countFields(line, delimiter) > countFields(row, delimiter) &&
    !looksLikeData(fields) &&
    looksLikeData(row.split(delimiter))
  );
}

/** The sign that the first lines begin with, or lines among the rows, and not the rows themselves. */
function guessComment(lines: readonly string[]): string {
  const filled = lines.filter((line) => line.trim() !== '');
  const begins = (sign: string): number => filled.filter((line) => line.startsWith(sign)).length;
  const found = COMMENTS.find((sign) => begins(sign) > 0 && begins(sign) < filled.length / 2);
  return found ?? '';
}

/** The quote with which the lines can be parsed, and each has as many fields as the first. */
function guessQuote(lines: readonly string[], delimiter: string, comment: string): string {
  const fit = (quote: string): number => {
    const rows = parseLines(lines, { delimiter, quote, comment });
    const [first = []] = rows ?? [];
    return (rows ?? []).filter((row) => row.length === first.length).length;
  };
  const isSingle = (field: string): boolean => /^'[^']*'$/.test(field.trim());
  const fields = lines.slice(1, MOST_PARSED).flatMap((line) => line.split(delimiter));
  const singles = fields.filter(isSingle).length;
  if (singles > fields.length / 4 && fit("'") >= fit(DEFAULT_DIALECT.quote)) return "'";
  return fit(DEFAULT_DIALECT.quote) === 0 && fit('') > 0 ? '' : DEFAULT_DIALECT.quote;
}

function parseLines(
  lines: readonly string[],
  { delimiter, quote, comment }: Omit<CsvDialect, 'skipLines'>,
): readonly (readonly string[])[] | undefined {
  try {
    const options = { ...csvOptions({ quote, comment }, delimiter), to: MOST_PARSED };
    return parse(lines.join('\n'), options);
  } catch {
    // Quotes that don't fit, or a field of several lines that is cut.
    return undefined;
  }
}

/** Whether a line has a date, or numbers alone. */
function looksLikeData(fields: readonly string[]): boolean {
  const filled = fields.map((field) => field.trim()).filter((field) => field !== '');
  const isNumber = (field: string): boolean => /^[+-]?\d+(?:[.,]\d+)*$/.test(field);
  if (filled.length > 0 && filled.every(isNumber)) return true;
  return filled.some((field) => !isNumber(field) && candidateFormats(field).length > 0);
}

function checkHeader(header: readonly string[]): void {
  if (!looksLikeData(header)) return;
  throw new InitError(
    `expected a first line with the names of the columns, got a row: ${JSON.stringify(header.slice(0, 5).join(' | '))}`,
    'Daysync takes the names from the first line. Write a line of names at the beginning of the file.',
  );
}
