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
