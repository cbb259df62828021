import type { StoredValue } from '../targets/column-types.js';

/** The codes of a day whose rows differ: they fail the day, and never pause a batch. */
export const FINDING_CODES = ['SOURCE_CHANGED', 'TARGET_CHANGED'] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** What a comparison of a day with its source has found. */
export interface DayFinding {
  /** What has changed since the day was synced: the source, or the target alone. */
  readonly code: FindingCode;
  /** Rows of the source that the target lacks, and rows of the target that the source lacks. */
  readonly added: number;
  readonly removed: number;
  readonly sample: FindingSample;
}

/** Some of the rows that differ; values in the order of the columns. */
interface FindingSample {
  readonly columns: readonly string[];
  readonly before: readonly (readonly StoredValue[])[];
  readonly after: readonly (readonly StoredValue[])[];
}

/** A finding as the record of its day keeps it. */
export interface KnownFinding extends Omit<DayFinding, 'sample'> {
  /** Whether the day was written again. */
  readonly repaired: boolean;
}

export function readFinding(stored: string | null): KnownFinding | null {
  return stored === null ? null : (JSON.parse(stored) as KnownFinding);
}

type NamedRow = Readonly<Record<string, StoredValue>>;

/** The rows of a finding as its record keeps them, with their columns by name. */
export function readFindingRows(
  stored: string | null,
): { readonly before: readonly NamedRow[]; readonly after: readonly NamedRow[] } | null {
  if (stored === null) return null;
  const { columns, before, after } = JSON.parse(stored) as FindingSample;
  const named = (row: FindingSample['before'][number]): NamedRow =>
    Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null]));
  return { before: before.map(named), after: after.map(named) };
}

/** A finding in a sentence. */
export function findingText({ code, added, removed }: Omit<DayFinding, 'sample'>): string {
  const what = code === 'SOURCE_CHANGED' ? 'the source' : 'the target';
  return `expected the rows of the last sync, and ${what} has changed (rows added: ${added}, removed: ${removed})`;
}
