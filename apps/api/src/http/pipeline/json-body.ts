import { isUtf8 } from 'node:buffer';
import express, { type NextFunction, type Request, type Response } from 'express';
import { callerOf } from './caller.js';
import { isSafe, isSameOrigin } from './request-origin.js';
import { Problem } from '../problems/problem.js';
import { quoteHeader } from '../../config/received.js';

const MOST_BYTES = 16_384;
const NOT_UTF8 = 'body.not.utf8';
/** As Node reads the header. */
const CONTINUE = /(?:^|\W)100-continue(?:$|\W)/i;

const parseJson = express.json({
  limit: MOST_BYTES,
  strict: false,
  type: () => true,
  verify: (_request, _response, body, encoding) => {
    // The decoder would replace such bytes.
    if (encoding === 'utf-8' && !isUtf8(body)) {
      throw Object.assign(new Error('expected UTF-8'), { type: NOT_UTF8 });
    }
  },
});

/**
 * Reads a JSON body of up to 16 kB. `text/plain`, which browsers send by default, is accepted from this site only: other
 * sites could use it to avoid the CORS preflight.
 */
export function readJsonBody(request: Request, response: Response, next: NextFunction): void {
  // The body of a read has no meaning (RFC 9110, 9.3.1).
  if (isSafe(request.method)) {
    next();
    return;
  }
  const bodiless =
    request.headers['transfer-encoding'] === undefined &&
    !Number(request.headers['content-length']);
  if (bodiless) {
    next();
    return;
  }
  const json = request.is(['application/json', '+json']) !== false;
  const ownText =
    request.is('text/plain') !== false && isSameOrigin(request, callerOf(request).scheme);
  if (!json && !ownText) {
    const received = request.headers['content-type'] ?? 'no content type';
    throw new Problem(
      'UNSUPPORTED_MEDIA_TYPE',
      `expected content-type: application/json, got ${quoteHeader(received)}`,
    );
  }
  if (Number(request.headers['content-length']) > MOST_BYTES) throw tooLarge();
  // The client waits for it before it sends the body. Whatever refuses the request has done so by now.
  if (CONTINUE.test(request.headers.expect ?? '')) response.writeContinue();
  parseJson(request, response, (error?: unknown) => {
    next(error === undefined ? undefined : bodyProblem(error));
  });
}

const RECEIVED = new Map([
  ['entity.parse.failed', 'text that is not JSON'],
  [NOT_UTF8, 'bytes that are not UTF-8'],
]);

/** The problem of an error of body-parser. */
function bodyProblem(error: unknown): unknown {
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  if (typeof type !== 'string') return error;
  if (type === 'entity.too.large') return tooLarge();
  const received = RECEIVED.get(type) ?? `a body with ${type}`;
  return new Problem('VALIDATION_FAILED', `body: expected JSON, got ${received}`, {
    errors: [{ pointer: '', expected: 'JSON', received }],
  });
}

function tooLarge(): Problem {
  return new Problem('BODY_TOO_LARGE', 'expected a body of at most 16 kB, got a larger one');
}
