import { setTimeout as sleep } from 'node:timers/promises';
import type { CalendarDay } from '@daysync/progress';
import { systemClock, type Clock } from '../../config/clock.js';
import type { AttemptBudget } from '../attempt-budget.js';
import { backoffMs } from '../backoff.js';
import { SourceError, type DayTime } from '../day-source.js';
import type { NeededColumn } from '../rows/source-columns.js';
import { fillDayTemplate } from '../file/day-template.js';
import {
  LocalSpacedLimiter,
  type MakeSpacedLimiter,
  type SpacedLimiter,
} from '../spaced-limiter.js';
import { HttpClient, type HttpAnswer, type HttpRequest } from './http-client.js';
import type { HttpSourceConfig } from './http-config.js';
import { PassingFailure, rateLimited, sourceWide, type RequestClass } from './http-failure.js';
import { HttpPages } from './http-paging.js';
import { RequestedDelay } from './requested-delay.js';

/** A day starts this long before its first request is due: starting takes time, which must not lower the rate. */
const LEAD_MS = 1_000;
const CLASS_OF = { rows: 'ok', unchanged: 'ok', no_data: 'no_data', wait: 'throttled' } as const;

export interface HttpSourceOptions {
  readonly clock?: Clock;
  /** The delay in milliseconds after this many failed requests. */
  readonly backoffMs?: (attempts: number) => number;
  /** The columns that the dataset needs. @default none */
  readonly columns?: readonly NeededColumn[];
  /** Called with the outcome of each request. */
  readonly answered?: ((requestClass: RequestClass) => void) | undefined;
  /** @default a limiter of this process alone */
  readonly makeLimiter?: MakeSpacedLimiter | undefined;
}

export interface AttemptContext {
  readonly signal: AbortSignal;
  readonly time: DayTime | undefined;
  readonly budget: AttemptBudget;
}

/** The requests of a day, and the page that is next. */
export interface DayRequests {
  readonly pages: HttpPages;
  /** The request of the next page. */
  request(): HttpRequest;
}

/** Sends the requests of one dataset: at its rate, and not while its source wants to be left alone. */
export class HttpExchange {
  private readonly client: HttpClient;
  private readonly limiter: SpacedLimiter;
  private readonly clock: Clock;
  private readonly backoffMs: (attempts: number) => number;
  private readonly answered: (requestClass: RequestClass) => void;
  private readonly delay: RequestedDelay;

  constructor(
    private readonly config: HttpSourceConfig,
    options: HttpSourceOptions,
  ) {
    this.clock = options.clock ?? systemClock;
    this.backoffMs = options.backoffMs ?? backoffMs;
    this.answered = options.answered ?? (() => undefined);
    this.client = new HttpClient(config, new URL(config.url).origin, this.clock);
    const monotonic = (): number => this.clock.monotonic();
    const { requestsPerSecond: perSecond } = config;
    const spacingMs = perSecond === null ? 0 : 1_000 / perSecond;
    this.limiter =
      spacingMs === 0 || options.makeLimiter === undefined
        ? new LocalSpacedLimiter(spacingMs, monotonic)
        : options.makeLimiter(spacingMs);
    this.delay = new RequestedDelay(config.maxWaitSeconds * 1_000, monotonic);
  }

  /** How long a day can't begin yet, in milliseconds. */
  waitMs(): number {
    return Math.max(0, this.delay.leftMs(), this.limiter.waitMs() - LEAD_MS);
  }

  /** How long the source wants to be left alone yet, in milliseconds. */
  requestedDelayMs(): number {
    return this.delay.leftMs();
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  requestsFor(day: CalendarDay): DayRequests {
    const headers = this.fillHeaders(day);
    const body = this.fillBody(day);
    const { written, timeZone } = this.config;
    // Without the variables: an error may show it.
    const shown = fillDayTemplate(written.url, day, { timeZone });
    const pages = new HttpPages(this.config, new URL(this.fill(written.url, day)), shown);
    return { pages, request: () => ({ path: pages.path, shown: pages.shown, headers, body }) };
  }

  /** Sends one request. Returns `wait` only if the source gives no delay and another attempt is left. */
  async ask(request: HttpRequest, { budget, signal, time }: AttemptContext): Promise<HttpAnswer> {
    this.requireNoDelay(request);
    const turn = this.limiter.acquire(signal);
    await (time === undefined ? turn : time.standStill(turn));
    this.requireNoDelay(request);
    const answer = await this.send(traced(request, budget), signal);
    if (answer.kind !== 'wait') return answer;
    if (answer.waitMs === null && !budget.isUsedUp) return answer;
    const waitMs = answer.waitMs ?? this.backoffMs(budget.attemptInRow);
    const tooLongMs = this.delay.extend(waitMs);
    if (tooLongMs === null) throw rateLimited(request, answer.answer, waitMs);
    const { maxWaitSeconds } = this.config;
    throw sourceWide(
      request,
      'SOURCE_WAIT_TOO_LONG',
      `to be asked to wait for at most ${maxWaitSeconds} s (max_wait_seconds)`,
      `${Math.ceil(tooLongMs / 1_000)} s without an answer`,
    );
  }

  /** Sends one request and counts it. Every response except a requested delay ends the source's silence. */
  private async send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      const answer = await this.client.send(request, signal);
      this.answered(CLASS_OF[answer.kind]);
      if (answer.kind !== 'wait') this.delay.answered();
      return answer;
    } catch (error) {
      if (error instanceof PassingFailure) this.answered('passing');
      if (error instanceof SourceError) {
        this.answered(error.kind);
        // A permanent refusal is an answer too.
        this.delay.answered();
      }
      throw error;
    }
  }

  /** Fails while a delay that the source requested, for any day, is not over. */
  private requireNoDelay(request: HttpRequest): void {
    const waitMs = this.delay.leftMs();
    if (waitMs > 0) throw rateLimited(request, null, waitMs);
  }

  async pause(failed: number, signal: AbortSignal): Promise<void> {
    try {
      await sleep(this.backoffMs(failed), undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  private fillHeaders(day: CalendarDay): Record<string, string> {
    const { headers, body } = this.config.written;
    const filled = Object.entries(headers).map(([name, value]) => [name, this.fill(value, day)]);
    const isJson = typeof body === 'object' && body !== null;
    return {
      ...(isJson ? { 'content-type': 'application/json' } : {}),
      ...(Object.fromEntries(filled) as Record<string, string>),
    };
  }

  private fillBody(day: CalendarDay): string | null {
    const { body } = this.config.written;
    if (body === null) return null;
    if (typeof body === 'string') return this.fill(body, day);
    return JSON.stringify(body, (_key, value: unknown) =>
      typeof value === 'string' ? this.fill(value, day) : value,
    );
  }

  private fill(template: string, day: CalendarDay): string {
    return fillDayTemplate(template, day, this.config);
  }
}

/** The request with the span of its attempt, unless the dataset sets that header itself. */
function traced(request: HttpRequest, { traceparent }: AttemptBudget): HttpRequest {
  const { headers } = request;
  const isSet = Object.keys(headers).some((name) => name.toLowerCase() === 'traceparent');
  if (traceparent === undefined || isSet) return request;
  return { ...request, headers: { ...headers, traceparent } };
}
