import type { TargetColumn, WithTarget } from '../targets/target.js';
import { SourceError, type DaySource } from './day-source.js';
import { listColumns } from './row-reader.js';

/**
 * Makes sure that a source has every column that the target wants, where it can tell: also for days without a row,
 * which would pass for days without data.
 * @throws {SourceError} source-wide, `SOURCE_COLUMN_MISSING`, and what the source throws
 */
export async function requireColumns(
  source: DaySource,
  { target }: WithTarget,
  signal: AbortSignal,
): Promise<void> {
  const present = await source.knownColumns?.(signal);
  if (present === undefined) return;
  const missing = missingColumn(present, target.columns);
  if (missing !== undefined) throw missing;
}

/** What to say of the first column that the target wants and a source does not have, if there is one. */
export function missingColumn(
  present: readonly string[],
  columns: readonly TargetColumn[],
): SourceError | undefined {
  const missing = columns.find(({ from }) => !present.includes(from));
  if (missing === undefined) return undefined;
  return new SourceError(
    'source_wide',
    'SOURCE_COLUMN_MISSING',
    `expected a column ${JSON.stringify(missing.from)} for ${missing.name}, got ${listColumns(present)}`,
    { column: missing.from },
  );
}
