import { createServer, type IncomingMessage, type Server } from 'node:http';
import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Response } from 'express';
import { entityOf, writeEntity } from './entity.js';
import { Front, type FrontRoute } from './front.js';
import { answerClientError, answerTunnel, HEADERS_MS, REQUEST_MS } from './raw-problem.js';

/** How often it is looked for requests that take too long. */
const CHECK_MS = 2_000;

/** Nest on Express, with a {@link Front} before it. */
export class FrontAdapter extends ExpressAdapter {
  private front: Front | undefined;

  /** @param onBug told of what a front route throws that is no problem */
  constructor(private readonly onBug: (error: unknown, request: IncomingMessage) => void) {
    super();
  }

  /** Nest calls this once, when the app is made. */
  override initHttpServer(): void {
    const front = new Front(this.getInstance(), (error, request) => {
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
  addFrontRoute(route: FrontRoute): void {
    this.front?.add(route);
  }
}

function isJson(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !(body instanceof StreamableFile);
}
