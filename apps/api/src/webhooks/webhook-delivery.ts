import {
  Inject,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { Database } from '../database/database.js';
import type { NoticeEndpoint } from './webhook-endpoint.js';
import { LOGGER } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { judge, type DeliveryAttempt, type Verdict } from './attempt.js';
import { addressHashOf } from './endpoint-register.js';
import { MOST_IN_FLIGHT, NoticeClient, type SentNotice } from './webhook-client.js';
import { NoticeStore, type ClaimedNotice } from './webhook-store.js';

/** The token of the endpoints that are configured. */
export const NOTICE_ENDPOINTS = Symbol('NOTICE_ENDPOINTS');

/** How often it is looked what is due. */
const LOOK_MS = 1_000;
/** Where there is nobody to tell. */
const SELDOM_MS = 60_000;
/** How long a notice is one process's own: longer than any attempt takes. */
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
  code: 'NOTICE_ENDPOINT_GONE',
  text: 'expected an endpoint that wants to be told, got one that has answered 410',
} as const;
const UNKNOWN = {
  code: 'NOTICE_ENDPOINT_UNKNOWN',
  text: 'expected an endpoint of the datasets file, got one that is not there any more',
} as const;

/** Who tells an endpoint, and at which address. */
interface Sender {
  readonly client: NoticeClient;
  readonly addressHash: string;
}

/** Sends what the outbox has: at least once, each with its id, by as many processes as there are. */
@Injectable()
export class NoticeDelivery implements OnModuleDestroy, OnApplicationShutdown {
  private readonly senders: ReadonlyMap<string, Sender>;
  /** The endpoint of each notice that is being tried. */
  private readonly inFlight = new Map<string, string>();
  private readonly attempts = new Set<Promise<void>>();
  private readonly aborting = new AbortController();
  protected readonly stopMs: Readonly<typeof STOP_MS> = STOP_MS;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private latest: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: NoticeStore,
    private readonly database: Database,
    @Inject(NOTICE_ENDPOINTS) endpoints: readonly NoticeEndpoint[],
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.senders = new Map(
      endpoints.map((endpoint) => [
        endpoint.name,
        {
          client: new NoticeClient(endpoint, clock),
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

  /** Nest calls it as the stop begins: batches go on for a while, and so do their notices. */
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
    for (const notice of claimed) this.begun(notice);
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
    this.metrics.notices.inc({ outcome: 'given_up' }, count);
    this.logger.error({ endpoint, count, code: error.code }, '通知已放弃');
  }

  private begun(notice: ClaimedNotice): void {
    this.inFlight.set(notice.id, notice.endpoint);
    const attempt = this.attempt(notice)
      .catch((error: unknown) => {
        // Its lease ends, and it is tried again: the receiver knows it by its id.
        this.logger.error({ err: error, notice: notice.id }, '通知的结果未能写入，租约到期后再发');
      })
      .finally(() => {
        this.inFlight.delete(notice.id);
        this.attempts.delete(attempt);
      });
    this.attempts.add(attempt);
  }

  private async attempt(notice: ClaimedNotice): Promise<void> {
    const sender = this.senders.get(notice.endpoint);
    if (sender === undefined) return this.store.giveBack([notice]);
    let attempt: DeliveryAttempt;
    try {
      attempt = await sender.client.send(sentOf(notice), this.aborting.signal);
    } catch (error) {
      if (!this.aborting.signal.aborted) throw error;
      return this.store.giveBack([notice]);
    }
    const verdict = judge(attempt, notice);
    const isOurs = await this.store.settle(notice, attempt, verdict, {
      addressHash: sender.addressHash,
      nowMs: this.clock.steady(),
    });
    if (isOurs) this.tell(notice, attempt, verdict);
    else this.tellLost(notice, attempt);
  }

  /** Whoever has the notice by now counts what its own attempt comes to. */
  private tellLost({ attempts, endpoint, id }: ClaimedNotice, { status }: DeliveryAttempt): void {
    const fields = { notice: id, endpoint, attempts, status };
    this.logger.warn(fields, '通知的租约已失效，由其他进程继续，本次结果不计');
  }

  private tell(notice: ClaimedNotice, attempt: DeliveryAttempt, verdict: Verdict): void {
    const { attempts, endpoint, event, id, task_id } = notice;
    const { status } = attempt;
    const error = attempt.kind === 'failed' ? { code: attempt.code, detail: attempt.text } : {};
    const fields = { notice: id, endpoint, event, task_id, attempts, status, ...error };
    const { notices } = this.metrics;
    const { state } = verdict;
    switch (state) {
      case 'delivered':
        notices.inc({ outcome: 'delivered' });
        this.logger.info(fields, '通知已送达');
        break;
      case 'waiting':
        notices.inc({ outcome: 'retried' });
        this.logger.warn({ ...fields, in_ms: Math.round(verdict.inMs) }, '通知未送达，稍后再发');
        break;
      case 'given_up':
        notices.inc({ outcome: 'given_up' });
        this.logger.error(fields, '通知已放弃');
        break;
      default: {
        const unknown: never = state;
        return unknown;
      }
    }
  }
}

function sentOf({ id, payload }: ClaimedNotice): SentNotice {
  return { id, payload };
}
