import type { IncomingMessage } from 'node:http';
import { Problem } from '../problems/problem.js';
import { quoteHeader } from '../../config/received.js';

/** A path and perhaps a query, in characters that a URI may have. Of two slashes Node's `url.parse` makes a host. */
const ORIGIN_FORM = /^\/(?!\/)[!-~]*$/;
const NOT_IN_A_URI = /[#\\]/;
const ABSOLUTE_FORM = /^https?:\/\/(?<authority>[^/?]+)(?<rest>.*)$/i;

/** Whether a request's target is a path that everybody who parses it takes for the same one (RFC 9112, 3.2.1). */
export function isOriginForm(target: string): boolean {
  return ORIGIN_FORM.test(target) && !NOT_IN_A_URI.test(target);
}

/**
 * Leaves a request with a target that is a path: what the gate lets by is what Express then routes. Of a whole URL,
 * which servers have to understand (RFC 9112, 3.2.2), the host counts in place of the header's.
 * @throws {Problem} `BAD_REQUEST` for every other target, which the request does not have any more then
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
  // No answer and no log repeats it as if it were a path.
  request.url = '';
  throw new Problem(
    'BAD_REQUEST',
    `expected a path, percent-encoded and without a fragment, got ${quoteHeader(target)}`,
  );
}
