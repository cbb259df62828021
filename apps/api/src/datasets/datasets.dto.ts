import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import type { CalendarDay } from '@daysync/progress';
import { COLUMN_TYPES, ON_EMPTY, type ColumnType, type OnEmpty } from './dataset.js';
import { ProviderSourceDto } from './source.dto.js';
import { CsvSourceDto, DayFilesDto } from './sources/file-source.dto.js';
import { HttpSourceDto } from './sources/http-source.dto.js';
import { SqlSourceDto } from './sources/sql-source.dto.js';

export class TitleDto {
  @ApiProperty({ type: String, description: 'In Chinese.', example: '西雅图与纽约天气' })
  readonly zh: string;

  @ApiProperty({
    type: String,
    description: 'In English.',
    example: 'Seattle and New York weather',
  })
  readonly en: string;
}

export class TargetColumnDto {
  @ApiProperty({ type: String, description: 'The name in the target table.', example: 'temp_max' })
  readonly name: string;

  @ApiProperty({ type: String, description: 'The name in the source.', example: 'temp_max' })
  readonly from: string;

  @ApiProperty({
    type: String,
    required: false,
    description: 'The JSON pointer to a value inside of the row, where there is one.',
    example: '/address/city',
  })
  readonly pointer?: string;

  @ApiProperty({ enum: COLUMN_TYPES, description: 'The type.', example: 'real' })
  readonly type: ColumnType;

  @ApiProperty({ type: Boolean, description: 'Whether it may be empty.', example: false })
  readonly nullable: boolean;
}

export class TargetDto {
  @ApiProperty({ type: String, description: 'The table.', example: 'weather_daily' })
  readonly table: string;

  @ApiProperty({
    type: [TargetColumnDto],
    description: 'Its columns, beside sync_day.',
    example: [],
  })
  readonly columns: readonly TargetColumnDto[];
}

export class ThrottleDto {
  @ApiProperty({
    type: Number,
    description: 'How many source days may start in a minute.',
    example: 120,
  })
  readonly days_per_minute: number;
}

export class DayRangeDto {
  @ApiProperty({
    type: String,
    format: 'date',
    description: 'The first day.',
    example: '2015-12-22',
  })
  readonly start_date: CalendarDay;

  @ApiProperty({
    type: String,
    format: 'date',
    description: 'The last day, included.',
    example: '2015-12-31',
  })
  readonly end_date: CalendarDay;
}

export class SourceDaysDto {
  @ApiProperty({
    type: String,
    format: 'date',
    description: 'The first day that the source has.',
    example: '2012-01-01',
  })
  readonly first: CalendarDay;

  @ApiProperty({
    type: String,
    format: 'date',
    description: 'The last day that the source has.',
    example: '2015-12-31',
  })
  readonly last: CalendarDay;

  @ApiProperty({
    type: DayRangeDto,
    description: 'The range of the last ten days that the source has.',
    example: { start_date: '2015-12-22', end_date: '2015-12-31' },
  })
  readonly recent: DayRangeDto;
}

export class SourceFailureDto {
  @ApiProperty({ type: String, description: 'For programs.', example: 'SOURCE_FILE_MISSING' })
  readonly code: string;

  @ApiProperty({
    type: String,
    description: 'For people.',
    example: 'data/weather.csv: expected a file, got nothing',
  })
  readonly text: string;
}

/** One configured pair of a source and a target table. */
@ApiExtraModels(CsvSourceDto, DayFilesDto, HttpSourceDto, ProviderSourceDto, SqlSourceDto)
export class ConfiguredDatasetDto {
  @ApiProperty({ type: String, description: 'The name.', example: 'weather' })
  readonly name: string;

  @ApiProperty({
    type: TitleDto,
    description: 'The name for people.',
    example: { zh: '天气', en: 'Weather' },
  })
  readonly title: TitleDto;

  @ApiProperty({
    oneOf: [CsvSourceDto, DayFilesDto, HttpSourceDto, ProviderSourceDto, SqlSourceDto].map(
      (Dto) => ({
        $ref: getSchemaPath(Dto),
      }),
    ),
    description: 'Where the rows come from.',
    example: { kind: 'csv', path: 'data/weather.csv', day_column: 'date' },
  })
  readonly source: CsvSourceDto | DayFilesDto | HttpSourceDto | ProviderSourceDto | SqlSourceDto;

  @ApiProperty({
    type: TargetDto,
    description: 'Where the rows go.',
    example: { table: 'weather_daily', columns: [] },
  })
  readonly target: TargetDto;

  @ApiProperty({
    type: ThrottleDto,
    nullable: true,
    description: 'How fast days may start.',
    example: null,
  })
  readonly throttle: ThrottleDto | null;

  @ApiProperty({
    type: String,
    description: 'The IANA time zone that says what "today" is.',
    example: 'UTC',
  })
  readonly time_zone: string;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Days at a time.', example: 1 })
  readonly concurrency: number;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'How long an attempt may take, in seconds.',
    example: 60,
  })
  readonly timeout_seconds: number;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'How often a day is tried when its errors may pass.',
    example: 3,
  })
  readonly attempts: number;

  @ApiProperty({ enum: ON_EMPTY, description: 'What a day without rows becomes.', example: 'skip' })
  readonly on_empty: OnEmpty;

  @ApiProperty({
    type: SourceDaysDto,
    nullable: true,
    description: 'The days that the source has, where it can know them.',
    example: {
      first: '2012-01-01',
      last: '2015-12-31',
      recent: { start_date: '2015-12-22', end_date: '2015-12-31' },
    },
  })
  readonly source_days: SourceDaysDto | null;

  @ApiProperty({
    type: SourceFailureDto,
    nullable: true,
    description: 'Why the source can not be read now.',
    example: null,
  })
  readonly source_error: SourceFailureDto | null;
}
