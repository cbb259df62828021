import {
  type CalendarDay,
  DayDurations,
  estimateDuration,
  SKIP_REASONS,
  type SkipReason,
} from '@daysync/progress';
import { SkipCountDto } from './progress.dto.js';
import {
  ApiCount,
  ApiDay,
  ApiModel,
  ApiOneOf,
  ApiText,
  NULLABLE,
} from '../http/openapi/api-properties.js';
import { RUN_REASONS, type RunReason, type PlannedDay } from '../batches/plan.js';
import type { TargetDays } from '../batches/target-days.js';
import { TargetDaysDto } from './target-days.dto.js';
import { spacingOf, type Dataset } from '../datasets/file/dataset.js';

export class PlannedDayDto {
  @ApiDay('The day.', '2012-03-01') readonly day: CalendarDay;
  @ApiOneOf(['run', 'skip'], 'What a batch would do with it.', 'run') readonly action:
    | 'run'
    | 'skip';

  @ApiOneOf(
    [...RUN_REASONS, ...SKIP_REASONS],
    'The reason. A day runs if it is missing (no record, no data at its last try, or its rows are not in the target ' +
      'table), if its last try failed, if its rows lack a column and the mode is incomplete, or if it is synced and the ' +
      'mode is all.',
    'missing',
  )
  readonly reason: RunReason | SkipReason;
}

export class RunCountDto {
  @ApiOneOf(RUN_REASONS, 'The reason.', 'missing') readonly reason: RunReason;
  @ApiCount('Number of days.', 7) readonly count: number;
}

export class DurationEstimateDto {
  @ApiCount('The expected duration, in milliseconds.', 180000) readonly likely_ms: number;

  @ApiCount('The duration that one batch in ten exceeds, in milliseconds.', 240000)
  readonly late_ms: number;
}

export class PreviewDto extends TargetDaysDto {
  @ApiText('The dataset.', 'weather') readonly dataset: string;

  @ApiText(
    'The hash of this plan. A start that sends it runs exactly this plan or is refused.',
    '0f3a5c7e9b1d2f40',
  )
  readonly plan_hash: string;

  @ApiCount('Days of the range.', 10) readonly total: number;
  @ApiCount('Days that would run.', 9) readonly run: number;
  @ApiCount('Days that would be skipped.', 1) readonly skip: number;

  @ApiModel([RunCountDto], 'The days that would run, by reason.', [
    { reason: 'missing', count: 7 },
    { reason: 'failed', count: 2 },
  ])
  readonly run_reasons: readonly RunCountDto[];

  @ApiModel([SkipCountDto], 'The skipped days, by reason.', [
    { reason: 'already_synced', count: 1 },
  ])
  readonly skip_reasons: readonly SkipCountDto[];

  @ApiModel(
    DurationEstimateDto,
    'The estimated duration, by the latest days of the dataset and by its throttle; null with fewer than three days and ' +
      'without a throttle.',
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
 * Describes a plan.
 * @param durations the durations of earlier days of the dataset, in milliseconds
 */
export function describePlan(
  dataset: Dataset,
  days: readonly PlannedDay[],
  {
    hash,
    durations,
    targetDays,
  }: {
    readonly hash: string;
    readonly durations: readonly number[];
    readonly targetDays: TargetDays;
  },
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
    ...targetDays,
    days,
  };
}

/** The number of days with each reason, in the order of the reasons, without zeros. */
function countReasons<Reason extends PlannedDay['reason']>(
  reasons: readonly Reason[],
  days: readonly PlannedDay[],
): { readonly reason: Reason; readonly count: number }[] {
  const counts = new Map<PlannedDay['reason'], number>();
  for (const { reason } of days) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return reasons.flatMap((reason) => {
    const count = counts.get(reason);
    return count === undefined ? [] : { reason, count };
  });
}
