import { parsePointer } from '../json-pointer.js';
import {
  Expected,
  ExpectedOneOf,
  ExpectedText,
  ExpectedWholeNumber,
  Optional,
} from '../../config/expectation.js';
import { isMapping } from '../dataset-shape.js';
import { HTTP_FORMATS, type HttpFormat } from './http-config.js';

// How the datasets file writes an HTTP source; what lies deeper is checked where it is read.

const MOST_TEXT = 1_000;

function ExpectedPointer(): PropertyDecorator {
  return Expected(
    'a JSON pointer such as /data/items, or "" for the body itself',
    (value) =>
      typeof value === 'string' && value.length <= MOST_TEXT && parsePointer(value) !== undefined,
  );
}

export class HttpSourceShape {
  static readonly keys = [
    'kind',
    'url',
    'method',
    'body',
    'headers',
    'format',
    'rows',
    'page',
    'requests_per_second',
    'no_data_status',
    'connect_timeout_seconds',
    'headers_timeout_seconds',
    'body_timeout_seconds',
    'max_wait_seconds',
    'max_bytes',
    'max_row_bytes',
    'max_pages',
  ];

  @ExpectedOneOf(['http'])
  kind!: 'http';

  @ExpectedText(4_096)
  url!: string;

  @Optional()
  @ExpectedOneOf(['GET', 'POST'])
  method?: 'GET' | 'POST';

  @Optional()
  @Expected(
    'text, or a mapping or list that becomes JSON',
    (value) => typeof value === 'string' || (typeof value === 'object' && value !== null),
  )
  body?: unknown;

  @Optional()
  @Expected('a mapping of header names to text', isMapping)
  headers?: Readonly<Record<string, unknown>>;

  @Optional()
  @ExpectedOneOf(HTTP_FORMATS)
  format?: HttpFormat;

  @Optional()
  @ExpectedPointer()
  rows?: string;

  page: unknown;

  @Optional()
  @Expected(
    'a number from 0.0001 (a request in 10,000 s) to 1000',
    (value) => typeof value === 'number' && value >= 0.0001 && value <= 1_000,
  )
  requests_per_second?: number;

  @Optional()
  @Expected(
    'a list of up to 20 statuses from 400 to 499, without 401, 403 and 429',
    isListOfStatuses,
  )
  no_data_status?: readonly number[];

  @Optional()
  @ExpectedWholeNumber(1, 3_600)
  connect_timeout_seconds?: number;

  @Optional()
  @ExpectedWholeNumber(1, 3_600)
  headers_timeout_seconds?: number;

  @Optional()
  @ExpectedWholeNumber(1, 3_600)
  body_timeout_seconds?: number;

  @Optional()
  @ExpectedWholeNumber(0, 86_400)
  max_wait_seconds?: number;

  @Optional()
  @ExpectedWholeNumber(1, 1_099_511_627_776)
  max_bytes?: number;

  @Optional()
  @ExpectedWholeNumber(1, 67_108_864)
  max_row_bytes?: number;

  @Optional()
  @ExpectedWholeNumber(1, 1_000_000)
  max_pages?: number;
}

export class CursorPageShape {
  static readonly keys = ['kind', 'pointer', 'parameter'];

  kind!: 'cursor';

  @Expected(
    'a JSON pointer such as /next',
    (value) =>
      typeof value === 'string' &&
      value !== '' &&
      value.length <= MOST_TEXT &&
      parsePointer(value) !== undefined,
  )
  pointer!: string;

  @ExpectedText(MOST_TEXT)
  parameter!: string;
}

export class LinkPageShape {
  static readonly keys = ['kind'];

  @ExpectedOneOf(['link'])
  kind!: 'link';
}

export class CountedPageShape {
  static readonly keys = ['kind', 'parameter', 'first', 'size', 'size_parameter'];

  kind!: 'number' | 'offset';

  @ExpectedText(MOST_TEXT)
  parameter!: string;

  @Optional()
  @ExpectedWholeNumber(0, 1_000_000)
  first?: number;

  @Optional()
  @ExpectedWholeNumber(1, 1_000_000)
  size?: number;

  @Optional()
  @ExpectedText(MOST_TEXT)
  size_parameter?: string;
}

function isListOfStatuses(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length <= 20 &&
    value.every(
      (status) =>
        Number.isInteger(status) &&
        status >= 400 &&
        status <= 499 &&
        ![401, 403, 429].includes(status as number),
    )
  );
}
