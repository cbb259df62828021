import { createHash, type Hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { takeTurn } from '../../config/slices.js';

/** To hash and to send as many bytes takes a millisecond or two. */
const BYTES_A_SLICE = 512 * 1_024;
/** A client that reads nothing for so long is gone. */
const SILENCE_MS = 60_000;
const JSON_TYPE = 'application/json; charset=utf-8';

/** A JSON body and its entity tag. */
export interface Entity {
  /** UTF-8 bytes as a latin1 string: Node sends a string in one packet with the headers, but not a buffer. */
  readonly body: string;
  /** The strong entity tag (RFC 9110, 8.8.3): equal only for the same bytes. */
  readonly etag: string;
}

export function entityOf(json: string): Entity {
  const bytes = Buffer.from(json);
  return { body: bytes.toString('latin1'), etag: tagOf(createHash('sha256').update(bytes)) };
}

function tagOf(hash: Hash): string {
  return `"${hash.digest('base64url').slice(0, 27)}"`;
}

/** Whether an `If-None-Match` names `tag`. */
export function hasEntity(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === tag || ifNoneMatch === '*') return true;
  return ifNoneMatch.split(',').some((given) => given.trim().replace(/^W\//, '') === tag);
}

/**
 * Answers a GET with an entity, or with 304 if the caller has it (RFC 9110, 13.1.2). The `Cache-Control: no-cache` that
 * browsers add to a conditional request is for caches, so it is ignored here.
 * @param headers further headers: name, value, name, value
 */
export function writeEntity(
  request: IncomingMessage,
  response: ServerResponse,
  { body, etag }: Entity,
  headers: readonly string[] = [],
): void {
  const kept = [...headers, 'etag', etag, 'cache-control', 'private, no-cache'];
  if (hasEntity(request.headers['if-none-match'], etag)) {
    response.writeHead(304, kept);
    response.end();
    return;
  }
  kept.push('content-type', JSON_TYPE);
  kept.push('content-length', String(body.length));
  response.writeHead(200, kept);
  response.end(request.method === 'HEAD' ? undefined : body, 'latin1');
}

/**
 * Answers with the JSON of a long list, some megabytes, in slices: polls are answered meanwhile. It is sent no faster than
 * the caller reads it.
 * @param isEntity whether it has a tag, by which the caller may have it already
 */
export async function writeLongJson(
  request: IncomingMessage,
  response: ServerResponse,
  json: string,
  { isEntity, status }: { readonly isEntity: boolean; readonly status: number },
  silenceMs = SILENCE_MS,
): Promise<void> {
  const bytes = Buffer.from(json);
  if (isEntity) {
    const hash = createHash('sha256');
    for await (const slice of byteSlices(bytes)) hash.update(slice);
    const etag = tagOf(hash);
    response.setHeader('etag', etag);
    response.setHeader('cache-control', 'private, no-cache');
    if (hasEntity(request.headers['if-none-match'], etag)) {
      response.writeHead(304).end();
      return;
    }
  } else {
    response.setHeader('cache-control', 'no-store');
  }
  // The caller has left meanwhile.
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': JSON_TYPE, 'content-length': bytes.length });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  response.setTimeout(silenceMs, () => response.destroy());
  try {
    await pipeline(byteSlices(bytes), response);
  } catch (error) {
    // The caller has left.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

async function* byteSlices(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let first = 0; first < bytes.length; first += BYTES_A_SLICE) {
    await takeTurn();
    yield bytes.subarray(first, first + BYTES_A_SLICE);
  }
}
