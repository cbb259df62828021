import type { IncomingMessage, ServerResponse } from 'node:http';
import { PROBLEMS, type Problem, problemType } from './problem.js';

/** The body of a problem, as RFC 9457 has it. */
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
 * Answers a problem; where an answer has begun already, the connection ends, so that nobody takes it for whole.
 * @param headers more of them, name and value in turn
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
    // RFC 9110, 15.5.2: a 401 says how one makes oneself known.
    ...(problem.status === 401 ? ['www-authenticate', 'Bearer'] : []),
    ...(problem.retryAfterSeconds === null
      ? []
      : ['retry-after', String(problem.retryAfterSeconds)]),
  ]);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function requestIdOf({ id }: IncomingMessage): string {
  return typeof id === 'string' ? id : '';
}
