import { damaged } from './parquet-error.js';

/** Larger than the blocks of any program that writes Parquet. */
const MOST_BLOCK = 1_048_576;
const MOST_VARINT_BYTES = 10;
const WORD = 2 ** 32;
const WORD_BITS = 32;
const MOST_WIDTH = 64;
const LOW = 0xff_ff_ff_ffn;

/** Numbers that were read, and where the bytes of a page go on. */
export interface DeltaNumbers {
  /** Two words for each number, the lower one first. */
  readonly words: Uint32Array;
  readonly end: number;
}

/**
 * Reads integers that are stored as differences, in blocks of parts with as many bits as their largest difference needs
 * ([delta encoding](https://parquet.apache.org/docs/file-format/data-pages/encodings/)). Sums wrap at 64 bits, so the lower
 * words are right for integers of 32 bits as well.
 * @param start of the first byte
 * @param count of the numbers
 * @throws {ParquetError}
 */
export function readDeltas(bytes: Uint8Array, start: number, count: number): DeltaNumbers {
  const reader = new DeltaReader(bytes, start);
  const words = reader.read(count);
  return { words, end: reader.at };
}

class DeltaReader {
  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
  ) {}

  read(count: number): Uint32Array {
    const block = Number(this.readVarint());
    const parts = Number(this.readVarint());
    const found = Number(this.readVarint());
    const first = this.readZigzag();
    const part = block / parts;
    const isValid = block > 0 && block <= MOST_BLOCK && part >= 8 && part % 8 === 0;
    if (!isValid || found !== count) {
      throw damaged(`expected ${count} numbers in blocks, got ${found} in blocks of ${block}`);
    }
    const words = new Uint32Array(2 * count);
    if (count === 0) return words;
    words[0] = Number(first & LOW);
    words[1] = Number((first >> 32n) & LOW);
    for (let next = 1; next < count;) {
      const least = this.readZigzag();
      const widths = this.at;
      this.at += parts;
      if (this.at > this.bytes.length) throw endOfPage();
      // What is left of a block after the last number is not stored.
      for (let index = 0; index < parts && next < count; index += 1) {
        const width = this.bytes[widths + index] ?? 0;
        const some = Math.min(part, count - next);
        this.addPart(words, next, some, { width, least });
        this.at += (part / 8) * width;
        next += some;
      }
    }
    return words;
  }

  /** Adds up the differences of a part, each `least` more than it is stored as. */
  private addPart(
    words: Uint32Array,
    from: number,
    count: number,
    { width, least }: { width: number; least: bigint },
  ): void {
    if (width > MOST_WIDTH) throw damaged(`expected numbers of up to 64 bits, got ${width}`);
    if (this.at + Math.ceil((count * width) / 8) > this.bytes.length) throw endOfPage();
    const leastLow = Number(least & LOW);
    const leastHigh = Number((least >> 32n) & LOW);
    const lowWidth = Math.min(width, WORD_BITS);
    let low = words[2 * from - 2] ?? 0;
    let high = words[2 * from - 1] ?? 0;
    for (let index = 0; index < count; index += 1) {
      const bit = index * width;
      const sum = low + leastLow + this.readBits(bit, lowWidth);
      const added = width > WORD_BITS ? this.readBits(bit + WORD_BITS, width - WORD_BITS) : 0;
      low = sum % WORD;
      high = (high + leastHigh + added + (sum - low) / WORD) % WORD;
      words[2 * (from + index)] = low;
      words[2 * (from + index) + 1] = high;
    }
  }

  /** A number of up to 32 bits. */
  private readBits(bit: number, width: number): number {
    const { bytes } = this;
    let byte = this.at + Math.floor(bit / 8);
    const offset = bit % 8;
    let value = (bytes[byte] ?? 0) >>> offset;
    for (let bits = 8 - offset; bits < width; bits += 8) {
      byte += 1;
      value |= (bytes[byte] ?? 0) << bits;
    }
    return width === WORD_BITS ? value >>> 0 : value & (2 ** width - 1);
  }

  private readZigzag(): bigint {
    const number = this.readVarint();
    return (number >> 1n) ^ -(number & 1n);
  }

  private readVarint(): bigint {
    let number = 0n;
    for (let index = 0; index < MOST_VARINT_BYTES; index += 1) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw endOfPage();
      this.at += 1;
      number |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return number;
    }
    throw damaged('expected a number of up to 64 bits, got a larger one');
  }
}

function endOfPage(): Error {
  return damaged('expected more numbers, got the end of the page');
}
