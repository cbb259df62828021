import { createHash, type Hash } from 'node:crypto';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { CalendarDay } from '@daysync/progress';
import { systemClock, type Clock } from '../../config/clock.js';
import { backoffMs } from '../backoff.js';
import {
  LocalSpacedLimiter,
  type MakeSpacedLimiter,
  type SpacedLimiter,
} from '../spaced-limiter.js';
import type { TargetColumn } from '../../targets/target.js';
import { SourceError, type DaySource, type DayTime, type RowChunk } from '../day-source.js';
import { fillDayTemplate } from '../file/day-template.js';
import { JsonValueFinder } from '../formats/json-path.js';
import { readFormat } from '../formats/read-format.js';
import { HttpClient, type HttpAnswer, type HttpRequest } from './http-client.js';
import type { HttpSourceConfig } from './http-config.js';
import { PassingFailure, rateLimited, sourceWide, type RequestClass } from './http-failure.js';
import { HttpPages, type PageResult } from './http-paging.js';
import { RequestedDelay } from './requested-delay.js';
import { holdUpTo, Tapped } from './http-body.js';

/**
 * A page of up to this much is received before its first row is yielded, so that one that breaks off is dropped
 * whole and asked for again. A larger one is yielded as it comes: memory must not grow with it.
 */
const HELD_BYTES = 2_097_152;
/** A day begins so long before its turn to ask: with less, the even rate would suffer from what a beginning takes. */
const LEAD_MS = 1_000;
const CLASS_OF = { rows: 'ok', no_data: 'no_data', wait: 'throttled' } as const;

export interface HttpSourceOptions {
  readonly clock?: Clock;
  /** How long to wait after a request that failed, in milliseconds, by how many have. */
  readonly backoffMs?: (attempts: number) => number;
  /** What the target asks for. @default nothing */
  readonly columns?: readonly TargetColumn[];
  /** Called with the outcome of each request. */
  readonly answered?: ((requestClass: RequestClass) => void) | undefined;
  /** @default one of this process alone */
  readonly makeLimiter?: MakeSpacedLimiter | undefined;
}

/** Of one attempt at a day. */
interface AttemptContext {
  readonly signal: AbortSignal;
  readonly time: DayTime | undefined;
}

/**
 * The rows of a day from an HTTP API, page by page.
 *
 * A request that fails is made again, up to `attempts` times, without the pages before it. That ends where rows of
 * its page have been yielded: then the whole day is tried again.
 */
export class HttpSource implements DaySource {
  private readonly client: HttpClient;
  private readonly limiter: SpacedLimiter;
  private readonly clock: Clock;
  private readonly backoffMs: (attempts: number) => number;
  private readonly columns: readonly TargetColumn[];
  private readonly answered: (requestClass: RequestClass) => void;
  private readonly delay: RequestedDelay;

