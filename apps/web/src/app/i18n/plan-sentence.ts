import type { Plan, ReasonCount } from '../api/wire';
import { aboutWords } from './duration';
import type { Words } from './words';

export type PlanCounts = Pick<Plan, 'run' | 'run_reasons' | 'skip' | 'skip_reasons' | 'estimate'>;

const NOT_EXPECTED = 'not_expected';
type Say = Pick<Words, 't' | 'known' | 'say'>;

/**
 * What a plan does: days to sync, skipped days, each with their reasons, and about how long it takes. Before that, how many
 * days are expected, if any is not.
 */
export function planSentence(plan: PlanCounts, words: Say): string {
  const others = plan.skip_reasons.find(({ reason }) => reason === NOT_EXPECTED)?.count ?? 0;
  if (others === 0) return expectedSentence(plan, words);
  const skip = plan.skip - others;
  const skip_reasons = plan.skip_reasons.filter(({ reason }) => reason !== NOT_EXPECTED);
  return (
    words.t('preview.expected', { expected: plan.run + skip, others }) +
    expectedSentence({ ...plan, skip, skip_reasons }, words)
  );
}

function expectedSentence(
  { run, run_reasons, skip, skip_reasons, estimate }: PlanCounts,
  words: Say,
): string {
  const { t } = words;
  const reasons = run === 0 ? '' : reasonList('run', run_reasons, words);
  const parts = [t('preview.nothing')];
  if (run > 0) parts[0] = t(reasons ? 'preview.run_reasons' : 'preview.run', { run, reasons });
  if (skip > 0) {
    parts.push(
      t('preview.comma'),
      t('preview.skip', { skip, reasons: reasonList('skip', skip_reasons, words) }),
    );
  }
  if (run > 0 && estimate !== null) {
    const time = words.say(aboutWords(estimate.likely_ms));
    parts.push(t('preview.comma'), t('preview.about', { time }));
  }
  return parts.join('');
}

/** Reasons with their counts, the largest first. */
function reasonList(
  kind: 'run' | 'skip',
  reasons: readonly ReasonCount[],
  { known, t }: Say,
): string {
  return [...reasons]
    .sort((one, other) => other.count - one.count)
    .map(({ reason, count }) =>
      t('preview.reason', { reason: known(`${kind}.${reason}`, reason), count }),
    )
    .join(t('preview.and'));
}
