import type { Plan } from '../api/wire';

/** Reasons with their counts: `{ failed: 2 }`. */
export const countsOf = <R extends string>(counts: Readonly<Partial<Record<R, number>>>) =>
  Object.entries<number | undefined>(counts).map(([reason, count = 0]) => ({
    ...{ reason: reason as R, count },
  }));

/** A plan of ten days, one of them skipped, with the changes of a spec. */
export function planOf(changes: Partial<Plan> = {}): Plan {
  return {
    plan_hash: '0f3a5c7e9b1d2f40',
    total: 10,
    run: 9,
    run_reasons: [],
    skip: 1,
    skip_reasons: [{ reason: 'already_synced', count: 1 }],
    elsewhere: null,
    incomplete: null,
    estimate: { likely_ms: 180_000, late_ms: 240_000 },
    ...changes,
  };
}
