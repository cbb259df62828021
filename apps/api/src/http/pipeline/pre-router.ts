import { randomUUID } from 'node:crypto';
import {
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
  createServer,
  type Server,
} from 'node:http';
import { inRequest } from '../../logging/logger.js';
import { Problem, unexpected } from '../problems/problem.js';
import { writeProblem } from '../problems/problem-answer.js';
import { takeOriginForm } from './request-target.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Response } from 'express';
import { entityOf, writeEntity } from './entity.js';
import { answerClientError, answerTunnel, HEADERS_MS, REQUEST_MS } from './raw-problem.js';

/**
 * Answers a request before Express sees it, or leaves it alone: then false. What it throws is answered as a problem.
 */
export interface PreRoute {
  /** @param headers those that every answer carries, name and value in turn, for `writeHead` */
  handle(request: IncomingMessage, response: ServerResponse, headers: readonly string[]): boolean;
}

/**
 * What happens to every request first: it gets an id and the headers that all answers carry, and its target has to be
 * a path. Then the front routes have their turn, of which the first is the gate, and Express whatever they leave.
 * Thousands of polls a second go no further than here, and still pass the same gate as everything else.
 */
export class PreRouter {
  private readonly routes: PreRoute[] = [];

  constructor(
    private readonly express: RequestListener,
    /** Told of what is thrown and is no problem: a bug, which ends one request and not the program. */
    private readonly onBug: (error: unknown, request: IncomingMessage) => void,
  ) {}

  add(route: PreRoute): void {
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

/** How often it is looked for requests that take too long. */
const CHECK_MS = 2_000;

/** Nest on Express, with a {@link PreRouter} before it. */
export class PreRouterAdapter extends ExpressAdapter {
  private front: PreRouter | undefined;

  /** @param onBug told of what a front route throws that is no problem */
  constructor(private readonly onBug: (error: unknown, request: IncomingMessage) => void) {
    super();
  }

  /** Nest calls this once, when the app is made. */
  override initHttpServer(): void {
    const front = new PreRouter(this.getInstance(), (error, request) => {
      this.onBug(error, request);
    });
    const handle = front.handle.bind(front);
    const server: Server = createServer(
      {
        // Who names no host is told so as everybody else.
        requireHostHeader: false,
        headersTimeout: HEADERS_MS,
        requestTimeout: REQUEST_MS,
        connectionsCheckingInterval: CHECK_MS,
      },
      handle,
    );
    // Whatever is expected of us beforehand, the answer says what is.
    server.on('checkExpectation', handle);
    server.on('connect', answerTunnel);
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
    writeEntity(request, response, entityOf(JSON.stringify(body)));
  }

  /** A route that goes before all of Express, and after those that were added before it. */
  addPreRoute(route: PreRoute): void {
    this.front?.add(route);
  }
}

function isJson(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !(body instanceof StreamableFile);
}
