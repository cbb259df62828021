import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { damaged } from './parquet-error.js';
import type { ThriftFields } from './parquet-schema.js';

/** Where a structure begins, and, once it is read, what follows it. */
export interface ThriftReader {
  readonly view: DataView;
  offset: number;
}

/** A number of 64 bits has no more. */
const MOST_VARINT_BYTES = 10;
/** Far more levels than a footer or the header of a page has. */
const MOST_DEPTH = 32;

/**
 * Reads a structure of Thrift's compact protocol. The library reads numbers of any length and structures of any depth: of
 * a damaged file, it would be busy for hours. So all of it is looked over first.
 * @throws {ParquetError} and RangeError at the end of the bytes
 */
export function readStruct(reader: ThriftReader): ThriftFields {
  new Passage(reader.view, reader.offset).struct(0);
  return deserializeTCompactProtocol(reader);
}

/** Passes over what the library reads. */
class Passage {
  constructor(
    private readonly view: DataView,
    private at: number,
  ) {}

  struct(depth: number): void {
    if (depth > MOST_DEPTH) throw damaged(`expected up to ${MOST_DEPTH} levels, got more`);
    for (;;) {
      const header = this.byte();
      const type = header & 0x0f;
      if (type === 0) return;
      if (header >> 4 === 0) this.varint();
      this.value(type, depth);
    }
  }

  private value(type: number, depth: number): void {
    switch (type) {
      case 1: // true
      case 2: // false
        return;
      case 3: // a byte
        this.byte();
        return;
      case 4: // integers of 16, 32 and 64 bits
      case 5:
      case 6:
        this.varint();
        return;
      case 7: // a double
        this.skip(8);
        return;
      case 8: // bytes
        this.skip(this.count());
        return;
      case 9: // a list
        this.list(depth);
        return;
      case 12: // a structure
        this.struct(depth + 1);
        return;
      default:
        throw damaged(`expected a type of Thrift that Parquet uses, got ${type}`);
    }
  }

  private list(depth: number): void {
    const header = this.byte();
    const short = header >> 4;
    const count = short === 0x0f ? this.count() : short;
    const type = header & 0x0f;
    // Each item has a byte at least.
    if (count > this.view.byteLength - this.at) throw damaged('expected a list, got its beginning');
    for (let item = 0; item < count; item += 1) this.value(type <= 2 ? 3 : type, depth);
  }

  /** A number of bytes or items. */
  private count(): number {
    const start = this.at;
    this.varint();
    let count = 0;
    for (let at = this.at - 1; at >= start; at -= 1) {
      count = count * 0x80 + (this.view.getUint8(at) & 0x7f);
    }
    return count;
  }

  private varint(): void {
    for (let left = MOST_VARINT_BYTES; left > 0; left -= 1) if (this.byte() < 0x80) return;
    throw damaged('expected a number of up to 64 bits, got a longer one');
  }

  private byte(): number {
    const byte = this.view.getUint8(this.at);
    this.at += 1;
    return byte;
  }

  private skip(bytes: number): void {
    if (bytes > this.view.byteLength - this.at)
      throw damaged('expected bytes, got their beginning');
    this.at += bytes;
  }
}
