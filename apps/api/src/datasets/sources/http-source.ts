import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { CalendarDay } from '@daysync/progress';
import { systemClock, type Clock } from '../../clock.js';
import { backoffMs } from '../../dispatch/backoff.js';
import type { RequestClass } from '../../metrics/metrics.js';
import { SourceError, type DaySource, type SourceRow } from '../day-source.js';
import { fillDayTemplate } from './day-template.js';
import { readFormat } from './formats/read-format.js';
import { HttpClient, type HttpAnswer, type HttpRequest } from './http-client.js';
import type { HttpSourceConfig } from './http-config.js';
import { PassingFailure, rateLimited, sourceWide } from './http-failure.js';
import { JsonValueFinder } from './http-json-value.js';
import { HttpPace } from './http-pace.js';
import { HttpPages, type ShownPage } from './http-paging.js';
import { holdUpTo, Tapped } from './http-body.js';

/**
 * A page of up to this much is received before its first row is yielded, so that one that breaks off is dropped
 * whole and asked for again. A larger one is yielded as it comes: memory must not grow with it.
 */
const HELD_BYTES = 2_097_152;
/** How many rows may be yielded before everybody else has a turn. */
const ROWS_A_TURN = 1_000;
/** The least that a wait counts for: a source that says 0 for ever must not be asked for ever. */
const LEAST_WAIT_MS = 1_000;
const CLASS_OF = { rows: 'ok', no_data: 'no_data', wait: 'throttled' } as const;

export interface HttpSourceOptions {
  readonly clock?: Clock;
  /** How long to wait after a request that failed, in milliseconds, by how many have. */
  readonly backoffMs?: (attempts: number) => number;
  /** Told what each request came to. */
  readonly answered?: ((requestClass: RequestClass) => void) | undefined;
}

/**
 * The rows of a day from an HTTP API, page by page.
 *
 * A request that fails is made again, up to `attempts` times, without the pages before it. That ends where rows of
 * its page have been yielded: then the whole day is tried again.
 */
export class HttpSource implements DaySource {
  private readonly client: HttpClient;
  private readonly pace: HttpPace;
  private readonly clock: Clock;
  private readonly backoffMs: (attempts: number) => number;
  private readonly answered: (requestClass: RequestClass) => void;
  /** Until when the source asks to be left alone, on the monotonic clock. */
  private silentUntilMs = 0;
  /** How long each day has been told to wait since it was last tried without being told so. */
  private readonly waits = new Map<CalendarDay, number>();

  /** @param attempts how often a request is made whose failure may pass */
  constructor(
    private readonly config: HttpSourceConfig,
    private readonly attempts: number,
    options: HttpSourceOptions = {},
  ) {
    this.clock = options.clock ?? systemClock;
    this.backoffMs = options.backoffMs ?? backoffMs;
    this.answered = options.answered ?? (() => undefined);
    this.client = new HttpClient(config, new URL(config.url).origin, this.clock);
    this.pace = new HttpPace(config.requestsPerSecond, () => this.clock.monotonic());
  }

