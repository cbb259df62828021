import { createHash, type Hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { CalendarDay } from '@daysync/progress';
import { AttemptBudget } from '../attempt-budget.js';
import { SourceError, type DaySource, type DayTime, type RowChunk } from '../day-source.js';
import type { NeededColumn } from '../rows/source-columns.js';
import { JsonValueFinder } from '../formats/json-path.js';
import { readFormat } from '../formats/read-format.js';
import { bodyText } from './answer-body.js';
import { holdUpTo, Tapped } from './http-body.js';
import type { HttpAnswer, HttpRequest } from './http-client.js';
import type { HttpSourceConfig } from './http-config.js';
import { HttpExchange, type AttemptContext, type HttpSourceOptions } from './http-exchange.js';
import { askedToWait, errorOf, PassingFailure } from './http-failure.js';
import type { PageResult } from './http-paging.js';
import { isCutOff, numbered } from './http-rows.js';

/**
 * A page up to this size is received completely before its first row is yielded, so that a page that breaks off can be
 * requested again. A larger page is yielded while it arrives, to bound the memory.
 */
const HELD_BYTES = 2_097_152;

/**
 * The rows of a day from an HTTP API, page by page.
 *
 * A failed request is repeated, without the pages before it, and uses up one of the day's attempts. Once rows of its page
 * have been yielded, the attempt at the day fails instead, and the day is retried as a whole.
 */
export class HttpSource implements DaySource {
  private readonly exchange: HttpExchange;
  private readonly columns: readonly NeededColumn[];

  /** @param attempts how many requests of a day may fail, where no budget is given */
  constructor(
    private readonly config: HttpSourceConfig,
    private readonly attempts: number,
    options: HttpSourceOptions = {},
  ) {
    this.exchange = new HttpExchange(config, options);
    this.columns = options.columns ?? [];
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
    const requests = this.exchange.requestsFor(day);
    const { pages } = requests;
    let rows = 0;
    for (;;) {
      const result = yield* this.readPage(requests.request(), rows, pages.page, {
        signal,
        time,
        budget,
      });
      rows += result?.rows ?? 0;
      // A day without data has no further page.
      if (result === undefined || !pages.advance(result)) return;
    }
  }

  waitMs(): number {
    return this.exchange.waitMs();
  }

  async close(): Promise<void> {
    await this.exchange.close();
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
      let failed: SourceError | undefined;
      try {
        answer = await this.exchange.ask(request, of);
        if (answer.kind === 'no_data') return undefined;
        if (answer.kind === 'rows') {
          tapped = new Tapped(answer.body, this.createHash());
          const { bytes, isWhole } = await holdUpTo(HELD_BYTES, tapped);
          const finder = this.createFinder();
          const parsed = this.parse(bytes, finder, signal);
          for await (const chunk of isWhole ? await gather(parsed) : parsed) {
            rows += chunk.length;
            yield numbered(chunk, rowsBefore, (error) => placed(error, request, rowsBefore, page));
            signal.throwIfAborted();
            // A page in memory has no waits in it: the event loop gets a turn.
            await setImmediate();
          }
          const digest = tapped.digest();
          budget.progress();
          return { rows, link: answer.link, cursor: finder?.value, digest };
        }
      } catch (error) {
        signal.throwIfAborted();
        // The format's reader may have wrapped the error.
        const failure = tapped?.failure ?? error;
        const isPassing = failure instanceof PassingFailure || isCutOff(failure);
        if (!isPassing || rows > 0 || budget.isUsedUp) {
          if (failure instanceof PassingFailure) throw failure.failure;
          throw failure instanceof SourceError
            ? placed(answered(failure, tapped, typeOf(answer)), request, rowsBefore, page)
            : failure;
        }
        failed = errorOf(failure);
      } finally {
        if (answer?.kind === 'rows') answer.close();
      }
      const { attemptInRow } = budget;
      budget.repeat(failed ?? askedToWait(request, answer));
      await this.exchange.pause(attemptInRow, signal);
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

function typeOf(answer: HttpAnswer | undefined): string | undefined {
  return answer?.kind === 'rows' ? answer.contentType : undefined;
}

/** An error of a whole body, with what the body says: an API may report its errors with status 200. */
function answered(
  error: SourceError,
  tapped: Tapped | undefined,
  contentType: string | undefined,
): SourceError {
  const { kind, code, message, place, cause } = error;
  if (tapped === undefined || place.row !== undefined || error.answer !== null) return error;
  const answer = { status: 200, body: bodyText(tapped.beginning, contentType) };
  return new SourceError(kind, code, message, place, { cause, answer });
}

/** An error of the format, with its request; of a row on a later page, with the row's number in the day. */
function placed(
  error: SourceError,
  { shown }: HttpRequest,
  rowsBefore: number,
  page: number,
): SourceError {
  const { kind, code, message, place, cause, answer } = error;
  if (place.row === undefined) {
    if (message.startsWith(shown)) return error;
    return new SourceError(kind, code, `${shown}: ${message}`, place, { cause, answer });
  }
  if (page === 1) return error;
  const row = place.row + rowsBefore;
  return new SourceError(kind, code, `page ${page}: ${message}`, { ...place, row });
}
