import type { IncomingMessage } from 'node:http';
import { Problem } from '../problems/problem.js';
import { quoteHeader } from '../../config/received.js';

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;
const PORT = /:\d{1,5}$/;

/**
 * Refuses a request with several `Host` headers (RFC 9112, 3.2): a proxy may have checked another one than Daysync reads.
 * @throws {Problem} `BAD_REQUEST`
 */
export function refuseSeveralHosts({ rawHeaders }: IncomingMessage): void {
  let hosts = 0;
  // Names and values alternate.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (hosts < 2) return;
  throw new Problem('BAD_REQUEST', `expected one Host header, got ${hosts}: send only one`);
}

/** A request that came by way of a proxy has at least one of these, if the proxy says so at all. */
const OF_PROXIES = ['forwarded', 'via', 'x-real-ip'];
const BEGIN_OF_PROXIES = 'x-forwarded-';

/**
 * Refuses a request of a proxy. Without tokens, whoever reaches the proxy would be an operator.
 * @throws {Problem} `PROXY_NEEDS_TOKENS`
 */
export function refuseProxied({ headers }: IncomingMessage): void {
  for (const name in headers) {
    if (!name.startsWith(BEGIN_OF_PROXIES) && !OF_PROXIES.includes(name)) continue;
    throw new Problem(
      'PROXY_NEEDS_TOKENS',
      `expected a direct request as long as AUTH_TOKENS is not set, got one with the header ${name}, which comes from a proxy: set AUTH_TOKENS and TRUST_PROXY, and send a token`,
    );
  }
}

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
