import { OmitType } from '@nestjs/swagger';
import { SYNC_MODES, type CalendarDay, type SyncMode } from '@daysync/progress';
import {
  ApiCount,
  ApiDay,
  ApiModel,
  ApiOneOf,
  ApiText,
  NULLABLE,
} from '../http/openapi/api-properties.js';
import { PageDto } from '../http/input/page.dto.js';
import { LogEntryDto } from '../sync/log.dto.js';
import { BatchDayDto } from '../sync/sync.dto.js';
import { RecordDto } from './records.dto.js';

const TASK_ID = '2012-03-01_2012-03-31_1760716800';

/** The outcome of a day in one batch. */
export class DayHistoryDto extends OmitType(BatchDayDto, ['day', 'next_at'] as const) {
  @ApiText('The batch.', TASK_ID) readonly task_id: string;
  @ApiDay('The first day of its range.', '2012-03-01') readonly start_date: CalendarDay;
  @ApiDay('The last day of its range.', '2012-03-31') readonly end_date: CalendarDay;
  @ApiCount('How many days it has: fewer than its range if they were chosen one by one.', 31)
  readonly total: number;
  @ApiOneOf(SYNC_MODES, 'Which days it tries.', 'all') readonly mode: SyncMode;

  @ApiText('The batch whose failed days it retries.', null, NULLABLE)
  readonly retry_of: string | null;

  @ApiText(
    'The name of the token that started it, or `schedule`; null without `AUTH_TOKENS`.',
    'ana',
    NULLABLE,
  )
  readonly started_by: string | null;
}

/** What has happened to a day, and in which batch. */
export class DayLogEntryDto extends LogEntryDto {
  @ApiText('The batch.', TASK_ID) readonly task_id: string;
}

export class DayLogDto {
  @ApiModel([DayLogEntryDto], 'The entries, in the order of time.', [])
  readonly items: readonly DayLogEntryDto[];
}

export class DayHistoryPageDto extends PageDto {
  @ApiModel(RecordDto, 'The record of the day; null if it was never tried.', null, NULLABLE)
  readonly record: RecordDto | null;

  @ApiModel([DayHistoryDto], 'The batches with this day, newest first.', [])
  readonly items: readonly DayHistoryDto[];
}
