import type { CalendarDay } from '@daysync/progress';
import { ConfiguredDatasetDto, DatasetsFileDto } from '../datasets/datasets.dto.js';
import { DayErrorDto } from '../sync/sync.dto.js';
import {
  ApiCount,
  ApiDay,
  ApiFlag,
  ApiInstant,
  ApiModel,
  ApiText,
  NULLABLE,
} from '../http/openapi/api-properties.js';
import { FreshnessDto } from '../freshness/freshness.dto.js';
import { ScheduleDto } from '../schedules/schedule.dto.js';
import { ProgressDto } from '../sync/progress.dto.js';
import { TargetDaysDto } from '../sync/target-days.dto.js';
import { GapsDto } from './calendar.dto.js';

export class LastFailureDto {
  @ApiDay('The day.', '2012-02-04') readonly day: CalendarDay;

  @ApiText('The batch of its last try.', '2012-02-01_2012-02-29_1760716800')
  readonly task_id: string;

  @ApiInstant('The time of the failure.') readonly at: string;

  @ApiModel(DayErrorDto, 'The error.', {
    code: 'TIMEOUT',
    text: 'no answer within 60 s',
    row: null,
    column: null,
  })
  readonly error: DayErrorDto;
}

export class LastSuccessDto {
  @ApiDay('The day.', '2012-03-31') readonly day: CalendarDay;
  @ApiInstant('When it was synced.') readonly at: string;
}

export class CoverageDto extends TargetDaysDto {
  @ApiDay('The first synced day.', '2012-01-01', NULLABLE)
  readonly first_synced: CalendarDay | null;

  @ApiDay('The last synced day.', '2012-03-31', NULLABLE)
  readonly last_synced: CalendarDay | null;

  @ApiCount('Days that are in the target, including those that failed later.', 88)
  readonly synced: number;

  @ApiCount('Expected days whose last try failed.', 0) readonly failed: number;
  @ApiCount('Days without data in the source.', 0) readonly empty: number;

  @ApiCount(
    'Expected days after the last synced one, up to yesterday, or to the last day of the source if that is earlier.',
    0,
  )
  readonly behind: number;

  @ApiModel(
    GapsDto,
    'Missing expected days between the first and the last day that was ever synced.',
    {
      count: 0,
      days: 0,
      first: null,
      range: null,
    },
  )
  readonly gaps: GapsDto;

  @ApiModel(ProgressDto, 'The latest batch.', null, NULLABLE)
  readonly last_batch: ProgressDto | null;

  @ApiModel(
    LastFailureDto,
    'The latest failure among the days that are still failed.',
    null,
    NULLABLE,
  )
  readonly last_failure: LastFailureDto | null;

  @ApiModel(LastSuccessDto, 'The day that was synced last.', null, NULLABLE)
  readonly last_success: LastSuccessDto | null;
}

/** What of a dataset needs a person. */
export class AttentionDto {
  @ApiFlag('Whether there is any of these.', false) readonly needed: boolean;
  @ApiCount(
    'Which of these it has first: 0 if it is late, then 1 to 4 in this order. A list begins with the lowest. Null for none.',
    null,
    NULLABLE,
  )
  readonly rank: number | null;

  @ApiFlag('Whether the day that is due is not synced.', false) readonly late: boolean;

  @ApiCount(
    'Expected days that failed, are gaps, or came without rows although `expected` names them, and have no rows in the target.',
    0,
  )
  readonly uncovered_days: number;

  @ApiCount('Days that are marked by a check, or as unusual, and are not accepted.', 0)
  readonly unusual_days: number;

  @ApiCount('Rows in quarantine.', 0) readonly quarantined_rows: number;

  @ApiCount('Days whose latest comparison has found a difference that is not repaired.', 0)
  readonly drifted_days: number;
}

/** A configured dataset with its schedule, and the days that it has. */
export class DatasetDto extends ConfiguredDatasetDto {
  @ApiModel(
    ScheduleDto,
    'When its batches start automatically; null without a schedule.',
    null,
    NULLABLE,
  )
  readonly schedule: ScheduleDto | null;

  @ApiModel(
    FreshnessDto,
    'Whether its days are synced by their deadlines; null without `fresh_by`.',
    null,
    NULLABLE,
  )
  readonly freshness: FreshnessDto | null;

  @ApiModel(CoverageDto, 'The days that it has.') readonly coverage: CoverageDto;
  @ApiModel(AttentionDto, 'What of it needs a person.') readonly attention: AttentionDto;
}

/** One dataset, with the text that made it. */
export class DatasetPageDto extends DatasetDto {
  @ApiText(
    'Its entry in the datasets file, as it is written there; null for a dataset that stands in code.',
    '- name: weather\n  source: { kind: csv, path: data/weather.csv, day_column: date }',
    NULLABLE,
  )
  readonly yaml: string | null;
}

export class DatasetListDto {
  @ApiModel(
    DatasetsFileDto,
    'The datasets file; null in an embedding app, whose datasets stand in code.',
    { version: '3f9c2a71d04be856', on_disk: '3f9c2a71d04be856', newer: null },
    NULLABLE,
  )
  readonly file: DatasetsFileDto | null;

  @ApiModel([DatasetDto], 'The datasets, in the order of the file.', [])
  readonly items: readonly DatasetDto[];
}
