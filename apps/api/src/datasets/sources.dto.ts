import { ApiProperty } from '@nestjs/swagger';
import {
  ApiModel,
  ApiNumber,
  ApiOneOf,
  ApiText,
  NULLABLE,
  OPTIONAL,
} from '../http/openapi/api-properties.js';
import { dayColumnName, type DayColumn } from '../sources/values/day-column.js';
import {
  FILE_KINDS,
  isIndexed,
  type FileSourceKind,
  type FileSourceConfig,
} from '../sources/file/file-source-config.js';
import { UTF_8 } from '../sources/formats/text-encoding.js';
import { DEFAULT_FORMAT } from '../sources/values/time-format.js';
import {
  HTTP_FORMATS,
  type HttpFormat,
  type HttpPaging,
  type HttpSourceConfig,
} from '../sources/http/http-config.js';
import type { SourceConfig } from './file/source-kinds.js';
import { valueDialectKeys } from '../sources/values/value-dialect.js';

class BooleanWordsDto {
  @ApiProperty({ type: [String], description: 'The words for true.', example: ['Yes', 'Y'] })
  readonly true: readonly string[];

  @ApiProperty({ type: [String], description: 'The words for false.', example: ['No', 'N'] })
  readonly false: readonly string[];
}

/** How the values of a source are written, where the datasets file says so. */
class WrittenValuesDto {
  @ApiText('Between a number and its fraction, if set.', ',', OPTIONAL) readonly decimal?: string;

  @ApiText('Between groups of digits, if set.', '.', OPTIONAL) readonly thousands?: string;

  @ApiProperty({
    ...OPTIONAL,
    type: [String],
    description: 'The values that stand for a missing one, if set.',
    example: ['', 'NA', '-'],
  })
  readonly nulls?: readonly string[];

  @ApiModel(
    BooleanWordsDto,
    'The words of boolean columns, if set.',
    { true: ['Yes', 'Y'], false: ['No', 'N'] },
    OPTIONAL,
  )
  readonly booleans?: BooleanWordsDto;
}

/** One file with all days. */
export class IndexedFileDto extends WrittenValuesDto {
  @ApiOneOf(FILE_KINDS, 'The kind of the source.', 'csv') readonly kind: FileSourceKind;
  @ApiText('The path, as in the datasets file.', 'data/weather.csv') readonly path: string;

  @ApiText(
    'The column with the day of a row, or the JSON pointer to it; several columns as in `year, month, day`.',
    'date',
  )
  readonly day_column: string;

  @ApiText('How the day is written, if not as ISO 8601 has it.', 'dd.MM.yyyy', OPTIONAL)
  readonly day_format?: string;

  @ApiText('The JSON pointer to the list of rows, if not the whole file.', '/features', OPTIONAL)
  readonly rows?: string;

  @ApiText('The encoding, if not UTF-8.', 'windows-1252', OPTIONAL) readonly encoding?: string;
}

/** One file a day. */
export class DayFilesDto extends WrittenValuesDto {
  @ApiOneOf(FILE_KINDS, 'The kind of the source.', 'json') readonly kind: FileSourceKind;

  @ApiText('The path with placeholders for the day, as in the datasets file.', 'events-{day}.json')
  readonly path: string;

  @ApiText('The JSON pointer to the list of rows; empty for the whole file.', '/items')
  readonly rows: string;

  @ApiText('The encoding, if not UTF-8.', 'windows-1252', OPTIONAL) readonly encoding?: string;
}

class ProviderSourceDto {
  @ApiOneOf(['provider'], 'The kind of the source.', 'provider') readonly kind: 'provider';

  @ApiText('The module, as in the datasets file.', './sources/trades.ts')
  readonly module: string;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description:
      'The options of the provider, with the names of variables instead of their values.',
    example: { region: 'eu', key: '${TRADES_KEY}' },
  })
  readonly options: Readonly<Record<string, unknown>>;
}

class SqlSourceDto extends WrittenValuesDto {
  @ApiOneOf(['sql'], 'The kind of the source.', 'sql') readonly kind: 'sql';

  @ApiText('The URL of the database, as in the datasets file.', '${WAREHOUSE_URL}')
  readonly url: string;

  @ApiText('The query for each day.', 'select * from trades where day = :day')
  readonly query: string;
}

/** How to get the next page, as in the datasets file, with its defaults. */
export class HttpPageDto {
  @ApiOneOf(['cursor', 'link', 'number', 'offset'], 'The kind of paging.', 'cursor')
  readonly kind: HttpPaging['kind'];

  @ApiText('For a cursor: the JSON pointer to it.', '/next', OPTIONAL) readonly pointer?: string;

  @ApiText('The query parameter for the cursor, the page or the offset.', 'cursor', OPTIONAL)
  readonly parameter?: string;

  @ApiNumber('For a number or an offset: its value for the first page.', 1, OPTIONAL)
  readonly first?: number;

  @ApiNumber('For a number or an offset: rows per page, if known.', 100, OPTIONAL)
  readonly size?: number;

