import { ByteWriter } from 'hyparquet-writer';
import { deltaBinaryPack } from 'hyparquet-writer/src/delta.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelsOf } from './leaf-pages.fixture.js';
import { checkNumbers, checkPage, checkSnappy, type PageParts } from './page-guard.js';
import { ParquetError } from './parquet-error.js';

const NONE = { most: 0, bytes: undefined };
const PAGE: PageParts = {
  ...{ encoding: 'PLAIN', count: 100, repetition: NONE, definition: NONE },
  ...{ type: 'BYTE_ARRAY', width: 0, hasDictionary: true },
};
const check = (bytes: readonly number[], changes: Partial<PageParts>) => () =>
  checkPage(Buffer.from(bytes), { ...PAGE, ...changes });
/** A number of 32 bits. */
const LONG = [0xfe, 0xff, 0xff, 0xff, 0x0f];

describe('levels', () => {
  it('say how many values are there, and whether a row goes on', () => {
    const levels = fc.array(fc.nat(3), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(levels, levels, (first, second) => {
        const count = Math.min(first.length, second.length);
        const [repetitions, definitions] = [first.slice(0, count), second.slice(0, count)];
        const bytes = Buffer.concat([levelsOf(3, repetitions), levelsOf(3, definitions)]);
        const most = { most: 3, bytes: undefined };
        expect(checkPage(bytes, { ...PAGE, count, repetition: most, definition: most })).toEqual({
          present: definitions.filter((level) => level === 3).length,
          isContinued: repetitions[0] !== 0,
        });
      }),
    );
  });

  it.each([
    ['a run that is longer than the page', [6, 0, 0, 0, ...LONG, 1]],
    ['a run that is longer than what is left', [4, 0, 0, 0, 180, 1, 1, 30, 1]],
    ['no bytes', []],
    ['runs of nothing', [4, 0, 0, 0, 0, 0, 0, 0]],
    ['a length without an end', [6, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['a packed run that is cut', [2, 0, 0, 0, 5, 1]],
  ])('with %s are refused', (_name, bytes) => {
    expect(check(bytes, { definition: { most: 1, bytes: undefined } })).toThrow(Error);
  });

  it('that the header has, but not the schema, are refused', () => {
    expect(check([1, 2], { definition: { most: 0, bytes: 2 } })).toThrow(ParquetError);
  });
});

it.each(['RLE_DICTIONARY', 'PLAIN_DICTIONARY'])(
  'places in a dictionary are those that fit: %s',
  (encoding) => {
    // 100 times the same one; as groups of eight; none at all.
    expect(check([9, 200, 1, 0, 0], { encoding })().present).toBe(100);
    expect(check([1, 27, ...Array<number>(13).fill(7)], { encoding })().present).toBe(100);
    expect(check([0, 200, 1], { encoding })().present).toBe(100);
    for (const bytes of [
      [9, ...LONG, 0, 0],
      // Of 25 bits: the library would make others of them.
      [25, 200, 1, 0, 0, 0, 0],
      // Groups without bits take no bytes: the library would count to their number.
      [0, 0xff, 0xff, 0xff, 0xff, 0x0f],
    ]) {
      expect(check(bytes, { encoding })).toThrow(ParquetError);
    }
    expect(check([9, 200, 1, 0, 0], { encoding, hasDictionary: false })).toThrow(ParquetError);
  },
);

describe('numbers as differences', () => {
  const packed = (numbers: readonly number[]): Buffer => {
    const writer = new ByteWriter();
    deltaBinaryPack(writer, Int32Array.from(numbers), 'INT32');
    return Buffer.from(writer.getBytes());
  };
  const lengths = { encoding: 'DELTA_LENGTH_BYTE_ARRAY', count: 2 };

  it.each([
    ['without parts', [0x80, 0x01, 0, 2, 0]],
    ['without numbers', [0, 4, 2, 0]],
    ['of parts that are no whole bytes', [0x80, 0x01, 5, 2, 0]],
    // The library would read the second block forever.
    ['that lead back', [0xe0, 0xff, 0xff, 0xff, 0x0f, 4, 2, 0, 0, 5, 0, 0, 0]],
    ['up to the end of the page', [0x80, 0x01, 4, 2, 0, 0, 64, 0, 0, 0, 1]],
  ])('in blocks %s are refused', (_name, bytes) => {
    expect(check(bytes, lengths)).toThrow(Error);
    const texts = { ...lengths, encoding: 'DELTA_BYTE_ARRAY' };
    expect(check([...packed([0, 0]), ...bytes], texts)).toThrow(Error);
  });

  it('that say how much of a text is that of the one before are no more than it has', () => {
    const page = { encoding: 'DELTA_BYTE_ARRAY', count: 3 };
    const texts = packed([4, 2, 1]);
    const bytes = (shared: readonly number[]): number[] => [...packed(shared), ...texts];
    expect(check(bytes([0, 4, 6]), page)().present).toBe(3);
    expect(check(bytes([0, 5, 6]), page)).toThrow('expected the beginning of a text');
    expect(check(bytes([0, -1, 0]), page)).toThrow('expected the beginning of a text');
    expect(check([...packed([0]), ...packed([2 ** 30])], { ...page, count: 1 })).toThrow(
      'expected a page with texts of up to 268435456 bytes',
    );
  });

  it('of any size end within 16 KiB: a longer one would take hours', () => {
    const bytes = Buffer.alloc(4_000_000, 0xff);
    expect(() => {
      checkNumbers(bytes);
    }).toThrow('expected numbers of up to 64 bits, got a longer one');
    expect(check([...bytes.subarray(0, 20_000)], { encoding: 'DELTA_BINARY_PACKED' })).toThrow(
      ParquetError,
    );
    for (let at = 0; at < bytes.length; at += 16_384) bytes[at] = 1;
    checkNumbers(bytes);
  });
});

it.each([
  ['BIT_PACKED', {}],
  ['ALP', {}],
  [undefined, {}],
  ['RLE', { type: 'INT32' }],
])('values in the encoding %s are refused', (encoding, changes) => {
  const refused = check([2, 0, 0, 0, 200, 1, 1], { encoding, ...changes });
  expect(refused).toThrow('expected an encoding of values that Daysync reads');
});

it('values of fixed length in parts are no more than the page has', () => {
  const page = { encoding: 'BYTE_STREAM_SPLIT', width: 4, type: 'FIXED_LEN_BYTE_ARRAY' };
  const [whole, cut] = [Array<number>(400).fill(0), Array<number>(399).fill(0)];
  expect(check(whole, page)().present).toBe(100);
  expect(check(cut, page)).toThrow(ParquetError);
});

describe('bytes that are compressed with Snappy', () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom('abcd', 'x', 'abcdefghijklmnop'.repeat(9)).map((text) => Buffer.from(text)),
  );
  const bytes = fc.array(part).map((parts) => Buffer.concat(parts));

  it('are let through', () => {
    fc.assert(
      fc.property(bytes, (its) => {
        checkSnappy(Buffer.from(snappyCompress(its)));
      }),
    );
  });

  it.each([
    ['a literal of four thousand million bytes', [10, 0xfc, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]],
    // The library would go back by as many bytes as are missing to 2^32, and begin anew.
    ['a literal that leads back', [10, 0xfc, 0xf6, 0xff, 0xff, 0xff, 1, 2, 3]],
    ['a literal that is cut', [10, 0xf0]],
    ['a copy that is cut', [10, 0, 1, 0xff, 1]],
  ])('are refused with %s', (_name, packed) => {
    expect(() => {
      checkSnappy(Buffer.from(packed));
    }).toThrow(Error);
  });
});
