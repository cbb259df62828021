import type { IncomingMessage } from 'node:http';
import { Problem } from '../problems/problem.js';
import { quoteHeader } from '../../config/received.js';

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;
const PORT = /:\d{1,5}$/;

/**
 * Refuses an unknown `Host`, against DNS rebinding: a page of another name that resolves to this machine.
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

/** Whether a method changes nothing (RFC 9110, 9.2.1). */
export function isSafe(method: string | undefined): boolean {
  return SAFE_METHODS.has(method ?? '');
}

/**
 * Refuses a change from a page of another site, with or without a cookie or token.
 * @param scheme `http` or `https`
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

/** Whether a request comes from a page of this host, by its headers. */
export function isSameOrigin(request: IncomingMessage, scheme: string): boolean {
  const site = request.headers['sec-fetch-site'];
  return site === undefined ? isOwnOrigin(request, scheme) : site === 'same-origin';
}

function isOwnOrigin({ headers }: IncomingMessage, scheme: string): boolean {
  return headers.origin === `${scheme}://${headers.host ?? ''}`;
}
