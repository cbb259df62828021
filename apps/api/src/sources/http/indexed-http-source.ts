import { createHash } from 'node:crypto';
import type { CalendarDay } from '@daysync/progress';
import { LRUCache } from 'lru-cache';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import { ExactTokenizer } from '../../targets/exact-json.js';
import { unlessAborted } from '../../config/abort.js';
import { AttemptBudget } from '../attempt-budget.js';
import { fillDayTemplate } from '../file/day-template.js';
import { inFile, ofFile } from '../several-files.js';
import type { DayColumn } from '../values/day-column.js';
import { SourceError, type DaySource, type DayTime, type RowChunk } from '../day-source.js';
import { DAY_INDEX_LIMITS } from '../day-index/day-index-builder.js';
import { DayIndex, type IndexedContent } from '../day-index/day-index.js';
import type { IndexFiles } from '../day-index/index-files.js';
import { JsonValueFinder, type FoundJson } from '../formats/json-path.js';
import { decodedChunks } from '../formats/text-encoding.js';
import { TemporaryFile } from '../temporary-file.js';
import {
  joinUnreadable,
  type KeptRows,
  type UnreadableLists,
  type UnreadableRows,
} from '../unreadable-rows.js';
import type { HttpAnswer, HttpRequest, HttpValidators } from './http-client.js';
import type { HttpSourceConfig } from './http-config.js';
import { HttpExchange, type DayRequests, type HttpSourceOptions } from './http-exchange.js';
import { askedToWait, errorOf, lasting, PassingFailure } from './http-failure.js';
import type { PageResult } from './http-paging.js';
import { isCutOff } from './http-rows.js';
import { partOf, StoredAnswer, StoredPages, type StoredPage } from './stored-answer.js';

/** Answers whose rows without a readable day are remembered. */
const MOST_LISTS = 1_000;
/** Answers that are kept: an address with the year has another one for each year. */
const MOST_ANSWERS = 4;

/** An answer and the batch that it was fetched for. */
interface KeptAnswer {
  readonly batchId: string | undefined;
  readonly pass: Promise<StoredAnswer>;
}

/** What the day that begins to fetch an answer has for it. */
interface PassStart {
  /** Of the request. */
  readonly key: string;
  /** What errors and rows name the answer. */
  readonly url: string;
  readonly requests: DayRequests;
  /** A request that is repeated uses up an attempt at that day. */
  readonly budget: AttemptBudget;
}

/** Where a page is stored. */
interface PagePlace {
  readonly name: string;
  readonly stored: StoredPages;
}

/** A page that has just been stored. */
interface LoadedPage {
  readonly kind: 'page';
  /** Undefined where it is empty. */
  readonly page: StoredPage | undefined;
  readonly result: PageResult;
  readonly validators: HttpValidators;
}

/**
 * The rows of a day from an HTTP API whose answer has many days.
 *
 * The first day of a batch fetches all pages and indexes them, as a file is indexed; the others read their slices. The next
 * batch asks the server whether the answer has changed, if the server has said by what, and fetches it anew otherwise.
 */
export class IndexedHttpSource implements DaySource {
  private readonly exchange: HttpExchange;
  /** By request; the one used last is the last. */
  private readonly kept = new Map<string, KeptAnswer>();
  /** The answer that was used last. */
  private latest: StoredAnswer | undefined;
  /** By the name of the answer; the earliest ones go. */
  private readonly unreadable = new LRUCache<string, UnreadableRows>({ max: MOST_LISTS });
  private readonly closing = new AbortController();

  /**
   * @param attempts how many attempts there are at fetching an answer for a day without a budget
   * @param keptUnreadable what is kept of the rows of a page without a readable day; by default what is listed
   */
  constructor(
    private readonly config: HttpSourceConfig,
    private readonly dayColumn: DayColumn,
    private readonly attempts: number,
    options: HttpSourceOptions = {},
    private readonly keptUnreadable?: KeptRows,
  ) {
    this.exchange = new HttpExchange(config, options);
  }

  /**
   * @param batchId within a batch, an answer is fetched once; without one, each time
   * @throws {SourceError} passing: as `HttpSource` does; source-wide: all else that `HttpSource` and
   * {@link DayIndex.build} throw, because it concerns every day; lasting: what {@link DayIndex.rowsOf} throws
   * @throws {DatabaseUnavailableError} if the disk has no room for the answer
   */
  async *fetchDay(
    day: CalendarDay,
    signal: AbortSignal,
    _time?: DayTime,
    budget?: AttemptBudget,
    batchId?: string,
  ): AsyncGenerator<RowChunk> {
    signal.throwIfAborted();
    const answer = await this.answerFor(day, signal, budget, batchId);
    try {
      for (const page of answer.pages) yield* this.rowsOfPage(page, day, signal);
    } finally {
      await answer.release();
    }
  }

