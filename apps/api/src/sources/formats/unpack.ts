import { pipeline } from 'node:stream/promises';
import {
  createBrotliDecompress,
  createGunzip,
  createZstdDecompress,
  type BrotliDecompress,
  type ZstdDecompress,
} from 'node:zlib';
import { SourceError } from '../day-source.js';
import { TemporaryFile } from '../temporary-file.js';
import { cutOff, unreadable } from './format-failure.js';
import { readZip, type RandomBytes } from './zip-entry.js';

/** The most bytes that a file may unpack to. */
const MAX_UNPACKED_BYTES = 2_147_483_648;
const CHUNK_BYTES = 65_536;
/** The bytes that say how a content is packed. */
const FRONT_BYTES = 4;

export type Packing = 'gzip' | 'zstd' | 'brotli' | 'zip';

/** Content that may be packed. */
export interface PackedContent {
  /** From the beginning. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Of the file, or the path of its address: only a name says that content is brotli. @default none */
  readonly name?: string;
  /** The same content at any position, as a zip needs it. @default a copy in a temporary file */
  readonly random?: RandomBytes;
}

export interface UnpackLimit {
  readonly maxBytes: number;
  /** The key of the datasets file that raises the limit. */
  readonly key?: string;
}

/**
 * How content is packed: gzip, zstd and zip by its first four bytes, brotli by its name, because it has no mark of its own.
 * @param front the first bytes, fewer if it has fewer
 */
export function packingOf(front: Uint8Array, name = ''): Packing | undefined {
  if (/[.]br$/i.test(name)) return 'brotli';
  const [a, b, c, d] = front;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  // A frame that decoders skip.
  if (a !== undefined && a >> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18) return 'zstd';
  if (a === 0x50 && b === 0x4b) {
    if ((c === 3 && d === 4) || (c === 5 && d === 6) || (c === 7 && d === 8)) return 'zip';
  }
  return undefined;
}

/**
 * The content, unpacked if it is packed.
 * @throws {SourceError} lasting: `SOURCE_UNREADABLE`, `SOURCE_TOO_LARGE`; passing: `SOURCE_CUT_OFF`
 * @throws {DatabaseUnavailableError} if the disk has no room for a zip that has to be copied first
 */
export async function* unpackIfPacked(
  content: PackedContent,
  limit: UnpackLimit = { maxBytes: MAX_UNPACKED_BYTES },
): AsyncGenerator<Uint8Array> {
  const iterator = content.chunks[Symbol.asyncIterator]();
  const front: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (length < FRONT_BYTES && !ended) {
    const next = await iterator.next();
    if (next.done === true) ended = true;
    else {
      front.push(next.value);
      length += next.value.length;
    }
  }
  const body = withFront(front, { [Symbol.asyncIterator]: () => iterator }, ended);
  const packing = packingOf(Buffer.concat(front).subarray(0, FRONT_BYTES), content.name);
  if (packing === undefined) yield* body;
  // No bytes at all are a file without rows, whatever its name.
  else if (length > 0) yield* limited(unpack(packing, body, content.random, limit), packing, limit);
}

async function* withFront(
  front: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
  ended: boolean,
): AsyncGenerator<Uint8Array> {
  // Inside the generator that owns them, so that an early return closes them.
  let left = !ended;
  try {
    yield* front;
    if (ended) return;
    left = false;
    yield* rest;
  } finally {
    if (left) await rest[Symbol.asyncIterator]().return?.();
  }
}

function unpack(
  packing: Packing,
  packed: AsyncGenerator<Uint8Array>,
  random: RandomBytes | undefined,
  limit: UnpackLimit,
): AsyncIterable<Uint8Array> {
  switch (packing) {
    case 'gzip':
      return gunzip(packed);
    case 'zstd':
      return readFrames(packed, {
        packing,
        makeDecoder: () => createZstdDecompress({ chunkSize: CHUNK_BYTES }),
      });
    case 'brotli':
      return readFrames(packed, {
        packing,
        makeDecoder: () => createBrotliDecompress({ chunkSize: CHUNK_BYTES }),
      });
    case 'zip':
      return random === undefined ? unzipCopy(packed, limit) : unzip(packed, random);
  }
}

async function* limited(
  unpacked: AsyncIterable<Uint8Array>,
  packing: Packing,
  limit: UnpackLimit,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of unpacked) {
    bytes += chunk.length;
    if (bytes > limit.maxBytes) throw tooLarge(packing, limit);
    yield chunk;
  }
}

function tooLarge(packing: Packing, { maxBytes, key }: UnpackLimit): SourceError {
  const bound = key === undefined ? '' : ` (${key})`;
  const text = `expected a ${packing} of at most ${maxBytes} bytes${bound} when unpacked, got more`;
  return new SourceError('lasting', 'SOURCE_TOO_LARGE', text);
}

