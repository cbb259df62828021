import {
  mappingSchema,
  orNull,
  VARIABLE,
  type BeyondRules,
  type JsonSchema,
} from '../../config/json-schema.js';
import { DIALECT_KEYS, DialectShape } from '../formats/csv-dialect.js';
import { isPointer, POINTER } from '../json-pointer.js';
import {
  Expected,
  ExpectedOneOf,
  ExpectedText,
  ExpectedWholeNumber,
  Optional,
  isMapping,
} from '../../config/expectation.js';
import { dayColumnSchema } from '../values/day-column.js';
import { NO_UNKNOWN_PLACEHOLDER, REQUEST_SEPARATES_DAYS } from '../file/day-template.js';
import { VALUE_KEYS } from '../values/value-dialect.js';
import { HTTP_FORMATS, type HttpFormat } from './http-config.js';

// How the datasets file writes an HTTP source; what lies deeper is checked where it is read.

const MOST_TEXT = 1_000;
const MOST_ADDRESS = 4_096;
const MOST_STATUSES = 20;
/** What these say is known. */
const OTHER_STATUSES = [401, 403, 429];

/** The beginning of an address, and of what follows nothing that is refused everywhere: a user, a fragment. */
export const HTTP_ADDRESS = /^[hH][tT][tT][pP][sS]?:\/\/[^/?#\\@{}\s]+(?:[/?][^#]*)?$/;
export const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
export const HEADER_VALUE = /^[\t\x20-\x7E\x80-\xFF]{1,8192}$/;
/** What the connection itself says. */
export const OUR_HEADERS = [
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
const HEADERS: JsonSchema = {
  type: 'object',
  // Their names in small letters are all that a schema can say of them.
  propertyNames: { pattern: HEADER_NAME.source, not: { enum: OUR_HEADERS } },
  additionalProperties: {
    anyOf: [
      {
        type: 'string',
        allOf: [{ pattern: HEADER_VALUE.source }, { pattern: NO_UNKNOWN_PLACEHOLDER.source }],
      },
      VARIABLE,
    ],
  },
};

function ExpectedPointer(): PropertyDecorator {
  return Expected('a JSON pointer such as /data/items, or "" for the body itself', isPointer, {
    value: { type: 'string', maxLength: MOST_TEXT, pattern: POINTER.source },
  });
}

export class CursorPageShape {
  static readonly keys = ['kind', 'pointer', 'parameter'];

  @ExpectedOneOf(['cursor']) kind!: 'cursor';

  @Expected('a JSON pointer such as /next', (value) => value !== '' && isPointer(value), {
    value: { type: 'string', minLength: 1, maxLength: MOST_TEXT, pattern: POINTER.source },
  })
  pointer!: string;

  @ExpectedText(MOST_TEXT) parameter!: string;
}

export class LinkPageShape {
  static readonly keys = ['kind'];

  @ExpectedOneOf(['link']) kind!: 'link';
}

export class CountedPageShape {
  static readonly keys = ['kind', 'parameter', 'first', 'size', 'size_parameter'];
  static readonly beyond: BeyondRules = {
    mappings: [{ dependencies: { size_parameter: ['size'] } }],
  };

  @ExpectedOneOf(['number', 'offset']) kind!: 'number' | 'offset';
  @ExpectedText(MOST_TEXT) parameter!: string;
  @Optional(ExpectedWholeNumber(0, 1_000_000)) first?: number;
  @Optional(ExpectedWholeNumber(1, 1_000_000)) size?: number;
  @Optional(ExpectedText(MOST_TEXT)) size_parameter?: string;
}

const isOrMayBe = (value: string): JsonSchema => ({ anyOf: [{ const: value }, VARIABLE] });
const BEYOND_RULES: BeyondRules = {
  properties: {
    url: {
      schema: {
        anyOf: [
          {
            type: 'string',
            maxLength: MOST_ADDRESS,
            allOf: [{ pattern: HTTP_ADDRESS.source }, { pattern: NO_UNKNOWN_PLACEHOLDER.source }],
          },
          VARIABLE,
        ],
      },
    },
    day_column: { schema: orNull(dayColumnSchema()) },
    page: {
      schema: orNull({
        anyOf: [CursorPageShape, LinkPageShape, CountedPageShape].map((Shape) =>
          mappingSchema(Shape),
        ),
      }),
    },
  },
  mappings: [
    // The day is in the address, or in what a schema can't look through.
    {
      anyOf: [
        { properties: { url: { pattern: `^${REQUEST_SEPARATES_DAYS}` } } },
        { required: ['day_column'], properties: { day_column: { not: { type: 'null' } } } },
        { required: ['headers'] },
        { required: ['body'] },
      ],
    },
    // A body is for POST.
    {
      anyOf: [
        { required: ['method'], properties: { method: isOrMayBe('POST') } },
        { not: { required: ['body'] } },
      ],
    },
    // Pointers are for JSON.
    {
      anyOf: [
        { properties: { format: isOrMayBe('json') } },
        {
          properties: {
            rows: isOrMayBe(''),
            page: { not: { required: ['kind'], properties: { kind: { const: 'cursor' } } } },
          },
        },
      ],
    },
  ],
};

export class HttpSourceShape extends DialectShape {
  static readonly keys = [
    'kind',
    'url',
    'method',
    'body',
    'headers',
    'format',
    'rows',
    'day_column',
    ...DIALECT_KEYS,
    'encoding',
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
    ...VALUE_KEYS,
  ];
  static readonly beyond = BEYOND_RULES;

  @ExpectedOneOf(['http']) kind!: 'http';
  @ExpectedText(MOST_ADDRESS) url!: string;
  @Optional(ExpectedOneOf(['GET', 'POST'])) method?: 'GET' | 'POST';

  @Optional()
  @Expected(
    'text, or a mapping or list that becomes JSON',
    (value) => typeof value === 'string' || (typeof value === 'object' && value !== null),
    { value: { type: ['string', 'object', 'array'] } },
  )
  body?: unknown;

  @Optional(Expected('a mapping of header names to text', isMapping, { value: HEADERS }))
  headers?: Readonly<Record<string, unknown>>;

  @Optional(ExpectedOneOf(HTTP_FORMATS)) format?: HttpFormat;
  @Optional(ExpectedPointer()) rows?: string;
  // Read by hand: it is a name or a mapping.
  day_column: unknown;
  page: unknown;

  @Optional()
  @Expected(
    'a number from 0.0001 (a request in 10,000 s) to 1000',
    (value) => typeof value === 'number' && value >= 0.0001 && value <= 1_000,
    { value: { type: 'number', minimum: 0.0001, maximum: 1_000 } },
  )
  requests_per_second?: number;

  @Optional()
  @Expected(
    'a list of up to 20 statuses from 400 to 499, without 401, 403 and 429',
    isListOfStatuses,
    {
      value: {
        type: 'array',
        maxItems: MOST_STATUSES,
        items: { type: 'integer', minimum: 400, maximum: 499, not: { enum: OTHER_STATUSES } },
      },
    },
  )
  no_data_status?: readonly number[];

  @Optional(ExpectedWholeNumber(1, 3_600)) connect_timeout_seconds?: number;
  @Optional(ExpectedWholeNumber(1, 3_600)) headers_timeout_seconds?: number;
  @Optional(ExpectedWholeNumber(1, 3_600)) body_timeout_seconds?: number;
  @Optional(ExpectedWholeNumber(0, 86_400)) max_wait_seconds?: number;
  @Optional(ExpectedWholeNumber(1, 1_099_511_627_776)) max_bytes?: number;
  @Optional(ExpectedWholeNumber(1, 67_108_864)) max_row_bytes?: number;
  @Optional(ExpectedWholeNumber(1, 1_000_000)) max_pages?: number;
}

function isListOfStatuses(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length <= MOST_STATUSES &&
    value.every(
      (status) =>
        Number.isInteger(status) &&
        status >= 400 &&
        status <= 499 &&
        !OTHER_STATUSES.includes(status as number),
    )
  );
}
