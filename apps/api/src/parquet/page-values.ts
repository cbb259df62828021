import { BitRuns } from './bit-runs.js';
import { readDeltas } from './delta-numbers.js';
import type { LeafDecoder, LeafValue } from './leaf-values.js';
import { damaged, ParquetError } from './parquet-error.js';
import type { PhysicalType, SchemaNode } from './parquet-schema.js';

/** The next values of a page, without the missing ones. */
export interface PageValues {
  /** @throws {ParquetError} if there are fewer */
  take(count: number): LeafValue[];
}

/** How values are written, as Parquet numbers it. */
const ENCODINGS: Readonly<Record<number, string>> = {
  0: 'PLAIN',
  1: 'GROUP_VAR_INT',
  2: 'PLAIN_DICTIONARY',
  3: 'RLE',
  4: 'BIT_PACKED',
  5: 'DELTA_BINARY_PACKED',
  6: 'DELTA_LENGTH_BYTE_ARRAY',
  7: 'DELTA_BYTE_ARRAY',
  8: 'RLE_DICTIONARY',
  9: 'BYTE_STREAM_SPLIT',
  10: 'ALP',
};

/** The values of a page before they are decoded. */
interface PackedValues {
  readonly leaf: SchemaNode;
  readonly decoder: LeafDecoder;
  readonly bytes: Buffer;
  /** Where the values begin in `bytes`. */
  readonly start: number;
  /** How many values there are, without the missing ones. */
  readonly count: number;
  readonly dictionary: readonly LeafValue[] | null;
}

/**
 * The values of a page.
 * @param encoding as Parquet numbers it
 * @throws {ParquetError} for an encoding that is not read
 */
export function pageValues(encoding: number, packed: PackedValues): PageValues {
  const { leaf, bytes, start } = packed;
  const name = ENCODINGS[encoding] ?? `encoding ${encoding}`;
  switch (name) {
    case 'PLAIN':
      return plainValues(packed);
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      return new DictionaryValues(packed);
    case 'RLE':
      if (leaf.physical === 'BOOLEAN') {
        // The length of the runs comes before them.
        return new BooleanRuns(packed, new BitRuns(bytes, start + 4, bytes.length, 1));
      }
      break;
    case 'DELTA_BINARY_PACKED':
      if (leaf.physical === 'INT32')
        return new Int32Values(packed, readLengths(bytes, start, packed.count).numbers);
      if (leaf.physical === 'INT64')
        return new Int64Values(packed, readDeltas(bytes, start, packed.count).words);
      break;
    case 'DELTA_LENGTH_BYTE_ARRAY':
      if (leaf.physical === 'BYTE_ARRAY') return new DeltaLengthTexts(packed);
      break;
    case 'DELTA_BYTE_ARRAY':
      if (isBytes(leaf.physical)) return new DeltaTexts(packed);
      break;
    case 'BYTE_STREAM_SPLIT':
      if (leaf.physical !== 'BOOLEAN' && leaf.physical !== 'BYTE_ARRAY') {
        return plainValues({ ...packed, bytes: joinStreams(packed), start: 0 });
      }
      break;
  }
  const column = leaf.path.join('.');
  const why = `expected an encoding that Daysync reads in column ${column}, got ${name} of ${leaf.physical}`;
  throw new ParquetError('unsupported', why);
}

function isBytes(physical: PhysicalType): boolean {
  return physical === 'BYTE_ARRAY' || physical === 'FIXED_LEN_BYTE_ARRAY';
}

function plainValues(packed: PackedValues): PageValues {
  const { leaf, bytes, start, count } = packed;
  switch (leaf.physical) {
    case 'BOOLEAN':
      return new PlainBooleans(packed);
    case 'INT32':
      return new Int32Values(packed, new Int32Array(aligned(bytes, start, count * 4)));
    case 'INT64':
      return new Int64Values(packed, new Uint32Array(aligned(bytes, start, count * 8)));
    case 'FLOAT':
      return new FloatValues(packed, new Float32Array(aligned(bytes, start, count * 4)));
    case 'DOUBLE':
      return new FloatValues(packed, new Float64Array(aligned(bytes, start, count * 8)));
    case 'BYTE_ARRAY':
      return new PlainTexts(packed);
    case 'INT96':
      return new FixedBytes(packed, 12);
    case 'FIXED_LEN_BYTE_ARRAY':
      return new FixedBytes(packed, leaf.length);
  }
}

