import type { CalendarDay } from '@daysync/progress';
import { ConfiguredDatasetDto } from '../datasets/datasets.dto.js';
import { DayErrorDto } from '../sync/sync.dto.js';
import {
  ApiCount,
  ApiDay,
  ApiInstant,
  ApiModel,
  ApiText,
  NULLABLE,
} from '../http/openapi/api-properties.js';
import { ScheduleDto } from '../schedules/schedule.dto.js';
import { ProgressDto } from '../sync/progress.dto.js';
import { GapsDto } from './calendar.dto.js';

/** The day of a dataset that failed last. */
export class LastFailureDto {
  @ApiDay('The day.', '2012-02-04') readonly day: CalendarDay;

  @ApiText('The batch that tried it last.', '2012-02-01_2012-02-29_1760716800')
  readonly task_id: string;

  @ApiInstant('When.') readonly at: string;

  @ApiModel(DayErrorDto, 'Why.', {
    code: 'TIMEOUT',
    text: 'no answer within 60 s',
    row: null,
    column: null,
  })
  readonly error: DayErrorDto;
}

/** What a dataset has. */
export class CoverageDto {
  @ApiDay('The first day that was ever synced.', '2012-01-01', NULLABLE)
  readonly first_synced: CalendarDay | null;

  @ApiDay('The last day that was ever synced.', '2012-03-31', NULLABLE)
  readonly last_synced: CalendarDay | null;

  @ApiCount('Days that were ever synced, also those that failed later.', 88)
  readonly synced: number;

  @ApiCount('Days whose last try failed.', 0) readonly failed: number;
  @ApiCount('Days for which the source has nothing.', 0) readonly empty: number;

  @ApiModel(GapsDto, 'Days that are missing between the first and the last that were synced.', {
    count: 0,
    days: 0,
    first: null,
    range: null,
  })
  readonly gaps: GapsDto;

  @ApiModel(ProgressDto, 'The batch that was started last.', null, NULLABLE)
  readonly last_batch: ProgressDto | null;

  @ApiModel(
    LastFailureDto,
    'The day that failed last, of those that still are failed.',
    null,
    NULLABLE,
  )
  readonly last_failure: LastFailureDto | null;
}

/** One configured pair of a source and a target table, when it syncs by itself, and what of it is there. */
export class DatasetDto extends ConfiguredDatasetDto {
  @ApiModel(
    ScheduleDto,
    'When its batches start by themselves; null where they have to be asked for.',
    null,
    NULLABLE,
  )
  readonly schedule: ScheduleDto | null;

  @ApiModel(CoverageDto, 'Which days it has.') readonly coverage: CoverageDto;
}

export class DatasetListDto {
  @ApiModel([DatasetDto], 'The datasets, in the order of the file.', [])
  readonly items: readonly DatasetDto[];
}
