import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from '../problems/problem.js';
import { problemBody } from '../problems/problem-answer.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** How long the headers of a request may take. */
export const HEADERS_MS = 10_000;
/** How long a whole request may take: 16 kB on a very slow line. */
export const REQUEST_MS = 30_000;

/** Answers what is not HTTP, or arrives too slowly, with a problem. */
export function answerClientError(error: Error, socket: Duplex): void {
  endWith(socket, clientProblem('code' in error ? error.code : undefined), '');
}

/** Refuses `CONNECT`: this is no proxy. */
export function answerTunnel({ url = '' }: IncomingMessage, socket: Duplex): void {
  endWith(socket, new Problem('NOT_FOUND', `there is no CONNECT ${url.slice(0, 100)}`), url);
}

function endWith(socket: Duplex, problem: Problem, instance: string): void {
  if (!socket.writable) return;
  const id = randomUUID();
  const body = problemBody(problem, instance, id);
  const headers = [...SECURITY_HEADERS, 'x-request-id', id];
  const lines = [`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`];
  for (let index = 0; index < headers.length; index += 2) {
    lines.push(`${headers[index] ?? ''}: ${headers[index + 1] ?? ''}`);
  }
  lines.push(
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  );
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function clientProblem(code: unknown): Problem {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem(
        'REQUEST_TIMEOUT',
        `expected the headers within ${HEADERS_MS / 1_000} s and the whole request within ${REQUEST_MS / 1_000} s`,
      );
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('HEADERS_TOO_LARGE', 'expected headers of at most 16 kB in all');
    default:
      return new Problem('BAD_REQUEST', 'expected a request of HTTP/1.1');
  }
}
