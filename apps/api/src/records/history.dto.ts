import { ApiProperty, OmitType } from '@nestjs/swagger';
import { SYNC_MODES, type CalendarDay, type SyncMode, type VerifyAction } from '@daysync/progress';
import { VERIFY_ACTIONS } from '../batches/day-finding.js';
import {
  ApiCount,
  ApiDay,
  ApiFlag,
  ApiModel,
  ApiOneOf,
  ApiText,
  NULLABLE,
} from '../http/openapi/api-properties.js';
import { PageDto } from '../http/input/page.dto.js';
import { LogEntryDto } from '../sync/log.dto.js';
import { BatchDayDto } from '../sync/sync.dto.js';
import { RecordDto } from './records.dto.js';
import { SettlementDto } from './settled-days.dto.js';

const TASK_ID = '2012-03-01_2012-03-31_1760716800';

/** The outcome of a day in one batch. */
export class DayHistoryDto extends OmitType(BatchDayDto, ['day', 'next_at'] as const) {
  @ApiText('The batch.', TASK_ID) readonly task_id: string;
  @ApiDay('The first day of its range.', '2012-03-01') readonly start_date: CalendarDay;
  @ApiDay('The last day of its range.', '2012-03-31') readonly end_date: CalendarDay;
  @ApiCount('How many days it has: fewer than its range if they were chosen one by one.', 31)
  readonly total: number;
  @ApiOneOf(SYNC_MODES, 'Which days it tries.', 'all') readonly mode: SyncMode;

  @ApiOneOf(
    VERIFY_ACTIONS,
    'What it does with the day if that differs; null if it does not verify the day.',
    null,
    NULLABLE,
  )
  readonly verify: VerifyAction | null;

  @ApiText('The batch whose failed days it retries.', null, NULLABLE)
  readonly retry_of: string | null;

  @ApiText(
    'The name of the token that started it, or `schedule`; null without `AUTH_TOKENS`.',
    'ana',
    NULLABLE,
  )
  readonly started_by: string | null;
}

const ROW = { type: 'object', additionalProperties: true } as const;
const ROWS = { type: 'array', items: ROW } as const;
type Row = Readonly<Record<string, unknown>>;

/** A row that source and target both have by its key, with other values. */
export class ChangedRowDto {
  @ApiProperty({
    ...ROW,
    description: 'In the target.',
    example: { location: 'Seattle', wind: 4.7 },
  })
  readonly before: Row;

  @ApiProperty({
    ...ROW,
    description: 'In the source.',
    example: { location: 'Seattle', wind: 4.8 },
  })
  readonly after: Row;
}

/** Some of the rows that a comparison has found, with their values by column; long texts are cut. */
export class FindingRowsDto {
  @ApiProperty({
    ...ROWS,
    description: 'At most 20 rows that only the source has.',
    example: [{ location: 'Seattle', wind: 4.8 }],
  })
  readonly added: readonly Row[];

  @ApiProperty({ ...ROWS, description: 'At most 20 rows that only the target had.', example: [] })
  readonly removed: readonly Row[];

  @ApiModel([ChangedRowDto], 'At most 20 rows with other values.', [])
  readonly changed: readonly ChangedRowDto[];
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
  @ApiFlag(
    'Whether the dataset is expected to have data for the day. A batch skips other days.',
    true,
  )
  readonly expected: boolean;

  @ApiModel(
    SettlementDto,
    'Who has marked the day as not expected, and why; null for any other day.',
    null,
    NULLABLE,
  )
  readonly settlement: SettlementDto | null;

  @ApiFlag(
    'Whether it is expected, over, and was neither synced nor found empty: then it can be marked as not expected.',
    false,
  )
  readonly missing: boolean;

  @ApiModel(RecordDto, 'The record of the day; null if it was never tried.', null, NULLABLE)
  readonly record: RecordDto | null;

  @ApiModel(
    FindingRowsDto,
    'Some of the rows that differed in the latest comparison; null if all was the same.',
    null,
    NULLABLE,
  )
  readonly finding_rows: FindingRowsDto | null;

  @ApiModel([DayHistoryDto], 'The batches with this day, newest first.', [])
  readonly items: readonly DayHistoryDto[];
}
