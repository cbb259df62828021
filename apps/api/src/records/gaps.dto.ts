import { DayRangeDto } from '../datasets/datasets.dto.js';
import { ApiCount, ApiModel, NULLABLE } from '../http/api-properties.js';
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
