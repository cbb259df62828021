import type { Dataset } from '../api/wire';

/** What can need a person beside a deadline, the most urgent first. */
const KINDS = ['uncovered', 'unusual', 'quarantined', 'drifted'] as const;
type AttentionKind = (typeof KINDS)[number];

export interface AttentionNote {
  readonly kind: AttentionKind;
  /** Days, or rows in quarantine. */
  readonly count: number;
}

/** What of a dataset needs a person, without what its gaps and its failed days say already. */
export function attentionNotes(dataset: Dataset): readonly AttentionNote[] {
  const { failed, gaps } = dataset.coverage;
  return countedKinds(dataset).filter(
    ({ kind, count }) => kind !== 'uncovered' || count !== (gaps.days === 0 ? failed : gaps.days),
  );
}

function countedKinds({ attention }: Dataset): readonly AttentionNote[] {
  const counts: Readonly<Record<AttentionKind, number>> = {
    uncovered: attention.uncovered_days,
    unusual: attention.unusual_days,
    quarantined: attention.quarantined_rows,
    drifted: attention.drifted_days,
  };
  return KINDS.map((kind) => ({ kind, count: counts[kind] })).filter(({ count }) => count > 0);
}
