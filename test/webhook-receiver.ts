// A receiver of webhooks: an HTTP server that checks every signature, and answers as the test says.
import { createHmac } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHttpServer, urlOf } from './http-server.js';

const KEY = Buffer.alloc(32, 'daysync');
/** The variables of the datasets file. */
export const WEBHOOK_SECRET = `whsec_${KEY.toString('base64')}`;
const POLL_MS = 20;

export interface ReceivedDelivery {
  readonly id: string;
  /** The timestamp in the header, in seconds. */
  readonly timestamp: number;
  /** The time of its arrival. */
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

/** Answers a delivery; it has to end the response. */
export type WebhookHandler = (
  response: ServerResponse,
  delivery: ReceivedDelivery,
  times: number,
) => void | Promise<void>;

export class WebhookReceiver {
  readonly received: ReceivedDelivery[] = [];
  /** The paths of other requests, which followed a redirect. */
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
    return `${urlOf(this.server)}/webhooks`;
  }

  endpoint(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
    const secret = '${WEBHOOK_SECRET}';
    return { name: 'receiver', url: this.url, secret, allow_private: true, ...changes };
  }

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

/** Computed from the specification, independently of the program. */
function signatureOf(id: string, timestamp: string, payload: string): string {
  const content = `${id}.${timestamp}.${payload}`;
  return `v1,${createHmac('sha256', KEY).update(content).digest('base64')}`;
}

function headerOf({ headers }: IncomingMessage, name: string): string {
  return String(headers[name]);
}
