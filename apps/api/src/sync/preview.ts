import { DayDurations, estimateDuration } from '@daysync/progress';
import type { Dataset } from '../datasets/dataset.js';
import type { SkipReason } from '../database/schema.js';
import type { PlannedDay } from './plan.js';
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
  const reasons = new Map<SkipReason, number>();
  for (const day of days) {
    if (day.action === 'skip') reasons.set(day.reason, (reasons.get(day.reason) ?? 0) + 1);
  }
  const known = new DayDurations();
  for (const duration of durations) known.add(duration);
  const run = days.filter(({ action }) => action === 'run').length;
  return {
    dataset: dataset.name,
    plan_hash: hash,
    total: days.length,
    run,
    skip: days.length - run,
    skip_reasons: [...reasons].map(([reason, count]) => ({ reason, count })),
    estimate: estimateDuration({
      durations: known,
      remaining: run,
      concurrency: dataset.concurrency,
      spacingMs: dataset.throttle === null ? 0 : 60_000 / dataset.throttle.daysPerMinute,
    }),
    days: days.map((planned) => ({
      day: planned.day,
      action: planned.action,
      reason: planned.action === 'skip' ? planned.reason : null,
    })),
  };
}
