import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  Inject,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { Database } from '../database/database.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import { ConfiguredEndpoints } from './configured-endpoints.js';
import { LOGGER } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { judge, type DeliveryAttempt, type Verdict } from './attempt.js';
import { addressHashOf } from './endpoint-register.js';
import { MAX_IN_FLIGHT, WebhookClient } from './webhook-client.js';
import { DeliveryStore, type ClaimedDelivery } from './delivery-store.js';

/** How often the outbox is polled for due deliveries. */
const POLL_MS = 1_000;
/** How often where no endpoint is configured. */
const IDLE_POLL_MS = 60_000;
/** How long a process owns a delivery that it has claimed: longer than any attempt takes. */
const LEASE_MS = 30_000;
/** A delivery fails if no process has had its endpoint configured for so long. */
const UNKNOWN_ENDPOINT_MS = 86_400_000;
/** How long a stopping process goes on sending. The whole stop takes 10 s at most. */
export const STOP_MS = {
  /** For the deliveries of the last batches, once those have ended. */
  grace: 2_000,
  /** Counted from the beginning of the stop, however long the batches take. */
  latest: 8_500,
};

const GONE = {
  code: 'WEBHOOK_ENDPOINT_GONE',
  text: 'expected an endpoint that accepts deliveries, got one that has answered 410',
} as const;
const UNKNOWN = {
  code: 'WEBHOOK_ENDPOINT_UNKNOWN',
  text: 'expected an endpoint of the datasets file, got one that is no longer there',
} as const;

const STOPPED = {
  code: 'WEBHOOK_UNREACHABLE',
  text: 'expected an answer, got the stop of Daysync',
} as const;

/** A message that was sent to try an endpoint. */
interface SentTest {
  readonly id: string;
  readonly payload: string;
  readonly attempt: DeliveryAttempt;
  readonly durationMs: number;
}

/** Where the deliveries of an endpoint go. */
interface Destination {
  readonly endpoint: WebhookEndpoint;
  readonly client: WebhookClient;
  readonly addressHash: string;
}

