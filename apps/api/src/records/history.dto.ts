import { OmitType } from '@nestjs/swagger';
import { SYNC_MODES, type SyncMode } from '@daysync/progress';
import { ApiModel, ApiOneOf, ApiText, NULLABLE } from '../http/openapi/api-properties.js';
import { PageDto } from '../http/input/page.dto.js';
import { BatchDayDto } from '../sync/sync.dto.js';
import { RecordDto } from './records.dto.js';

const TASK_ID = '2012-03-01_2012-03-31_1760716800';

/** What one batch came to with a day. */
export class DayHistoryDto extends OmitType(BatchDayDto, ['day', 'next_at'] as const) {
  @ApiText('The batch.', TASK_ID) readonly task_id: string;
  @ApiOneOf(SYNC_MODES, 'Which days it tried.', 'all') readonly mode: SyncMode;

  @ApiText('The batch whose failed days it tried again.', null, NULLABLE)
  readonly retry_of: string | null;

  @ApiText(
    'By whose token it was started, or `schedule` for one that a schedule has started; null where there were no tokens.',
    'ana',
    NULLABLE,
  )
  readonly started_by: string | null;
}

export class DayHistoryPageDto extends PageDto {
  @ApiModel(
    RecordDto,
    'What is known of the day; null as long as it was never tried.',
    null,
    NULLABLE,
  )
  readonly record: RecordDto | null;

  @ApiModel([DayHistoryDto], 'The batches that have the day, the newest first.', [])
  readonly items: readonly DayHistoryDto[];
}
