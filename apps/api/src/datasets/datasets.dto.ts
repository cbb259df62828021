import { ApiExtraModels, ApiProperty, getSchemaPath, PickType } from '@nestjs/swagger';
import type { CalendarDay } from '@daysync/progress';
import {
  ApiDay,
  ApiModel,
  ApiNumber,
  ApiOneOf,
  ApiPositive,
  ApiText,
  NULLABLE,
  OPTIONAL,
  ApiCount,
} from '../http/openapi/api-properties.js';
import { ON_EMPTY, type OnEmpty } from './file/dataset.js';
import { RowTestDto, TargetColumnDto, TargetDto } from './columns.dto.js';
import { SOURCE_DTOS } from './sources.dto.js';
import { PageDto } from '../http/input/page.dto.js';
import { UnreadableRowsDto } from './unreadable-rows.dto.js';

export class TitleDto {
  @ApiText('In Chinese.', '西雅图与纽约天气') readonly zh: string;
  @ApiText('In English.', 'Seattle and New York weather') readonly en: string;
}

export class ThrottleDto {
  @ApiNumber('The maximum number of days that start per minute.', 120)
  readonly days_per_minute: number;
}

export class DayRangeDto {
  @ApiDay('The first day.', '2015-12-22') readonly start_date: CalendarDay;
  @ApiDay('The last day, included.', '2015-12-31') readonly end_date: CalendarDay;
}

/** Which days have data. A batch skips all others. */
export class ExpectedDto {
  @ApiText('A rule of RFC 5545 for whole days.', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR')
  readonly rule: string;

  @ApiText('The file of days that are not expected all the same.', 'holidays.txt', NULLABLE)
  readonly except: string | null;

  @ApiCount('The number of days in that file.', 11) readonly except_days: number;

  @ApiDay('The first day that may be expected.', null, NULLABLE)
  readonly from: CalendarDay | null;

  @ApiDay('The last day that may be expected.', null, NULLABLE)
  readonly until: CalendarDay | null;
}

/** How many rows of a day may not fit. One of the two is null. */
export class QuarantineBoundDto {
  @ApiPositive('So many rows.', 100, NULLABLE) readonly rows: number | null;
  @ApiNumber('So many percent of the rows.', null, NULLABLE) readonly percent: number | null;
}

export class SourceDaysDto {
  @ApiDay('The first day of the source.', '2012-01-01') readonly first: CalendarDay;
  @ApiDay('The last day of the source.', '2015-12-31') readonly last: CalendarDay;

  @ApiModel(DayRangeDto, 'The range of the last ten days of the source.', {
    start_date: '2015-12-22',
    end_date: '2015-12-31',
  })
  readonly recent: DayRangeDto;
}

export class SourceFailureDto {
  @ApiText('For programs.', 'SOURCE_FILE_MISSING') readonly code: string;
  @ApiText('For people.', 'data/weather.csv: expected a file, got nothing') readonly text: string;
}

/** One configured pair of a source and a target table. */
@ApiExtraModels(...SOURCE_DTOS)
export class ConfiguredDatasetDto {
  @ApiText('The name.', 'weather') readonly name: string;

  @ApiModel(TitleDto, 'The title.', { zh: '天气', en: 'Weather' })
  readonly title: TitleDto;

  @ApiProperty({
    oneOf: SOURCE_DTOS.map((source) => ({ $ref: getSchemaPath(source) })),
    description: 'Where the rows come from.',
    example: { kind: 'csv', path: 'data/weather.csv', day_column: 'date' },
  })
  readonly source: InstanceType<(typeof SOURCE_DTOS)[number]>;

  @ApiModel(TargetDto, 'Where the rows go.', {
    ...{ kind: 'table', table: 'weather_daily', place: 'weather_daily', health: null },
    columns: [],
  })
  readonly target: TargetDto;

  @ApiModel(
    [RowTestDto],
    'The tests that a row has to pass to be one of the dataset, if set.',
    [{ column: 'region', equals: 'north' }],
    OPTIONAL,
  )
  readonly where?: readonly RowTestDto[];

  @ApiModel(ThrottleDto, 'The limit on starting days; null without one.', null, NULLABLE)
  readonly throttle: ThrottleDto | null;

