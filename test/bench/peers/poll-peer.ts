// Another server with one fixed answer: `node poll-peer.ts raw|fastify|express|nest <file>` prints its port. The file has
// the headers and the body of Daysync's answer.
import 'reflect-metadata';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Fastify {
  get(
    path: string,
    handle: (
      request: unknown,
      reply: { headers(all: object): { send(body: string): unknown } },
    ) => unknown,
  ): void;
  listen(where: object): Promise<string>;
  readonly server: Server;
}

const [kind = '', file = ''] = process.argv.slice(2);
const { body, headers } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** The minimum of Node: it only writes the bytes. */
async function listenRaw(): Promise<Server> {
  const bytes = Buffer.from(body);
  const list = Object.entries(headers).flat();
  const answer = (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, list).end(bytes);
  };
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function listenFastify(): Promise<Server> {
  // A package of the bench only, without types in the project.
  const { default: fastify } = (await import(import.meta.resolve('fastify'))) as {
    readonly default: () => Fastify;
  };
  const app = fastify();
  app.get('/*', (_request, reply) => reply.headers(headers).send(body));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}

async function listenExpress(): Promise<Server> {
  const { default: express } = await import('express');
  const app = express();
  app.get('/*path', (_request, response) => {
    response.set(headers).send(body);
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** A usual controller that returns an object. Decorators are called by hand, because Node can't strip them. */
async function listenNest(): Promise<Server> {
  const { Controller, Get, Res } = await import('@nestjs/common');
  const { NestFactory } = await import('@nestjs/core');
  const progress = JSON.parse(body) as unknown;
  class PollController {
    get(response: { set(all: object): unknown }): unknown {
      response.set(headers);
      return progress;
    }
  }
  const method = Object.getOwnPropertyDescriptor(PollController.prototype, 'get') ?? {};
  Get('*path')(PollController.prototype, 'get', method);
  Res({ passthrough: true })(PollController.prototype, 'get', 0);
  Controller()(PollController);
  const module = { module: PollController, controllers: [PollController] };
  const app = await NestFactory.create(module, { logger: false });
  await app.listen(0, '127.0.0.1');
  return app.getHttpServer() as Server;
}

const LISTEN: Readonly<Record<string, () => Promise<Server>>> = {
  raw: listenRaw,
  fastify: listenFastify,
  express: listenExpress,
  nest: listenNest,
};

const listen = LISTEN[kind];
if (listen === undefined) {
  throw new RangeError(`expected one of ${Object.keys(LISTEN).join(', ')}, got ${kind}`);
}
const server = await listen();
process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
// Each line of input requests the processor time so far, in milliseconds.
process.stdin.on('data', () => {
  const { system, user } = process.cpuUsage();
  process.stdout.write(`${(user + system) / 1_000}\n`);
});
