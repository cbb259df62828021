import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A body of JSON and its tag. */
export interface Entity {
  /** Its bytes in UTF-8, each as a character: Node sends a string in one piece with the headers, and a buffer behind them. */
  readonly body: string;
  /** The strong entity tag (RFC 9110, 8.8.3): equal only for the same bytes. */
  readonly etag: string;
}

/** What is answered where `json` is the body. */
export function entityOf(json: string): Entity {
  const bytes = Buffer.from(json);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
  return { body: bytes.toString('latin1'), etag };
}

/** Whether an `If-None-Match` names `tag`: then the caller has the body already. */
export function hasEntity(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === tag || ifNoneMatch === '*') return true;
  return ifNoneMatch.split(',').some((given) => given.trim().replace(/^W\//, '') === tag);
}

/**
 * Answers a GET with an entity: 304 where the caller has it already (RFC 9110, 13.1.2). A browser sends
 * `Cache-Control: no-cache` with every condition that a page sets by itself; that asks caches and not us.
 * @param headers more of them, name and value in turn
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
