import { once } from 'node:events';
import { get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Param, Post, type INestApplication } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { LoggerModule } from 'nestjs-pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvelopeInterceptor } from '../openapi/api-answers.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { ExpensiveRead, ExpensiveReads } from './expensive-read.js';
import { PreRouterAdapter } from './pre-router.js';

const MANY = Array.from({ length: 3_000 }, (_, index) => ({ index }));

/** The reads that run, each with what ends it. */
let running: Map<string, PromiseWithResolvers<unknown>>;

@Controller()
class Reads {
  @Get('reads/:name')
  @ExpensiveRead('reads')
  read(@Param('name') name: string): Promise<unknown> {
    const read = Promise.withResolvers<unknown>();
    running.set(name, read);
    return read.promise;
  }

  @Get('scrape')
  @ExpensiveRead('scrapes')
  scrape(): readonly string[] {
    return ['scraped'];
  }

  @Post('created')
  @ExpensiveRead('scrapes')
  create(): unknown {
    return MANY;
  }

  @Get('cheap')
  cheap(): string {
    return 'cheap';
  }
}

/** How many requests have come, and how many of them are over. */
let seen: { arrived: number; closed: number };
let app: INestApplication;
let url: string;
beforeEach(async () => {
  running = new Map();
  // Of this app alone: connections of the one before may be closed later.
  const ownSeen = { arrived: 0, closed: 0 };
  seen = ownSeen;
  const module = await Test.createTestingModule({
    imports: [LoggerModule.forRoot({ pinoHttp: { enabled: false } })],
    controllers: [Reads],
    providers: [{ provide: APP_FILTER, useClass: ProblemFilter }],
  }).compile();
  const adapter = new PreRouterAdapter((error) => {
    throw error as Error;
  });
  app = module.createNestApplication(adapter, { logger: false });
  adapter.addPreRoute({
    handle: (request, response) => {
      ownSeen.arrived += 1;
      response.once('close', () => (ownSeen.closed += 1));
      const name = String(request.headers['x-caller'] ?? 'ana');
      const identity = { name, role: 'viewer' } as const;
      request.caller = { identity, scheme: 'http', address: '::1', maySee: () => true };
      return false;
    },
  });
  app.useGlobalInterceptors(new ExpensiveReads(), new EnvelopeInterceptor());
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  url = `http://127.0.0.1:${port}/`;
});
afterEach(async () => {
  (app.getHttpServer() as Server).closeAllConnections();
  await app.close();
});

const read = (name: string, caller = 'ana'): Promise<Response> =>
  fetch(`${url}reads/${name}`, { headers: { 'x-caller': caller } });

/** Sends a read whose answer does not matter. */
function send(name: string, caller = 'ana'): void {
  read(name, caller).catch(() => undefined);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(2);
}

const isRunning = (...names: readonly string[]): Promise<void> =>
  until(() => names.every((name) => running.has(name)));

describe('expensive reads', () => {
  it('wait for those before them, of their caller and of all, until their answer or their error', async () => {
    const [first, failing] = [read('1'), read('2')];
    await isRunning('1', '2');
    const third = read('3');
    const others = [read('4', 'ben')];
    await isRunning('4');
    others.push(read('5', 'cem'));
    await until(() => seen.arrived === 5);
    expect([...running.keys()]).toEqual(['1', '2', '4']);
    running.get('1')?.resolve('one');
    expect(await (await first).json()).toEqual({ status: 'success', data: 'one' });
    // Of the caller that has waited longest.
    await isRunning('3');
    running.get('2')?.reject(new Error('broken'));
    expect((await failing).status).toBe(500);
    await isRunning('5');
    for (const { resolve } of running.values()) resolve('other');
    for (const answer of [third, ...others]) expect((await answer).status).toBe(200);
  });

  it('are forgotten once their caller has left the queue', async () => {
    send('1');
    send('2');
    await isRunning('1', '2');
    const leaving = get(`${url}reads/left`).on('error', () => undefined);
    await until(() => seen.arrived === 3);
    leaving.destroy();
    await until(() => seen.closed === 1);
    send('3');
    running.get('1')?.resolve('one');
    await isRunning('3');
    expect(running.has('left')).toBe(false);
  });

  it('are busy behind the end of the queue of a caller, and say when to try again', async () => {
    for (let index = 0; index < 2 + 200; index++) {
      get(`${url}reads/${index}`).on('error', () => undefined);
    }
    await until(() => seen.arrived === 202);
    const answer = await read('refused');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await answer.json()).toMatchObject({
      code: 'BUSY',
      status: 503,
      limit: 200,
      detail: 'expected at most 200 reads to wait of one caller, got more',
    });
    const other = read('other', 'ben');
    await isRunning('0', '1', 'other');
    running.get('other')?.resolve('other');
    expect((await other).status).toBe(200);
  });

  it('delay no read of another kind', async () => {
    for (const caller of ['ana', 'ben', 'cem']) send(caller, caller);
    await isRunning('ana', 'ben', 'cem');
    expect(await (await fetch(`${url}scrape`)).json()).toEqual({
      status: 'success',
      data: ['scraped'],
    });
    expect((await fetch(`${url}cheap`)).status).toBe(200);
  });

  it('are answered with the JSON of the whole, and its tag', async () => {
    const long = read('1');
    await isRunning('1');
    running.get('1')?.resolve({ items: MANY });
    const answer = await long;
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await answer.text()).toBe(JSON.stringify({ status: 'success', data: { items: MANY } }));
    const tag = answer.headers.get('etag') ?? '';
    const again = once(
      get(`${url}reads/2`, { headers: { 'x-caller': 'ben', 'if-none-match': tag } }),
      'response',
    ) as Promise<[IncomingMessage]>;
    await isRunning('2');
    running.get('2')?.resolve({ items: MANY });
    expect((await again)[0].statusCode).toBe(304);
  });

  it('keep the place of a long answer until it is sent, or its caller has left', async () => {
    const request = get(`${url}reads/1`);
    send('2');
    await isRunning('1', '2');
    const arrived = once(request, 'response') as Promise<[IncomingMessage]>;
    // More than all buffers between here and there.
    const items = Array.from({ length: 3_000 }, () => 'x'.repeat(10_000));
    running.get('1')?.resolve({ items });
    const [response] = await arrived;
    response.on('error', () => undefined).pause();
    send('3');
    await until(() => seen.arrived === 3);
    await sleep(200);
    expect(running.has('3')).toBe(false);
    response.destroy();
    await isRunning('3');
  });

  it('are answered with their own status', async () => {
    const created = await fetch(`${url}created`, { method: 'POST' });
    expect(created.status).toBe(201);
    expect(created.headers.get('cache-control')).toBe('no-store');
    expect(await created.json()).toEqual({ status: 'success', data: MANY });
  });
});
