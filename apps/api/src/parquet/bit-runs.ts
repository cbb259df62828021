import { damaged } from './parquet-error.js';

const BYTE_BITS = 8;
const PACKED_VALUES = 8;
const MOST_WIDTH = 32;
const MOST_VARINT_BYTES = 5;

/**
 * Numbers of some bits each, in runs: a run repeats one number, or has its numbers packed. Parquet writes levels,
 * places in a dictionary and booleans in this way
 * ([RLE/bit-packing hybrid](https://parquet.apache.org/docs/file-format/data-pages/encodings/)). It reads as many numbers
 * as it is asked for, so that no length in a damaged file fills the memory or repeats forever.
 */
export class BitRuns {
  /** Numbers left in the run. */
  private left = 0;
  private isPacked = false;
  /** The number that a run repeats. */
  private repeated = 0;
  /** Where the packed numbers begin, and the first bit after those that were read. */
  private packedAt = 0;
  private bit = 0;

  /**
   * @param at of the first byte
   * @param end after the last byte
   * @param width bits of a number
   */
  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
    private readonly end: number,
    private readonly width: number,
  ) {
    if (width > MOST_WIDTH) throw damaged(`expected numbers of up to 32 bits, got ${width}`);
    if (end > bytes.length) throw damaged('expected the whole page, got its beginning');
  }

  /** Reads the next `count` numbers into the beginning of `into`. */
  fill(into: Uint8Array | Uint32Array, count: number): void {
    for (let done = 0; done < count;) {
      while (this.left === 0) this.nextRun();
      const some = Math.min(this.left, count - done);
      if (this.isPacked) this.unpack(into, done, some);
      else into.fill(this.repeated, done, done + some);
      this.left -= some;
      done += some;
    }
  }

  private nextRun(): void {
    const header = this.readVarint();
    const size = Math.floor(header / 2);
    this.isPacked = header % 2 === 1;
    if (this.isPacked) {
      this.left = size * PACKED_VALUES;
      this.packedAt = this.at;
      this.bit = 0;
      this.at += size * this.width;
      return;
    }
    this.left = size;
    this.repeated = 0;
    for (let shift = 0; shift < this.width; shift += BYTE_BITS) {
      this.repeated = (this.repeated | (this.readByte() << shift)) >>> 0;
    }
  }

  private unpack(into: Uint8Array | Uint32Array, from: number, count: number): void {
    const { bytes, width, packedAt } = this;
    let { bit } = this;
    if (packedAt + Math.ceil((bit + count * width) / BYTE_BITS) > this.end) {
      throw damaged('expected a run of packed numbers, got the end of the page');
    }
    const mask = width === MOST_WIDTH ? 0xff_ff_ff_ff : 2 ** width - 1;
    for (let index = from; index < from + count; index += 1) {
      let byte = packedAt + Math.floor(bit / BYTE_BITS);
      const offset = bit % BYTE_BITS;
      let value = (bytes[byte] ?? 0) >>> offset;
      for (let bits = BYTE_BITS - offset; bits < width; bits += BYTE_BITS) {
        byte += 1;
        value |= (bytes[byte] ?? 0) << bits;
      }
      into[index] = (value & mask) >>> 0;
      bit += width;
    }
    this.bit = bit;
  }

  private readVarint(): number {
    let value = 0;
    for (let byte = 0; byte < MOST_VARINT_BYTES; byte += 1) {
      const bits = this.readByte();
      value += (bits & 0x7f) * 2 ** (7 * byte);
      if (bits < 0x80) return value;
    }
    throw damaged('expected the length of a run, got a number that is too large');
  }

  private readByte(): number {
    if (this.at >= this.end) throw damaged('expected another run, got the end of the page');
    const byte = this.bytes[this.at] ?? 0;
    this.at += 1;
    return byte;
  }
}

/** How many bits a number up to `most` needs. */
export function bitsFor(most: number): number {
  return 32 - Math.clz32(most);
}