  private async *rowsOfPage(
    { index, name }: StoredPage,
    day: CalendarDay,
    signal: AbortSignal,
  ): AsyncGenerator<RowChunk> {
    try {
      for await (const rows of index.rowsOf(day, isUnchanged, signal)) {
        yield this.config.page === null ? rows : inFile(rows, name);
      }
    } catch (error) {
      throw ofFile(error, name);
    }
  }

  /** Of the answer that is there: no request is sent for it. */
  knownColumns(): Promise<readonly string[] | undefined> {
    return Promise.resolve(this.latest?.columns);
  }

  unreadableRows(day?: CalendarDay): UnreadableLists | undefined {
    if (this.unreadable.size === 0) return undefined;
    const list = day && this.unreadable.get(this.nameFor(day));
    const lists = day === undefined ? [...this.unreadable.values()].toReversed() : [];
    if (list !== undefined) lists.push(list);
    return {
      source: this.config.written.url,
      lists,
      isLatest: (one) => this.unreadable.peek(one.file) === one,
    };
  }

  /** The rate of requests concerns no day whose answer is there. */
  waitMs(): number {
    return this.exchange.requestedDelayMs();
  }

  /** Stops fetching, and drops the answers; days that are being read keep theirs until they end. */
  async close(): Promise<void> {
    this.closing.abort();
    const kept = [...this.kept.values()];
    this.kept.clear();
    await Promise.all([this.exchange.close(), ...kept.map(drop)]);
  }

  /** The answer with a day, fetched by the first who asks and shared by all. The caller is a user of it. */
  private async answerFor(
    day: CalendarDay,
    signal: AbortSignal,
    budget: AttemptBudget = new AttemptBudget(1, this.attempts),
    batchId?: string,
  ): Promise<StoredAnswer> {
    const requests = this.exchange.requestsFor(day);
    const { path, headers, body } = requests.request();
    const key = JSON.stringify([path, headers, body]);
    const url = this.nameFor(day);
    for (;;) {
      let kept = this.kept.get(key);
      if (kept === undefined || batchId === undefined || kept.batchId !== batchId) {
        kept = this.startPass({ key, url, requests, budget }, batchId, kept);
      }
      // One who gives up waiting does not end the pass: every other day needs it.
      const answer = await unlessAborted(kept.pass, signal);
      if (!answer.retain()) continue;
      this.latest = answer;
      this.unreadable.set(url, answer.unreadable);
      return answer;
    }
  }

  /** The address of the answer with a day; with the headers and the body, where they have the day. */
  private nameFor(day: CalendarDay): string {
    const { timeZone, written } = this.config;
    const url = fillDayTemplate(written.url, day, { timeZone });
    const others = JSON.stringify([written.headers, written.body]);
    const filled = fillDayTemplate(others, day, { timeZone });
    return filled === others ? url : `${url} ${filled}`;
  }

  private startPass(
    start: PassStart,
    batchId: string | undefined,
    before: KeptAnswer | undefined,
  ): KeptAnswer {
    const { key } = start;
    const kept = { batchId, pass: this.renew(start, before) };
    this.kept.delete(key);
    this.kept.set(key, kept);
    kept.pass.catch(() => {
      if (this.kept.get(key) === kept) this.kept.delete(key);
    });
    for (const [oldest, one] of this.kept) {
      if (this.kept.size <= MOST_ANSWERS) break;
      this.kept.delete(oldest);
      void drop(one);
    }
    return kept;
  }

  /** The answer before, if it is still the server's; else a new one in its place. */
  private async renew(start: PassStart, before?: KeptAnswer): Promise<StoredAnswer> {
    const old = await before?.pass.catch(() => undefined);
    let isSame = false;
    try {
      const answer = await this.fetchAnswer(start, old);
      isSame = answer === old;
      return answer;
    } finally {
      if (!isSame) await old?.release();
    }
  }

  private async fetchAnswer(
    { url, requests, budget }: PassStart,
    old: StoredAnswer | undefined,
  ): Promise<StoredAnswer> {
    const { signal } = this.closing;
    const { pages } = requests;
    const stored = new StoredPages(await TemporaryFile.create());
    let validators: HttpValidators | undefined;
    try {
      for (let number = 1; ; number += 1) {
        signal.throwIfAborted();
        const known = number === 1 ? old?.validators : undefined;
        const request = { ...requests.request(), known };
        const name = this.config.page === null ? url : `${url} (page ${number})`;
        const loaded = await this.fetchPage(request, budget, { name, stored });
        budget.progress();
        if (loaded.kind === 'unchanged' && old !== undefined) {
          await stored.close();
          return old;
        }
        // An answer without data has no further page.
        if (loaded.kind !== 'page') break;
        if (loaded.page !== undefined) stored.pages.push(loaded.page);
        validators = number === 1 ? usable(loaded.validators) : undefined;
        if (!pages.advance(loaded.result)) break;
      }
    } catch (error) {
      await stored.close();
      throw ofAllDays(error);
    }
    const lists = stored.pages.map(({ unreadable }) => unreadable);
    return new StoredAnswer(stored, validators, joinUnreadable(url, lists));
  }

