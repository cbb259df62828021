/** A value of a dataset's fingerprint, and the keys of the datasets file that it comes from, each with its own value. */
export interface FingerprintPart {
  readonly value: unknown;
  readonly keys: Readonly<Record<string, unknown>>;
}

/** A value that comes from one key. */
export function part(key: string, value: unknown): FingerprintPart {
  return { value, keys: { [key]: value } };
}

/** The dataset's key, which decides the rows of sources that use the instants of a day. */
export const TIME_ZONE = 'time_zone';

export function zoneParts(hasInstants: boolean, timeZone: string): readonly FingerprintPart[] {
  return hasInstants ? [part(TIME_ZONE, timeZone)] : [];
}

/** A value whose mappings have their keys in order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]),
  );
}
