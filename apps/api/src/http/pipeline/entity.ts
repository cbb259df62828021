import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A JSON body and its entity tag. */
export interface Entity {
  /** UTF-8 bytes as a latin1 string: Node sends a string in one packet with the headers, but not a buffer. */
  readonly body: string;
  /** The strong entity tag (RFC 9110, 8.8.3): equal only for the same bytes. */
  readonly etag: string;
}

export function entityOf(json: string): Entity {
  const bytes = Buffer.from(json);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
  return { body: bytes.toString('latin1'), etag };
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
  kept.push('content-type', 'application/json; charset=utf-8');
  kept.push('content-length', String(body.length));
  response.writeHead(200, kept);
  response.end(request.method === 'HEAD' ? undefined : body, 'latin1');
}
