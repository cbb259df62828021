import { Webhook } from 'standardwebhooks';
import { errors, Pool, type buildConnector, type Dispatcher } from 'undici';
import type { Clock } from '../config/clock.js';
import type { DeliveryRow } from '../database/schema.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import { codeOf } from '../sources/http/http-failure.js';
import { dump, joined, retryAfterMs } from '../sources/http/http-response.js';
import type { DeliveryAttempt } from './attempt.js';
import { BlockedAddressError, guardedConnector } from './guarded-connect.js';
import type { WebhookErrorCode } from './webhook-errors.js';

const CONNECT_TIMEOUT_MS = 5_000;
const WHOLE_TIMEOUT_MS = 15_000;
/** How many deliveries one endpoint gets at a time. */
export const MAX_IN_FLIGHT = 4;
/** Statuses that may come with a `Retry-After`. */
const BUSY = [429, 503];

interface ClientOptions {
  /** For a whole attempt. @default 15 s */
  readonly timeoutMs?: number;
  /** Connects to endpoints that may not be private. */
  readonly guarded?: buildConnector.connector;
}

/** Sends to one endpoint, signed by the Standard Webhooks rules. It follows no redirect. */
export class WebhookClient {
  private readonly pool: Pool;
  private readonly path: string;
  private readonly webhook: Webhook;
  private readonly timeoutMs: number;

  constructor(
    endpoint: WebhookEndpoint,
    private readonly clock: Pick<Clock, 'now'>,
    {
      guarded = guardedConnector(CONNECT_TIMEOUT_MS),
      timeoutMs = WHOLE_TIMEOUT_MS,
    }: ClientOptions = {},
  ) {
    const { allowPrivate, secret, url } = endpoint;
    const { origin, pathname, search } = new URL(url);
    this.path = pathname + search;
    this.webhook = new Webhook(secret);
    this.timeoutMs = timeoutMs;
    this.pool = new Pool(origin, {
      connections: MAX_IN_FLIGHT,
      connect: allowPrivate ? { timeout: CONNECT_TIMEOUT_MS } : guarded,
      allowH2: false,
    });
  }

  /**
   * Makes one attempt. It keeps no text of the answer: an endpoint may echo the request.
   * @throws only the signal's reason, when it aborts
   */
  async send(
    { id, payload }: Pick<DeliveryRow, 'id' | 'payload'>,
    signal: AbortSignal,
  ): Promise<DeliveryAttempt> {
    const at = new Date(this.clock.now());
    const over = AbortSignal.timeout(this.timeoutMs);
    const either = AbortSignal.any([signal, over]);
    let response: Dispatcher.ResponseData;
    try {
      response = await this.pool.request({
        path: this.path,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Daysync',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
          'webhook-signature': this.webhook.sign(id, at, payload),
        },
        body: payload,
        signal: either,
      });
    } catch (error) {
      signal.throwIfAborted();
      return this.unanswered(error, over.aborted);
    }
    // The status decides; the body is read only to free the connection.
    await dump(response.body, signal);
    return this.answered(response);
  }

  /** Aborts the attempts in flight as well. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private answered({ headers, statusCode: status }: Dispatcher.ResponseData): DeliveryAttempt {
    if (status >= 200 && status < 300) return { kind: 'delivered', status };
    const code: WebhookErrorCode = status === 410 ? 'WEBHOOK_ENDPOINT_GONE' : 'WEBHOOK_REFUSED';
    const what = status >= 300 && status < 400 ? ' (a redirect, which is not followed)' : '';
    const asked = BUSY.includes(status)
      ? retryAfterMs(joined(headers['retry-after']), joined(headers['date']), () =>
          this.clock.now(),
        )
      : null;
    const text = `expected a status of 2xx, got ${status}${what}`;
    return { kind: 'failed', status, code, text, retryAfterMs: asked };
  }

  private unanswered(error: unknown, isOver: boolean): DeliveryAttempt {
    const failed = (code: WebhookErrorCode, text: string): DeliveryAttempt => ({
      ...{ kind: 'failed', status: null, code, text, retryAfterMs: null },
    });
    if (error instanceof BlockedAddressError) {
      return failed(
        'WEBHOOK_BLOCKED',
        'expected a name that leads to public addresses alone, got one that does not',
      );
    }
    if (isOver || error instanceof errors.ConnectTimeoutError) {
      return failed(
        'WEBHOOK_TIMEOUT',
        `expected an answer within ${this.timeoutMs / 1_000} s, got none`,
      );
    }
    // Only the code: the message may contain the address, which may be a secret.
    const got = codeOf(error) ?? 'a connection that broke';
    return failed('WEBHOOK_UNREACHABLE', `expected an answer, got ${got}`);
  }
}
