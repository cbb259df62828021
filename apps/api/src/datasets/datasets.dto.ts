import { ApiExtraModels, ApiProperty, getSchemaPath, PickType } from '@nestjs/swagger';
import type { CalendarDay } from '@daysync/progress';
import {
  ApiDay,
  ApiFlag,
  ApiModel,
  ApiNumber,
  ApiOneOf,
  ApiPositive,
  ApiText,
  NULLABLE,
  OPTIONAL,
  ApiCount,
} from '../http/openapi/api-properties.js';
import { ON_EMPTY, type OnEmpty } from './dataset.js';
import { COLUMN_TYPE_NAMES, type ColumnType } from '../targets/column-types.js';
import {
  CsvSourceDto,
  DayFilesDto,
  HttpSourceDto,
  ProviderSourceDto,
  SqlSourceDto,
} from './sources.dto.js';
import { PageDto } from '../http/input/page.dto.js';

export class TitleDto {
  @ApiText('In Chinese.', '西雅图与纽约天气') readonly zh: string;
  @ApiText('In English.', 'Seattle and New York weather') readonly en: string;
}

export class TargetColumnDto {
  @ApiText('The name in the target table.', 'temp_max') readonly name: string;
  @ApiText('The name in the source.', 'temp_max') readonly from: string;

  @ApiText(
    'The JSON pointer to a value inside of the row, where there is one.',
    '/address/city',
    OPTIONAL,
  )
  readonly pointer?: string;

  @ApiOneOf(COLUMN_TYPE_NAMES, 'The type.', 'real') readonly type: ColumnType;
  @ApiFlag('Whether it may be empty.', false) readonly nullable: boolean;
}

export class TargetDto {
  @ApiText('The table.', 'weather_daily') readonly table: string;

  @ApiModel([TargetColumnDto], 'Its columns, beside sync_day.', [])
  readonly columns: readonly TargetColumnDto[];
}

export class ThrottleDto {
  @ApiNumber('How many source days may start in a minute.', 120) readonly days_per_minute: number;
}

export class DayRangeDto {
  @ApiDay('The first day.', '2015-12-22') readonly start_date: CalendarDay;
  @ApiDay('The last day, included.', '2015-12-31') readonly end_date: CalendarDay;
}

export class SourceDaysDto {
  @ApiDay('The first day that the source has.', '2012-01-01') readonly first: CalendarDay;
  @ApiDay('The last day that the source has.', '2015-12-31') readonly last: CalendarDay;

  @ApiModel(DayRangeDto, 'The range of the last ten days that the source has.', {
    start_date: '2015-12-22',
    end_date: '2015-12-31',
  })
  readonly recent: DayRangeDto;
}

export class SourceFailureDto {
  @ApiText('For programs.', 'SOURCE_FILE_MISSING') readonly code: string;
  @ApiText('For people.', 'data/weather.csv: expected a file, got nothing') readonly text: string;
}

const SOURCES = [CsvSourceDto, DayFilesDto, HttpSourceDto, ProviderSourceDto, SqlSourceDto];

/** One configured pair of a source and a target table. */
@ApiExtraModels(...SOURCES)
export class ConfiguredDatasetDto {
  @ApiText('The name.', 'weather') readonly name: string;

  @ApiModel(TitleDto, 'The name for people.', { zh: '天气', en: 'Weather' })
  readonly title: TitleDto;

  @ApiProperty({
    oneOf: SOURCES.map((source) => ({ $ref: getSchemaPath(source) })),
    description: 'Where the rows come from.',
    example: { kind: 'csv', path: 'data/weather.csv', day_column: 'date' },
  })
  readonly source: CsvSourceDto | DayFilesDto | HttpSourceDto | ProviderSourceDto | SqlSourceDto;

  @ApiModel(TargetDto, 'Where the rows go.', { table: 'weather_daily', columns: [] })
  readonly target: TargetDto;

  @ApiModel(ThrottleDto, 'How fast days may start.', null, NULLABLE)
  readonly throttle: ThrottleDto | null;

  @ApiText('The IANA time zone that says what "today" is.', 'UTC') readonly time_zone: string;
  @ApiPositive('Days at a time.', 1) readonly concurrency: number;
  @ApiPositive('How long an attempt may take, in seconds.', 60) readonly timeout_seconds: number;
  @ApiPositive('How often a day is tried when its errors may pass.', 3) readonly attempts: number;
  @ApiOneOf(ON_EMPTY, 'What a day without rows becomes.', 'skip') readonly on_empty: OnEmpty;

  @ApiModel(
    SourceDaysDto,
    'The days that the source has, where it can know them.',
    {
      first: '2012-01-01',
      last: '2015-12-31',
      recent: { start_date: '2015-12-22', end_date: '2015-12-31' },
    },
    NULLABLE,
  )
  readonly source_days: SourceDaysDto | null;

  @ApiModel(SourceFailureDto, 'Why the source can not be read now.', null, NULLABLE)
  readonly source_error: SourceFailureDto | null;
}

/** A column of rows. */
export class RowColumnDto extends PickType(TargetColumnDto, ['name', 'type'] as const) {}

/** A value of which only the beginning is there. */
export class CutValueDto {
  @ApiCount('Which one of `items` it is in, from 0.', 0) readonly row: number;
  @ApiText('Its column.', 'location') readonly column: string;
  @ApiCount('How many bytes the whole value has, in UTF-8.', 1_048_576) readonly bytes: number;
}

/** A page of the rows that a day has. */
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
      'The rows in the order in which they were written, each with its columns by their names. Every value is whole, ' +
      'but for those that `cut` names.',
    example: [{ location: 'Seattle' }],
  })
  readonly items: readonly Readonly<Record<string, unknown>>[];

  @ApiModel(
    [CutValueDto],
    'Where the values of a page have more than 8 MiB, the longest are cut to an even share of that: each one named ' +
      'here is a text with the beginning of its value. A row that is alone on its page is always whole.',
    [],
  )
  readonly cut: readonly CutValueDto[];
}
