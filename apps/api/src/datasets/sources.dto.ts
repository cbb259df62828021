import { ApiProperty } from '@nestjs/swagger';
import {
  ApiModel,
  ApiNumber,
  ApiOneOf,
  ApiText,
  NULLABLE,
  OPTIONAL,
} from '../http/openapi/api-properties.js';
import { isOneFile, type FileSourceConfig } from '../sources/file/file-source-config.js';
import { ROW_FORMATS, type RowFormat } from '../sources/formats/read-format.js';
import {
  HTTP_FORMATS,
  type HttpFormat,
  type HttpPaging,
  type HttpSourceConfig,
} from '../sources/http/http-config.js';

/** One CSV file that holds all days. */
export class CsvSourceDto {
  @ApiOneOf(['csv'], 'The kind of the source.', 'csv') readonly kind: 'csv';
  @ApiText('The file, as the datasets file writes it.', 'data/weather.csv') readonly path: string;
  @ApiText('The column that has the day of a row.', 'date') readonly day_column: string;
}

/** One file a day. */
export class DayFilesDto {
  @ApiOneOf(ROW_FORMATS, 'The kind of the source.', 'json') readonly kind: RowFormat;

  @ApiText(
    'The path with placeholders for the day, as the datasets file writes it.',
    'events-{day}.json',
  )
  readonly path: string;

  @ApiText('Where in a JSON file the list of rows is; empty where it is the whole file.', '/items')
  readonly rows: string;
}

export class ProviderSourceDto {
  @ApiOneOf(['provider'], 'The kind of the source.', 'provider') readonly kind: 'provider';

  @ApiText('The module, as the datasets file writes it.', './sources/trades.ts')
  readonly module: string;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'What the provider is made with; what comes from the environment by its name.',
    example: { region: 'eu', key: '${TRADES_KEY}' },
  })
  readonly options: Readonly<Record<string, unknown>>;
}

export class SqlSourceDto {
  @ApiOneOf(['sql'], 'The kind of the source.', 'sql') readonly kind: 'sql';

  @ApiText('The database, as the datasets file writes it.', '${WAREHOUSE_URL}')
  readonly url: string;

  @ApiText('What is asked for each day.', 'select * from trades where day = :day')
  readonly query: string;
}

/** Where a next page comes from, as the datasets file has it, with its defaults. */
export class HttpPageDto {
  @ApiOneOf(['cursor', 'link', 'number', 'offset'], 'How the next page is found.', 'cursor')
  readonly kind: HttpPaging['kind'];

  @ApiText('Of a cursor: the JSON pointer to it.', '/next', OPTIONAL) readonly pointer?: string;

  @ApiText('The query parameter for the cursor, the page or the offset.', 'cursor', OPTIONAL)
  readonly parameter?: string;

  @ApiNumber('Of a number or an offset: what the parameter is at the first page.', 1, OPTIONAL)
  readonly first?: number;

  @ApiNumber('Of a number or an offset: rows a page, where that is known.', 100, OPTIONAL)
  readonly size?: number;

  @ApiText('The query parameter that asks for so many rows.', 'per_page', OPTIONAL)
  readonly size_parameter?: string;
}

export class HttpSourceDto {
  @ApiOneOf(['http'], 'The kind of the source.', 'http') readonly kind: 'http';
  @ApiOneOf(['GET', 'POST'], 'The method.', 'GET') readonly method: 'GET' | 'POST';

  @ApiText(
    'The address, as the datasets file writes it.',
    'https://api.example.com/v1/trades?day={day}',
  )
  readonly url: string;

  @ApiProperty({
    type: Object,
    additionalProperties: { type: 'string' },
    description: 'The headers, as the datasets file writes them.',
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
    description: 'The body, as the datasets file writes it; null for none.',
    example: { day: '{day}', key: '${TRADES_KEY}' },
  })
  readonly body: unknown;

  @ApiOneOf(HTTP_FORMATS, 'How bodies write their rows.', 'json') readonly format: HttpFormat;

  @ApiText('The JSON pointer to the rows; empty for the body itself.', '/data/items')
  readonly rows: string;

  @ApiModel(
    HttpPageDto,
    'Where a next page comes from; null where there is but one.',
    { kind: 'cursor', pointer: '/next', parameter: 'cursor' },
    NULLABLE,
  )
  readonly page: HttpPageDto | null;

  @ApiNumber('How many requests may be made in a second; null without a limit.', 5, NULLABLE)
  readonly requests_per_second: number | null;

  @ApiProperty({
    type: [Number],
    description: 'The statuses that say that there is no data, beside 204.',
    example: [404],
  })
  readonly no_data_status: readonly number[];
}

/** A source as the datasets file writes it: what comes from the environment stays there. */
export function showHttpSource(source: HttpSourceConfig): HttpSourceDto {
  return {
    kind: source.kind,
    method: source.method,
    url: source.written.url,
    headers: source.written.headers,
    body: source.written.body,
    format: source.format,
    rows: source.rows,
    page: source.page === null ? null : showPage(source.page),
    requests_per_second: source.requestsPerSecond,
    no_data_status: source.noDataStatus,
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

/** The configuration as people are shown it. */
export function showFileSource(config: FileSourceConfig): CsvSourceDto | DayFilesDto {
  const { kind, writtenPath: path } = config;
  return isOneFile(config)
    ? { kind: config.kind, path, day_column: config.dayColumn }
    : { kind, path, rows: config.rows };
}
