import { type CalendarDay, DayDurations, estimateDuration } from '@daysync/progress';
import { SKIP_REASONS, type SkipReason } from '../database/schema.js';
import {
  ApiCount,
  ApiDay,
  ApiModel,
  ApiOneOf,
  ApiText,
  NULLABLE,
} from '../http/openapi/api-properties.js';
import { RUN_REASONS, type RunReason, type PlannedDay } from '../batches/plan.js';
import { spacingOf, type Dataset } from '../datasets/dataset.js';

export class PlannedDayDto {
  @ApiDay('The day.', '2012-03-01') readonly day: CalendarDay;
  @ApiOneOf(['run', 'skip'], 'What a start does with it.', 'run') readonly action: 'run' | 'skip';

  @ApiOneOf(
    [...RUN_REASONS, ...SKIP_REASONS],
    'Why. It runs because it is missing (no record, or no data at its last try), failed at its last try, or is ' +
      'synced and runs again under mode all.',
    'missing',
  )
  readonly reason: RunReason | SkipReason;
}

export class RunCountDto {
  @ApiOneOf(RUN_REASONS, 'The reason.', 'missing') readonly reason: RunReason;
  @ApiCount('How many days.', 7) readonly count: number;
}

export class SkipCountDto {
  @ApiOneOf(SKIP_REASONS, 'The reason.', 'already_synced') readonly reason: SkipReason;
  @ApiCount('How many days.', 1) readonly count: number;
}

export class DurationEstimateDto {
  @ApiCount('What to expect, in milliseconds.', 180000) readonly likely_ms: number;

  @ApiCount('What is exceeded once in ten times, in milliseconds.', 240000)
  readonly late_ms: number;
}

/** What a start would do with each day of its range. */
export class PreviewDto {
  @ApiText('The dataset.', 'weather') readonly dataset: string;

  @ApiText('Names this plan: a start that sends it does just this, or nothing.', '0f3a5c7e9b1d2f40')
  readonly plan_hash: string;

  @ApiCount('Days of the range.', 10) readonly total: number;
  @ApiCount('Days that would be tried.', 9) readonly run: number;
  @ApiCount('Days that would be skipped.', 1) readonly skip: number;

  @ApiModel([RunCountDto], 'The days that would be tried by reason.', [
    { reason: 'missing', count: 7 },
    { reason: 'failed', count: 2 },
  ])
  readonly run_reasons: readonly RunCountDto[];

  @ApiModel([SkipCountDto], 'The skipped days by reason.', [{ reason: 'already_synced', count: 1 }])
  readonly skip_reasons: readonly SkipCountDto[];

  @ApiModel(
    DurationEstimateDto,
    "How long it would take, by the dataset's latest days; null until three are known.",
    { likely_ms: 180000, late_ms: 240000 },
    NULLABLE,
  )
  readonly estimate: DurationEstimateDto | null;

  @ApiModel([PlannedDayDto], 'Every day, in the order of the batch.', [
    { day: '2012-03-01', action: 'run', reason: 'missing' },
  ])
  readonly days: readonly PlannedDayDto[];
}

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
