import { Webhook } from 'standardwebhooks';
import { errors, Pool, type buildConnector, type Dispatcher } from 'undici';
import type { Clock } from '../config/clock.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import { codeOf } from '../sources/http/http-failure.js';
import { dump, joined, retryAfterMs } from '../sources/http/http-response.js';
import type { DeliveryAttempt } from './attempt.js';
import { BlockedAddressError, guardedConnector } from './guarded-connect.js';
import type { WebhookErrorCode } from './webhook-errors.js';

const CONNECT_TIMEOUT_MS = 5_000;
const WHOLE_TIMEOUT_MS = 15_000;
/** Of one endpoint, at a time. */
export const MOST_IN_FLIGHT = 4;
/** Statuses by which an endpoint says that it is asked too often. */
const BUSY = [429, 503];

/** What goes out. */
export interface SentDelivery {
  readonly id: string;
  readonly payload: string;
}

interface ClientOptions {
  /** How long an attempt may take in all. @default 15 s */
  readonly timeoutMs?: number;
  /** Makes the connections to an endpoint that may not be private. */
  readonly guarded?: buildConnector.connector;
}

/** Tells one endpoint, signed by the Standard Webhooks rules. Follows nothing. */
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
      connections: MOST_IN_FLIGHT,
      connect: allowPrivate ? { timeout: CONNECT_TIMEOUT_MS } : guarded,
      allowH2: false,
    });
  }

  /**
   * One attempt. Nothing that the endpoint says in words is kept: it may say again what it was asked with.
   * @throws only the signal's reason, when it aborts
   */
  async send({ id, payload }: SentDelivery, signal: AbortSignal): Promise<DeliveryAttempt> {
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
    // Its status has been told, whatever becomes of the rest.
    await dump(response.body, signal);
    return this.answered(response);
  }

  /** Ends what is under way, too. */
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
    // By its code: its words may have the address in them, which may be a secret.
    const got = codeOf(error) ?? 'a connection that broke';
    return failed('WEBHOOK_UNREACHABLE', `expected an answer, got ${got}`);
  }
}
