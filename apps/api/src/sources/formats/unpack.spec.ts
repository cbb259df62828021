import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { draws } from '../../../../../test/draws.js';
import { contentOf } from '../day-index/indexed-content.fixture.js';
import { listOf } from '../day-source.fixture.js';
import { packingOf, unpackIfPacked } from './unpack.js';
import { zipOf } from './zip.fixture.js';

interface UnpackOptions {
  readonly size?: number;
  readonly maxBytes?: number;
  readonly name?: string;
}

async function read(
  bytes: Uint8Array,
  { size = 100, maxBytes = 2 ** 31, name = 'a.csv' }: UnpackOptions = {},
): Promise<Buffer> {
  const chunks = contentOf(bytes, size).chunks();
  return Buffer.concat(await listOf(unpackIfPacked({ chunks, name }, { maxBytes })));
}

const DATA = Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * at) % 251));
const WAYS = [
  ['gzip', (bytes: Uint8Array) => gzipSync(bytes), 'a.csv'],
  ['zstd', (bytes: Uint8Array) => zstdCompressSync(bytes), 'a.csv'],
  ['brotli', (bytes: Uint8Array) => brotliCompressSync(bytes), 'a.csv.br'],
  ['zip', (bytes: Uint8Array) => zipOf({ 'a.csv': bytes }), 'a.csv'],
] as const;
const lasting = { kind: 'lasting', code: 'SOURCE_UNREADABLE' };

describe.each(WAYS)('%s', (packing, pack, name) => {
  it('yields any bytes as they were, packed or not, in chunks of any size', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 50 }), async (given, size) => {
        expect(await read(pack(given), { size, name })).toEqual(Buffer.from(given));
        fc.pre(packingOf(given) === undefined);
        expect(await read(given, { size })).toEqual(Buffer.from(given));
      }),
      { numRuns: draws(10, 30) },
    );
    const large = Buffer.alloc(draws(300_000, 1_000_000), 'day,amount\n');
    expect(await read(pack(large), { size: 65_536, name })).toEqual(large);
  });

  it('distinguishes one that is cut off from one that is broken', async () => {
    const packed = pack(DATA);
    for (const length of [15, packed.length >> 1, packed.length - 1]) {
      await expect(read(packed.subarray(0, length), { name })).rejects.toMatchObject({
        kind: 'passing',
        code: 'SOURCE_CUT_OFF',
        message: `expected the rest of a ${packing}, got its end`,
      });
    }
    const broken = Buffer.from(packed);
    // Its first block, whatever precedes it.
    broken.fill(0xff, packing === 'zip' ? 40 : 6, packing === 'zip' ? 80 : 60);
    await expect(read(broken, { name })).rejects.toMatchObject(lasting);
  });

  it('does not unpack more than it may', async () => {
    const size = draws(200_000, 10_000_000);
    const bomb = pack(Buffer.alloc(size));
    expect(await read(bomb, { maxBytes: size, name })).toHaveLength(size);
    await expect(read(bomb, { maxBytes: size - 1, name })).rejects.toMatchObject({
      kind: 'lasting',
      code: 'SOURCE_TOO_LARGE',
      message: `expected a ${packing} of at most ${size - 1} bytes when unpacked, got more`,
    });
  });

  it('lets go of bytes that are left early, and passes failures on', async () => {
    const packed = pack(DATA);
    let closed = 0;
    const source = async function* (isWhole: boolean): AsyncGenerator<Uint8Array> {
      try {
        yield packed.subarray(0, packed.length - 5);
        if (isWhole) yield packed.subarray(-5);
        else throw new Error('the disk is gone');
      } finally {
        closed += 1;
      }
    };
    const left = unpackIfPacked({ chunks: source(true), name });
    expect((await left.next()).done).toBe(false);
    await left.return(undefined);
    expect(closed).toBe(1);
    const failed = listOf(unpackIfPacked({ chunks: source(false), name }));
    await expect(failed).rejects.toThrow('the disk is gone');
    expect(closed).toBe(2);
  });
});