async function* gunzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = createGunzip({ chunkSize: CHUNK_BYTES });
  const fed = pipeline(packed, decoder);
  // The read below fails with the same error.
  fed.catch(() => undefined);
  try {
    yield* decoder as AsyncIterable<Buffer>;
  } catch (error) {
    throw decodingFailure(error, 'gzip');
  } finally {
    decoder.destroy();
    // Wait until the packed file is closed.
    await fed.catch(() => undefined);
  }
}

interface FrameOptions {
  readonly packing: 'zstd' | 'brotli';
  readonly makeDecoder: () => ZstdDecompress | BrotliDecompress;
}

/**
 * Reads frames that follow one another. Node's decoders end at the first end of a frame within a chunk and drop the rest of
 * the file without an error: the rest goes to a new decoder here.
 */
async function* readFrames(
  packed: AsyncIterable<Uint8Array>,
  { packing, makeDecoder }: FrameOptions,
): AsyncGenerator<Uint8Array> {
  const chunks = packed[Symbol.asyncIterator]();
  /** What the decoder before has left. */
  let rest: Uint8Array | undefined;
  let ended = false;
  try {
    for (let frames = 0; !ended; frames += 1) {
      if (packing === 'brotli' && frames > 0) {
        throw unreadable('expected the end of the file after its brotli, got more bytes');
      }
      const frame = new Frame(makeDecoder());
      try {
        // No chunk of the file is read before the decoder wants it.
        const fed = frame.feed(rest, chunks);
        fed.catch(() => undefined);
        yield* frame.unpacked();
        ({ rest, ended } = await fed);
      } catch (error) {
        throw decodingFailure(error, packing);
      } finally {
        frame.close();
      }
    }
  } finally {
    if (!ended) await chunks.return?.();
  }
}

/** One run of a decoder: a frame, or several where each ends with a chunk. */
class Frame {
  private readonly finished: Promise<void>;

  constructor(private readonly decoder: ZstdDecompress | BrotliDecompress) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    decoder.once('end', resolve).once('close', resolve);
  }

  /** Writes chunks until the decoder ends. @returns what it has not read of the last one, and whether that was all */
  async feed(
    first: Uint8Array | undefined,
    chunks: AsyncIterator<Uint8Array>,
  ): Promise<{ readonly rest: Uint8Array | undefined; readonly ended: boolean }> {
    const { decoder } = this;
    let written = 0;
    for (let chunk = first; ; chunk = undefined) {
      if (chunk === undefined) {
        let next: IteratorResult<Uint8Array>;
        try {
          next = await chunks.next();
        } catch (error) {
          decoder.destroy(error as Error);
          throw error;
        }
        if (next.done === true) break;
        chunk = next.value;
      }
      const before = written;
      written += chunk.length;
      await Promise.race([this.write(chunk), this.finished]);
      // A decoder that fails ends with its error.
      if (decoder.destroyed) break;
      // It leaves bytes where a frame ends within a chunk.
      const rest = chunk.subarray(decoder.bytesWritten - before);
      if (rest.length > 0) return { rest, ended: false };
    }
    decoder.end();
    return { rest: undefined, ended: true };
  }

  unpacked(): AsyncIterable<Buffer> {
    return this.decoder;
  }

  close(): void {
    this.decoder.destroy();
  }

  private async write(chunk: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      this.decoder.write(chunk, () => resolve());
    });
  }
}

async function* unzip(
  packed: AsyncGenerator<Uint8Array>,
  random: RandomBytes,
): AsyncGenerator<Uint8Array> {
  try {
    yield* readZip(random);
  } finally {
    await packed.return(undefined);
  }
}

/** A zip is read from its end: what arrives piece by piece is stored first. */
async function* unzipCopy(
  packed: AsyncGenerator<Uint8Array>,
  limit: UnpackLimit,
): AsyncGenerator<Uint8Array> {
  const copy = await TemporaryFile.create();
  try {
    for await (const chunk of packed) {
      if (copy.size + chunk.length > limit.maxBytes) throw tooLarge('zip', limit);
      await copy.write(chunk);
    }
    yield* readZip(copy);
  } finally {
    await copy.close();
  }
}

function decodingFailure(error: unknown, packing: Packing): unknown {
  if (typeof error !== 'object' || error === null || !('code' in error)) return error;
  const { code } = error;
  if (code === 'Z_BUF_ERROR')
    return cutOff(`expected the rest of a ${packing}, got its end`, undefined, error);
  if (typeof code === 'string' && /^(?:Z_|ZSTD_|ERR__ERROR_|ERR_BROTLI_|ERR_ZSTD_)/.test(code)) {
    return unreadable(`expected a whole ${packing}, got: ${code}`, undefined, error);
  }
  return error;
}
