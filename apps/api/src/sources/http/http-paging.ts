import { createHash } from 'node:crypto';
import { shortenText } from '../../config/redact.js';
import type { DayErrorCode } from '../day-errors.js';
import type { SourceError } from '../day-source.js';
import type { HttpPaging, HttpSourceConfig } from './http-config.js';
import { lasting } from './http-failure.js';
import type { FoundJson } from '../formats/json-path.js';
import { nextLink } from './http-response.js';

/** The most characters of an address in an error, whose end has to be there too. */
const MOST_SHOWN = 400;

/** What decides the next page. */
export interface PageResult {
  readonly rows: number;
  /** The `Link` header. */
  readonly link: string | undefined;
  /** The value at the cursor's pointer. */
  readonly cursor: FoundJson | undefined;
  /** A digest of the body if pages are counted: the source may ignore the count. */
  readonly digest: string | undefined;
}

/** The pages of one day, one after the other, as paths with their queries. */
export class HttpPages {
  /** The path of the current page. */
  path: string;
  /** The current page as errors show it, with `${NAME}` for what comes from the environment. */
  shown: string;
  /** The current page, from 1. */
  page = 1;
  /** Digests: a cursor may be long. */
  private readonly seen = new Set<string>();
  private counted: number;
  private readonly shownUrl: string;
  private lastDigest: string | undefined;

  constructor(
    private readonly config: HttpSourceConfig,
    private readonly url: URL,
    shownUrl: string,
  ) {
    const { page } = config;
    const first = url.pathname + url.search;
    this.path = first;
    this.counted = 0;
    this.shownUrl = shortenText(shownUrl, MOST_SHOWN);
    if (page?.kind === 'number' || page?.kind === 'offset') {
      this.counted = page.first;
      const { sizeParameter, size } = page;
      this.path = withParameter(first, page.parameter, String(page.first));
      if (sizeParameter !== null && size !== null) {
        this.path = withParameter(this.path, sizeParameter, String(size));
      }
    }
    this.shown = this.name();
    this.see(this.path);
  }

  /**
   * Goes on to the next page.
   * @returns false if there is none
   * @throws {SourceError} lasting: `PAGE_LOOP`, `PAGE_UNREADABLE`, `SOURCE_BLOCKED`, `SOURCE_TOO_MANY_PAGES`
   */
  advance(shown: PageResult): boolean {
    const { page, maxPages } = this.config;
    const next = page === null ? undefined : this.nextPath(page, shown);
    if (next === undefined) return false;
    if (!this.see(next)) {
      throw this.failure('PAGE_LOOP', 'a page that was not there before', 'one that was');
    }
    if (this.page >= maxPages) {
      throw this.failure('SOURCE_TOO_MANY_PAGES', `at most ${maxPages} pages a day`, 'more');
    }
    this.path = next;
    this.page += 1;
    this.shown = this.name();
    return true;
  }

  /** What the server chose, a cursor or a link, is not shown: it may contain the credentials. */
  private name(): string {
    const { method, page } = this.config;
    let url = this.shownUrl;
    if (page?.kind === 'number' || page?.kind === 'offset') {
      const { sizeParameter, size } = page;
      if (sizeParameter !== null && size !== null) {
        url = withParameter(url, sizeParameter, String(size));
      }
      url = withParameter(url, page.parameter, String(this.counted));
    } else if (page?.kind === 'cursor' && this.page > 1) {
      url = withParameter(url, page.parameter, '').concat('…');
    }
    return `${method} ${url}${page === null ? '' : `, page ${this.page}`}`;
  }

  private nextPath(page: HttpPaging, shown: PageResult): string | undefined {
    switch (page.kind) {
      case 'cursor': {
        const cursor = this.readCursor(page.pointer, shown.cursor);
        return cursor === undefined ? undefined : withParameter(this.path, page.parameter, cursor);
      }
      case 'link':
        return this.readLink(shown.link);
      case 'number':
      case 'offset':
        // A page with fewer rows than requested may not be the last: sources have limits of their own.
        if (shown.rows === 0) return undefined;
        if (shown.digest !== undefined && shown.digest === this.lastDigest) {
          throw this.failure('PAGE_LOOP', 'a page other than the one before', 'the same again');
        }
        this.lastDigest = shown.digest;
        this.counted += page.kind === 'number' ? 1 : shown.rows;
        return withParameter(this.path, page.parameter, String(this.counted));
    }
  }

  private readCursor(pointer: string, found: FoundJson = { kind: 'missing' }): string | undefined {
    const expected = `a text or a number as the cursor at ${pointer}`;
    switch (found.kind) {
      case 'missing':
        return undefined;
      case 'container':
        throw this.failure('PAGE_UNREADABLE', expected, 'a list or an object');
      case 'too_long':
        throw this.failure('PAGE_UNREADABLE', expected, 'more than 8 KiB');
      case 'text': {
        if (found.json === 'null' || found.json === 'false' || found.json === '""')
          return undefined;
        if (found.json.startsWith('"')) return this.readText(found.json, expected);
        // As written: it may have more digits than a JavaScript number.
        if (/^-?\d/.test(found.json)) return found.json;
        throw this.failure('PAGE_UNREADABLE', expected, 'something else');
      }
    }
  }

  private readText(json: string, expected: string): string {
    const text = String(JSON.parse(json));
    // Half a surrogate pair cannot be part of an address.
    if (text.isWellFormed()) return text;
    throw this.failure('PAGE_UNREADABLE', expected, 'a broken text');
  }

  private readLink(header = ''): string | undefined {
    const target = nextLink(header);
    if (target === undefined) return undefined;
    const url = URL.parse(target, this.url.origin + this.path);
    if (url === null) {
      throw this.failure('PAGE_UNREADABLE', 'an address as the next page', 'something else');
    }
    if (url.origin !== this.url.origin) {
      throw this.failure('SOURCE_BLOCKED', 'a next page of the same origin', 'one of another');
    }
    return url.pathname + url.search;
  }

  /** @returns false if it has been seen before */
  private see(path: string): boolean {
    const digest = createHash('sha256').update(path).digest('base64');
    if (this.seen.has(digest)) return false;
    this.seen.add(digest);
    return true;
  }

  private failure(code: DayErrorCode, expected: string, got: string): SourceError {
    return lasting(this, code, `${expected} after page ${this.page}`, got);
  }
}

/** Sets a parameter in a query. The rest stays as written. */
function withParameter(path: string, name: string, value: string): string {
  const [before = '', query = ''] = split(path, '?');
  const encoded = encodeURIComponent(name);
  const others = query
    .split('&')
    .filter((pair) => pair !== '' && ![name, encoded].includes(split(pair, '=')[0] ?? ''));
  return `${before}?${[...others, `${encoded}=${encodeURIComponent(value)}`].join('&')}`;
}

function split(text: string, at: string): readonly string[] {
  const index = text.indexOf(at);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}
