import type { Hash } from 'node:crypto';

/** Passes bytes on to their parser, hashes them, and keeps the error that ended them early. */
export class Tapped implements AsyncIterable<Uint8Array> {
  /** What the bytes ended with, if not with their end. */
  failure: unknown;

  constructor(
    private readonly bytes: AsyncIterable<Uint8Array>,
    private readonly hash: Hash | undefined,
  ) {}

  /** Of all bytes, once they have gone by; only where there is a hash. To be asked for once. */
  digest(): string | undefined {
    return this.hash?.digest('base64');
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.bytes) {
        this.hash?.update(chunk);
        yield chunk;
      }
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

/** The bytes of a body, of which some or all have come. */
export interface Held {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly isWhole: boolean;
}

/**
 * The same bytes. Where they are no more than `most`, all of them have come when the promise is fulfilled, and what
 * goes wrong with them before is what it is rejected with.
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
  // What has been handed on is let go.
  for (let chunk = held.shift(); chunk !== undefined; chunk = held.shift()) yield chunk;
  if (rest !== undefined) yield* rest;
}
