import {
  OUTCOMES,
  SKIP_REASONS,
  type CalendarDay,
  type Outcome,
  type SkipReason,
} from '@daysync/progress';
import { ApiProperty } from '@nestjs/swagger';
import { CHECK_NAMES, FIGURES, type DayMark } from '../batches/day-marks.js';
import { DayRangeDto } from '../datasets/datasets.dto.js';
import { SettledDaysDto } from './settled-days.dto.js';
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

const GAP = { start_date: '2012-02-03', end_date: '2012-02-05' };

/**
 * A gap is a run of expected days that are neither in the target nor empty, between the first and the last day that was
 * ever synced.
 */
export class GapsDto {
  @ApiCount('The number of gaps.', 1) readonly count: number;
  @ApiCount('Days in all gaps.', 3) readonly days: number;
  @ApiModel(DayRangeDto, 'The first gap.', GAP, NULLABLE) readonly first: DayRangeDto | null;

  @ApiModel(
    DayRangeDto,
    'From the first missing day to the last one: a batch over it fills all gaps. A range with more expected days than `MAX_RANGE_DAYS` is cut ' +
      'at the last missing day that a batch from its first day can reach.',
    GAP,
    NULLABLE,
  )
  readonly range: DayRangeDto | null;
}

export class CalendarQueryDto {
  @AskedDataset('The dataset. Default: the first one.') readonly dataset?: string;

  @AskedDayIfAny(
    'The first day. Default: the first one with a record, within `MAX_RANGE_DAYS` days.',
    '2012-03-01',
  )
  readonly start_date?: CalendarDay;

  @AskedDayIfAny(
    'The last day, included. Default: the last one with a record, within `MAX_RANGE_DAYS` days.',
    '2012-03-31',
  )
  readonly end_date?: CalendarDay;
}

export class CalendarDayDto {
  @ApiDay('The day.', '2012-03-01') readonly day: CalendarDay;
  @ApiOneOf(OUTCOMES, 'The outcome of its last try.', 'success') readonly status: Outcome;
  @ApiOneOf(SKIP_REASONS, 'Why it was skipped.', null, NULLABLE) readonly reason: SkipReason | null;
  @ApiCount('Rows written by the last try.', 2, NULLABLE) readonly rows: number | null;

  @ApiCount('The duration of the last try, in milliseconds.', 4, NULLABLE)
  readonly duration_ms: number | null;

  @ApiText('The error code of the last try.', null, NULLABLE)
  readonly error_code: string | null;

  @ApiProperty({
    type: [String],
    enum: [...CHECK_NAMES, ...FIGURES],
    description:
      'What it is marked for: checks, or figures. Nothing once an operator has accepted the day.',
    example: [],
  })
  readonly unusual: readonly DayMark['of'][];

  @ApiFlag('Whether it is in the target. A later failure keeps its rows.', true)
  readonly synced: boolean;

  @ApiFlag(
    'Whether it was synced and its rows are not in the target table, because that is new or was created again.',
    false,
  )
  readonly elsewhere: boolean;
}

export class CalendarDto {
  @ApiText('The dataset.', 'weather') readonly dataset: string;

  @ApiDay('The first day; null if none was given and no day has a record.', '2012-03-01', NULLABLE)
  readonly start_date: CalendarDay | null;

  @ApiDay('The last day, included; null if `start_date` is.', '2012-03-31', NULLABLE)
  readonly end_date: CalendarDay | null;

  @ApiDay('Today in the time zone of the dataset.', '2025-10-17') readonly today: CalendarDay;

  @ApiCount('Days that are in the target, including those that failed later.', 28)
  readonly synced: number;

  @ApiCount('Expected days whose last try failed.', 0) readonly failed: number;
  @ApiCount('Days without data in the source.', 0) readonly empty: number;

  @ApiModel(
    GapsDto,
    'Missing expected days between the first and the last day that was ever synced.',
    {
      count: 0,
      days: 0,
      first: null,
      range: null,
    },
  )
  readonly gaps: GapsDto;

  @ApiModel(
    [DayRangeDto],
    'The days that are not expected to have data, as ranges: in the years of the calendar, and in those that a calendar ' +
      'of ten years can show around its last day.',
    [],
  )
  readonly not_expected: readonly DayRangeDto[];

  @ApiModel([SettledDaysDto], 'Those among them that operators have settled, as ranges.', [])
  readonly settled: readonly SettledDaysDto[];

  @ApiModel(
    [CalendarDayDto],
    'The days with a record, ascending. A day without one was never tried.',
    [],
  )
  readonly items: readonly CalendarDayDto[];
}
