import { createHmac } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHttpServer, urlOf } from '../../../../test/http-server.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import type { DeliveryAttempt } from './attempt.js';
import { guardedConnector } from './guarded-connect.js';
import { WebhookClient } from './webhook-client.js';
import { makeEndpoint } from './webhook.fixture.js';

/** The example of the rules themselves. */
const EXAMPLE = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  payload: '{"test": 2432232314}',
  now: 1_614_265_330_000,
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const NEVER = new AbortController().signal;
/** For an endpoint that does not answer in time; all others have all the time that there is. */
const TIMEOUT_MS = 300;

type Answering = (response: ServerResponse, request: IncomingMessage) => void;

let server: Server;
let url: string;
let paths: string[];
let answering: Answering;
let client: WebhookClient | undefined;
beforeEach(async () => {
  paths = [];
  server = await startHttpServer((request, response) => {
    paths.push(request.url ?? '');
    answering(response, request);
  });
  url = `${urlOf(server)}/hook?of=ours`;
});
afterEach(async () => {
  await client?.close();
  client = undefined;
});

function clientOf(
  changes: Partial<WebhookEndpoint> = {},
  options: ConstructorParameters<typeof WebhookClient>[2] = {},
): WebhookClient {
  client = new WebhookClient(
    makeEndpoint({ url, secret: EXAMPLE.secret, ...changes }),
    { now: () => EXAMPLE.now },
    { timeoutMs: 150_000, ...options },
  );
  return client;
}

function attempt(
  answer: Answering,
  changes: Partial<WebhookEndpoint> = {},
): Promise<DeliveryAttempt> {
  answering = answer;
  return clientOf(changes).send(EXAMPLE, NEVER);
}

