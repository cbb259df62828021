import type { Hash } from 'node:crypto';
import { MOST_BODY_BYTES } from './answer-body.js';

/** Passes bytes on to their parser, hashes them, and keeps their beginning and the error that ended them early. */
export class Tapped implements AsyncIterable<Uint8Array> {
  /** The error that ended the bytes early. */
  failure: unknown;
  /** More than {@link MOST_BODY_BYTES}, if there are more. */
  beginning: Uint8Array = new Uint8Array();

  constructor(
    private readonly bytes: AsyncIterable<Uint8Array>,
    private readonly hash: Hash | undefined,
  ) {}

  /** The digest of all bytes, if there is a hash. Call it once, at the end. */
  digest(): string | undefined {
    return this.hash?.digest('base64');
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.bytes) {
        this.hash?.update(chunk);
        if (this.beginning.length <= MOST_BODY_BYTES) {
          this.beginning = Buffer.concat([this.beginning, chunk.subarray(0, MOST_BODY_BYTES + 1)]);
        }
        yield chunk;
      }
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

/** The bytes of a body, of which a part or all have arrived. */
export interface Held {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly isWhole: boolean;
}

/**
 * Receives up to `most` bytes before it resolves. A body that is not larger is complete then, and an error in it rejects
 * the promise.
 */
export async function holdUpTo(most: number, bytes: AsyncIterable<Uint8Array>): Promise<Held> {
  const iterator = bytes[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let size = 0;
  while (size <= most) {
    const next = await iterator.next();
    if (next.done === true) return { bytes: join(held), isWhole: true };
    held.push(next.value);
    size += next.value.length;
  }
  const rest = { [Symbol.asyncIterator]: () => iterator };
  return { bytes: join(held, rest), isWhole: false };
}

async function* join(
  held: Uint8Array[],
  rest?: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  // Yielded chunks leave the memory.
  for (let chunk = held.shift(); chunk !== undefined; chunk = held.shift()) yield chunk;
  if (rest !== undefined) yield* rest;
}
