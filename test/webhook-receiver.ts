// Somebody who is told of batches: a real HTTP server that checks every signature, and answers as the test says.
import { createHmac } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHttpServer } from './http-server.js';

const KEY = Buffer.alloc(32, 'daysync');
/** What the datasets file takes from the environment. */
export const WEBHOOK_SECRET = `whsec_${KEY.toString('base64')}`;
const POLL_MS = 20;

/** A delivery as it came. */
export interface ReceivedDelivery {
  readonly id: string;
  /** By the header, in seconds. */
  readonly timestamp: number;
  /** By this machine's clock. */
  readonly at: number;
  readonly isSigned: boolean;
  readonly type: string;
  readonly body: { readonly type: string; readonly timestamp: string; readonly data: WebhookData };
}

interface WebhookData {
  readonly task_id: string;
  readonly status: string;
  readonly [key: string]: unknown;
}

/** How a delivery is answered; the answer is ended by whoever gives it. */
export type WebhookHandler = (
  response: ServerResponse,
  delivery: ReceivedDelivery,
  times: number,
) => void | Promise<void>;

export class WebhookReceiver {
  readonly received: ReceivedDelivery[] = [];
  /** Of requests that are no delivery: where a redirect was followed to. */
  readonly strays: string[] = [];

  private constructor(
    /** May be replaced at any time. */
    public answering: WebhookHandler,
    private readonly server: Server,
  ) {
    server.on('request', (request, response) => void this.take(request, response));
  }

  static async start(
    answering: WebhookHandler = (response) => void response.writeHead(204).end(),
  ): Promise<WebhookReceiver> {
    return new WebhookReceiver(answering, await startHttpServer());
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/webhooks`;
  }

  /** As a datasets file writes it. */
  endpoint(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
    const secret = '${WEBHOOK_SECRET}';
    return { name: 'receiver', url: this.url, secret, allow_private: true, ...changes };
  }

  /** Waits until so many deliveries have come. */
  async come(count: number): Promise<readonly ReceivedDelivery[]> {
    while (this.received.length < count) await sleep(POLL_MS);
    return this.received;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== '/webhooks') {
      this.strays.push(request.url ?? '');
      response.end();
      return;
    }
    const payload = await text(request);
    const id = headerOf(request, 'webhook-id');
    const timestamp = headerOf(request, 'webhook-timestamp');
    const body = JSON.parse(payload) as ReceivedDelivery['body'];
    const delivery = {
      id,
      timestamp: Number(timestamp),
      at: Date.now(),
      isSigned: headerOf(request, 'webhook-signature') === signatureOf(id, timestamp, payload),
      type: body.type,
      body,
    };
    const times = this.received.filter((before) => before.id === id).length;
    this.received.push(delivery);
    await this.answering(response, delivery, times);
  }
}

/** As the rules have it, and not as the program makes it. */
function signatureOf(id: string, timestamp: string, payload: string): string {
  const content = `${id}.${timestamp}.${payload}`;
  return `v1,${createHmac('sha256', KEY).update(content).digest('base64')}`;
}

function headerOf({ headers }: IncomingMessage, name: string): string {
  return String(headers[name]);
}
