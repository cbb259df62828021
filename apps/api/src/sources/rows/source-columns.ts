import { shortenText } from '../../config/redact.js';
import type { WithTarget } from '../../targets/target.js';
import { SourceError, type DaySource } from '../day-source.js';

/** A column that a dataset reads of its source. */
export interface NeededColumn {
  /** The source's name for it. */
  readonly from: string;
  /** What reads it, for errors. */
  readonly name: string;
  /** Whether rows may lack it. */
  readonly isOptional?: boolean;
}

interface WithColumns extends WithTarget {
  readonly where?: readonly { readonly from: string }[];
}

/** The columns that a dataset reads of its source: those of its target, and those of its tests. */
export function neededColumns({ target, where = [] }: WithColumns): readonly NeededColumn[] {
  return [
    ...target.columns
      .filter(({ value }) => value === undefined)
      .map(({ from, name, default: fallback }) => ({
        from,
        name,
        isOptional: fallback !== undefined,
      })),
    ...where.map(({ from }) => ({ from, name: 'where' })),
  ];
}

/**
 * Makes sure that a source that knows its columns has every column that a dataset needs: also for days without a row,
 * which would pass for days without data.
 * @throws {SourceError} source-wide, `SOURCE_COLUMN_MISSING`, and what the source throws
 */
export async function requireColumns(
  source: DaySource,
  dataset: WithColumns,
  signal: AbortSignal,
): Promise<void> {
  const present = await source.knownColumns?.(signal);
  if (present === undefined) return;
  const missing = missingColumn(present, neededColumns(dataset));
  if (missing !== undefined) throw missing;
}

/** What to say of the first column that a dataset needs and a source does not have, if there is one. */
export function missingColumn(
  present: readonly string[],
  columns: readonly NeededColumn[],
): SourceError | undefined {
  const names = new Set(present);
  const missing = columns.find(({ from, isOptional }) => isOptional !== true && !names.has(from));
  if (missing === undefined) return undefined;
  return new SourceError(
    'source_wide',
    'SOURCE_COLUMN_MISSING',
    `expected a column ${JSON.stringify(missing.from)} for ${missing.name}, got ${listColumns(present)}`,
    { column: missing.from },
  );
}

const MOST_COLUMNS_SHOWN = 50;
const MOST_CHARACTERS_OF_NAME = 80;

/** Shows a column's name in an error, shortened. */
export function showColumn(name: string): string {
  return JSON.stringify(shortenText(name, MOST_CHARACTERS_OF_NAME));
}

/** Names the columns that a source has, for an error. */
export function listColumns(names: readonly string[]): string {
  if (names.length === 0) return 'no columns';
  const shown = names.slice(0, MOST_COLUMNS_SHOWN).map(showColumn);
  const rest = names.length - shown.length;
  return `the columns ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

type Values = Readonly<Record<string, unknown>>;

/** A column of a row's mapping, and where its value stands in the row's list. */
export interface ListedColumn {
  readonly name: string;
  readonly index: number;
}

/** Makes the mapping of a row from the list of its values; the columns are the same for every row. */
export function valuesMaker(
  columns: readonly ListedColumn[],
): (list: readonly unknown[]) => Values {
  // Assigned to, this name is no column but the mapping's prototype.
  if (columns.some(({ name }) => name === '__proto__')) {
    return (list) => Object.fromEntries(columns.map(({ name, index }) => [name, list[index]]));
  }
  // Assignments take a sixth of the time of `Object.fromEntries`.
  return (list) => {
    const values: Record<string, unknown> = {};
    for (const { name, index } of columns) values[name] = list[index];
    return values;
  };
}

/** The columns that a header names, in its order. */
export function listedColumns(header: readonly string[]): readonly ListedColumn[] {
  return header.map((name, index) => ({ name, index }));
}