  private async fetchPage(
    request: HttpRequest,
    budget: AttemptBudget,
    { name, stored }: PagePlace,
  ): Promise<LoadedPage | { readonly kind: 'no_data' | 'unchanged' }> {
    const { signal } = this.closing;
    const { store, indexFiles } = stored;
    const start = store.size;
    for (;;) {
      let answer: HttpAnswer | undefined;
      let failed: SourceError | undefined;
      try {
        answer = await this.exchange.ask(request, { signal, time: undefined, budget });
        if (answer.kind === 'no_data' || answer.kind === 'unchanged') return { kind: answer.kind };
        if (answer.kind === 'rows') {
          const digest = await this.store(request, answer.body, store);
          const { link, validators } = answer;
          if (store.size === start && this.config.format !== 'json') {
            // No header, no line: a page without rows.
            const result = { rows: 0, link, digest, cursor: undefined };
            return { kind: 'page', page: undefined, result, validators };
          }
          const part = partOf(store, start, store.size);
          const index = await this.buildIndex(part, indexFiles);
          const page = { index, name, unreadable: index.unreadableRows(name) };
          const cursor = await this.findCursor(part).catch(async (error: unknown) => {
            await index.close();
            throw error;
          });
          return {
            kind: 'page',
            page,
            result: { rows: index.rows, link, digest, cursor },
            validators,
          };
        }
      } catch (error) {
        signal.throwIfAborted();
        const isPassing = error instanceof PassingFailure || isCutOff(error);
        if (!isPassing || budget.isUsedUp) {
          throw error instanceof PassingFailure ? error.failure : ofFile(error, request.shown);
        }
        failed = errorOf(error);
      } finally {
        if (answer?.kind === 'rows') answer.close();
      }
      await store.truncate(start);
      const { attemptInRow } = budget;
      budget.repeat(failed ?? askedToWait(request, answer));
      await this.exchange.pause(attemptInRow, signal);
    }
  }

  /** Stores a body. @returns its digest if pages are counted */
  private async store(
    request: HttpRequest,
    body: AsyncIterable<Uint8Array>,
    store: TemporaryFile,
  ): Promise<string | undefined> {
    const { page, maxBytes } = this.config;
    const isCounted = page?.kind === 'number' || page?.kind === 'offset';
    const hash = isCounted ? createHash('sha256') : undefined;
    for await (const chunk of body) {
      if (store.size + chunk.length > maxBytes) {
        const expected = `pages of at most ${maxBytes} bytes in all (max_bytes)`;
        throw lasting(request, 'SOURCE_TOO_LARGE', expected, 'more');
      }
      hash?.update(chunk);
      await store.write(chunk);
    }
    return hash?.digest('base64');
  }

  private buildIndex(content: IndexedContent, files: IndexFiles): Promise<DayIndex> {
    const { format, rows: pointer, maxRowBytes, dialect, encoding } = this.config;
    const { dayColumn, keptUnreadable } = this;
    const limits = { ...DAY_INDEX_LIMITS, rowBytes: maxRowBytes, keptUnreadable };
    return DayIndex.build(
      content,
      { format, pointer, dayColumn, dialect, encoding, limits, files },
      this.closing.signal,
    );
  }

  private async findCursor(content: IndexedContent): Promise<FoundJson | undefined> {
    const { page } = this.config;
    if (page?.kind !== 'cursor') return undefined;
    const finder = new JsonValueFinder(page.pointer);
    const tokenizer = new ExactTokenizer({});
    tokenizer.onToken = (token) => finder.take(token);
    const chunks = decodedChunks(content.chunks(), this.config.encoding, this.closing.signal);
    for await (const chunk of chunks) {
      if (isTurnDue()) await takeTurn();
      tokenizer.write(chunk);
    }
    return finder.value;
  }
}

/** What was stored belongs to this process alone. */
const isUnchanged = (): Promise<boolean> => Promise.resolve(true);

function usable(validators: HttpValidators): HttpValidators | undefined {
  const { etag, lastModified } = validators;
  return etag === undefined && lastModified === undefined ? undefined : validators;
}

async function drop({ pass }: KeptAnswer): Promise<void> {
  await pass.then(
    (answer) => answer.release(),
    () => undefined, // The days that wait for it get the error.
  );
}

/** A lasting error of an answer with all days affects every day. */
function ofAllDays(error: unknown): unknown {
  if (!(error instanceof SourceError) || error.kind !== 'lasting') return error;
  return new SourceError('source_wide', error.code, error.message, error.place, { cause: error });
}
