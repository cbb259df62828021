import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { readVarInt } from 'hyparquet/src/thrift.js';
import { damaged, ParquetError } from './parquet-error.js';

// The library trusts the bytes that it decodes. What is checked here are those that would let it fill the memory, or repeat a
// step for hours. Any other damage ends with an error of its own, or shows in the number of values.

/** A number of 64 bits has 10 of them; texts and bounds may have some thousand. */
const MOST_HIGH_BYTES = 16_384;

/** Bytes above 127 in a row may be a number without an end: the time to read it grows with the square of its length. */
export function checkNumbers(bytes: Uint8Array): void {
  let row = 0;
  for (const byte of bytes) {
    row = byte < 0x80 ? 0 : row + 1;
    if (row > MOST_HIGH_BYTES) throw damaged('expected numbers of up to 64 bits, got a longer one');
  }
}

/** How many more bytes an element of Snappy has after its tag, by the last two bits of it. */
const COPY_BYTES = [0, 1, 2, 4] as const;
/** From here on, a literal has its length in bytes of their own. */
const LONG_LITERAL = 60;

/** A literal of 2 GiB or more would lead back to where it was read. */
export function checkSnappy(packed: Buffer): void {
  let at = packed.findIndex((byte) => byte < 0x80) + 1;
  while (at < packed.length) {
    const tag = packed[at] ?? 0;
    at += 1 + (COPY_BYTES[tag & 3] ?? 0);
    if ((tag & 3) !== 0) continue;
    const length = tag >>> 2;
    const more = Math.max(length - LONG_LITERAL + 1, 0);
    at += 1 + more + (more === 0 ? length : packed.readUIntLE(at, more));
  }
  if (at > packed.length) throw damaged('expected a page compressed with snappy, got other bytes');
}

/** Levels that stand in front of the values of a page: one for each, unless all are 0. */
interface PageLevels {
  readonly most: number;
  /** Where the header says how many they have. */
  readonly bytes: number | undefined;
}

/** What the header of a page, and the schema, say of it. */
export interface PageParts {
  readonly encoding: string | undefined;
  /** Values, missing ones as well. */
  readonly count: number;
  /** From which element on each value repeats. */
  readonly repetition: PageLevels;
  /** Up to which element each value is there. */
  readonly definition: PageLevels;
  /** How values are stored. */
  readonly type: string;
  /** Of a value of fixed length, in bytes. */
  readonly width: number;
  readonly hasDictionary: boolean;
}

/** The library unpacks no numbers of more bits. So many values are in no dictionary. */
const MOST_INDEX_BITS = 24;

/** What is known of a page once it was checked. */
export interface CheckedPage {
  /** How many values are there, and not missing. */
  readonly present: number;
  /** Whether it begins in the middle of a row, which a page before has begun. */
  readonly isContinued: boolean;
}

/**
 * Checks a page before the library reads it.
 * @param bytes decompressed
 * @throws {ParquetError} and a RangeError where the bytes end too early
 */
export function checkPage(bytes: Buffer, page: PageParts): CheckedPage {
  const reader = readerOf(bytes);
  const repetitions = readLevels(reader, bytes, page.repetition, page.count);
  const definitions = readLevels(reader, bytes, page.definition, page.count);
  const { most } = page.definition;
  const present = definitions?.reduce((sum, level) => sum + (level === most ? 1 : 0), 0);
  checkValues(bytes, reader.offset, present ?? page.count, page);
  return { present: present ?? page.count, isContinued: (repetitions?.[0] ?? 0) > 0 };
}

/** Undefined where all are 0. */
function readLevels(
  reader: Reader,
  bytes: Buffer,
  { most, bytes: known }: PageLevels,
  count: number,
): number[] | undefined {
  if (most === 0 && (known ?? 0) > 0) throw damaged('expected a page without levels, got some');
  if (most === 0) return undefined;
  const bits = 32 - Math.clz32(most);
  checkRuns(bytes, reader.offset + (known === undefined ? 4 : 0), bits, count);
  const levels = new Array<number>(count);
  readRleBitPackedHybrid(reader, bits, levels, known);
  return levels;
}