/** A copy of bytes, at which an array of numbers may begin. */
function aligned(bytes: Buffer, start: number, size: number): ArrayBuffer {
  if (start + size > bytes.length) throw endOfPage();
  const copy = new Uint8Array(size);
  copy.set(bytes.subarray(start, start + size));
  return copy.buffer;
}

function endOfPage(): ParquetError {
  return damaged('expected more values, got the end of the page');
}

/** Values that are decoded one after another. */
abstract class EachValue implements PageValues {
  protected readonly decoder: LeafDecoder;
  protected readonly bytes: Buffer;
  protected at: number;
  private readonly count: number;
  private taken = 0;

  constructor({ decoder, bytes, start, count }: PackedValues) {
    this.decoder = decoder;
    this.bytes = bytes;
    this.at = start;
    this.count = count;
  }

  take(count: number): LeafValue[] {
    if (this.taken + count > this.count) throw endOfPage();
    const values: LeafValue[] = [];
    for (let index = 0; index < count; index += 1) values.push(this.value(this.taken + index));
    this.taken += count;
    return values;
  }

  /** @param index of the page; they are asked for one after another */
  protected abstract value(index: number): LeafValue;
}

class PlainBooleans extends EachValue {
  protected override value(index: number): LeafValue {
    const byte = this.bytes[this.at + (index >>> 3)];
    if (byte === undefined) throw endOfPage();
    return this.decoder.boolean(((byte >>> (index & 7)) & 1) === 1);
  }
}

class Int32Values extends EachValue {
  constructor(
    packed: PackedValues,
    private readonly numbers: Int32Array,
  ) {
    super(packed);
  }

  protected override value(index: number): LeafValue {
    return this.decoder.int32(this.numbers[index] ?? 0);
  }
}

class Int64Values extends EachValue {
  /** @param halves two a number: the lower one comes first on every machine that Node runs on */
  constructor(
    packed: PackedValues,
    private readonly halves: Uint32Array,
  ) {
    super(packed);
  }

  protected override value(index: number): LeafValue {
    const { halves } = this;
    return this.decoder.int64((halves[2 * index + 1] ?? 0) | 0, halves[2 * index] ?? 0);
  }
}

class FloatValues extends EachValue {
  constructor(
    packed: PackedValues,
    private readonly numbers: Float32Array | Float64Array,
  ) {
    super(packed);
  }

  protected override value(index: number): LeafValue {
    return this.decoder.float(this.numbers[index] ?? 0);
  }
}

class PlainTexts extends EachValue {
  protected override value(): LeafValue {
    const { bytes, at } = this;
    if (at + 4 > bytes.length) throw endOfPage();
    const start = at + 4;
    const end = start + bytes.readUInt32LE(at);
    if (end > bytes.length) throw endOfPage();
    this.at = end;
    return this.decoder.bytes(bytes, start, end);
  }
}

class FixedBytes extends EachValue {
  constructor(
    packed: PackedValues,
    private readonly length: number,
  ) {
    super(packed);
  }

  protected override value(): LeafValue {
    const start = this.at;
    this.at += this.length;
    if (this.at > this.bytes.length) throw endOfPage();
    return this.decoder.bytes(this.bytes, start, this.at);
  }
}

class BooleanRuns extends EachValue {
  private readonly next = new Uint8Array(1);

  constructor(
    packed: PackedValues,
    private readonly runs: BitRuns,
  ) {
    super(packed);
  }

  protected override value(): LeafValue {
    this.runs.fill(this.next, 1);
    return this.decoder.boolean(this.next[0] === 1);
  }
}

/** Places of values in the dictionary of the column. */
class DictionaryValues implements PageValues {
  private readonly runs: BitRuns;
  private readonly dictionary: readonly LeafValue[];

