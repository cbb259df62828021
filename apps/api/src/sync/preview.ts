import { DayDurations, estimateDuration } from '@daysync/progress';
import { spacingOf, type Dataset } from '../datasets/dataset.js';
import { SKIP_REASONS } from '../database/schema.js';
import { RUN_REASONS, type PlannedDay } from '../batches/plan.js';
import { PreviewDto } from './preview.dto.js';

/**
 * A plan as a preview tells it.
 * @param durations how long the dataset's days took before, in milliseconds
 */
export function describePlan(
  dataset: Dataset,
  days: readonly PlannedDay[],
  { hash, durations }: { readonly hash: string; readonly durations: readonly number[] },
): PreviewDto {
  const known = new DayDurations();
  for (const duration of durations) known.add(duration);
  const run = days.filter(({ action }) => action === 'run').length;
  return {
    dataset: dataset.name,
    plan_hash: hash,
    total: days.length,
    run,
    skip: days.length - run,
    run_reasons: countReasons(RUN_REASONS, days),
    skip_reasons: countReasons(SKIP_REASONS, days),
    estimate: estimateDuration({
      durations: known,
      remaining: run,
      concurrency: dataset.concurrency,
      spacingMs: spacingOf(dataset),
    }),
    days,
  };
}

/** How many days have each of the reasons, without those that none has: in the order of the reasons. */
function countReasons<Reason extends PlannedDay['reason']>(
  reasons: readonly Reason[],
  days: readonly PlannedDay[],
): { readonly reason: Reason; readonly count: number }[] {
  return reasons
    .map((reason) => ({ reason, count: days.filter((day) => day.reason === reason).length }))
    .filter(({ count }) => count > 0);
}
