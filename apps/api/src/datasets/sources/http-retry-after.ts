const WEEKDAY_FIRST = /^[A-Z][a-z]/;
const YEAR_LAST = /\d{4}$/;

/**
 * How long a `Retry-After` asks to wait, in milliseconds: it has seconds or an HTTP date. Null if it says neither.
 * @param dateHeader the answer's `Date`: by the server's own clock a date is right, however ours is set
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

/** An HTTP date (RFC 9110), which is in GMT also where it does not say so: `Fri Oct  3 10:00:09 2025`. */
function parseDate(text: string): number {
  return Date.parse(YEAR_LAST.test(text) ? `${text} GMT` : text);
}
