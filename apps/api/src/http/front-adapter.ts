import { createServer, STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Response } from 'express';
import { entityTag, writeEntity } from './entity.js';
import { Front, type FrontRoute } from './front.js';
import { Problem } from './problem.js';
import { problemBody } from './problem-answer.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** Slow headers hold a connection no longer than this, and the check below it. */
const HEADERS_MS = 10_000;
/** A whole request: 16 kB on the slowest line. */
const REQUEST_MS = 30_000;
const CHECK_MS = 2_000;

/** Nest on Express, with a {@link Front} before it. */
export class FrontAdapter extends ExpressAdapter {
  private front: Front | undefined;

  /** Nest calls this once, when the app is made. */
  override initHttpServer(): void {
    const front = new Front(this.getInstance());
    const server: Server = createServer(
      {
        headersTimeout: HEADERS_MS,
        requestTimeout: REQUEST_MS,
        connectionsCheckingInterval: CHECK_MS,
      },
      (request, response) => {
        front.handle(request, response);
      },
    );
    server.on('clientError', answerClientError);
    this.front = front;
    this.setHttpServer(server);
  }

  /** Nest calls this with what a controller answers. */
  override reply(response: Response, body: unknown, statusCode?: number): void {
    const { req: request } = response;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || (statusCode ?? response.statusCode) !== 200 || !isJson(body)) {
      response.set('Cache-Control', 'no-store');
      super.reply(response, body, statusCode);
      return;
    }
    const bytes = Buffer.from(JSON.stringify(body));
    writeEntity(request, response, { body: bytes, etag: entityTag(bytes) });
  }

  /** A route that goes before all of Express, and after those that were added before it. */
  addFrontRoute(route: FrontRoute): void {
    this.front?.add(route);
  }
}

function isJson(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !(body instanceof StreamableFile);
}

/** Answers what is no HTTP, or comes too slowly, as every other error is answered. */
function answerClientError(error: Error, socket: Duplex): void {
  if (!socket.writable) return;
  const problem = clientProblem('code' in error ? error.code : undefined);
  const id = randomUUID();
  const body = problemBody(problem, '', id);
  const headers = [
    ...SECURITY_HEADERS,
    ...['x-request-id', id],
    ...['content-type', 'application/problem+json; charset=utf-8'],
    ...['content-length', String(Buffer.byteLength(body))],
    ...['cache-control', 'no-store'],
    ...['connection', 'close'],
  ];
  const lines = [`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`];
  for (let index = 0; index < headers.length; index += 2) {
    lines.push(`${headers[index] ?? ''}: ${headers[index + 1] ?? ''}`);
  }
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
