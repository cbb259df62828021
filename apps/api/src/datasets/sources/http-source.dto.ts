import { ApiProperty } from '@nestjs/swagger';
import {
  HTTP_FORMATS,
  type HttpFormat,
  type HttpPaging,
  type HttpSourceConfig,
} from './http-config.js';

/** Where a next page comes from, as the datasets file has it, with its defaults. */
export class HttpPageDto {
  @ApiProperty({
    enum: ['cursor', 'link', 'number', 'offset'],
    description: 'How the next page is found.',
    example: 'cursor',
  })
  readonly kind: HttpPaging['kind'];

  @ApiProperty({
    type: String,
    required: false,
    description: 'Of a cursor: the JSON pointer to it.',
    example: '/next',
  })
  readonly pointer?: string;

  @ApiProperty({
    type: String,
    required: false,
    description: 'The query parameter for the cursor, the page or the offset.',
    example: 'cursor',
  })
  readonly parameter?: string;

  @ApiProperty({
    type: Number,
    required: false,
    description: 'Of a number or an offset: what the parameter is at the first page.',
    example: 1,
  })
  readonly first?: number;

  @ApiProperty({
    type: Number,
    required: false,
    description: 'Of a number or an offset: rows a page, where that is known.',
    example: 100,
  })
  readonly size?: number;

  @ApiProperty({
    type: String,
    required: false,
    description: 'The query parameter that asks for so many rows.',
    example: 'per_page',
  })
  readonly size_parameter?: string;
}

export class HttpSourceDto {
  @ApiProperty({ enum: ['http'], description: 'The kind of the source.', example: 'http' })
  readonly kind: 'http';

  @ApiProperty({ enum: ['GET', 'POST'], description: 'The method.', example: 'GET' })
  readonly method: 'GET' | 'POST';

  @ApiProperty({
    type: String,
    description: 'The address, as the datasets file writes it.',
    example: 'https://api.example.com/v1/trades?day={day}',
  })
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

  @ApiProperty({ enum: HTTP_FORMATS, description: 'How bodies write their rows.', example: 'json' })
  readonly format: HttpFormat;

  @ApiProperty({
    type: String,
    description: 'The JSON pointer to the rows; empty for the body itself.',
    example: '/data/items',
  })
  readonly rows: string;

  @ApiProperty({
    type: HttpPageDto,
    nullable: true,
    description: 'Where a next page comes from; null where there is but one.',
    example: { kind: 'cursor', pointer: '/next', parameter: 'cursor' },
  })
  readonly page: HttpPageDto | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'How many requests may be made in a second; null without a limit.',
    example: 5,
  })
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
