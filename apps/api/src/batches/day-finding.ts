import type { VerifyAction } from '@daysync/progress';
import type { StoredValue } from '../targets/column-types.js';
import type { ComparedRow, RowDifference, ShownDifference } from '../targets/row-difference.js';

/** All {@link VerifyAction}s. */
export const VERIFY_ACTIONS = ['repair', 'report'] as const satisfies readonly VerifyAction[];

/** The codes of a day whose rows differ: they fail the day, and never pause a batch. */
export const FINDING_CODES = ['SOURCE_CHANGED', 'TARGET_CHANGED'] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** What a comparison of a day with its source has found. */
export interface DayFinding extends Omit<RowDifference, 'shown'> {
  /** What has changed since the day was synced: the source, or the target alone. */
  readonly code: FindingCode;
  readonly sample: FindingSample;
}

/** Some of the rows that differ; values in the order of the columns. */
interface FindingSample extends ShownDifference {
  readonly columns: readonly string[];
}

/** A finding as the record of its day keeps it. */
export interface KnownFinding extends Omit<DayFinding, 'sample'> {
  /** Whether the day was written again. */
  readonly repaired: boolean;
}

/** The stored text of a finding that is repaired, as a pattern of SQL. */
export const REPAIRED_FINDING = '%"repaired":true}';

export function writeFinding({ sample: _, ...finding }: DayFinding, repaired: boolean): string {
  // `repaired` comes last, for REPAIRED_FINDING.
  return JSON.stringify({ ...finding, repaired } satisfies KnownFinding);
}

export function readFinding(stored: string | null): KnownFinding | null {
  return stored === null ? null : (JSON.parse(stored) as KnownFinding);
}

/** The values of a row, by their columns. */
export type NamedRow = Readonly<Record<string, StoredValue>>;

/** Some of the rows that differ, with their values by column. */
export interface FindingRows {
  readonly added: readonly NamedRow[];
  readonly removed: readonly NamedRow[];
  readonly changed: readonly { readonly before: NamedRow; readonly after: NamedRow }[];
}

/** The rows of a finding as its record keeps them. */
export function readFindingRows(stored: string | null): FindingRows | null {
  if (stored === null) return null;
  const { columns, added, removed, changed } = JSON.parse(stored) as FindingSample;
  const named = (row: ComparedRow): NamedRow =>
    Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null]));
  return {
    added: added.map(named),
    removed: removed.map(named),
    changed: changed.map(({ before, after }) => ({ before: named(before), after: named(after) })),
  };
}

/** A finding in a sentence. */
export function findingText({ code, added, removed, changed }: Omit<DayFinding, 'sample'>): string {
  const what = code === 'SOURCE_CHANGED' ? 'the source' : 'the target';
  const counts = [`added: ${added}`, `removed: ${removed}`];
  if (changed !== null) counts.push(`changed: ${changed}`);
  return `expected the rows of the last sync, and ${what} has changed (rows ${counts.join(', ')})`;
}