  @ApiText('The query parameter for the page size.', 'per_page', OPTIONAL)
  readonly size_parameter?: string;
}

export class HttpSourceDto extends WrittenValuesDto {
  @ApiOneOf(['http'], 'The kind of the source.', 'http') readonly kind: 'http';
  @ApiOneOf(['GET', 'POST'], 'The method.', 'GET') readonly method: 'GET' | 'POST';

  @ApiText('The URL, as in the datasets file.', 'https://api.example.com/v1/trades?day={day}')
  readonly url: string;

  @ApiProperty({
    type: Object,
    additionalProperties: { type: 'string' },
    description: 'The headers, as in the datasets file.',
    example: { authorization: 'Bearer ${TRADES_TOKEN}' },
  })
  readonly headers: Readonly<Record<string, string>>;

  @ApiProperty({
    nullable: true,
    oneOf: [
      { type: 'string' },
      { type: 'object', additionalProperties: true },
      { type: 'array', items: {} },
    ],
    description: 'The body, as in the datasets file; null for none.',
    example: { day: '{day}', key: '${TRADES_KEY}' },
  })
  readonly body: unknown;

  @ApiOneOf(HTTP_FORMATS, 'The format of the response body.', 'json') readonly format: HttpFormat;

  @ApiText('The JSON pointer to the rows; empty for the whole body.', '/data/items')
  readonly rows: string;

  @ApiText(
    'The column with the day of a row, or the JSON pointer to it; several columns as in `year, month, day`.',
    'date',
    OPTIONAL,
  )
  readonly day_column?: string;

  @ApiText('How the day is written, if not as ISO 8601 has it.', 'epoch_ms', OPTIONAL)
  readonly day_format?: string;

  @ApiModel(
    HttpPageDto,
    'How to get the next page; null without paging.',
    { kind: 'cursor', pointer: '/next', parameter: 'cursor' },
    NULLABLE,
  )
  readonly page: HttpPageDto | null;

  @ApiNumber('The maximum number of requests per second; null without a limit.', 5, NULLABLE)
  readonly requests_per_second: number | null;

  @ApiProperty({
    type: [Number],
    description: 'The statuses that mean no data, besides 204.',
    example: [404],
  })
  readonly no_data_status: readonly number[];
}

/** One a kind of source, or several. */
export const SOURCE_DTOS = [
  IndexedFileDto,
  DayFilesDto,
  HttpSourceDto,
  ProviderSourceDto,
  SqlSourceDto,
];

type SourceDto = InstanceType<(typeof SOURCE_DTOS)[number]>;

/** A source as the datasets file has it, with the names of variables instead of their values. */
export function showSource(source: SourceConfig): SourceDto {
  switch (source.kind) {
    case 'csv':
    case 'json':
    case 'ndjson':
    case 'parquet':
      return showFileSource(source);
    case 'http':
      return showHttpSource(source);
    case 'provider':
      return { kind: source.kind, module: source.writtenModule, options: source.writtenOptions };
    case 'sql':
      return {
        ...{ kind: source.kind, url: source.writtenUrl, query: source.query },
        ...valueDialectKeys(source.values),
      };
  }
}

export function showHttpSource(source: HttpSourceConfig): HttpSourceDto {
  return {
    kind: source.kind,
    method: source.method,
    url: source.written.url,
    headers: source.written.headers,
    body: source.written.body,
    format: source.format,
    rows: source.rows,
    ...(source.dayColumn === null ? {} : showDayColumn(source.dayColumn)),
    page: source.page === null ? null : showPage(source.page),
    requests_per_second: source.requestsPerSecond,
    no_data_status: source.noDataStatus,
    ...valueDialectKeys(source.values),
  };
}

function showPage(page: HttpPaging): HttpPageDto {
  switch (page.kind) {
    case 'cursor':
    case 'link':
      return page;
    case 'number':
    case 'offset': {
      const { kind, parameter, first, size, sizeParameter } = page;
      return {
        kind,
        parameter,
        first,
        ...(size === null ? {} : { size }),
        ...(sizeParameter === null ? {} : { size_parameter: sizeParameter }),
      };
    }
  }
}

export function showFileSource(config: FileSourceConfig): IndexedFileDto | DayFilesDto {
  const { kind, writtenPath: path, rows } = config;
  const encoding = config.encoding === UTF_8 ? {} : { encoding: config.encoding };
  const values = valueDialectKeys(config.values);
  if (!isIndexed(config)) return { kind, path, rows, ...encoding, ...values };
  return {
    ...{ kind, path, ...showDayColumn(config.dayColumn) },
    ...(rows === '' ? {} : { rows }),
    ...encoding,
    ...values,
  };
}

function showDayColumn(column: DayColumn): {
  readonly day_column: string;
  readonly day_format?: string;
} {
  const { format } = column;
  return {
    day_column: dayColumnName(column),
    ...(format === DEFAULT_FORMAT ? {} : { day_format: format }),
  };
}
