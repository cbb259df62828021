import { SourceError } from '../day-source.js';
import { EncodingError } from './format-failure.js';
import { markOf, otherMark, UTF_8_MARK_BYTES, utf8Chunks } from './utf8-chunks.js';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import { unlessAborted } from '../../config/abort.js';

export const UTF_8 = 'utf-8';
/** Decoding this much blocks the process for less than a millisecond. */
const MOST_CHUNK_BYTES = 65_536;
const NEWLINE = 10;
/** More than a character and the one before it have. */
const LAST_BYTES = 8;

/**
 * The name of an encoding by any of its labels (https://encoding.spec.whatwg.org/#names-and-labels), in lower case.
 * @returns undefined for a label that there is not
 */
export function encodingOf(label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).encoding;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * A text in an encoding as UTF-8 without a byte order mark, in chunks that end between characters.
 * @throws {SourceError} lasting: `SOURCE_ENCODING_INVALID` with the byte, and what {@link utf8Chunks} throws
 */
export function decodedChunks(
  bytes: AsyncIterable<Uint8Array>,
  encoding: string,
  signal: AbortSignal,
): AsyncIterable<Buffer> {
  return encoding === UTF_8 ? utf8Chunks(bytes, signal) : decode(bytes, encoding, signal);
}

async function* decode(
  bytes: AsyncIterable<Uint8Array>,
  encoding: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const decoder = new SafeDecoder(encoding);
  const iterator = bytes[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await unlessAborted(iterator.next(), signal);
      if (next.done === true) break;
      for (let start = 0; start < next.value.length; start += MOST_CHUNK_BYTES) {
        if (isTurnDue()) await takeTurn();
        yield* decoder.write(next.value.subarray(start, start + MOST_CHUNK_BYTES));
      }
    }
    ended = true;
    yield* decoder.end();
  } finally {
    if (!ended) void iterator.return?.();
  }
}

interface Decoded {
  readonly text: string;
  readonly open: Uint8Array;
}

/** Decodes chunks, and says which byte is at fault. */
class SafeDecoder {
  private readonly decoder: InstanceType<typeof TextDecoder>;
  /** Where the next chunk begins. */
  private offset = 0;
  /** The first bytes, until there are enough for a byte order mark. */
  private front: Uint8Array | undefined = new Uint8Array();
  /** The bytes before the next chunk with which another decoder can begin: none where a character ends there. */
  private open: Uint8Array = new Uint8Array();

  constructor(private readonly encoding: string) {
    this.decoder = new TextDecoder(encoding, { fatal: true });
  }

  *write(chunk: Uint8Array): Generator<Buffer> {
    if (this.front === undefined) {
      yield* this.take(chunk);
      return;
    }
    this.front = Buffer.concat([this.front, chunk]);
    if (this.front.length >= UTF_8_MARK_BYTES) yield* this.begin(this.front);
  }

  *end(): Generator<Buffer> {
    if (this.front !== undefined) yield* this.begin(this.front);
    let text: string;
    try {
      text = this.decoder.decode();
    } catch {
      throw invalid(this.encoding, this.offset, 'the end within a character');
    }
    if (text !== '') yield Buffer.from(text);
  }

  private *begin(front: Uint8Array): Generator<Buffer> {
    this.front = undefined;
    this.checkMark(front);
    yield* this.take(front);
  }

  private *take(chunk: Uint8Array): Generator<Buffer> {
    let decoded: Decoded;
    try {
      decoded = this.decode(chunk);
    } catch {
      yield* this.upToFault(chunk);
      return;
    }
    this.offset += chunk.length;
    this.open = decoded.open;
    const { text } = decoded;
    if (text !== '') yield Buffer.from(text);
  }

  /**
   * Decodes the last bytes one by one: those after the last that gave text belong to an incomplete character. Where the
   * chunk has a line end, another decoder begins there: ISO-2022-JP has a state within a line.
   */
  private decode(chunk: Uint8Array): Decoded {
    const end = Math.max(0, chunk.length - LAST_BYTES);
    let text = this.decoder.decode(chunk.subarray(0, end), { stream: true });
    let open = end === 0 ? this.open : new Uint8Array();
    for (let at = end; at < chunk.length; at += 1) {
      const byte = chunk.subarray(at, at + 1);
      const one = this.decoder.decode(byte, { stream: true });
      open = one === '' ? Buffer.concat([open, byte]) : new Uint8Array();
      text += one;
    }
    const line = this.encoding.startsWith('utf-16') ? -1 : chunk.lastIndexOf(NEWLINE);
    return { text, open: line === -1 ? open : chunk.subarray(line + 1) };
  }

  /** The text before the first bad byte of a chunk, and then its error. */
  private *upToFault(chunk: Uint8Array): Generator<Buffer> {
    // A decoder that has failed forgets where it was.
    const decoder = new TextDecoder(this.encoding, { fatal: true });
    decoder.decode(this.open, { stream: true });
    let text = '';
    for (let at = 0; at < chunk.length; at += 1) {
      try {
        text += decoder.decode(chunk.subarray(at, at + 1), { stream: true });
      } catch {
        if (text !== '') yield Buffer.from(text);
        throw invalid(this.encoding, this.offset + at, 'other bytes');
      }
    }
    throw invalid(this.encoding, this.offset, 'other bytes');
  }

  private checkMark(chunk: Uint8Array): void {
    const mark = markOf(chunk);
    if (mark === undefined || mark === this.encoding) return;
    throw otherMark(this.encoding, mark);
  }
}

function invalid(encoding: string, byte: number, received: string): SourceError {
  return new EncodingError(
    'lasting',
    'SOURCE_ENCODING_INVALID',
    `expected ${encoding}, got ${received} at byte ${byte}: set \`encoding\` to the one that it is in`,
  );
}

/** The error of an encoding with the row that was being read; any other error unchanged. */
export function atRow(error: SourceError, row: number): SourceError {
  if (!(error instanceof EncodingError)) return error;
  const { kind, code, message } = error;
  return new SourceError(kind, code, `row ${row}: ${message}`, { row }, { cause: error });
}
