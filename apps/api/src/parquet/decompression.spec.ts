import { randomBytes } from 'node:crypto';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { describe, expect, it } from 'vitest';
import { codecName, decompress } from './decompression.js';
import { ParquetError } from './parquet-error.js';

const COMPRESS = {
  UNCOMPRESSED: (bytes: Buffer) => bytes,
  SNAPPY: (bytes: Buffer) => Buffer.from(snappyCompress(bytes)),
  GZIP: (bytes: Buffer) => gzipSync(bytes),
  BROTLI: (bytes: Buffer) => brotliCompressSync(bytes),
  ZSTD: (bytes: Buffer) => zstdCompressSync(bytes),
} as const;

const BYTES = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('abcd', 'x', 'abcdefghijklmnopqrstuvwxyz').map((text) => Buffer.from(text)),
      fc.tuple(fc.nat(255), fc.nat(200)).map(([byte, count]) => new Uint8Array(count).fill(byte)),
    ),
  )
  .map((parts) => Buffer.concat(parts));

describe.each(Object.entries(COMPRESS))('%s', (codec, compress) => {
  it('is decompressed', async () => {
    await fc.assert(
      fc.asyncProperty(BYTES, async (bytes) => {
        expect(await decompress(codec, compress(bytes), bytes.length)).toEqual(bytes);
      }),
    );
    const large = Buffer.concat([randomBytes(70_000), Buffer.alloc(200_000, 'ab')]);
    expect(large.equals(await decompress(codec, compress(large), large.length))).toBe(true);
  });

  it('is refused where its size is another one', async () => {
    const packed = compress(Buffer.alloc(1_000, 'abc'));
    await expect(decompress(codec, packed, 999)).rejects.toThrow();
    await expect(decompress(codec, packed, 1_001)).rejects.toThrow(ParquetError);
  });
});

describe('damaged snappy', () => {
  it('is refused, or has the same size', async () => {
    const bytes = Buffer.concat([randomBytes(300), Buffer.alloc(600, 'abcdefg')]);
    const packed = COMPRESS.SNAPPY(bytes);
    const change = fc.tuple(fc.nat(packed.length - 1), fc.nat(255));
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, async (damage) => {
        const damaged = Buffer.from(packed);
        for (const [place, byte] of damage) damaged[place] = byte;
        const result = await decompress('SNAPPY', damaged, bytes.length).catch(
          (error: unknown) => error,
        );
        if (result instanceof Buffer) expect(result.length).toBe(bytes.length);
        else expect(result).toBeInstanceOf(ParquetError);
      }),
      { numRuns: 2_000 },
    );
  });

  it('with a literal of four thousand million bytes is refused', async () => {
    const packed = Buffer.of(10, 0xfc, 0xff, 0xff, 0xff, 0xff, 1, 2, 3);
    await expect(decompress('SNAPPY', packed, 10)).rejects.toThrow(ParquetError);
  });
});

it('names the codec that it refuses, and those that it reads', async () => {
  const refused = decompress(codecName(7), Buffer.alloc(4), 4);
  await expect(refused).rejects.toMatchObject({
    failure: 'unsupported',
    message:
      'expected a column that is uncompressed or compressed with snappy, gzip, zstd or brotli, got LZ4_RAW: write it with zstd',
  });
  expect(codecName(99)).toBe('codec 99');
});

it('a large page of snappy leaves turns of the event loop to others', async () => {
  const texts = Array.from({ length: 300_000 }, (_, n) => Buffer.from(`${n} of many texts `));
  const bytes = Buffer.concat(texts);
  const packed = COMPRESS.SNAPPY(bytes);
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  expect((await decompress('SNAPPY', packed, bytes.length)).equals(bytes)).toBe(true);
  isDone = true;
  expect(turns).toBeGreaterThan(0);
});
