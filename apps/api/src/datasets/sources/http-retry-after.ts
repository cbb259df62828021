const WEEKDAY_FIRST = /^[A-Z][a-z]/;

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
  const until = Date.parse(text);
  const sent = Date.parse(dateHeader ?? '');
  if (Number.isNaN(until)) return null;
  return Math.max(0, until - (Number.isNaN(sent) ? now() : sent));
}
