import { OUTCOMES, type CalendarDay, type Outcome } from '@daysync/progress';
import { SKIP_REASONS, type SkipReason } from '../database/schema.js';
import { DayRangeDto } from '../datasets/datasets.dto.js';
import {
  ApiCount,
  ApiDay,
  ApiFlag,
  ApiModel,
  ApiOneOf,
  ApiText,
  AskedDataset,
  AskedDayIfAny,
  NULLABLE,
} from '../http/openapi/api-properties.js';
import type { Gaps } from './gaps.js';

const GAP = { start_date: '2012-02-03', end_date: '2012-02-05' };

/**
 * Runs of neighbouring days, between the first and the last day that were ever synced, that were neither synced nor
 * found empty.
 */
export class GapsDto implements Gaps {
  @ApiCount('How many runs of days.', 1) readonly count: number;
  @ApiCount('How many days in all.', 3) readonly days: number;
  @ApiModel(DayRangeDto, 'The first gap.', GAP, NULLABLE) readonly first: DayRangeDto | null;

  @ApiModel(
    DayRangeDto,
    'From the first missing day to the last one: a start over it fills all gaps. Where it would have more days than a ' +
      'range may have, it ends with the last missing day that a start from there reaches, and has the next ones once those are filled.',
    GAP,
    NULLABLE,
  )
  readonly range: DayRangeDto | null;
}

/** Which days of which dataset. */
export class CalendarQueryDto {
  @AskedDataset('The dataset; without it, the first one.') readonly dataset?: string;

  @AskedDayIfAny(
    'The first day; without it, the first one that has a record, within as many days as a range may have.',
    '2012-03-01',
  )
  readonly start_date?: CalendarDay;

  @AskedDayIfAny(
    'The last day, included; without it, the last one that has a record, within as many days as a range may have.',
    '2012-03-31',
  )
  readonly end_date?: CalendarDay;
}

/** What is known of one day. */
export class CalendarDayDto {
  @ApiDay('The day.', '2012-03-01') readonly day: CalendarDay;
  @ApiOneOf(OUTCOMES, 'How its last try ended.', 'success') readonly status: Outcome;
  @ApiOneOf(SKIP_REASONS, 'Why it was skipped.', null, NULLABLE) readonly reason: SkipReason | null;
  @ApiCount('Rows written at the last try.', 2, NULLABLE) readonly rows: number | null;

  @ApiCount('How long the last try took, in milliseconds.', 4, NULLABLE)
  readonly duration_ms: number | null;

  @ApiText('The code of the error that the last try met.', null, NULLABLE)
  readonly error_code: string | null;

  @ApiFlag('Whether it was ever synced; a failure after that keeps its rows.', true)
  readonly synced: boolean;
}

/** One cell a day. */
export class CalendarDto {
  @ApiText('The dataset.', 'weather') readonly dataset: string;

  @ApiDay(
    'The first day; null where none is asked for and none has a record.',
    '2012-03-01',
    NULLABLE,
  )
  readonly start_date: CalendarDay | null;

  @ApiDay('The last day, included; null as `start_date` is.', '2012-03-31', NULLABLE)
  readonly end_date: CalendarDay | null;

  @ApiDay('Today, where the dataset is.', '2025-10-17') readonly today: CalendarDay;

  @ApiCount('Days that were ever synced, also those that failed later.', 28)
  readonly synced: number;

  @ApiCount('Days whose last try failed.', 0) readonly failed: number;
  @ApiCount('Days for which the source has nothing.', 0) readonly empty: number;

  @ApiModel(GapsDto, 'Days that are missing between those that were synced.', {
    count: 0,
    days: 0,
    first: null,
    range: null,
  })
  readonly gaps: GapsDto;

  @ApiModel(
    [CalendarDayDto],
    'The days that have a record, ascending; one that has none was never tried.',
    [],
  )
  readonly items: readonly CalendarDayDto[];
}
