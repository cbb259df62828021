import { ApiProperty } from '@nestjs/swagger';
import type { CalendarDay } from '@daysync/progress';
import { SKIP_REASONS, type SkipReason } from '../database/schema.js';
import { RUN_REASONS, type RunReason } from './plan.js';
import { COUNT } from './wire-examples.js';

export class PlannedDayDto {
  @ApiProperty({ type: String, format: 'date', description: 'The day.', example: '2012-03-01' })
  readonly day: CalendarDay;

  @ApiProperty({ enum: ['run', 'skip'], description: 'What a start does with it.', example: 'run' })
  readonly action: 'run' | 'skip';

  @ApiProperty({
    enum: [...RUN_REASONS, ...SKIP_REASONS],
    description:
      'Why. It runs because it is missing (no record, or no data at its last try), failed at its last try, or is ' +
      'synced and runs again under mode all.',
    example: 'missing',
  })
  readonly reason: RunReason | SkipReason;
}

export class RunCountDto {
  @ApiProperty({ enum: RUN_REASONS, description: 'The reason.', example: 'missing' })
  readonly reason: RunReason;

  @ApiProperty({ ...COUNT, description: 'How many days.', example: 7 })
  readonly count: number;
}

export class SkipCountDto {
  @ApiProperty({ enum: SKIP_REASONS, description: 'The reason.', example: 'already_synced' })
  readonly reason: SkipReason;

  @ApiProperty({ ...COUNT, description: 'How many days.', example: 1 })
  readonly count: number;
}

export class DurationEstimateDto {
  @ApiProperty({ ...COUNT, description: 'What to expect, in milliseconds.', example: 180000 })
  readonly likely_ms: number;

  @ApiProperty({
    ...COUNT,
    description: 'What is exceeded once in ten times, in milliseconds.',
    example: 240000,
  })
  readonly late_ms: number;
}

/** What a start would do with each day of its range. */
export class PreviewDto {
  @ApiProperty({ type: String, description: 'The dataset.', example: 'weather' })
  readonly dataset: string;

  @ApiProperty({
    type: String,
    description: 'Names this plan: a start that sends it does just this, or nothing.',
    example: '0f3a5c7e9b1d2f40',
  })
  readonly plan_hash: string;

  @ApiProperty({ ...COUNT, description: 'Days of the range.', example: 10 })
  readonly total: number;

  @ApiProperty({ ...COUNT, description: 'Days that would be tried.', example: 9 })
  readonly run: number;

  @ApiProperty({ ...COUNT, description: 'Days that would be skipped.', example: 1 })
  readonly skip: number;

  @ApiProperty({
    type: [RunCountDto],
    description: 'The days that would be tried by reason.',
    example: [
      { reason: 'missing', count: 7 },
      { reason: 'failed', count: 2 },
    ],
  })
  readonly run_reasons: readonly RunCountDto[];

  @ApiProperty({
    type: [SkipCountDto],
    description: 'The skipped days by reason.',
    example: [{ reason: 'already_synced', count: 1 }],
  })
  readonly skip_reasons: readonly SkipCountDto[];

  @ApiProperty({
    type: DurationEstimateDto,
    nullable: true,
    description:
      "How long it would take, by the dataset's latest days; null until three are known.",
    example: { likely_ms: 180000, late_ms: 240000 },
  })
  readonly estimate: DurationEstimateDto | null;

  @ApiProperty({
    type: [PlannedDayDto],
    description: 'Every day, in the order of the batch.',
    example: [{ day: '2012-03-01', action: 'run', reason: 'missing' }],
  })
  readonly days: readonly PlannedDayDto[];
}
