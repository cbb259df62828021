import { ApiProperty } from '@nestjs/swagger';
import { SYNC_MODES, type SyncMode } from '@daysync/progress';
import { SCHEDULE_RUN_OUTCOMES, type ScheduleRunOutcome } from '../database/schema.js';
import {
  ApiInstant,
  ApiModel,
  ApiOneOf,
  ApiPositive,
  ApiText,
  NULLABLE,
} from '../http/openapi/api-properties.js';

/** How many next runs are shown. */
export const NEXT_RUNS = 5;

export class ScheduleRunDto {
  @ApiInstant(
    'The scheduled time of the run: the last one, if several were missed.',
    '2025-10-16T22:30:00.000Z',
  )
  readonly due_at: string;

  @ApiInstant('When it started, or was skipped.', '2025-10-16T22:30:00.012Z') readonly at: string;

  @ApiOneOf(
    SCHEDULE_RUN_OUTCOMES,
    'Whether it started a batch, or was skipped because an active batch has some of its days.',
    'started',
  )
  readonly outcome: ScheduleRunOutcome;

  @ApiText(
    'The batch that it started, or the active one that has some of its days; null once that was deleted.',
    '2025-10-14_2025-10-16_1760653800',
    NULLABLE,
  )
  readonly task_id: string | null;
}

export class SchedulePauseDto {
  @ApiInstant('When it was paused.', '2025-10-16T08:00:00.000Z') readonly at: string;
  @ApiText('The name of the token that paused it; null without tokens.', 'ops', NULLABLE)
  readonly by: string | null;
}

export class ScheduleDto {
  @ApiText('Minute, hour, day of the month, month, day of the week.', '30 6 * * *')
  readonly cron: string;

  @ApiText('The IANA time zone of these times.', 'Asia/Shanghai')
  readonly time_zone: string;

  @ApiPositive('How many days a run syncs; the last is the day before it.', 3)
  readonly lookback_days: number;

  @ApiOneOf(SYNC_MODES, 'Which of these days run.', 'missing_and_failed') readonly mode: SyncMode;

  @ApiProperty({
    type: 'array',
    items: { type: 'integer', minimum: 1 },
    description: 'The ages at which synced days are verified, in days; empty for none.',
    example: [3, 30],
  })
  readonly recheck_days: readonly number[];

  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'date-time' },
    description: `The next runs, up to ${NEXT_RUNS}, as instants in UTC; none while it is paused.`,
    example: ['2025-10-17T22:30:00.000Z'],
  })
  readonly next_runs: readonly string[];

  @ApiModel(ScheduleRunDto, 'The last run; null before the first one.', null, NULLABLE)
  readonly last_run: ScheduleRunDto | null;

  @ApiModel(SchedulePauseDto, 'Who has paused it; null while it is not paused.', null, NULLABLE)
  readonly paused: SchedulePauseDto | null;
}
