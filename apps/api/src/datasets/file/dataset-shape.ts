import {
  Expected,
  ExpectedName,
  ExpectedOneOf,
  ExpectedText,
  ExpectedTimeZone,
  ExpectedWholeNumber,
  isName,
  OptionalOrNull,
} from '../../config/expectation.js';
import type { SchemaFragment } from '../../config/json-schema.js';
import { OWN_TABLES } from '../../database/schema.js';
import { ON_EMPTY, type OnEmpty } from './dataset.js';

// The datasets file as it is written, one class a mapping. What lies deeper is `unknown` here: the reader checks
// each mapping by itself, so that every error has the path of its own key.

const RESERVED_PREFIXES = ['kysely_', 'sqlite_', 'pg_'];

const MOST_TEXT = 1_000;
const MOST_WEBHOOKS = 20;

/** Accepts an invalid name: `ExpectedName` reports it. */
export function ExpectedFreeName(
  expected: string,
  isFree: (name: string) => boolean,
  says: SchemaFragment,
): PropertyDecorator {
  return Expected(expected, (value) => !isName(value) || isFree(String(value)), says);
}

/** Whether a target may have a table of this name. */
export function isTableName(name: string): boolean {
  return isName(name) && isFreeTable(name);
}

function isFreeTable(name: string): boolean {
  return !OWN_TABLES.includes(name) && !RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix));
}

export function ExpectedTableOfUser(): PropertyDecorator {
  return ExpectedFreeName(
    `a table name that is not Daysync's own (${OWN_TABLES.join(', ')}, or one that begins with ${RESERVED_PREFIXES.join(', ')})`,
    isFreeTable,
    {
      value: {
        not: { anyOf: [{ enum: OWN_TABLES }, { pattern: `^(?:${RESERVED_PREFIXES.join('|')})` }] },
      },
    },
  );
}

export class FileShape {
  static readonly keys = ['datasets', 'webhooks'];

  @Expected('a list of at least one dataset', (value) => Array.isArray(value) && value.length > 0, {
    value: { type: 'array', minItems: 1 },
  })
  datasets!: readonly unknown[];

  @OptionalOrNull()
  @Expected(`a list of up to ${MOST_WEBHOOKS} webhooks`, isWebhookList, {
    value: { type: 'array', maxItems: MOST_WEBHOOKS },
  })
  webhooks?: readonly unknown[];
}

export class DatasetShape {
  static readonly keys = [
    'name',
    'title',
    'source',
    'target',
    'where',
    'throttle',
    'schedule',
    'expected',
    'fresh_by',
    'time_zone',
    'concurrency',
    'timeout_seconds',
    'attempts',
    'pause_after_failures',
    'on_empty',
    'on_bad_row',
    'checks',
    'renamed_from',
  ];

  @ExpectedName() name!: string;
  title: unknown;
  source: unknown;
  target: unknown;
  where: unknown;
  throttle: unknown;
  schedule: unknown;
  expected: unknown;
  fresh_by: unknown;
  @OptionalOrNull(ExpectedTimeZone()) time_zone?: string;
  @OptionalOrNull(ExpectedWholeNumber(1, 100)) concurrency?: number;
  @OptionalOrNull(ExpectedWholeNumber(1, 86_400)) timeout_seconds?: number;
  @OptionalOrNull(ExpectedWholeNumber(1, 100)) attempts?: number;
  @OptionalOrNull(ExpectedWholeNumber(0, 100_000)) pause_after_failures?: number;
  @OptionalOrNull(ExpectedOneOf(ON_EMPTY)) on_empty?: OnEmpty;
  on_bad_row: unknown;
  checks: unknown;
  @OptionalOrNull(ExpectedName()) renamed_from?: string;
}

export class TitleShape {
  static readonly keys = ['zh', 'en'];

  @ExpectedText(MOST_TEXT) zh!: string;
  @ExpectedText(MOST_TEXT) en!: string;
}

export class ThrottleShape {
  static readonly keys = ['days_per_minute'];

  @Expected(
    'a number above 0, up to 60000',
    (value) => typeof value === 'number' && value > 0 && value <= 60_000,
    { value: { type: 'number', exclusiveMinimum: 0, maximum: 60_000 } },
  )
  days_per_minute!: number;
}

function isWebhookList(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MOST_WEBHOOKS;
}
