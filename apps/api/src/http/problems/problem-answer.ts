import type { IncomingMessage, ServerResponse } from 'node:http';
import { PROBLEMS, type Problem, problemType } from './problem.js';

/** The body of a problem (RFC 9457). */
export function problemBody(problem: Problem, instance: string, requestId: string): string {
  return JSON.stringify({
    type: problemType(problem.code),
    title: PROBLEMS[problem.code].title,
    status: problem.status,
    detail: problem.detail,
    instance,
    code: problem.code,
    request_id: requestId,
    ...problem.extras,
  });
}

/**
 * Answers a problem. If an answer has already begun, the connection breaks, so that no client takes it for complete.
 * @param headers further headers: name, value, name, value
 */
export function writeProblem(
  request: IncomingMessage,
  response: ServerResponse,
  problem: Problem,
  headers: readonly string[] = [],
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const [instance = ''] = (request.url ?? '').split('?');
  const body = Buffer.from(problemBody(problem, instance, requestIdOf(request)));
  response.writeHead(problem.status, [
    ...headers,
    'content-type',
    'application/problem+json; charset=utf-8',
    'content-length',
    String(body.length),
    'cache-control',
    'no-store',
    // RFC 9110, 15.5.2: a 401 names how to authenticate.
    ...(problem.status === 401 ? ['www-authenticate', 'Bearer'] : []),
    // RFC 9110, 15.5.6: a 405 lists the methods.
    ...(problem.extras.allow === undefined ? [] : ['allow', problem.extras.allow.join(', ')]),
    ...(problem.retryAfterSeconds === null
      ? []
      : ['retry-after', String(problem.retryAfterSeconds)]),
  ]);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function requestIdOf({ id }: IncomingMessage): string {
  return typeof id === 'string' ? id : '';
}
