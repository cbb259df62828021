import { ApiProperty, OmitType } from '@nestjs/swagger';
import { SYNC_MODES, type SyncMode } from '@daysync/progress';
import { PageDto } from '../http/page.dto.js';
import { BatchDayDto } from '../sync/sync.dto.js';
import { RecordDto } from './records.dto.js';

const TASK_ID = '2012-03-01_2012-03-31_1760716800';

/** What one batch came to with a day. */
export class DayHistoryDto extends OmitType(BatchDayDto, ['day', 'next_at'] as const) {
  @ApiProperty({ type: String, description: 'The batch.', example: TASK_ID })
  readonly task_id: string;

  @ApiProperty({ enum: SYNC_MODES, description: 'Which days it tried.', example: 'all' })
  readonly mode: SyncMode;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The batch whose failed days it tried again.',
    example: null,
  })
  readonly retry_of: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'By whose token it was started, or `schedule` for one that a schedule has started; null where there were no tokens.',
    example: 'ana',
  })
  readonly started_by: string | null;
}

export class DayHistoryPageDto extends PageDto {
  @ApiProperty({
    type: RecordDto,
    nullable: true,
    description: 'What is known of the day; null as long as it was never tried.',
    example: null,
  })
  readonly record: RecordDto | null;

  @ApiProperty({
    type: [DayHistoryDto],
    description: 'The batches that have the day, the newest first.',
    example: [],
  })
  readonly items: readonly DayHistoryDto[];
}
