import type { DayRange } from '../api/wire';

/** The parameters of the address whose start form covers these days of a dataset. */
export function fillStart(
  dataset: string,
  { start_date, end_date }: DayRange,
): Readonly<Record<string, string>> {
  return { dataset, start_date, end_date, mode: 'missing_and_failed' };
}
