import type { IncomingMessage } from 'node:http';
import { Problem } from '../problems/problem.js';
import { quoteHeader } from '../../config/received.js';

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;
const PORT = /:\d{1,5}$/;

/**
 * Refuses a `Host` that is not ours: a page of another name that resolves to this machine (DNS rebinding).
 * @param allowed hosts beside loopback, in lower case: `host` for any port, or `host:port`
 * @throws {Problem} `WRONG_HOST`
 */
export function refuseOtherHosts(request: IncomingMessage, allowed: ReadonlySet<string>): void {
  const host = request.headers.host ?? '';
  if (LOOPBACK_HOST.test(host)) return;
  const named = host.toLowerCase();
  if (allowed.has(named) || allowed.has(named.replace(PORT, ''))) return;
  throw new Problem(
    'WRONG_HOST',
    `expected a loopback host such as localhost, or one of ALLOWED_HOSTS, got ${quoteHeader(host)}`,
  );
}

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
