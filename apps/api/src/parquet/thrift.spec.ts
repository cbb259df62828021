import { describe, expect, it } from 'vitest';
import { ParquetError } from './parquet-error.js';
import { readStruct } from './thrift.js';

const read = (...bytes: readonly number[]): unknown => readBytes(Buffer.from(bytes));

function readBytes(bytes: Buffer): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return readStruct({ view, offset: 0 });
}

const STOP = 0;
const I64_FIELD_1 = 0x16;
const LIST_FIELD_1 = 0x19;
const STRUCT_FIELD_1 = 0x1c;

describe('readStruct', () => {
  it('reads the fields of a structure', () => {
    // A number, true, two bytes, a list of two numbers, a structure.
    const bytes = [0x15, 0x08, 0x11, 0x18, 2, 0x61, 0x62, 0x19, 0x25, 2, 4, 0x1c, 0x15, 1, STOP];
    expect(read(...bytes, STOP)).toEqual({
      field_1: 4,
      field_2: true,
      field_3: Uint8Array.of(0x61, 0x62),
      field_4: [1, 2],
      field_5: { field_1: -1 },
    });
  });

  it('refuses a number without an end, which the library would read for hours', () => {
    const bytes = Buffer.alloc(4_000_000, 0xff);
    bytes[0] = I64_FIELD_1;
    expect(() => readBytes(bytes)).toThrow(ParquetError);
    expect(() => readBytes(bytes)).toThrow('expected a number of up to 64 bits, got a longer one');
  });

  it('refuses lists and bytes that are longer than what is there', () => {
    expect(() => read(LIST_FIELD_1, 0xf5, 0xff, 0xff, 0xff, 0xff, 0x07, STOP)).toThrow(
      ParquetError,
    );
    expect(() => read(0x18, 0xff, 0xff, 0xff, 0xff, 0x07, STOP)).toThrow(ParquetError);
  });

  it('refuses structures inside of each other without an end', () => {
    expect(() => readBytes(Buffer.alloc(1_000_000, STRUCT_FIELD_1))).toThrow(
      'expected up to 32 levels, got more',
    );
  });

  it('refuses types that Parquet does not use, and the end of the bytes', () => {
    expect(() => read(0x1b, STOP)).toThrow(ParquetError);
    expect(() => read(0x15)).toThrow(RangeError);
  });
});