  @ApiModel(
    ExpectedDto,
    'Which days are expected to have data (`expected`); null for every day.',
    null,
    NULLABLE,
  )
  readonly expected: ExpectedDto | null;

  @ApiText('The IANA time zone that defines "today".', 'UTC') readonly time_zone: string;
  @ApiPositive('The number of days at a time.', 1) readonly concurrency: number;
  @ApiPositive('The timeout of an attempt, in seconds.', 60) readonly timeout_seconds: number;
  @ApiPositive('The maximum number of attempts at a day with temporary errors.', 3)
  readonly attempts: number;
  @ApiCount(
    'A batch pauses after so many days that failed with the same code and column; 0 for never.',
    20,
  )
  readonly pause_after_failures: number;
  @ApiOneOf(ON_EMPTY, 'The outcome of a day without rows.', 'skip') readonly on_empty: OnEmpty;

  @ApiModel(
    QuarantineBoundDto,
    'How many rows of a day may not fit and are put in quarantine (`on_bad_row`); null if the first one fails the day.',
    null,
    NULLABLE,
  )
  readonly quarantine: QuarantineBoundDto | null;

  @ApiModel(
    SourceDaysDto,
    'The days of the source, if it can list them.',
    {
      first: '2012-01-01',
      last: '2015-12-31',
      recent: { start_date: '2015-12-22', end_date: '2015-12-31' },
    },
    NULLABLE,
  )
  readonly source_days: SourceDaysDto | null;

  @ApiModel(SourceFailureDto, 'Why the source can not be read.', null, NULLABLE)
  readonly source_error: SourceFailureDto | null;

  @ApiModel(
    UnreadableRowsDto,
    'Rows whose day can not be read: they belong to no day, and fail none.',
    { count: 0, quarantined: 0, found_at: null, items: [] },
  )
  readonly unreadable_rows: UnreadableRowsDto;
}

export class NewerFileDto {
  @ApiText('Its version.', 'b01d5e9a7c3f2468') readonly version: string;

  @ApiProperty({
    type: [String],
    description: 'Why this process can not take it in, a line each; empty until it has tried.',
    example: [],
  })
  readonly errors: readonly string[];
}

/** The datasets file of the process that answers. */
export class DatasetsFileDto {
  @ApiText('The version in use: a hash of the text of the file.', '3f9c2a71d04be856')
  readonly version: string;

  @ApiText(
    'The version of the file as it is now: another one is taken in by a reload or a restart. Null if it can not be read.',
    '3f9c2a71d04be856',
    NULLABLE,
  )
  readonly on_disk: string | null;

  @ApiModel(
    NewerFileDto,
    'The newest file of the installation, while this process has another one, or reads other datasets out of it with its environment: then it does not run those that differ.',
    null,
    NULLABLE,
  )
  readonly newer: NewerFileDto | null;
}

export class RowColumnDto extends PickType(TargetColumnDto, ['name', 'type'] as const) {}

/** A value of which only the beginning is returned. */
export class CutValueDto {
  @ApiCount('The index of its row in `items`, starting at 0.', 0) readonly row: number;
  @ApiText('Its column.', 'location') readonly column: string;
  @ApiCount('The size of the whole value, in bytes of UTF-8.', 1_048_576) readonly bytes: number;
}

export class DayRowsDto extends PageDto {
  @ApiText('The dataset.', 'weather') readonly dataset: string;
  @ApiDay('The day.', '2012-03-01') readonly day: CalendarDay;

  @ApiModel([RowColumnDto], 'The columns, in the order of the dataset.', [
    { name: 'location', type: 'text' },
  ])
  readonly columns: readonly RowColumnDto[];

  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description:
      'The rows in the order in which they were written, with their columns by name. Values are complete, ' +
      'except those in `cut`.',
    example: [{ location: 'Seattle' }],
  })
  readonly items: readonly Readonly<Record<string, unknown>>[];

  @ApiModel(
    [CutValueDto],
    'If the values of a page exceed 8 MiB, the longest are cut to an equal share of that, and listed here. ' +
      'A single row on a page is never cut.',
    [],
  )
  readonly cut: readonly CutValueDto[];
}
