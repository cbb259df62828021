import type { Plan, ReasonCount } from '../api/wire';
import { aboutWords } from './duration';
import type { Words } from './words';

export type PlanCounts = Pick<Plan, 'run' | 'run_reasons' | 'skip' | 'skip_reasons' | 'estimate'>;
type Say = Pick<Words, 't' | 'known' | 'say'>;

/** What a plan does, in one sentence: days to sync, skipped days, each with their reasons, and about how long it takes. */
export function planSentence(
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
