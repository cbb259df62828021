import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.js';
import { quoteHeader } from './quote-header.js';

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * Refuses a `Host` that is not ours: a page of another name that resolves to this machine (DNS rebinding).
 * @throws {Problem} `WRONG_HOST`
 */
export function refuseOtherHosts(request: IncomingMessage): void {
  const host = request.headers.host ?? '';
  if (!LOOPBACK_HOST.test(host)) {
    throw new Problem(
      'WRONG_HOST',
      `expected a loopback host such as localhost, got ${quoteHeader(host)}`,
    );
  }
}
