import type { Dispatcher } from 'undici';

/** Of an unwanted body: less than a new connection costs. */
const MOST_DUMPED_BYTES = 65_536;
export const MOST_DUMPING_MS = 2_000;

/** Reads the rest of a body, so that its connection can be reused; if the body does not end, both are closed. */
export async function dump(
  body: Dispatcher.ResponseData['body'],
  signal: AbortSignal,
): Promise<void> {
  const leaving = AbortSignal.any([signal, AbortSignal.timeout(MOST_DUMPING_MS)]);
  try {
    await body.dump({ limit: MOST_DUMPED_BYTES, signal: leaving });
  } catch {
    // The status is known, so a failure here changes nothing, except after an abort.
    signal.throwIfAborted();
  }
}

/** A header as one text, its lines joined by commas. */
export function joined(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

const WEEKDAY_FIRST = /^[A-Z][a-z]/;
const YEAR_LAST = /\d{4}$/;

/**
 * The delay of a `Retry-After` in milliseconds, from seconds or an HTTP date. Null if it is neither.
 * @param dateHeader the response's `Date`: a date is relative to the server's clock, whatever ours says
 */
export function retryAfterMs(
  header: string | undefined,
  dateHeader: string | undefined,
  now: () => number,
): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  if (!WEEKDAY_FIRST.test(text)) return null;
  const until = parseDate(text);
  const sent = parseDate(dateHeader?.trim() ?? '');
  if (Number.isNaN(until)) return null;
  return Math.max(0, until - (Number.isNaN(sent) ? now() : sent));
}

/** An HTTP date (RFC 9110). It is in GMT even without saying so: `Fri Oct  3 10:00:09 2025`. */
function parseDate(text: string): number {
  return Date.parse(YEAR_LAST.test(text) ? `${text} GMT` : text);
}

/** One link of a `Link` header, with its target and its parameters. */
const LINK =
  /<(?<target>[^<>]*)>(?<parameters>(?:\s*;\s*[\w!#$%&+.^`|~*-]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]*))?)*)/g;
const PARAMETER =
  /;\s*(?<name>[\w!#$%&+.^`|~*-]+)\s*(?:=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^\s",;]*)))?/g;

/**
 * The target of the first link to the next page (RFC 8288), as written: mostly relative to the page itself.
 * @param header the header, its lines joined by commas
 */
export function nextLink(header: string): string | undefined {
  for (const { groups = {} } of header.matchAll(LINK)) {
    const parameters = readParameters(groups['parameters'] ?? '');
    const relations = (parameters.get('rel') ?? '').toLowerCase().split(/\s+/);
    // A link with an anchor belongs to another page.
    if (relations.includes('next') && !parameters.has('anchor')) return groups['target'];
  }
  return undefined;
}

/** The first of several parameters with the same name counts. */
function readParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const { groups = {} } of text.matchAll(PARAMETER)) {
    const name = (groups['name'] ?? '').toLowerCase();
    const value = groups['quoted']?.replaceAll(/\\(.)/g, '$1') ?? groups['plain'] ?? '';
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}
