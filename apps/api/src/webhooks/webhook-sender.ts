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
import { LOGGER } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { judge, type DeliveryAttempt, type Verdict } from './attempt.js';
import { addressHashOf } from './endpoint-register.js';
import { MOST_IN_FLIGHT, WebhookClient, type SentDelivery } from './webhook-client.js';
import { DeliveryStore, type ClaimedDelivery } from './delivery-store.js';

/** The token of the endpoints that are configured. */
export const WEBHOOK_ENDPOINTS = Symbol('WEBHOOK_ENDPOINTS');

/** How often it is looked what is due. */
const LOOK_MS = 1_000;
/** Where there is nobody to tell. */
const SELDOM_MS = 60_000;
/** How long a delivery is one process's own: longer than any attempt takes. */
const LEASE_MS = 30_000;
/** How long a process that knows an endpoint may be away before nobody does. */
const UNKNOWN_MS = 86_400_000;
/** How long a stop goes on sending: 10 s is the whole stop. */
export const STOP_MS = {
  /** What the ends of the last batches have left, once those have ended. */
  grace: 2_000,
  /** After the begin of the stop, however long the batches took. */
  latest: 8_500,
};

const GONE = {
  code: 'WEBHOOK_ENDPOINT_GONE',
  text: 'expected an endpoint that wants to be told, got one that has answered 410',
} as const;
const UNKNOWN = {
  code: 'WEBHOOK_ENDPOINT_UNKNOWN',
  text: 'expected an endpoint of the datasets file, got one that is not there any more',
} as const;

/** Who tells an endpoint, and at which address. */
interface Sender {
  readonly client: WebhookClient;
  readonly addressHash: string;
}

