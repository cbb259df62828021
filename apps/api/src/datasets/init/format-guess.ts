import { ROW_FORMATS, readFormat, type RowFormat } from '../../sources/formats/read-format.js';
import { DEFAULT_DIALECT, type CsvDialect } from '../../sources/formats/csv-dialect.js';
import { UTF_8 } from '../../sources/formats/text-encoding.js';
import { isSourceError, type RowChunk } from '../../sources/day-source.js';
import { guessDialect } from './dialect-guess.js';
import { guessEncoding } from './encoding-guess.js';
import { InitError } from './init-failure.js';
import { guessRowsPointer } from './json-rows-guess.js';
import type { Sample } from './sample.js';

/** From how much of a text its dialect is guessed. */
const FRONT_BYTES = 524_288;
/** What is no table of text, by its first bytes. */
const OTHER_FILES: readonly (readonly [mark: string, what: string])[] = [
  ['PAR1', 'Parquet, which is read from files alone'],
  ['ARROW1', 'an Arrow file'],
  ['SQLite format 3', 'a SQLite database: write sqlite: before its path'],
  ['%PDF', 'a PDF'],
  ['\u0089PNG', 'a picture'],
];

/** How rows are written in a file or an answer. */
export interface FormatGuess {
  readonly format: RowFormat;
  /** The JSON pointer to the list of rows; empty where the whole is the list. */
  readonly rows: string;
  readonly dialect: CsvDialect;
  readonly encoding: string;
  readonly notes: readonly string[];
  readonly doubts: readonly string[];
}

/**
 * Finds out how a sample is written.
 * @throws {InitError} for one that has no rows
 */
export async function guessFormat(sample: Sample): Promise<FormatGuess> {
  refuseOthers(sample);
  const found = guessEncoding(sample.bytes);
  if (found === undefined) {
    throw new InitError(`expected text, got other bytes: ${sample.name}`);
  }
  const { encoding, isCertain, examples } = found;
  const doubts = isCertain
    ? []
    : [
        `the encoding ${encoding} is a guess: ${examples.join(', ')} should read well; if not, change \`encoding\``,
      ];
  const front = decode(sample.bytes.subarray(0, FRONT_BYTES), encoding);
  const written = { encoding, doubts };
  const format = formatOf(front, sample.name);
  if (format === 'csv') {
    const isWhole = sample.isWhole && sample.bytes.length <= FRONT_BYTES;
    const { dialect, notes } = guessDialect(front, isWhole);
    return { ...written, format, rows: '', dialect, notes };
  }
  const all = encoding === UTF_8 ? sample.bytes : Buffer.from(decode(sample.bytes, encoding));
  const rows = format === 'json' ? await guessRowsPointer(withoutMark(all)) : '';
  return { ...written, format, rows, dialect: DEFAULT_DIALECT, notes: [] };
}

/**
 * The rows of samples, as a sync reads them.
 * @throws {InitError} for a sample that is not written so
 */
export async function* sampledRows(
  samples: readonly Sample[],
  { format, rows, dialect, encoding }: Omit<FormatGuess, 'notes' | 'doubts'>,
  signal: AbortSignal,
): AsyncGenerator<RowChunk> {
  for (const sample of samples) {
    const { bytes, isWhole, name } = sample;
    const options = { format, pointer: rows, dialect, encoding, signal };
    try {
      yield* readFormat(once(isWhole ? bytes : upToLineEnd(bytes, encoding)), options);
    } catch (error) {
      if (!isSourceError(error)) throw error;
      // Where the sample was cut, its last row is incomplete.
      if (!isWhole && error.code === 'SOURCE_CUT_OFF') continue;
      throw new InitError(`${name}: ${error.message}`);
    }
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

const NEWLINE = 10;

/** JSON is one line: its rows end anywhere. */
function upToLineEnd(bytes: Buffer, encoding: string): Buffer {
  if (encoding.startsWith('utf-16')) return bytes.subarray(0, bytes.length & ~1);
  const end = bytes.lastIndexOf(NEWLINE);
  return end === -1 ? bytes : bytes.subarray(0, end + 1);
}

function refuseOthers({ name, bytes }: Sample): void {
  if (bytes.length === 0) throw new InitError(`expected rows, got an empty file: ${name}`);
  const front = bytes.toString('latin1', 0, 64);
  const other = OTHER_FILES.find(([mark]) => front.startsWith(mark));
  if (other !== undefined) {
    throw new InitError(`expected CSV, JSON or NDJSON, got ${other[1]}: ${name}`);
  }
}

function decode(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes.indexOf('\uFEFF') === 0 ? bytes.subarray(3) : bytes;
}

/** By the first characters; by the name where they don't say it. */
function formatOf(text: string, name: string): RowFormat {
  const begins = text.trimStart();
  if (begins.startsWith('<')) {
    throw new InitError(`expected CSV, JSON or NDJSON, got HTML or XML: ${name}`);
  }
  const ending = /[.](csv|json|ndjson|jsonl)(?:[.](?:gz|zst|br|zip))?$/i.exec(name)?.[1];
  const byName = ROW_FORMATS.find((one) => one === ending?.toLowerCase());
  if (ending?.toLowerCase() === 'jsonl' || byName === 'ndjson') return 'ndjson';
  if (begins.startsWith('{')) return hasJsonLines(begins) ? 'ndjson' : 'json';
  return begins.startsWith('[') && byName !== 'csv' ? 'json' : 'csv';
}

/** Whether each line is JSON of its own. */
function hasJsonLines(text: string): boolean {
  const [first = '', second = ''] = text.split('\n', 2);
  if (!second.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(first);
    return true;
  } catch {
    return false;
  }
}
