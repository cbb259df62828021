import { isUtf8 } from 'node:buffer';
import { unlessAborted } from '../../config/abort.js';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import { SourceError } from '../day-source.js';
import { cutOff, EncodingError } from './format-failure.js';

/** The most bytes that a parser gets at a time, so that it never blocks the process for long. */
const MOST_CHUNK_BYTES = 65_536;
/** Of the byte order mark of UTF-8. */
export const UTF_8_MARK_BYTES = 3;

/**
 * Validated UTF-8 without a byte order mark, in chunks that end between characters.
 *
 * A body that never comes is abandoned as soon as the signal aborts, even if the body ignores the signal.
 * @throws {SourceError} lasting: `SOURCE_ENCODING_INVALID` with the byte or the mark; passing: `SOURCE_CUT_OFF`, where the
 * last character is incomplete
 */
export async function* utf8Chunks(
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let offset = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces(bytes, signal)) {
    const chunk = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const end = chunk.length - incompleteBytes(chunk);
    const whole = chunk.subarray(0, end);
    if (!isUtf8(whole)) {
      // The text before it has its rows, so that the error can name the row.
      const good = firstBadByte(whole);
      // Of two bytes, the second looks like the beginning of a character.
      const mark = offset + good === 0 ? markOf(chunk) : undefined;
      if (mark !== undefined) throw otherMark('UTF-8', mark);
      if (good > 0) yield whole.subarray(offset === 0 ? markBytes(whole) : 0, good);
      throw notUtf8(offset + good);
    }
    rest = chunk.subarray(end);
    const start = offset === 0 ? markBytes(whole) : 0;
    offset += end;
    if (end > start) yield whole.subarray(start);
  }
  if (rest.length === 0) return;
  if (isBeginning(rest)) {
    throw cutOff(`expected the rest of a character, got the end at byte ${offset + rest.length}`);
  }
  throw notUtf8(offset);
}

function markBytes(front: Buffer): number {
  return markOf(front) === 'utf-8' ? UTF_8_MARK_BYTES : 0;
}

/** The encoding that a byte order mark at the beginning says. */
export function markOf(front: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  const [first, second, third] = front;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

export function otherMark(expected: string, mark: string): SourceError {
  return new SourceError(
    'lasting',
    'SOURCE_ENCODING_INVALID',
    `expected ${expected}, got a byte order mark of ${mark}: set \`encoding: ${mark}\``,
  );
}

/** @param byte counted from 0 */
export function notUtf8(byte: number): SourceError {
  return new EncodingError(
    'lasting',
    'SOURCE_ENCODING_INVALID',
    `expected UTF-8, got other bytes at byte ${byte}: set \`encoding\`, such as windows-1252 or gb18030`,
  );
}

async function* pieces(
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const iterator = bytes[Symbol.asyncIterator]();
  // One that throws has ended, too.
  let ended = true;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await unlessAborted(iterator.next(), signal);
      if (next.done === true) return;
      ended = false;
      const { buffer, byteOffset, byteLength } = next.value;
      for (let start = 0; start < byteLength; start += MOST_CHUNK_BYTES) {
        const length = Math.min(MOST_CHUNK_BYTES, byteLength - start);
        // Bytes that are in memory come without a wait, and may be one row.
        if (isTurnDue()) await takeTurn();
        yield Buffer.from(buffer, byteOffset + start, length);
      }
      ended = true;
    }
  } finally {
    if (!ended || signal.aborted) await stop(iterator, signal);
  }
}

/** Lets an abandoned body clean up. After an abort this is not awaited: a hanging body would hang here too. */
async function stop(iterator: AsyncIterator<unknown>, signal: AbortSignal): Promise<void> {
  const stopped = (async () => iterator.return?.())();
  stopped.catch(() => undefined);
  if (!signal.aborted) await unlessAborted(stopped, signal);
}

/** How many bytes at the end belong to a character that continues in the next chunk. */
function incompleteBytes(chunk: Buffer): number {
  for (let back = 1; back <= Math.min(3, chunk.length); back += 1) {
    const byte = chunk[chunk.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return characterBytes(byte) > back ? back : 0;
  }
  return 0;
}

function characterBytes(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

/** Whether these bytes are the beginning of a valid character. */
function isBeginning(rest: Buffer): boolean {
  const missing = characterBytes(rest[0] ?? 0) - rest.length;
  // The range of the second byte depends on the first; trying both ends of the range is enough.
  return [0x80, 0x90, 0xbf].some((byte) =>
    isUtf8(Buffer.concat([rest, Buffer.from([byte, 0xbf, 0xbf].slice(0, missing))])),
  );
}

/** The position of the first byte that is not UTF-8, by binary search. */
export function firstBadByte(bytes: Buffer): number {
  let [good, bad] = [0, bytes.length];
  while (good < bad) {
    const middle = (good + bad + 1) >> 1;
    const begin = bytes.subarray(0, middle);
    if (isUtf8(begin.subarray(0, middle - incompleteBytes(begin)))) good = middle;
    else bad = middle - 1;
  }
  return good - incompleteBytes(bytes.subarray(0, good));
}
