import { ApiProperty } from '@nestjs/swagger';
import type { CalendarDay } from '@daysync/progress';
import { ConfiguredDatasetDto } from '../datasets/datasets.dto.js';
import { DayErrorDto } from '../dispatch/day-error.dto.js';
import { ScheduleDto } from '../schedules/schedule.dto.js';
import { ProgressDto } from '../sync/progress.dto.js';
import { GapsDto } from './gaps.dto.js';

const DAY = { type: String, format: 'date' } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;

/** The day of a dataset that failed last. */
export class LastFailureDto {
  @ApiProperty({ ...DAY, description: 'The day.', example: '2012-02-04' })
  readonly day: CalendarDay;

  @ApiProperty({
    type: String,
    description: 'The batch that tried it last.',
    example: '2012-02-01_2012-02-29_1760716800',
  })
  readonly task_id: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'When.',
    example: '2025-10-17T16:00:00.000Z',
  })
  readonly at: string;

  @ApiProperty({
    type: DayErrorDto,
    description: 'Why.',
    example: { code: 'TIMEOUT', text: 'no answer within 60 s', row: null, column: null },
  })
  readonly error: DayErrorDto;
}

/** What a dataset has. */
export class CoverageDto {
  @ApiProperty({
    ...DAY,
    nullable: true,
    description: 'The first day that was ever synced.',
    example: '2012-01-01',
  })
  readonly first_synced: CalendarDay | null;

  @ApiProperty({
    ...DAY,
    nullable: true,
    description: 'The last day that was ever synced.',
    example: '2012-03-31',
  })
  readonly last_synced: CalendarDay | null;

  @ApiProperty({
    ...COUNT,
    description: 'Days that were ever synced, also those that failed later.',
    example: 88,
  })
  readonly synced: number;

  @ApiProperty({ ...COUNT, description: 'Days whose last try failed.', example: 0 })
  readonly failed: number;

  @ApiProperty({ ...COUNT, description: 'Days for which the source has nothing.', example: 0 })
  readonly empty: number;

  @ApiProperty({
    type: GapsDto,
    description: 'Days that are missing between the first and the last that were synced.',
    example: { count: 0, days: 0, first: null, range: null },
  })
  readonly gaps: GapsDto;

  @ApiProperty({
    type: ProgressDto,
    nullable: true,
    description: 'The batch that was started last.',
    example: null,
  })
  readonly last_batch: ProgressDto | null;

  @ApiProperty({
    type: LastFailureDto,
    nullable: true,
    description: 'The day that failed last, of those that still are failed.',
    example: null,
  })
  readonly last_failure: LastFailureDto | null;
}

/** One configured pair of a source and a target table, when it syncs by itself, and what of it is there. */
export class DatasetDto extends ConfiguredDatasetDto {
  @ApiProperty({
    type: ScheduleDto,
    nullable: true,
    description: 'When its batches start by themselves; null where they have to be asked for.',
    example: null,
  })
  readonly schedule: ScheduleDto | null;

  @ApiProperty({ type: CoverageDto, description: 'Which days it has.' })
  readonly coverage: CoverageDto;
}

export class DatasetListDto {
  @ApiProperty({
    type: [DatasetDto],
    description: 'The datasets, in the order of the file.',
    example: [],
  })
  readonly items: readonly DatasetDto[];
}
