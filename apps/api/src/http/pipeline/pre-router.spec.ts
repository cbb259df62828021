import type { Server } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { startHttpServer, urlOf } from '../../../../../test/http-server.js';
import { PreRouter } from './pre-router.js';
import { Problem } from '../problems/problem.js';

let server: Server;
let preRouter: PreRouter;
let bugs: unknown[];

beforeEach(async () => {
  bugs = [];
  preRouter = new PreRouter(
    (_request, response) => response.end('express'),
    (error) => bugs.push(error),
  );
  server = await startHttpServer(preRouter.handle.bind(preRouter));
});

const ask = (): Promise<Response> => fetch(`${urlOf(server)}/a?b=c`);

describe('PreRouter', () => {
  it('leaves to Express what no route answers', async () => {
    preRouter.add({ handle: () => false });
    const answer = await ask();
    expect(await answer.text()).toBe('express');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers a problem that a route throws', async () => {
    preRouter.add({
      handle() {
        throw new Problem('RATE_LIMITED', 'too many', { limit: 3 }, 7);
      },
    });
    const answer = await ask();
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(await answer.json()).toMatchObject({ code: 'RATE_LIMITED', limit: 3, instance: '/a' });
    expect(bugs).toEqual([]);
  });

  it('hides and reports a bug in a route, and keeps running', async () => {
    const bug = new TypeError('secret');
    preRouter.add({
      handle() {
        throw bug;
      },
    });
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await ask();
      const text = await answer.text();
      expect(answer.status).toBe(500);
      expect(JSON.parse(text)).toMatchObject({
        type: '/docs/errors#INTERNAL',
        code: 'INTERNAL',
        request_id: answer.headers.get('x-request-id'),
      });
      expect(text).not.toContain('secret');
    }
    expect(bugs).toEqual([bug, bug]);
  });
});
