import type { IncomingMessage } from 'node:http';
import { Problem } from '../problems/problem.js';
import { quoteHeader } from '../../config/received.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a method promises to change nothing. */
export function isSafe(method: string | undefined): boolean {
  return SAFE_METHODS.has(method ?? '');
}

/**
 * Refuses a change that another site's page asks for, whether or not it brings a cookie or a token.
 * @param scheme how the caller reaches us
 * @throws {Problem} `CROSS_SITE`
 */
export function refuseCrossSite(request: IncomingMessage, scheme: string): void {
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const foreign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (origin !== undefined && !isOwnOrigin(request, scheme));
  if (!foreign) return;
  throw new Problem(
    'CROSS_SITE',
    `expected a request of this site, got one of ${quoteHeader(origin ?? String(site))}`,
  );
}

/** Whether a page of our own sends a request, as far as its headers tell. */
export function isSameOrigin(request: IncomingMessage, scheme: string): boolean {
  const site = request.headers['sec-fetch-site'];
  return site === undefined ? isOwnOrigin(request, scheme) : site === 'same-origin';
}

function isOwnOrigin({ headers }: IncomingMessage, scheme: string): boolean {
  return headers.origin === `${scheme}://${headers.host ?? ''}`;
}
