import {
  Expected,
  ExpectedFlag,
  ExpectedText,
  ExpectedTexts,
  Optional,
  OptionalOrNull,
} from '../config/expectation.js';
import { NOTICE_EVENTS, type NoticeEvent } from '../database/schema.js';
import { ExpectedName } from './expected-name.js';

// How the datasets file writes who is told what; what lies deeper is checked where it is read.

const MOST_ADDRESS = 4_096;
const MOST_DATASETS = 1_000;
const MOST_NAME = 63;
/** 24 to 64 bytes, as Standard Webhooks asks for. */
const SECRET =
  /^whsec_(?:[A-Za-z0-9+/]{4}){8,20}(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4}|(?:[A-Za-z0-9+/]{4})?[A-Za-z0-9+/]{2}==)?$/;

export class NoticeShape {
  static readonly keys = ['name', 'url', 'secret', 'on', 'datasets', 'allow_private'];

  @ExpectedName() name!: string;
  @ExpectedText(MOST_ADDRESS) url!: string;

  @Expected(
    'whsec_ and 24 to 64 bytes in Base64',
    (value) => typeof value === 'string' && SECRET.test(value),
    { value: { type: 'string', pattern: SECRET.source } },
  )
  secret!: string;

  @Optional()
  @Expected(`a list of at least one of ${NOTICE_EVENTS.join(', ')}, none twice`, isListOfEvents, {
    value: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: NOTICE_EVENTS } },
  })
  on?: readonly NoticeEvent[];

  @Optional(ExpectedTexts(MOST_DATASETS, MOST_NAME)) datasets?: readonly string[];
  @OptionalOrNull(ExpectedFlag()) allow_private?: boolean;
}

function isListOfEvents(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    new Set(value).size === value.length &&
    value.every((event) => NOTICE_EVENTS.includes(event as NoticeEvent))
  );
}
