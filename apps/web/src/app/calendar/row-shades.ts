import type { RecordedDay } from '../api/wire';

/** How many shades there are, from few rows to many. */
export const SHADES = [1, 2, 3, 4] as const;
export type Shade = (typeof SHADES)[number];

/** The most rows of each shade except the last: about a quarter of the days has each shade. */
export type ShadeLimits = readonly [number, number, number];

/** The shades of days, by the rows of those that are synced; undefined without such a day. */
export function shadeLimits(records: Iterable<RecordedDay>): ShadeLimits | undefined {
  const rows: number[] = [];
  for (const record of records) {
    if (record.status === 'success' && record.rows !== null) rows.push(record.rows);
  }
  rows.sort((one, other) => one - other);
  const at = (share: number): number | undefined => rows[Math.floor((rows.length - 1) * share)];
  const [low, middle, high] = [at(0.25), at(0.5), at(0.75)];
  if (low === undefined || middle === undefined || high === undefined) return undefined;
  return [low, middle, high];
}

export function shadeOf(rows: number, [low, middle, high]: ShadeLimits): Shade {
  if (rows <= low) return 1;
  if (rows <= middle) return 2;
  return rows <= high ? 3 : 4;
}
