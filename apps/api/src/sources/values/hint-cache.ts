/** One hint takes up to half a millisecond. */
const MOST_HINTS = 100;
/** Values with more characters are not remembered. */
const MOST_TEXT = 100;

/**
 * Hints for values that don't fit. A day may have a million such values: only the first different ones get a hint, and
 * each of them gets it again wherever it stands.
 */
export class HintCache {
  private readonly hints = new Map<string, string>();
  private made = 0;

  /**
   * The hint for a value; empty where there are enough already.
   * @param column whose values have the same hint if they are the same
   */
  of(value: unknown, column: string, make: () => string): string {
    const key = isRemembered(value) ? `${typeof value} ${String(value)} ${column}` : undefined;
    const known = key === undefined ? undefined : this.hints.get(key);
    if (known !== undefined) return known;
    if (this.made === MOST_HINTS) return '';
    this.made += 1;
    const hint = make();
    if (key !== undefined) this.hints.set(key, hint);
    return hint;
  }
}

function isRemembered(
  value: unknown,
): value is string | number | bigint | boolean | null | undefined {
  if (typeof value === 'string') return value.length <= MOST_TEXT;
  return value === null || !['object', 'function', 'symbol'].includes(typeof value);
}