function checkValues(
  bytes: Buffer,
  start: number,
  count: number,
  { encoding, type, width, hasDictionary }: PageParts,
): void {
  switch (encoding) {
    case 'PLAIN':
      return;
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      if (!hasDictionary) throw damaged('expected a dictionary before its values, got none');
      if (count > 0) checkRuns(bytes, start + 1, bytes.readUInt8(start), count);
      return;
    case 'RLE':
      if (type !== 'BOOLEAN') break;
      checkRuns(bytes, start + 4, 1, count);
      return;
    case 'BYTE_STREAM_SPLIT':
      if (width * count > bytes.length)
        throw damaged('expected more values in a page, got its end');
      return;
    case 'DELTA_BINARY_PACKED':
      checkNumbers(bytes.subarray(start));
      return;
    case 'DELTA_LENGTH_BYTE_ARRAY':
      checkDeltas(bytes, start, count);
      return;
    case 'DELTA_BYTE_ARRAY':
      checkPrefixes(bytes, start, count);
      return;
    default:
  }
  const why = `expected an encoding of values that Daysync reads, got ${encoding ?? 'another one'}`;
  throw new ParquetError('unsupported', why);
}

type Reader = Parameters<typeof readVarInt>[0];

function readerOf(bytes: Buffer, offset = 0): Reader {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset };
}

/** Numbers in runs of one, or packed in groups of eight: a run is written as long as it says. */
function checkRuns(bytes: Buffer, start: number, bits: number, count: number): void {
  const reader = readerOf(bytes, start);
  for (let seen = 0; seen < count;) {
    const header = readVarInt(reader);
    const isPacked = (header & 1) === 1;
    const run = (header >>> 1) * (isPacked ? 8 : 1);
    const most = count - seen + (isPacked ? 7 : 0);
    // Some writers pack more groups than they have values.
    if (bits > MOST_INDEX_BITS || (run > most && (bits === 0 || !isPacked))) {
      throw damaged(`expected ${count} numbers of up to ${MOST_INDEX_BITS} bits, got other ones`);
    }
    reader.offset += isPacked ? (run / 8) * bits : Math.ceil(bits / 8);
    seen += run;
  }
}

/** Numbers as differences, in blocks of parts: those without numbers lead nowhere. @returns the numbers, and where they end */
function checkDeltas(
  bytes: Buffer,
  start: number,
  count: number,
): { numbers: Int32Array; end: number } {
  const header = readerOf(bytes, start);
  const [block, parts] = [readVarInt(header), readVarInt(header)];
  if (block <= 0 || parts <= 0 || (block / parts) % 8 !== 0) {
    throw damaged(`expected numbers in blocks of parts, got ${block} in ${parts}`);
  }
  const reader = readerOf(bytes, start);
  const numbers = new Int32Array(count);
  deltaBinaryUnpack(reader, count, numbers);
  return { numbers, end: reader.offset };
}

/** Of all texts of a page. */
const MOST_TEXT_BYTES = 268_435_456;

/** Texts that begin with a part of the one before: each says how long that is. */
function checkPrefixes(bytes: Buffer, start: number, count: number): void {
  const shared = checkDeltas(bytes, start, count);
  const added = checkDeltas(bytes, shared.end, count);
  let [length, sum] = [0, 0];
  for (let index = 0; index < count; index += 1) {
    const prefix = shared.numbers[index] ?? 0;
    if (prefix < 0 || prefix > length)
      throw damaged('expected the beginning of a text, got more than it has');
    length = prefix + (added.numbers[index] ?? 0);
    sum += length;
    if (sum > MOST_TEXT_BYTES) {
      throw new ParquetError(
        'too_large',
        `expected a page with texts of up to ${MOST_TEXT_BYTES} bytes, got more: write smaller pages`,
      );
    }
  }
}