  /**
   * @throws {SourceError} passing: `SOURCE_RATE_LIMITED` with its wait, `SOURCE_UNAVAILABLE`, `SOURCE_CUT_OFF`;
   * lasting: `SOURCE_BLOCKED`, `SOURCE_STATUS_UNEXPECTED`, `SOURCE_TOO_LARGE`, `SOURCE_TOO_MANY_PAGES`, `PAGE_LOOP`,
   * `PAGE_UNREADABLE`; source-wide: `SOURCE_UNAUTHORIZED`, `SOURCE_UNREACHABLE`, `SOURCE_WAIT_TOO_LONG`; and all
   * that {@link readFormat} throws.
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<SourceRow> {
    let waits = false;
    try {
      const headers = this.fillHeaders(day);
      const body = this.fillBody(day);
      const pages = new HttpPages(this.config, new URL(fillDayTemplate(this.config.url, day)));
      let rows = 0;
      for (;;) {
        const shown = yield* this.readPage({ path: pages.path, headers, body }, rows, pages.page, {
          day,
          signal,
        });
        rows += shown?.rows ?? 0;
        // What has no data has no pages either.
        if (shown === undefined || !pages.advance(shown)) return;
      }
    } catch (error) {
      waits = signal.aborted || (error instanceof SourceError && error.retryAfterMs !== null);
      throw error;
    } finally {
      if (!waits) this.waits.delete(day);
    }
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  /** The rows of one page; then what it has shown, or nothing if the source has no data. */
  private async *readPage(
    request: HttpRequest,
    rowsBefore: number,
    page: number,
    of: { readonly day: CalendarDay; readonly signal: AbortSignal },
  ): AsyncGenerator<SourceRow, ShownPage | undefined> {
    const { signal } = of;
    for (let attempt = 1; ; attempt += 1) {
      let rows = 0;
      let answer: HttpAnswer | undefined;
      let tapped: Tapped | undefined;
      try {
        answer = await this.ask(request, attempt, of);
        if (answer.kind === 'no_data') return undefined;
        if (answer.kind === 'rows') {
          tapped = new Tapped(answer.body, this.createFinder());
          const bytes = await holdUpTo(HELD_BYTES, tapped);
          for await (const row of this.parse(bytes, signal)) {
            rows += 1;
            yield { ...row, row: rowsBefore + row.row };
            if (rows % ROWS_A_TURN === 0) await setImmediate();
          }
          return { rows, link: answer.link, cursor: tapped.finder?.value };
        }
      } catch (error) {
        signal.throwIfAborted();
        // The reader of the format may have made something of its own of it.
        const failure = tapped?.failure ?? error;
        if (!(failure instanceof PassingFailure)) throw placed(failure, rowsBefore, page);
        if (rows > 0 || attempt >= this.attempts) throw failure.failure;
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
    { day, signal }: { readonly day: CalendarDay; readonly signal: AbortSignal },
  ): Promise<HttpAnswer> {
    this.requireSpeech(day);
    await this.pace.turn(signal);
    this.requireSpeech(day);
    const answer = await this.send(request, signal);
    if (answer.kind !== 'wait') return answer;
    if (answer.waitMs === null && attempt < this.attempts) return answer;
    const waitMs = answer.waitMs ?? this.backoffMs(attempt);
    this.silentUntilMs = Math.max(this.silentUntilMs, this.clock.monotonic() + waitMs);
    throw this.waitOf(day, answer.status, waitMs);
  }

  /** One request, counted. */
  private async send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      const answer = await this.client.send(request, signal);
      this.answered(CLASS_OF[answer.kind]);
      return answer;
    } catch (error) {
      if (error instanceof PassingFailure) this.answered('passing');
      else if (error instanceof SourceError) this.answered(error.kind);
      throw error;
    }
  }

  /** Leaves a source alone that has asked for it, whichever day it told so. */
  private requireSpeech(day: CalendarDay): void {
    const waitMs = this.silentUntilMs - this.clock.monotonic();
    if (waitMs > 0) throw this.waitOf(day, null, waitMs);
  }

  private waitOf(day: CalendarDay, status: number | null, waitMs: number): SourceError {
    const waited = (this.waits.get(day) ?? 0) + Math.max(waitMs, LEAST_WAIT_MS);
    this.waits.set(day, waited);
    const { maxWaitSeconds } = this.config;
    if (waited <= maxWaitSeconds * 1_000) return rateLimited(this.config, status, waitMs);
    return sourceWide(
      this.config,
      'SOURCE_WAIT_TOO_LONG',
      `to wait at most ${maxWaitSeconds} s for a day (max_wait_seconds)`,
      `${Math.ceil(waited / 1_000)} s`,
    );
  }

  private async pause(attempt: number, signal: AbortSignal): Promise<void> {
    try {
      await sleep(this.backoffMs(attempt), undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  private parse(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<SourceRow> {
    const { format, rows: pointer, maxRowBytes } = this.config;
    return readFormat(bytes, { format, pointer, maxRowBytes, signal });
  }

  private createFinder(): JsonValueFinder | undefined {
    const { page } = this.config;
    return page?.kind === 'cursor' ? new JsonValueFinder(page.pointer) : undefined;
  }

  private fillHeaders(day: CalendarDay): Record<string, string> {
    const { headers, body } = this.config;
    const filled = Object.entries(headers).map(([name, value]) => [
      name,
      fillDayTemplate(value, day),
    ]);
    const isJson = typeof body === 'object' && body !== null;
    return {
      ...(isJson ? { 'content-type': 'application/json' } : {}),
      ...(Object.fromEntries(filled) as Record<string, string>),
    };
  }

  private fillBody(day: CalendarDay): string | null {
    const { body } = this.config;
    if (body === null) return null;
    if (typeof body === 'string') return fillDayTemplate(body, day);
    return JSON.stringify(body, (_key, value: unknown) =>
      typeof value === 'string' ? fillDayTemplate(value, day) : value,
    );
  }
}

/** An error of a later page, with the row's number in the day. */
function placed(error: unknown, rowsBefore: number, page: number): unknown {
  if (!(error instanceof SourceError) || error.place.row === undefined || page === 1) return error;
  const { kind, code, message, place } = error;
  const row = error.place.row + rowsBefore;
  return new SourceError(kind, code, `page ${page}: ${message}`, { ...place, row });
}
