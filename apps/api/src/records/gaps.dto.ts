import { ApiProperty } from '@nestjs/swagger';
import { DayRangeDto } from '../datasets/datasets.dto.js';
import type { Gaps } from './gaps.js';

const GAP = { start_date: '2012-02-03', end_date: '2012-02-05' };

/**
 * Runs of neighbouring days, between the first and the last day that were ever synced, that were neither synced nor
 * found empty.
 */
export class GapsDto implements Gaps {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'How many runs of days.', example: 1 })
  readonly count: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'How many days in all.', example: 3 })
  readonly days: number;

  @ApiProperty({ type: DayRangeDto, nullable: true, description: 'The first gap.', example: GAP })
  readonly first: DayRangeDto | null;

  @ApiProperty({
    type: DayRangeDto,
    nullable: true,
    description:
      'From the first missing day to the last one: a start over it fills all gaps. Where it would have more days than a ' +
      'range may have, it ends with the last missing day that a start from there reaches, and has the next ones once those are filled.',
    example: GAP,
  })
  readonly range: DayRangeDto | null;
}
