import type { CalendarDay } from '@daysync/progress';
import type { CheckName } from '../../batches/day-marks.js';
import { redactText, shortenText } from '../../config/redact.js';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import { dayEnd, dayStart } from '../../sources/values/zone-clock.js';
import type { TargetValue } from '../../targets/column-types.js';
import { findRepeatedValues } from '../../targets/repeated-values.js';
import { rowSlices } from '../../targets/row-slices.js';
import type { DayRowsToWrite } from '../../targets/target.js';

/** A check that the rows of a day don't pass. */
export interface FailedCheck {
  readonly check: CheckName;
  /** What was expected and what came. */
  readonly text: string;
  /** The column that it is about, if it is one. */
  readonly column: string | null;
}

/** What is known of the rows of earlier days. */
export interface UsualRows {
  readonly median: number;
  readonly days: number;
}

const MOST_SHOWN = 100;

/**
 * The checks on the number of rows that a day does not pass.
 * @param usual null if it is not known what is usual
 */
export function checkRowCount(
  { min, max, within }: NonNullable<Dataset['checks']>['rows'],
  count: number,
  usual: UsualRows | null,
): readonly FailedCheck[] {
  const failed: FailedCheck[] = [];
  const fail = (check: CheckName, expected: string): void => {
    failed.push({ check, text: `expected ${expected}, got ${count}`, column: null });
  };
  if (min !== null && count < min) fail('rows.min', `at least ${min} rows (checks.rows.min)`);
  if (max !== null && count > max) fail('rows.max', `at most ${max} rows (checks.rows.max)`);
  if (within === null || usual === null) return failed;
  const { median, days } = usual;
  const [low, high] = [(median * (100 - within)) / 100, (median * (100 + within)) / 100];
  if (count < low || count > high) {
    const range = `${Math.max(Math.ceil(low), 0)} to ${Math.floor(high)} rows`;
    const why = `within ${within}% of ${median}, the median of the latest ${days} days of this weekday`;
    fail('rows.within', `${range} (checks.rows.within: ${why})`);
  }
  return failed;
}

/**
 * The checks on the values of a day that it does not pass. The event loop gets turns meanwhile.
 * @throws the signal's reason, and what staged rows throw
 */
export async function checkValues(
  dataset: Dataset,
  day: CalendarDay,
  rows: DayRowsToWrite,
  signal: AbortSignal,
): Promise<readonly FailedCheck[]> {
  const { checks, target } = dataset;
  if (checks === null) return [];
  const failed: FailedCheck[] = [];
  for (const names of checks.unique) {
    const repeated = await findRepeatedValues(target.columns, names, rows, { signal });
    if (repeated === null) continue;
    const { first, second, values } = repeated;
    const shown = names.map((name, index) => `${name} ${shownValue(dataset, values[index])}`);
    failed.push({
      check: 'unique',
      text: `expected each ${names.join(', ')} in one row (checks.unique), got ${shown.join(', ')} in rows ${first} and ${second} of the day`,
      column: names.length === 1 ? (names[0] ?? null) : null,
    });
  }
  if (checks.day !== null) {
    const other = await findOtherDay(dataset, checks.day, { day, rows, signal });
    if (other !== null) failed.push(other);
  }
  return failed;
}

/** The first row whose calendar day is another one. A row without a value is not checked. */
async function findOtherDay(
  dataset: Dataset,
  column: string,
  of: { readonly day: CalendarDay; readonly rows: DayRowsToWrite; readonly signal: AbortSignal },
): Promise<FailedCheck | null> {
  const { target, timeZone } = dataset;
  const { day, rows, signal } = of;
  const place = target.columns.findIndex(({ name }) => name === column);
  const isTimestamp = target.columns[place]?.type === 'timestamp';
  const isOfDay = isTimestamp ? inDay(day, timeZone) : (value: TargetValue) => value === day;
  let row = 0;
  for await (const slice of rowSlices(rows, signal)) {
    for (const values of slice) {
      row += 1;
      const value = values[place] ?? null;
      if (value !== null && !isOfDay(value)) {
        const zone = isTimestamp ? ` in ${timeZone}` : '';
        const text = `expected ${column} on ${day}${zone} (checks.day), got ${shownValue(dataset, value)} in row ${row} of the day`;
        return { check: 'day', text, column };
      }
      if (isTurnDue()) await takeTurn();
    }
  }
  return null;
}

function inDay(day: CalendarDay, timeZone: string): (value: TargetValue) => boolean {
  const [start, end] = [dayStart(day, timeZone), dayEnd(day, timeZone)];
  return (value) => {
    const at = Date.parse(String(value));
    return at >= start && at < end;
  };
}

function shownValue({ variables }: Dataset, value: TargetValue | undefined): string {
  if (typeof value !== 'string') return String(value);
  return redactText(JSON.stringify(shortenText(value, MOST_SHOWN)), variables);
}
