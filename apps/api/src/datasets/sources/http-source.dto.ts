import { ApiProperty } from '@nestjs/swagger';
import { HTTP_FORMATS, type HttpFormat, type HttpSourceConfig } from './http-config.js';

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

  @ApiProperty({ enum: HTTP_FORMATS, description: 'How bodies write their rows.', example: 'json' })
  readonly format: HttpFormat;

  @ApiProperty({
    type: String,
    description: 'The JSON pointer to the rows; empty for the body itself.',
    example: '/data/items',
  })
  readonly rows: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'How many requests may be made in a second; null without a limit.',
    example: 5,
  })
  readonly requests_per_second: number | null;
}

/** A source as the datasets file writes it: what comes from the environment stays there. */
export function showHttpSource(source: HttpSourceConfig): HttpSourceDto {
  return {
    kind: source.kind,
    method: source.method,
    url: source.written.url,
    headers: source.written.headers,
    format: source.format,
    rows: source.rows,
    requests_per_second: source.requestsPerSecond,
  };
}
