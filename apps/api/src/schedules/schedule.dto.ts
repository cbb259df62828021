import { ApiProperty } from '@nestjs/swagger';
import { SYNC_MODES, type SyncMode } from '@daysync/progress';
import { FIRING_OUTCOMES, type FiringOutcome } from '../database/schema.js';

const INSTANT = { type: String, format: 'date-time' } as const;

/** How many firings are told ahead. */
export const NEXT_FIRINGS = 5;

/** The firing that was decided last. */
export class LastFiringDto {
  @ApiProperty({
    ...INSTANT,
    description:
      'The time of the schedule that it was for: the last one, where several were missed.',
    example: '2025-10-16T22:30:00.000Z',
  })
  readonly due_at: string;

  @ApiProperty({
    ...INSTANT,
    description: 'When it fired, or was skipped.',
    example: '2025-10-16T22:30:00.012Z',
  })
  readonly at: string;

  @ApiProperty({
    enum: FIRING_OUTCOMES,
    description:
      'Whether it started a batch, or was skipped because an active batch has some of its days.',
    example: 'started',
  })
  readonly outcome: FiringOutcome;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The batch that it started, or the one that was in its way; null when that has left the history.',
    example: '2025-10-14_2025-10-16_1760653800',
  })
  readonly task_id: string | null;
}

/** When batches of a dataset start by themselves, and which days they have. */
export class ScheduleDto {
  @ApiProperty({
    type: String,
    description: 'The times: minute, hour, day of the month, month, day of the week.',
    example: '30 6 * * *',
  })
  readonly cron: string;

  @ApiProperty({
    type: String,
    description: 'The IANA time zone whose clocks they are by.',
    example: 'Asia/Shanghai',
  })
  readonly time_zone: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'How many days a firing asks for; the last is the day before it.',
    example: 3,
  })
  readonly lookback_days: number;

  @ApiProperty({
    enum: SYNC_MODES,
    description: 'Which of these days run.',
    example: 'missing_and_failed',
  })
  readonly mode: SyncMode;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'date-time' },
    description: `The next firings, up to ${NEXT_FIRINGS}, as instants in UTC.`,
    example: ['2025-10-17T22:30:00.000Z'],
  })
  readonly next_firings: readonly string[];

  @ApiProperty({
    type: LastFiringDto,
    nullable: true,
    description: 'The last firing; null before the first one.',
    example: null,
  })
  readonly last_firing: LastFiringDto | null;
}