  constructor({ bytes, start, count, dictionary }: PackedValues) {
    if (dictionary === null) throw damaged('expected the dictionary of a column, got none');
    this.dictionary = dictionary;
    // A page without values may have no bytes at all.
    const width = bytes[start] ?? (count === 0 ? 0 : undefined);
    if (width === undefined) throw endOfPage();
    this.runs = new BitRuns(bytes, start + 1, bytes.length, width);
  }

  take(count: number): LeafValue[] {
    const places = new Uint32Array(count);
    this.runs.fill(places, count);
    const values: LeafValue[] = [];
    for (const place of places) {
      const value = this.dictionary[place];
      if (value === undefined) {
        throw damaged(
          `expected a dictionary of more than ${place} values, got ${this.dictionary.length}`,
        );
      }
      values.push(value);
    }
    return values;
  }
}

class DeltaLengthTexts extends EachValue {
  private readonly lengths: Int32Array;

  constructor(packed: PackedValues) {
    super(packed);
    const { numbers, end } = readLengths(packed.bytes, packed.start, packed.count);
    this.lengths = numbers;
    this.at = end;
  }

  protected override value(index: number): LeafValue {
    const start = this.at;
    const length = this.lengths[index] ?? 0;
    if (length < 0 || start + length > this.bytes.length) throw endOfPage();
    this.at += length;
    return this.decoder.bytes(this.bytes, start, this.at);
  }
}

/** What is taken at once. A damaged page of a few bytes may repeat one long text a million times. */
const MOST_TAKEN_BYTES = 268_435_456;

/** Texts that begin as those before them. */
class DeltaTexts extends EachValue {
  private takenBytes = 0;
  private readonly shared: Int32Array;
  private readonly added: Int32Array;
  private previous = Buffer.alloc(0);

  constructor(packed: PackedValues) {
    super(packed);
    const { bytes, start, count } = packed;
    const shared = readLengths(bytes, start, count);
    const added = readLengths(bytes, shared.end, count);
    this.shared = shared.numbers;
    this.added = added.numbers;
    this.at = added.end;
  }

  override take(count: number): LeafValue[] {
    this.takenBytes = 0;
    return super.take(count);
  }

  protected override value(index: number): LeafValue {
    const { bytes, previous } = this;
    const start = this.at;
    const added = this.added[index] ?? 0;
    const shared = this.shared[index] ?? 0;
    if (added < 0 || start + added > bytes.length) throw endOfPage();
    if (shared < 0 || shared > previous.length) throw endOfPage();
    this.at += added;
    this.takenBytes += shared + added;
    if (this.takenBytes > MOST_TAKEN_BYTES) {
      const why = `expected texts of up to ${MOST_TAKEN_BYTES} bytes at once, got more`;
      throw new ParquetError('too_large', why);
    }
    this.previous = Buffer.concat([previous.subarray(0, shared), bytes.subarray(start, this.at)]);
    return this.decoder.bytes(this.previous, 0, this.previous.length);
  }
}

/** Numbers of 32 bits that are stored as differences, and where the bytes go on. */
function readLengths(
  bytes: Buffer,
  start: number,
  count: number,
): { readonly numbers: Int32Array; readonly end: number } {
  const { words, end } = readDeltas(bytes, start, count);
  const numbers = new Int32Array(count);
  for (let index = 0; index < count; index += 1) numbers[index] = words[2 * index] ?? 0;
  return { numbers, end };
}

/** Puts the bytes of each value together: they are stored as the first bytes of all, the second ones, and so on. */
function joinStreams({ leaf, bytes, start, count }: PackedValues): Buffer {
  const width = widthOf(leaf);
  if (start + count * width > bytes.length) throw endOfPage();
  const joined = Buffer.allocUnsafe(count * width);
  for (let byte = 0; byte < width; byte += 1) {
    for (let index = 0; index < count; index += 1) {
      joined[index * width + byte] = bytes[start + byte * count + index] ?? 0;
    }
  }
  return joined;
}

function widthOf({ physical, length }: SchemaNode): number {
  switch (physical) {
    case 'INT32':
    case 'FLOAT':
      return 4;
    case 'INT64':
    case 'DOUBLE':
      return 8;
    case 'INT96':
      return 12;
    default:
      return length;
  }
}
