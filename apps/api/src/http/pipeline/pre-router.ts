import { randomUUID } from 'node:crypto';
import {
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
  createServer,
  type Server,
} from 'node:http';
import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Response } from 'express';
import { inRequest } from '../../logging/logger.js';
import { Problem, unexpected } from '../problems/problem.js';
import { writeProblem } from '../problems/problem-answer.js';
import { takeOriginForm } from './request-target.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { entityOf, writeEntity, writeLongJson } from './entity.js';
import { LongJson } from './sliced-json.js';
import { answerClientError, answerTunnel, HEADERS_MS, REQUEST_MS } from './raw-problem.js';

/**
 * Answers a request before Express, or returns false and leaves it to the next one. A problem that it throws is answered.
 */
export interface PreRoute {
  /** @param headers the headers of every answer: name, value, name, value */
  handle(request: IncomingMessage, response: ServerResponse, headers: readonly string[]): boolean;
}

/**
 * Handles every request before Express: gives it an id and the headers of every answer, checks that its target is a
 * path, and calls the routes in order. The first route is the access guard. Express gets what no route answers.
 * This is how thousands of polls a second skip Express and still pass the same guard as every other request.
 */
export class PreRouter {
  private readonly routes: PreRoute[] = [];

  constructor(
    private readonly express: RequestListener,
    /** Called with an error that is no problem: a bug, which ends one request and not the program. */
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
    // The default, which Swagger UI keeps.
    response.setHeader('cache-control', 'no-cache');
    inRequest(id, () => {
      this.express(request, response);
    });
  }
}

/** How often Node checks for requests that take too long. */
const CHECK_MS = 2_000;

/** Nest on Express, with a {@link PreRouter} before it. */
export class PreRouterAdapter extends ExpressAdapter {
  private preRouter: PreRouter | undefined;

  /** @param onBug called with an error of a route that is no problem */
  constructor(private readonly onBug: (error: unknown, request: IncomingMessage) => void) {
    super();
  }

  /** Nest calls this once, when it creates the app. */
  override initHttpServer(): void {
    const preRouter = new PreRouter(this.getInstance(), (error, request) => {
      this.onBug(error, request);
    });
    const handle = preRouter.handle.bind(preRouter);
    const server: Server = createServer(
      {
        // The access guard refuses a request without a host, with the problem of any wrong host.
        requireHostHeader: false,
        headersTimeout: HEADERS_MS,
        requestTimeout: REQUEST_MS,
        connectionsCheckingInterval: CHECK_MS,
      },
      handle,
    );
    // Node would ask for the body before the access guard has seen the request.
    server.on('checkContinue', handle);
    // Any other `Expect` changes nothing: the request is answered as it is.
    server.on('checkExpectation', handle);
    server.on('connect', answerTunnel);
    server.on('clientError', answerClientError);
    this.preRouter = preRouter;
    this.setHttpServer(server);
  }

  /** Nest calls this with what a controller returned. */
  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    const { req: request } = response;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const status = statusCode ?? response.statusCode;
    const isEntity = isRead && status === 200;
    if (body instanceof LongJson) {
      return writeLongJson(request, response, body.text, { isEntity, status });
    }
    if (isEntity && isJson(body)) {
      writeEntity(request, response, entityOf(JSON.stringify(body)));
      return undefined;
    }
    response.set('Cache-Control', 'no-store');
    return super.reply(response, body, statusCode);
  }

  /** Adds a route behind those that were added before. */
  addPreRoute(route: PreRoute): void {
    this.preRouter?.add(route);
  }
}

function isJson(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !(body instanceof StreamableFile);
}
