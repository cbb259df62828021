import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { SourceError } from '../day-source.js';
import { cutOff, unreadable } from './format-failure.js';

/** The most bytes that a gzip may unpack to. */
const MAX_UNPACKED_BYTES = 2_147_483_648;
const CHUNK_BYTES = 65_536;
const [FIRST, SECOND] = [0x1f, 0x8b];

/** Whether bytes with this beginning are gzip. */
export function isGzipFront([first, second]: Uint8Array): boolean {
  return first === FIRST && second === SECOND;
}

/**
 * The bytes, unpacked if their first two say that they are gzip.
 * @throws {SourceError} lasting: `SOURCE_UNREADABLE`, `SOURCE_TOO_LARGE`; passing: `SOURCE_CUT_OFF`
 */
export async function* gunzipIfNeeded(
  bytes: AsyncIterable<Uint8Array>,
  { maxBytes = MAX_UNPACKED_BYTES }: { readonly maxBytes?: number } = {},
): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  const front: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (length < 2 && !ended) {
    const next = await iterator.next();
    if (next.done === true) ended = true;
    else {
      front.push(next.value);
      length += next.value.length;
    }
  }
  const body = withFront(front, { [Symbol.asyncIterator]: () => iterator }, ended);
  if (isGzipFront(Buffer.concat(front))) yield* unpack(body, maxBytes);
  else yield* body;
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

async function* unpack(
  packed: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const fed = pipeline(packed, gunzip);
  // The read below fails with the same error.
  fed.catch(() => undefined);
  let unpacked = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      if (unpacked > maxBytes) {
        throw new SourceError(
          'lasting',
          'SOURCE_TOO_LARGE',
          `expected a gzip of at most ${maxBytes} bytes when unpacked, got more`,
        );
      }
      yield chunk;
    }
  } catch (error) {
    throw gzipFailure(error);
  } finally {
    gunzip.destroy();
    // Wait until the packed file is closed.
    await fed.catch(() => undefined);
  }
}

function gzipFailure(error: unknown): unknown {
  if (typeof error !== 'object' || error === null || !('code' in error)) return error;
  const { code } = error;
  if (code === 'Z_BUF_ERROR')
    return cutOff(`expected the rest of a gzip, got its end`, undefined, error);
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return unreadable(`expected a whole gzip, got: ${code}`, undefined, error);
  }
  return error;
}
