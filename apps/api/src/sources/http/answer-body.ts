import { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { encodingOf, UTF_8 } from '../formats/text-encoding.js';
import { joined, MOST_DUMPING_MS } from './http-response.js';

/** So much of the body of an answer stands beside the error that it led to. */
export const MOST_BODY_BYTES = 2_048;
/** Of an unwanted body: less than a new connection costs. */
const MOST_RECEIVED_BYTES = 65_536;
/** A text in an encoding that we do not know has more characters that can't be read. */
const MOST_UNREADABLE = 0.1;

/** The encoding that a content type names: `text/html; charset=gbk`. */
const CHARSET = /;\s{0,9}charset\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})/i;

/**
 * The beginning of a body as text; null if there is none, or none that is text.
 * @param contentType names its encoding; UTF-8 without one, or with one that there is not
 */
export function bodyText(bytes: Uint8Array, contentType?: string): string | null {
  const charset = CHARSET.exec(contentType ?? '')?.[1];
  const encoding = (charset === undefined ? undefined : encodingOf(charset)) ?? UTF_8;
  const decoder = new TextDecoder(encoding);
  // A character that is cut at the end is left out.
  const begun = decoder.decode(bytes.subarray(0, MOST_BODY_BYTES), { stream: true });
  // The mark says that a secret at the end may be cut.
  const text = bytes.length > MOST_BODY_BYTES ? `${begun}…` : begun;
  const unreadable = text.split('\ufffd').length - 1;
  if (text.trim() === '' || text.includes('\0')) return null;
  return unreadable > text.length * MOST_UNREADABLE ? null : text;
}

/** Reads what a body says, for the error that its status leads to. Its connection is reused if the body is small. */
export async function readBeginning(
  { body, headers }: Pick<Dispatcher.ResponseData, 'body' | 'headers'>,
  signal: AbortSignal,
): Promise<string | null> {
  const leaving = AbortSignal.any([signal, AbortSignal.timeout(MOST_DUMPING_MS)]);
  const leave = (): void => void body.destroy();
  leaving.addEventListener('abort', leave, { once: true });
  try {
    const bytes = await receiveBeginning(body);
    const encoding = (joined(headers['content-encoding']) ?? '').trim().toLowerCase();
    const isPlain = encoding === '' || encoding === 'identity';
    const plain = isPlain ? bytes : await unpackBeginning(bytes, encoding);
    return bodyText(plain, joined(headers['content-type']));
  } catch {
    // The status is known, so a failure here changes nothing, except after an abort.
    signal.throwIfAborted();
    return null;
  } finally {
    leaving.removeEventListener('abort', leave);
  }
}

/** Receives a body up to a bound, so that its connection can be reused; if it does not end, both are closed. */
async function receiveBeginning(body: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    // To leave the loop closes the body.
    if (size >= MOST_RECEIVED_BYTES) break;
  }
  return Buffer.concat(chunks);
}

const DECODERS = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;

/** Unpacks the beginning of a body; empty if it can't be unpacked. */
async function unpackBeginning(bytes: Uint8Array, encoding: string): Promise<Uint8Array> {
  if (!Object.hasOwn(DECODERS, encoding)) return new Uint8Array();
  const decoder = DECODERS[encoding as keyof typeof DECODERS]();
  const unpacked: Buffer[] = [];
  let size = 0;
  const packed = Readable.from([bytes]);
  packed.pipe(decoder);
  try {
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      unpacked.push(chunk);
      size += chunk.length;
      if (size >= MOST_BODY_BYTES) break;
    }
  } catch {
    // It was cut, or is packed otherwise: what is unpacked so far is shown.
  }
  return Buffer.concat(unpacked);
}