describe('a delivery', () => {
  it('goes out signed as the example of Standard Webhooks is', async () => {
    const came = Promise.withResolvers<IncomingMessage>();
    const body = Promise.withResolvers<string>();
    const answer = await attempt((response, request) => {
      came.resolve(request);
      body.resolve(text(request));
      response.end();
    });
    expect(answer).toEqual({ kind: 'delivered', status: 200 });
    const { headers, method, url: path } = await came.promise;
    expect([method, path, await body.promise]).toEqual(['POST', '/hook?of=ours', EXAMPLE.payload]);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': EXAMPLE.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': EXAMPLE.signature,
    });
    const key = Buffer.from(EXAMPLE.secret.slice('whsec_'.length), 'base64');
    const content = `${EXAMPLE.id}.1614265330.${EXAMPLE.payload}`;
    expect(EXAMPLE.signature).toBe(
      `v1,${createHmac('sha256', key).update(content).digest('base64')}`,
    );
  });

  it.each([200, 201, 202, 204])('is delivered by the status %i', async (status) => {
    const answer = await attempt((response) => response.writeHead(status).end());
    expect(answer).toEqual({ kind: 'delivered', status });
  });

  it.each([
    [301, ' (a redirect, which is not followed)'],
    [307, ' (a redirect, which is not followed)'],
    [400, ''],
    [401, ''],
    [500, ''],
    [503, ''],
  ])('is refused by the status %i', async (status, note) => {
    const answer = await attempt((response) => {
      response.writeHead(status, { location: '/elsewhere' }).end('go away');
    });
    expect(answer).toEqual({
      ...{ kind: 'failed', status, code: 'WEBHOOK_REFUSED', retryAfterMs: null },
      text: `expected a status of 2xx, got ${status}${note}`,
    });
    expect(paths).toEqual(['/hook?of=ours']);
  });

  it('hears 410 as a wish to be left alone', async () => {
    const answer = await attempt((response) => response.writeHead(410).end());
    expect(answer).toMatchObject({ kind: 'failed', status: 410, code: 'WEBHOOK_ENDPOINT_GONE' });
  });

  it.each([
    [429, '7', 7_000],
    [503, '120', 120_000],
    [429, 'Thu, 25 Feb 2021 15:02:20 GMT', 10_000],
    [500, '7', null],
    [429, 'soon', null],
  ])('with %i and Retry-After %j is asked to wait for %o ms', async (status, header, ms) => {
    const date = 'Thu, 25 Feb 2021 15:02:10 GMT';
    const answer = await attempt((response) => {
      response.writeHead(status, { 'retry-after': header, date }).end();
    });
    expect(answer).toMatchObject({ kind: 'failed', retryAfterMs: ms });
  });

  it('is not waited for longer than its timeout, nor delivered by a 200 that comes later', async () => {
    const late = Promise.withResolvers<undefined>();
    // Both timers are of this process, and that of the client began before: they come in their order, however late.
    answering = (response) => {
      setTimeout(() => {
        response.end();
        late.resolve(undefined);
      }, 2 * TIMEOUT_MS);
    };
    const answer = await clientOf({}, { timeoutMs: TIMEOUT_MS }).send(EXAMPLE, NEVER);
    expect(answer).toEqual({
      ...{ kind: 'failed', status: null, code: 'WEBHOOK_TIMEOUT', retryAfterMs: null },
      text: 'expected an answer within 0.3 s, got none',
    });
    await late.promise;
  });

  it.each<[string, Answering]>([
    ['before its answer', (response) => response.destroy()],
    ['within its headers', (response) => response.socket?.end('HTTP/1.1 200 OK\r\nx-half: ')],
    ['instead of HTTP', (response) => response.socket?.end('hello\r\n\r\n')],
  ])('whose connection breaks %s is not delivered', async (_when, answer) => {
    expect(await attempt(answer)).toMatchObject({ code: 'WEBHOOK_UNREACHABLE', status: null });
  });

  it('that no server listens for is reported by a code, without the address', async () => {
    server.close();
    const answer = await attempt(() => undefined);
    expect(answer).toMatchObject({
      code: 'WEBHOOK_UNREACHABLE',
      text: 'expected an answer, got ECONNREFUSED',
    });
  });

  it('is delivered by its status, whatever becomes of a body that breaks off', async () => {
    const answer = await attempt((response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('half', () => response.destroy());
    });
    expect(answer).toEqual({ kind: 'delivered', status: 200 });
  });

  it('reads no more of a body than a connection is worth', async () => {
    let written = 0;
    const closed = Promise.withResolvers<undefined>();
    const answer = await attempt((response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(65_536);
      const more = (): void => {
        written += chunk.length;
        if (!response.destroyed) response.write(chunk, more);
      };
      response.on('close', () => {
        closed.resolve(undefined);
      });
      more();
    });
    await closed.promise;
    expect(answer).toEqual({ kind: 'delivered', status: 200 });
    expect(written).toBeLessThan(20_000_000);
  });

  it('is blocked on its way to a private address', async () => {
    const answer = await attempt((response) => response.end(), { allowPrivate: false });
    expect(answer).toMatchObject({ code: 'WEBHOOK_BLOCKED', status: null });
    expect(paths).toEqual([]);
  });

  it('is delivered through the guard to a name that leads to a public address', async () => {
    const hosts: (string | undefined)[] = [];
    answering = (response, request) => {
      hosts.push(request.headers.host);
      response.end();
    };
    const guarded = guardedConnector(150_000, {
      isPublic: (address) => address === '127.0.0.1',
      resolve: (_name, _options, answered) => {
        answered(null, [{ address: '127.0.0.1', family: 4 }]);
      },
    });
    const named = url.replace('127.0.0.1', 'public.example');
    const delivering = clientOf({ allowPrivate: false, url: named }, { guarded });
    expect(await delivering.send(EXAMPLE, NEVER)).toEqual({ kind: 'delivered', status: 200 });
    expect(hosts).toEqual([new URL(named).host]);
  });

  it('is given up with its signal', async () => {
    const leaving = new AbortController();
    const reason = new Error('enough');
    answering = () => {
      leaving.abort(reason);
    };
    await expect(clientOf().send(EXAMPLE, leaving.signal)).rejects.toBe(reason);
  });
});
