import { addSkips, SKIP_REASONS, type SkipCount, type SkipReason } from '@daysync/progress';

/** The skipped days by reason, from the column of a batch or a lane. */
export function readSkips(text: string): readonly SkipCount[] {
  const counts = JSON.parse(text) as Partial<Record<SkipReason, number>>;
  return SKIP_REASONS.flatMap((reason) => {
    const count = counts[reason] ?? 0;
    return count === 0 ? [] : [{ reason, count }];
  });
}

/** The column with more skipped days counted. */
export function withSkips(text: string, added: readonly SkipCount[]): string {
  if (added.length === 0) return text;
  const counts = addSkips(readSkips(text), added);
  return JSON.stringify(Object.fromEntries(counts.map(({ reason, count }) => [reason, count])));
}

/** Counts reasons. A skipped day has one. */
export function skipsOf(reasons: readonly (SkipReason | null)[]): readonly SkipCount[] {
  return addSkips(
    [],
    reasons.flatMap((reason) => (reason === null ? [] : [{ reason, count: 1 }])),
  );
}

export function sumSkips(skips: readonly SkipCount[]): number {
  return skips.reduce((sum, { count }) => sum + count, 0);
}
