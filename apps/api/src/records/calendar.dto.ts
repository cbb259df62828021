import { ApiProperty } from '@nestjs/swagger';
import { OUTCOMES, type CalendarDay, type Outcome } from '@daysync/progress';
import { ExpectedText, Optional } from '../config/expectation.js';
import { SKIP_REASONS, type SkipReason } from '../database/schema.js';
import { DAY_PATTERN, ExpectedDay } from '../http/expected-day.js';
import { GapsDto } from './gaps.dto.js';

const DAY = { type: String, format: 'date' } as const;
const ASKED_DAY = { ...DAY, pattern: DAY_PATTERN, required: false } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;

/** Which days of which dataset. */
export class CalendarQueryDto {
  @ApiProperty({
    type: String,
    required: false,
    minLength: 1,
    maxLength: 63,
    description: 'The dataset; without it, the first one.',
    example: 'weather',
  })
  @Optional()
  @ExpectedText(63)
  readonly dataset?: string;

  @ApiProperty({
    ...ASKED_DAY,
    description:
      'The first day; without it, the first one that has a record, within as many days as a range may have.',
    example: '2012-03-01',
  })
  @Optional()
  @ExpectedDay()
  readonly start_date?: CalendarDay;

  @ApiProperty({
    ...ASKED_DAY,
    description:
      'The last day, included; without it, the last one that has a record, within as many days as a range may have.',
    example: '2012-03-31',
  })
  @Optional()
  @ExpectedDay()
  readonly end_date?: CalendarDay;
}

/** What is known of one day. */
export class CalendarDayDto {
  @ApiProperty({ ...DAY, description: 'The day.', example: '2012-03-01' })
  readonly day: CalendarDay;

  @ApiProperty({ enum: OUTCOMES, description: 'How its last try ended.', example: 'success' })
  readonly status: Outcome;

  @ApiProperty({
    enum: SKIP_REASONS,
    nullable: true,
    description: 'Why it was skipped.',
    example: null,
  })
  readonly reason: SkipReason | null;

  @ApiProperty({
    ...COUNT,
    nullable: true,
    description: 'Rows written at the last try.',
    example: 2,
  })
  readonly rows: number | null;

  @ApiProperty({
    ...COUNT,
    nullable: true,
    description: 'How long the last try took, in milliseconds.',
    example: 4,
  })
  readonly duration_ms: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The code of the error that the last try met.',
    example: null,
  })
  readonly error_code: string | null;

  @ApiProperty({
    type: Boolean,
    description: 'Whether it was ever synced; a failure after that keeps its rows.',
    example: true,
  })
  readonly synced: boolean;
}

/** One cell a day. */
export class CalendarDto {
  @ApiProperty({ type: String, description: 'The dataset.', example: 'weather' })
  readonly dataset: string;

  @ApiProperty({
    ...DAY,
    nullable: true,
    description: 'The first day; null where none is asked for and none has a record.',
    example: '2012-03-01',
  })
  readonly start_date: CalendarDay | null;

  @ApiProperty({
    ...DAY,
    nullable: true,
    description: 'The last day, included; null as `start_date` is.',
    example: '2012-03-31',
  })
  readonly end_date: CalendarDay | null;

  @ApiProperty({ ...DAY, description: 'Today, where the dataset is.', example: '2025-10-17' })
  readonly today: CalendarDay;

  @ApiProperty({
    ...COUNT,
    description: 'Days that were ever synced, also those that failed later.',
    example: 28,
  })
  readonly synced: number;

  @ApiProperty({ ...COUNT, description: 'Days whose last try failed.', example: 0 })
  readonly failed: number;

  @ApiProperty({ ...COUNT, description: 'Days for which the source has nothing.', example: 0 })
  readonly empty: number;

  @ApiProperty({
    type: GapsDto,
    description: 'Days that are missing between those that were synced.',
    example: { count: 0, days: 0, first: null, range: null },
  })
  readonly gaps: GapsDto;

  @ApiProperty({
    type: [CalendarDayDto],
    description: 'The days that have a record, ascending; one that has none was never tried.',
    example: [],
  })
  readonly items: readonly CalendarDayDto[];
}
