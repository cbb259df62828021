import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { gunzipIfNeeded } from './gunzip.js';

async function* inOneChunk(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size)
    yield bytes.subarray(start, start + size);
}

async function read(bytes: Uint8Array, size = 100, maxBytes?: number): Promise<Buffer> {
  const limit = maxBytes === undefined ? {} : { maxBytes };
  const chunks: Uint8Array[] = [];
  for await (const chunk of gunzipIfNeeded(inOneChunk(bytes, size), limit)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const PACKED = gzipSync(Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * at) % 251)));

describe('gunzipIfNeeded', () => {
  it('gives any bytes back, packed or not', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 50 }), async (given, size) => {
        expect(await read(gzipSync(given), size)).toEqual(Buffer.from(given));
        fc.pre(given[0] !== 0x1f);
        expect(await read(given, size)).toEqual(Buffer.from(given));
      }),
    );
  });

  it('reads gzips one after the other', async () => {
    expect(String(await read(Buffer.concat([gzipSync('a'), gzipSync('b')])))).toBe('ab');
  });

  it('distinguishes one that is cut off from one that is broken', async () => {
    for (const length of [2, 15, PACKED.length >> 1, PACKED.length - 1]) {
      await expect(read(PACKED.subarray(0, length))).rejects.toMatchObject({
        kind: 'passing',
        code: 'SOURCE_CUT_OFF',
      });
    }
    const broken = Buffer.from(PACKED);
    broken.fill(0xff, 20, 60);
    const lasting = { kind: 'lasting', code: 'SOURCE_UNREADABLE' };
    await expect(read(broken)).rejects.toMatchObject(lasting);
    await expect(read(Buffer.from([0x1f, 0x8b, 9, 9, 9]))).rejects.toMatchObject(lasting);
  });

  it('does not unpack more than it may', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    expect(await read(bomb, 100, 10_000_000)).toHaveLength(10_000_000);
    await expect(read(bomb, 100, 9_999_999)).rejects.toMatchObject({
      kind: 'lasting',
      code: 'SOURCE_TOO_LARGE',
    });
  });

  it.each([
    ['packed', PACKED],
    ['plain', Buffer.from('plain')],
  ])('lets go of %s bytes that are left early, and passes failures on', async (_, bytes) => {
    let closed = false;
    const source = async function* (pieces: number): AsyncGenerator<Uint8Array> {
      try {
        for (let piece = 0; piece < pieces; piece += 1) yield bytes;
        throw new Error('the disk is gone');
      } finally {
        closed = true;
      }
    };
    const left = gunzipIfNeeded(source(Infinity));
    await left.next();
    await left.return(undefined);
    expect(closed).toBe(true);
    const failed = async (): Promise<void> => {
      for await (const chunk of gunzipIfNeeded(source(3))) expect(chunk).toBeDefined();
    };
    await expect(failed()).rejects.toThrow('the disk is gone');
  });
});