  /** @param attempts how often a request is made whose failure may pass */
  constructor(
    private readonly config: HttpSourceConfig,
    private readonly attempts: number,
    options: HttpSourceOptions = {},
  ) {
    this.clock = options.clock ?? systemClock;
    this.backoffMs = options.backoffMs ?? backoffMs;
    this.columns = options.columns ?? [];
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

  /**
   * @throws {SourceError} passing: `SOURCE_RATE_LIMITED` with its wait, `SOURCE_UNAVAILABLE`, `SOURCE_CUT_OFF`;
   * lasting: `SOURCE_BLOCKED`, `SOURCE_STATUS_UNEXPECTED`, `SOURCE_TOO_LARGE`, `SOURCE_TOO_MANY_PAGES`, `PAGE_LOOP`,
   * `PAGE_UNREADABLE`; source-wide: `SOURCE_UNAUTHORIZED`, `SOURCE_UNREACHABLE`, `SOURCE_WAIT_TOO_LONG`; and all
   * that {@link readFormat} throws.
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal, time?: DayTime): AsyncGenerator<RowChunk> {
    const headers = this.fillHeaders(day);
    const body = this.fillBody(day);
    const pages = new HttpPages(this.config, new URL(this.fill(this.config.written.url, day)));
    let rows = 0;
    for (;;) {
      const shown = yield* this.readPage({ path: pages.path, headers, body }, rows, pages.page, {
        signal,
        time,
      });
      rows += shown?.rows ?? 0;
      // What has no data has no pages either.
      if (shown === undefined || !pages.advance(shown)) return;
    }
  }

  waitMs(): number {
    return Math.max(0, this.delay.leftMs(), this.limiter.waitMs() - LEAD_MS);
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  /** The rows of one page; then what it has shown, or nothing if the source has no data. */
  private async *readPage(
    request: HttpRequest,
    rowsBefore: number,
    page: number,
    of: AttemptContext,
  ): AsyncGenerator<RowChunk, PageResult | undefined> {
    const { signal } = of;
    for (let attempt = 1; ; attempt += 1) {
      let rows = 0;
      let answer: HttpAnswer | undefined;
      let tapped: Tapped | undefined;
      try {
        answer = await this.ask(request, attempt, of);
        if (answer.kind === 'no_data') return undefined;
        if (answer.kind === 'rows') {
          tapped = new Tapped(answer.body, this.createHash());
          const { bytes, isWhole } = await holdUpTo(HELD_BYTES, tapped);
          const finder = this.createFinder();
          const parsed = this.parse(bytes, finder, signal);
          for await (const chunk of isWhole ? await gather(parsed) : parsed) {
            rows += chunk.length;
            yield numbered(chunk, rowsBefore);
            // A page in memory has no waits in it: the event loop gets a turn.
            await setImmediate();
          }
          const digest = tapped.digest();
          return { rows, link: answer.link, cursor: finder?.value, digest };
        }
      } catch (error) {
        signal.throwIfAborted();
        // The reader of the format may have made something of its own of it.
        const failure = tapped?.failure ?? error;
        const isPassing = failure instanceof PassingFailure || isCutOff(failure);
        if (!isPassing || rows > 0 || attempt >= this.attempts) {
          throw failure instanceof PassingFailure
            ? failure.failure
            : placed(failure, rowsBefore, page);
        }
      } finally {
        if (answer?.kind === 'rows') answer.close();
      }
      await this.pause(attempt, signal);
    }
  }

  /** One request. `wait` is answered only where the source does not say how long and it may be asked again. */
  private async ask(
    request: HttpRequest,
    attempt: number,
    { signal, time }: AttemptContext,
  ): Promise<HttpAnswer> {
    this.requireNoDelay();
    const turn = this.limiter.acquire(signal);
    await (time === undefined ? turn : time.standStill(turn));
    this.requireNoDelay();
    const answer = await this.send(request, signal);
    if (answer.kind !== 'wait') return answer;
    if (answer.waitMs === null && attempt < this.attempts) return answer;
    const waitMs = answer.waitMs ?? this.backoffMs(attempt);
    const tooLongMs = this.delay.extend(waitMs);
    if (tooLongMs === null) throw rateLimited(this.config, answer.status, waitMs);
    const { maxWaitSeconds } = this.config;
    throw sourceWide(
      this.config,
      'SOURCE_WAIT_TOO_LONG',
      `to be asked to wait for at most ${maxWaitSeconds} s (max_wait_seconds)`,
      `${Math.ceil(tooLongMs / 1_000)} s without an answer`,
    );
  }

  /** One request, counted. Whatever the source answers, but for a delay that it asks for, it has answered. */
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
        // What it refuses for good is an answer, too.
        this.delay.answered();
      }
      throw error;
    }
  }

  /** Asks nothing of a source that has asked for a delay, whichever day it answered so. */
  private requireNoDelay(): void {
    const waitMs = this.delay.leftMs();
    if (waitMs > 0) throw rateLimited(this.config, null, waitMs);
  }

  private async pause(attempt: number, signal: AbortSignal): Promise<void> {
    try {
      await sleep(this.backoffMs(attempt), undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  private parse(
    bytes: AsyncIterable<Uint8Array>,
    finder: JsonValueFinder | undefined,
    signal: AbortSignal,
  ): AsyncIterable<RowChunk> {
    const { format, rows: pointer, maxRowBytes } = this.config;
    return readFormat(bytes, {
      format,
      pointer,
      finder,
      columns: this.columns,
      maxRowBytes,
      signal,
    });
  }

  private createFinder(): JsonValueFinder | undefined {
    const { page } = this.config;
    return page?.kind === 'cursor' ? new JsonValueFinder(page.pointer) : undefined;
  }

  private createHash(): Hash | undefined {
    const { page } = this.config;
    return page?.kind === 'number' || page?.kind === 'offset' ? createHash('sha256') : undefined;
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
    return fillDayTemplate(template, day, this.config.variables);
  }
}

/** All rows of a page that is small enough: whether it is whole is known only when it has been read to its end. */
async function gather(parsed: AsyncIterable<RowChunk>): Promise<RowChunk[]> {
  const chunks: RowChunk[] = [];
  for await (const chunk of parsed) {
    chunks.push(chunk);
    await setImmediate();
  }
  return chunks;
}

/** Whether a body ended too early without a word of the connection: its format alone knows. */
function isCutOff(error: unknown): boolean {
  return error instanceof SourceError && error.code === 'SOURCE_CUT_OFF';
}

/** Rows of a page, with their numbers in the day. */
function numbered(chunk: RowChunk, rowsBefore: number): RowChunk {
  if (rowsBefore === 0) return chunk;
  return chunk.map((row) => ({ ...row, row: rowsBefore + row.row }));
}

/** An error of a later page, with the row's number in the day. */
function placed(error: unknown, rowsBefore: number, page: number): unknown {
  if (!(error instanceof SourceError) || error.place.row === undefined || page === 1) return error;
  const { kind, code, message, place } = error;
  const row = error.place.row + rowsBefore;
  return new SourceError(kind, code, `page ${page}: ${message}`, { ...place, row });
}
