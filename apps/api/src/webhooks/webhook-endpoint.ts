import { isIP } from 'node:net';
import {
  Expected,
  ExpectedFlag,
  ExpectedName,
  ExpectedText,
  ExpectedTexts,
  Optional,
  OptionalOrNull,
} from '../config/expectation.js';
import { isPublicAddress } from '../config/network.js';
import { DEFAULT_EVENTS, WEBHOOK_EVENTS, type WebhookEvent } from '../database/schema.js';
import type { ShapeReader, Path } from '../config/yaml-document.js';
import { EXPECTED_SECRET, placeOfSecret } from '../sources/http/http-secrets.js';

// The `webhooks` of the datasets file.

const MOST_ADDRESS = 4_096;
const MOST_DATASETS = 1_000;
const MOST_NAME = 63;
/** 24 to 64 bytes, as Standard Webhooks asks for. */
const SECRET =
  /^whsec_(?:[A-Za-z0-9+/]{4}){8,20}(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4}|(?:[A-Za-z0-9+/]{4})?[A-Za-z0-9+/]{2}==)?$/;

export class WebhookShape {
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
  @Expected(`a list of at least one of ${WEBHOOK_EVENTS.join(', ')}, none twice`, isListOfEvents, {
    value: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: WEBHOOK_EVENTS } },
  })
  on?: readonly WebhookEvent[];

  @Optional(ExpectedTexts(MOST_DATASETS, MOST_NAME)) datasets?: readonly string[];
  @OptionalOrNull(ExpectedFlag()) allow_private?: boolean;
}

function isListOfEvents(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    new Set(value).size === value.length &&
    value.every((event) => WEBHOOK_EVENTS.includes(event as WebhookEvent))
  );
}

/** Where webhooks are sent. Frozen, validated, with every default filled in. */
export interface WebhookEndpoint {
  readonly name: string;
  /** Never shown. */
  readonly url: string;
  /** The URL as the datasets file has it, with `${NAME}` unresolved: this one is shown. */
  readonly writtenUrl: string;
  /** `whsec_` and the key in Base64. Never shown. */
  readonly secret: string;
  readonly on: readonly WebhookEvent[];
  /** Only for batches of these; null for all. */
  readonly datasets: readonly string[] | null;
  /** Whether it may have a private address, and no TLS. */
  readonly allowPrivate: boolean;
}

/**
 * Reads one entry of `webhooks`. Undefined if the file has to be refused: the reader then has the error.
 * @param isDataset whether the file has a dataset of this name
 */
export function readWebhook(
  reader: ShapeReader,
  value: unknown,
  path: Path,
  isDataset: (name: string) => boolean,
): WebhookEndpoint | undefined {
  const shape = reader.shape(WebhookShape, value, path);
  if (shape === undefined || typeof shape.url !== 'string') return undefined;
  const allowPrivate = shape.allow_private ?? false;
  checkUrl(reader, shape.url, [...path, 'url'], allowPrivate);
  checkSecret(reader, [...path, 'secret'], shape.secret);
  const { datasets = null } = shape;
  for (const [index, name] of (Array.isArray(datasets) ? datasets : []).entries()) {
    if (typeof name === 'string' && !isDataset(name)) {
      reader.report([...path, 'datasets', index], 'the name of a dataset of this file', name);
    }
  }
  return {
    name: shape.name,
    url: shape.url,
    writtenUrl: reader.document.placeOf([...path, 'url']).written ?? shape.url,
    secret: shape.secret,
    on: shape.on ?? DEFAULT_EVENTS,
    datasets,
    allowPrivate,
  };
}

function checkUrl(reader: ShapeReader, given: string, path: Path, allowPrivate: boolean): void {
  const secret = placeOfSecret(reader.document.placeOf(path).written ?? given);
  if (secret !== undefined) {
    reader.reportReceived(path, EXPECTED_SECRET, `an address with ${secret}`);
    return;
  }
  const url = URL.parse(given);
  const schemes = allowPrivate ? ['https:', 'http:'] : ['https:'];
  const isPlain =
    url !== null &&
    schemes.includes(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.hash === '';
  if (!isPlain) {
    const scheme = allowPrivate ? 'http or https' : 'https';
    const hint = allowPrivate ? '' : ' (http with allow_private: true)';
    reader.report(path, `an ${scheme} address without a user and a #fragment${hint}`, given);
    return;
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) {
    reader.report(path, 'an address that all the world reaches, or allow_private: true', given);
  }
}

function checkSecret(reader: ShapeReader, path: Path, secret: unknown): void {
  if (typeof secret !== 'string' || reader.writtenAt(path) !== undefined) return;
  reader.reportReceived(path, EXPECTED_SECRET, 'one that is written here');
}