it('a content that is not packed lets go of bytes that are left early', async () => {
  let closed = false;
  const source = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.from('plain');
    } finally {
      closed = true;
    }
  };
  const left = unpackIfPacked({ chunks: source() });
  await left.next();
  await left.return(undefined);
  expect(closed).toBe(true);
});

it('a content that is not packed may be empty, under any name', async () => {
  expect(await read(Buffer.alloc(0), { name: 'a.br' })).toHaveLength(0);
});

describe('frames that follow one another', () => {
  it('are all read, wherever the chunks end', async () => {
    const gzips = Buffer.concat([gzipSync('a'), gzipSync('b')]);
    expect(String(await read(gzips))).toBe('ab');
    // pzstd begins each of its frames with one to be skipped.
    const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
    const frames = Buffer.concat([
      ...[skipped, zstdCompressSync('a'), skipped, zstdCompressSync('b')],
      ...[zstdCompressSync(''), zstdCompressSync(DATA)],
    ]);
    for (const size of [1, 3, 12, 25, 10_000]) {
      expect(await read(frames, { size })).toEqual(Buffer.concat([Buffer.from('ab'), DATA]));
    }
  });

  it('may not be followed by anything else', async () => {
    for (const size of [1, 1_000]) {
      const zstd = Buffer.concat([zstdCompressSync('a'), Buffer.from('hello')]);
      await expect(read(zstd, { size })).rejects.toMatchObject(lasting);
      const brotli = Buffer.concat([brotliCompressSync('a'), Buffer.from('hello')]);
      await expect(read(brotli, { size, name: 'a.BR' })).rejects.toMatchObject(lasting);
    }
  });
});

describe('a zip', () => {
  it('has one file beside folders and what macOS adds', async () => {
    const zip = zipOf({
      'data/': '',
      'data/a.csv': 'day,x\n',
      '__MACOSX/data/._a.csv': 'x',
      'data/.DS_Store': 'x',
    });
    expect(String(await read(zip))).toBe('day,x\n');
  });

  it.each([
    [
      'several files',
      zipOf({ 'a.csv': 'x', '../b.csv': 'y' }),
      'expected a zip with one file, got 2: "a.csv", "../b.csv"; put each of them into a file of its own',
    ],
    [
      'a workbook',
      zipOf({ '[Content_Types].xml': 'x', 'xl/workbook.xml': 'y' }),
      'expected a zip with one file, got 2: "[Content_Types].xml", "xl/workbook.xml"; a workbook such as .xlsx: save its sheet as CSV',
    ],
    ['no file', zipOf({ 'a/': '' }), 'expected a zip with one file, got an empty one'],
    ['nothing', zipOf({}), 'expected a zip with one file, got an empty one'],
    [
      'an encrypted file',
      zipOf({ 'a.csv': 'x' }, { flags: 1 }),
      'expected a zip without a password, got "a.csv" encrypted: provide it unpacked, or in a zip without one',
    ],
    [
      'a method that few programs have',
      zipOf({ 'a.csv': 'x' }, { method: 14 }),
      'expected a zip packed by deflate, got "a.csv" packed by method 14: pack it again as gzip or zstd',
    ],
    [
      'another checksum',
      zipOf({ 'a.csv': 'x' }, { checksum: 7 }),
      'expected a whole zip, got "a.csv" with another checksum than it says',
    ],
  ])('is refused with %s', async (_, zip, message) => {
    await expect(read(zip)).rejects.toMatchObject({ ...lasting, message });
  });

  it('that says a wrong size is refused before it fills anything', async () => {
    const bomb = zipOf({ 'a.csv': Buffer.alloc(draws(1_000_000, 10_000_000)) }, { size: 10 });
    await expect(read(bomb, { size: 10_000 })).rejects.toMatchObject(lasting);
  });

  it('may be stored without packing', async () => {
    expect(String(await read(zipOf({ 'a.csv': 'x' }, { method: 0 })))).toBe('x');
  });
});