/** Sends the deliveries of the outbox, each at least once. Any number of processes do so side by side. */
@Injectable()
export class WebhookSender implements OnModuleDestroy, OnApplicationShutdown {
  private destinations: ReadonlyMap<string, Destination>;
  /** The endpoint of each delivery in flight, by the delivery's id. */
  private readonly inFlight = new Map<string, string>();
  private readonly attempts = new Set<Promise<void>>();
  private readonly aborting = new AbortController();
  protected readonly stopMs: Readonly<typeof STOP_MS> = STOP_MS;
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  private latest: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: DeliveryStore,
    private readonly database: Database,
    private readonly endpoints: ConfiguredEndpoints,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.destinations = this.destinationsOf(new Map());
    endpoints.onReplaced(() => {
      this.follow();
    });
  }

  begin(): void {
    this.polling = this.recover();
    this.startTimer();
  }

  /** Nest calls this as the stop begins. Batches go on for a while, and so do their deliveries. */
  onModuleDestroy(): void {
    this.latest = this.abortAfter(this.stopMs.latest);
  }

  /**
   * Nest calls this once no batch can end any more. It sends what is due, for a while, and then releases what is still in
   * flight: an endpoint that hangs delays the stop no longer than that. A process that has not begun sends nothing.
   */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    const grace = this.abortAfter(this.stopMs.grace);
    // A poll under way may have read before the last batch ended.
    await this.polling;
    if (this.timer === undefined) await this.settled();
    else await this.sendDue();
    clearTimeout(grace);
    clearTimeout(this.latest);
    this.aborting.abort();
    await Promise.all([...this.destinations.values()].map(({ client }) => client.close()));
  }

  /** Claims what is due, and begins to send it. */
  poll(): Promise<void> {
    this.polling ??= this.claimDue()
      .catch((error: unknown) => {
        this.logger.error({ err: error }, '查询待投递的消息失败，稍后重试');
      })
      .finally(() => {
        this.polling = undefined;
      });
    return this.polling;
  }

  /**
   * Sends a message to an endpoint at once, and once. It is no delivery: it is not listed and not tried again.
   * @returns undefined where no endpoint has the name
   */
  async test(name: string): Promise<SentTest | undefined> {
    const destination = this.destinations.get(name);
    if (destination === undefined) return undefined;
    const begun = this.clock.monotonic();
    const timestamp = toInstant(this.clock.now());
    const payload = JSON.stringify({ type: 'test', timestamp, data: { endpoint: name } });
    const message = { id: `msg_${randomUUID()}`, payload };
    let attempt: DeliveryAttempt;
    try {
      attempt = await destination.client.send(message, this.aborting.signal);
    } catch (error) {
      if (!this.aborting.signal.aborted) throw error;
      attempt = { kind: 'failed', status: null, retryAfterMs: null, ...STOPPED };
    }
    const { kind, status } = attempt;
    this.logger.info({ endpoint: name, outcome: kind, status }, '测试消息已发送');
    return { ...message, attempt, durationMs: Math.round(this.clock.monotonic() - begun) };
  }

  /** Resolves when no attempt is under way. */
  async settled(): Promise<void> {
    while (this.attempts.size > 0) await Promise.all(this.attempts);
  }

  private async sendDue(): Promise<void> {
    do {
      await this.settled();
      await this.poll();
      // An endpoint takes few at a time: more may be due.
    } while (this.attempts.size > 0);
  }

  private startTimer(): void {
    this.timer = setInterval(
      () => {
        void this.poll();
      },
      this.destinations.size > 0 ? POLL_MS : IDLE_POLL_MS,
    ).unref();
  }

  /** Sends to the endpoints that are configured now. Attempts that are under way end as they began. */
  private follow(): void {
    const before = this.destinations;
    this.destinations = this.destinationsOf(before);
    const kept = new Set(this.destinations.values());
    const under = [...this.attempts];
    for (const destination of before.values()) {
      if (kept.has(destination)) continue;
      void Promise.allSettled(under).then(() => destination.client.close());
    }
    // Before `begin`, and while it stops, nothing is sent by itself.
    if (this.timer === undefined || this.aborting.signal.aborted) return;
    clearInterval(this.timer);
    this.startTimer();
    void this.poll();
  }

  private destinationsOf(
    before: ReadonlyMap<string, Destination>,
  ): ReadonlyMap<string, Destination> {
    return new Map(
      this.endpoints.list().map((endpoint) => {
        const known = before.get(endpoint.name);
        const destination =
          known !== undefined && isDeepStrictEqual(known.endpoint, endpoint)
            ? known
            : {
                endpoint,
                client: new WebhookClient(endpoint, this.clock),
                addressHash: addressHashOf(endpoint.url),
              };
        return [endpoint.name, destination];
      }),
    );
  }

  private abortAfter(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.aborting.abort();
    }, ms);
  }

  private async recover(): Promise<void> {
    try {
      // On PostgreSQL another process may be sending them.
      if (this.database.dialect === 'sqlite') await this.store.releaseAll();
    } catch (error) {
      this.logger.error({ err: error }, '未能收回上次未完成的投递，租约到期后重试');
    }
    this.polling = undefined;
    await this.poll();
  }

  private async claimDue(): Promise<void> {
    if (this.aborting.signal.aborted) return;
    const nowMs = this.clock.steady();
    const due = await this.store.due(nowMs);
    if (due.length === 0) return;
    const gone = await this.store.gone();
    const room = new Map<string, number>();
    const unknownBefore = toInstant(nowMs - UNKNOWN_ENDPOINT_MS);
    for (const { endpoint, since } of due) {
      const free = MAX_IN_FLIGHT - this.inFlightOf(endpoint);
      if (gone.includes(endpoint)) await this.fail(endpoint, GONE, null, nowMs);
      else if (this.destinations.has(endpoint)) {
        if (free > 0) room.set(endpoint, free);
      } else if (since < unknownBefore) {
        await this.fail(endpoint, UNKNOWN, unknownBefore, nowMs);
      }
    }
    if (room.size === 0) return;
    const claimed = await this.store.claim(room, {
      now: () => this.clock.steady(),
      leaseMs: LEASE_MS,
      except: [...this.inFlight.keys()],
    });
    for (const delivery of claimed) this.startAttempt(delivery);
  }

  private inFlightOf(endpoint: string): number {
    return [...this.inFlight.values()].filter((name) => name === endpoint).length;
  }

  private async fail(
    endpoint: string,
    error: typeof GONE | typeof UNKNOWN,
    before: string | null,
    nowMs: number,
  ): Promise<void> {
    const count = await this.store.fail(endpoint, error, { before, nowMs });
    if (count === 0) return;
    this.metrics.webhookDeliveries.inc({ outcome: 'failed' }, count);
    this.logger.error({ endpoint, count, code: error.code }, '投递失败，不再重试');
  }

  private startAttempt(delivery: ClaimedDelivery): void {
    this.inFlight.set(delivery.id, delivery.endpoint);
    const attempt = this.attempt(delivery)
      .catch((error: unknown) => {
        // Its lease expires, and it is sent again: the receiver recognises it by its id.
        this.logger.error(
          { err: error, delivery: delivery.id },
          '投递结果未能写入，租约到期后重新投递',
        );
      })
      .finally(() => {
        this.inFlight.delete(delivery.id);
        this.attempts.delete(attempt);
      });
    this.attempts.add(attempt);
  }

  private async attempt(delivery: ClaimedDelivery): Promise<void> {
    const destination = this.destinations.get(delivery.endpoint);
    if (destination === undefined) return this.store.release([delivery]);
    let attempt: DeliveryAttempt;
    try {
      attempt = await destination.client.send(delivery, this.aborting.signal);
    } catch (error) {
      if (!this.aborting.signal.aborted) throw error;
      return this.store.release([delivery]);
    }
    const verdict = judge(attempt, delivery);
    const isOurs = await this.store.settle(delivery, attempt, verdict, {
      addressHash: destination.addressHash,
      nowMs: this.clock.steady(),
    });
    if (isOurs) this.report(delivery, attempt, verdict);
    else this.reportLost(delivery, attempt);
  }

  /** The process that has claimed the delivery since then counts its own attempt. */
  private reportLost(
    { attempts, endpoint, id }: ClaimedDelivery,
    { status }: DeliveryAttempt,
  ): void {
    const fields = { delivery: id, endpoint, attempts, status };
    this.logger.warn(fields, '投递的租约已失效，由其他进程继续，本次结果不计');
  }

  private report(delivery: ClaimedDelivery, attempt: DeliveryAttempt, verdict: Verdict): void {
    const { attempts, endpoint, event, id, batch_id } = delivery;
    const { status } = attempt;
    const error = attempt.kind === 'failed' ? { code: attempt.code, detail: attempt.text } : {};
    const fields = {
      delivery: id,
      endpoint,
      event,
      task_id: batch_id || null,
      attempts,
      status,
      ...error,
    };
    const { webhookDeliveries } = this.metrics;
    const { state } = verdict;
    switch (state) {
      case 'delivered':
        webhookDeliveries.inc({ outcome: 'delivered' });
        this.logger.info(fields, '消息已送达');
        break;
      case 'pending':
        webhookDeliveries.inc({ outcome: 'retried' });
        this.logger.warn({ ...fields, in_ms: Math.round(verdict.inMs) }, '消息未送达，稍后重试');
        break;
      case 'failed':
        webhookDeliveries.inc({ outcome: 'failed' });
        this.logger.error(fields, '投递失败，不再重试');
        break;
    }
  }
}
