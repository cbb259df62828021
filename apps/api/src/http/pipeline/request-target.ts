import type { IncomingMessage } from 'node:http';
import { Problem } from '../problems/problem.js';
import { quoteHeader } from '../../config/received.js';

/** A path and an optional query, in the characters of a URI. Node's `url.parse` reads two slashes as a host. */
const ORIGIN_FORM = /^\/(?!\/)[!-~]*$/;
const NOT_IN_A_URI = /[#\\]/;
const ABSOLUTE_FORM = /^https?:\/\/(?<authority>[^/?]+)(?<rest>.*)$/i;

/** Whether a request's target is a path that all parsers read alike (RFC 9112, 3.2.1). */
export function isOriginForm(target: string): boolean {
  return ORIGIN_FORM.test(target) && !NOT_IN_A_URI.test(target);
}

/**
 * Makes the target of a request a path, so that the access guard and Express see the same one. Of a whole URL, which
 * servers must accept (RFC 9112, 3.2.2), the host replaces the header's.
 * @throws {Problem} `BAD_REQUEST` for any other target, which is then removed from the request
 */
export function takeOriginForm(request: IncomingMessage): void {
  const target = request.url ?? '';
  if (isOriginForm(target)) return;
  const { authority, rest } = ABSOLUTE_FORM.exec(target)?.groups ?? {};
  if (authority !== undefined && rest !== undefined) {
    const path = rest.startsWith('/') ? rest : `/${rest}`;
    if (isOriginForm(path)) {
      request.url = path;
      request.headers.host = authority;
      return;
    }
  }
  // So that no answer and no log shows it as a path.
  request.url = '';
  throw new Problem(
    'BAD_REQUEST',
    `expected a path, percent-encoded and without a fragment, got ${quoteHeader(target)}`,
  );
}
