import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { inRequest } from '../../logging/logger.js';
import { Problem, unexpected } from '../problems/problem.js';
import { writeProblem } from '../problems/problem-answer.js';
import { takeOriginForm } from './request-target.js';
import { SECURITY_HEADERS } from './security-headers.js';

/**
 * Answers a request before Express sees it, or leaves it alone: then false. What it throws is answered as a problem.
 */
export interface FrontRoute {
  /** @param headers those that every answer carries, name and value in turn, for `writeHead` */
  handle(request: IncomingMessage, response: ServerResponse, headers: readonly string[]): boolean;
}

/**
 * What happens to every request first: it gets an id and the headers that all answers carry, and its target has to be
 * a path. Then the front routes have their turn, of which the first is the gate, and Express whatever they leave.
 * Thousands of polls a second go no further than here, and still pass the same gate as everything else.
 */
export class Front {
  private readonly routes: FrontRoute[] = [];

  constructor(
    private readonly express: RequestListener,
    /** Told of what is thrown and is no problem: a bug, which ends one request and not the program. */
    private readonly onBug: (error: unknown, request: IncomingMessage) => void,
  ) {}

  add(route: FrontRoute): void {
    this.routes.push(route);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const id = randomUUID();
    request.id = id;
    const headers = [...SECURITY_HEADERS, 'x-request-id', id];
    try {
      takeOriginForm(request);
      for (const route of this.routes) if (route.handle(request, response, headers)) return;
    } catch (error) {
      const isProblem = error instanceof Problem;
      if (!isProblem) this.onBug(error, request);
      writeProblem(request, response, isProblem ? error : unexpected(), headers);
      return;
    }
    for (let index = 0; index < headers.length; index += 2) {
      response.setHeader(headers[index] ?? '', headers[index + 1] ?? '');
    }
    // Whoever says nothing of its own, as Swagger UI, is asked again each time.
    response.setHeader('cache-control', 'no-cache');
    inRequest(id, () => {
      this.express(request, response);
    });
  }
}