/** Sends what the outbox has: at least once, each with its id, by as many processes as there are. */
@Injectable()
export class WebhookSender implements OnModuleDestroy, OnApplicationShutdown {
  private readonly senders: ReadonlyMap<string, Sender>;
  /** The endpoint of each delivery that is being tried. */
  private readonly inFlight = new Map<string, string>();
  private readonly attempts = new Set<Promise<void>>();
  private readonly aborting = new AbortController();
  protected readonly stopMs: Readonly<typeof STOP_MS> = STOP_MS;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private latest: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: DeliveryStore,
    private readonly database: Database,
    @Inject(WEBHOOK_ENDPOINTS) endpoints: readonly WebhookEndpoint[],
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.senders = new Map(
      endpoints.map((endpoint) => [
        endpoint.name,
        {
          client: new WebhookClient(endpoint, clock),
          addressHash: addressHashOf(endpoint.url),
        },
      ]),
    );
  }

  /** Begins to look. */
  begin(): void {
    this.looking = this.recover();
    this.timer = setInterval(
      () => {
        void this.look();
      },
      this.senders.size > 0 ? LOOK_MS : SELDOM_MS,
    ).unref();
  }

  /** Nest calls it as the stop begins: batches go on for a while, and so do their deliveries. */
  onModuleDestroy(): void {
    this.latest = this.abortAfter(this.stopMs.latest);
  }

  /**
   * Nest calls it once no batch can end any more: sends what is due, for a while, then gives back what is under way.
   * What hangs holds up the stop no longer than that.
   */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    const grace = this.abortAfter(this.stopMs.grace);
    // One that is under way may have looked before the last batch ended.
    await this.looking;
    do {
      await this.settled();
      await this.look();
      // An endpoint has few at a time: there may be more.
    } while (this.attempts.size > 0);
    clearTimeout(grace);
    clearTimeout(this.latest);
    this.aborting.abort();
    await Promise.all([...this.senders.values()].map(({ client }) => client.close()));
  }

  /** Looks once what is due, and begins to send it. */
  look(): Promise<void> {
    this.looking ??= this.takeDue()
      .catch((error: unknown) => {
        this.logger.error({ err: error }, '查看待发送的通知失败，稍后再试');
      })
      .finally(() => {
        this.looking = undefined;
      });
    return this.looking;
  }

  /** Resolves when no attempt is under way. */
  async settled(): Promise<void> {
    while (this.attempts.size > 0) await Promise.all(this.attempts);
  }

  private abortAfter(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.aborting.abort();
    }, ms);
  }

  private async recover(): Promise<void> {
    try {
      // Of several processes another one may be about to send.
      if (this.database.dialect === 'sqlite') await this.store.giveBackAll();
    } catch (error) {
      this.logger.error({ err: error }, '未能收回上次未发完的通知，租约到期后再发');
    }
    this.looking = undefined;
    await this.look();
  }

  private async takeDue(): Promise<void> {
    if (this.aborting.signal.aborted) return;
    const nowMs = this.clock.steady();
    const due = await this.store.due(nowMs);
    if (due.length === 0) return;
    const gone = await this.store.gone();
    const room = new Map<string, number>();
    const unknownBefore = toInstant(nowMs - UNKNOWN_MS);
    for (const { endpoint, since } of due) {
      const free = MOST_IN_FLIGHT - this.inFlightOf(endpoint);
      if (gone.includes(endpoint)) await this.giveUp(endpoint, GONE, null, nowMs);
      else if (this.senders.has(endpoint)) {
        if (free > 0) room.set(endpoint, free);
      } else if (since < unknownBefore) {
        await this.giveUp(endpoint, UNKNOWN, unknownBefore, nowMs);
      }
    }
    if (room.size === 0) return;
    const claimed = await this.store.claim(room, {
      now: () => this.clock.steady(),
      leaseMs: LEASE_MS,
      except: [...this.inFlight.keys()],
    });
    for (const delivery of claimed) this.begun(delivery);
  }

  private inFlightOf(endpoint: string): number {
    return [...this.inFlight.values()].filter((name) => name === endpoint).length;
  }

  private async giveUp(
    endpoint: string,
    error: typeof GONE | typeof UNKNOWN,
    before: string | null,
    nowMs: number,
  ): Promise<void> {
    const count = await this.store.giveUp(endpoint, error, { before, nowMs });
    if (count === 0) return;
    this.metrics.webhookDeliveries.inc({ outcome: 'failed' }, count);
    this.logger.error({ endpoint, count, code: error.code }, '通知已放弃');
  }

  private begun(delivery: ClaimedDelivery): void {
    this.inFlight.set(delivery.id, delivery.endpoint);
    const attempt = this.attempt(delivery)
      .catch((error: unknown) => {
        // Its lease ends, and it is tried again: the receiver knows it by its id.
        this.logger.error(
          { err: error, delivery: delivery.id },
          '通知的结果未能写入，租约到期后再发',
        );
      })
      .finally(() => {
        this.inFlight.delete(delivery.id);
        this.attempts.delete(attempt);
      });
    this.attempts.add(attempt);
  }

  private async attempt(delivery: ClaimedDelivery): Promise<void> {
    const sender = this.senders.get(delivery.endpoint);
    if (sender === undefined) return this.store.giveBack([delivery]);
    let attempt: DeliveryAttempt;
    try {
      attempt = await sender.client.send(sentOf(delivery), this.aborting.signal);
    } catch (error) {
      if (!this.aborting.signal.aborted) throw error;
      return this.store.giveBack([delivery]);
    }
    const verdict = judge(attempt, delivery);
    const isOurs = await this.store.settle(delivery, attempt, verdict, {
      addressHash: sender.addressHash,
      nowMs: this.clock.steady(),
    });
    if (isOurs) this.tell(delivery, attempt, verdict);
    else this.tellLost(delivery, attempt);
  }

  /** Whoever has the delivery by now counts what its own attempt comes to. */
  private tellLost({ attempts, endpoint, id }: ClaimedDelivery, { status }: DeliveryAttempt): void {
    const fields = { delivery: id, endpoint, attempts, status };
    this.logger.warn(fields, '通知的租约已失效，由其他进程继续，本次结果不计');
  }

  private tell(delivery: ClaimedDelivery, attempt: DeliveryAttempt, verdict: Verdict): void {
    const { attempts, endpoint, event, id, batch_id } = delivery;
    const { status } = attempt;
    const error = attempt.kind === 'failed' ? { code: attempt.code, detail: attempt.text } : {};
    const fields = { delivery: id, endpoint, event, task_id: batch_id, attempts, status, ...error };
    const { webhookDeliveries } = this.metrics;
    const { state } = verdict;
    switch (state) {
      case 'delivered':
        webhookDeliveries.inc({ outcome: 'delivered' });
        this.logger.info(fields, '通知已送达');
        break;
      case 'pending':
        webhookDeliveries.inc({ outcome: 'retried' });
        this.logger.warn({ ...fields, in_ms: Math.round(verdict.inMs) }, '通知未送达，稍后再发');
        break;
      case 'failed':
        webhookDeliveries.inc({ outcome: 'failed' });
        this.logger.error(fields, '通知已放弃');
        break;
      default: {
        const unknown: never = state;
        return unknown;
      }
    }
  }
}

function sentOf({ id, payload }: ClaimedDelivery): SentDelivery {
  return { id, payload };
}
