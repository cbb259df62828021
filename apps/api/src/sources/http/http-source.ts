import { createHash, type Hash } from 'node:crypto';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { CalendarDay } from '@daysync/progress';
import { systemClock, type Clock } from '../../config/clock.js';
import { AttemptBudget } from '../attempt-budget.js';
import { backoffMs } from '../backoff.js';
import {
  LocalSpacedLimiter,
  type MakeSpacedLimiter,
  type SpacedLimiter,
} from '../spaced-limiter.js';
import { SourceError, type DaySource, type DayTime, type RowChunk } from '../day-source.js';
import type { WantedColumn } from '../source-columns.js';
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
 * A page up to this size is received completely before its first row is yielded, so that a page that breaks off can be
 * requested again. A larger page is yielded while it arrives, to bound the memory.
 */
const HELD_BYTES = 2_097_152;
/** A day starts this long before its first request is due: starting takes time, which must not lower the rate. */
const LEAD_MS = 1_000;
const CLASS_OF = { rows: 'ok', no_data: 'no_data', wait: 'throttled' } as const;

export interface HttpSourceOptions {
  readonly clock?: Clock;
  /** The delay in milliseconds after this many failed requests. */
  readonly backoffMs?: (attempts: number) => number;
  /** The columns that the dataset wants. @default none */
  readonly columns?: readonly WantedColumn[];
  /** Called with the outcome of each request. */
  readonly answered?: ((requestClass: RequestClass) => void) | undefined;
  /** @default a limiter of this process alone */
  readonly makeLimiter?: MakeSpacedLimiter | undefined;
}

interface AttemptContext {
  readonly signal: AbortSignal;
  readonly time: DayTime | undefined;
  readonly budget: AttemptBudget;
}

/**
 * The rows of a day from an HTTP API, page by page.
 *
 * A failed request is repeated, without the pages before it, and uses up one of the day's attempts. Once rows of its page
 * have been yielded, the attempt at the day fails instead, and the day is retried as a whole.
 */
export class HttpSource implements DaySource {
  private readonly client: HttpClient;
  private readonly limiter: SpacedLimiter;
  private readonly clock: Clock;
  private readonly backoffMs: (attempts: number) => number;
  private readonly columns: readonly WantedColumn[];
  private readonly answered: (requestClass: RequestClass) => void;
  private readonly delay: RequestedDelay;

  /** @param attempts how many requests of a day may fail, where no budget is given */
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
  async *fetchDay(
    day: CalendarDay,
    signal: AbortSignal,
    time?: DayTime,
    budget = new AttemptBudget(1, this.attempts),
  ): AsyncGenerator<RowChunk> {
    const headers = this.fillHeaders(day);
    const body = this.fillBody(day);
    const { written, timeZone } = this.config;
    // Without the variables: an error may show it.
    const shown = fillDayTemplate(written.url, day, { timeZone });
    const pages = new HttpPages(this.config, new URL(this.fill(written.url, day)), shown);
    let rows = 0;
    for (;;) {
      const request = { path: pages.path, shown: pages.shown, headers, body };
      const result = yield* this.readPage(request, rows, pages.page, { signal, time, budget });
      rows += result?.rows ?? 0;
      // A day without data has no further page.
      if (result === undefined || !pages.advance(result)) return;
    }
  }

  waitMs(): number {
    return Math.max(0, this.delay.leftMs(), this.limiter.waitMs() - LEAD_MS);
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  /** Yields the rows of one page. @returns what decides the next page; undefined if the source has no data */
  private async *readPage(
    request: HttpRequest,
    rowsBefore: number,
    page: number,
    of: AttemptContext,
  ): AsyncGenerator<RowChunk, PageResult | undefined> {
    const { budget, signal } = of;
    for (;;) {
      let rows = 0;
      let answer: HttpAnswer | undefined;
      let tapped: Tapped | undefined;
      try {
        answer = await this.ask(request, of);
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
        // The format's reader may have wrapped the error.
        const failure = tapped?.failure ?? error;
        const isPassing = failure instanceof PassingFailure || isCutOff(failure);
        if (!isPassing || rows > 0 || budget.isUsedUp) {
          throw failure instanceof PassingFailure
            ? failure.failure
            : placed(failure, request, rowsBefore, page);
        }
      } finally {
        if (answer?.kind === 'rows') answer.close();
      }
      const failed = budget.attempt;
      budget.repeat();
      await this.pause(failed, signal);
    }
  }

  /** Sends one request. Returns `wait` only if the source gives no delay and another attempt is left. */
  private async ask(
    request: HttpRequest,
    { budget, signal, time }: AttemptContext,
  ): Promise<HttpAnswer> {
    this.requireNoDelay(request);
    const turn = this.limiter.acquire(signal);
    await (time === undefined ? turn : time.standStill(turn));
    this.requireNoDelay(request);
    const answer = await this.send(request, signal);
    if (answer.kind !== 'wait') return answer;
    if (answer.waitMs === null && !budget.isUsedUp) return answer;
    const waitMs = answer.waitMs ?? this.backoffMs(budget.attempt);
    const tooLongMs = this.delay.extend(waitMs);
    if (tooLongMs === null) throw rateLimited(request, answer.status, waitMs);
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

  private async pause(failed: number, signal: AbortSignal): Promise<void> {
    try {
      await sleep(this.backoffMs(failed), undefined, { signal });
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
    const { format, rows: pointer, maxRowBytes, dialect, encoding } = this.config;
    return readFormat(bytes, {
      format,
      pointer,
      finder,
      columns: this.columns,
      maxRowBytes,
      dialect,
      encoding,
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
    return fillDayTemplate(template, day, this.config);
  }
}

/** All rows of a small page: only its end shows whether it is complete. */
async function gather(parsed: AsyncIterable<RowChunk>): Promise<RowChunk[]> {
  const chunks: RowChunk[] = [];
  for await (const chunk of parsed) {
    chunks.push(chunk);
    await setImmediate();
  }
  return chunks;
}

/** Whether the format found that a body ended early, although its connection did not fail. */
function isCutOff(error: unknown): boolean {
  return error instanceof SourceError && error.code === 'SOURCE_CUT_OFF';
}

/** Rows of a page, numbered within the day. */
function numbered(chunk: RowChunk, rowsBefore: number): RowChunk {
  if (rowsBefore === 0) return chunk;
  return chunk.map((row) => ({ ...row, row: rowsBefore + row.row }));
}

/** An error of the format, with its request; of a row on a later page, with the row's number in the day. */
function placed(error: unknown, { shown }: HttpRequest, rowsBefore: number, page: number): unknown {
  if (!(error instanceof SourceError)) return error;
  const { kind, code, message, place, cause } = error;
  if (place.row === undefined) {
    if (message.startsWith(shown)) return error;
    return new SourceError(kind, code, `${shown}: ${message}`, place, { cause });
  }
  if (page === 1) return error;
  const row = place.row + rowsBefore;
  return new SourceError(kind, code, `page ${page}: ${message}`, { ...place, row });
}
