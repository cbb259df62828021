import { createHash } from 'node:crypto';
import type { StartKey } from '../batches/store/idempotency-keys.js';
import type { TraceContext } from '../tracing/trace-context.js';
import { NO_NAME } from '../config/auth-tokens.js';
import { RetryBatchDto, RetryQuarantineDto, RetryRecordsDto, StartBatchDto } from './sync.dto.js';

/** The caller of a request for a batch. */
export interface RequestHead {
  /** The `Idempotency-Key`. */
  readonly key: string | null;
  /** The name of the caller's token; null without `AUTH_TOKENS`. */
  readonly by: string | null;
  /** The caller's span. @default none */
  readonly caller?: TraceContext | null | undefined;
}

/**
 * The key of a start; null for a start without one.
 * @param firstDataset the default dataset
 */
export function keyOfStart(
  head: RequestHead,
  body: StartBatchDto,
  firstDataset: string,
): StartKey | null {
  const asked = Object.assign({}, body, { dataset: body.dataset ?? firstDataset });
  return keyOf(head, 'sync/batch', differences(asked, new StartBatchDto()));
}

/**
 * The same of a run of a schedule. The days that it has are those of the first request: a later one asks for the same, though
 * its days would be others.
 */
export function keyOfRun(head: RequestHead, dataset: string): StartKey | null {
  return keyOf(head, `datasets/${dataset}/schedule/run`, []);
}

/** The key of a retry; null for a retry without one. */
export function keyOfRetry(
  head: RequestHead,
  parent: string,
  body: RetryBatchDto,
): StartKey | null {
  // The codes are a set.
  const asked = Object.assign({}, body, { codes: body.codes?.toSorted() });
  return keyOf(head, `sync/batch/${parent}/retry`, differences(asked, new RetryBatchDto()));
}

/** The same of a retry of the quarantine. */
export function keyOfQuarantine(head: RequestHead, body: RetryQuarantineDto): StartKey | null {
  const asked = Object.assign({}, body, { codes: body.codes?.toSorted() });
  return keyOf(head, 'quarantine/retry', differences(asked, new RetryQuarantineDto()));
}

/** The same of a retry of chosen days. */
export function keyOfDays(head: RequestHead, body: RetryRecordsDto): StartKey | null {
  const asked = Object.assign({}, body, { days: body.days.toSorted() });
  return keyOf(head, 'records/retry', differences(asked, {}));
}

function keyOf({ key, by }: RequestHead, path: string, asked: readonly Field[]): StartKey | null {
  if (key === null) return null;
  const requestHash = createHash('sha256')
    .update(JSON.stringify([path, asked]))
    .digest('hex');
  return { identity: by ?? NO_NAME, key, requestHash };
}

type Field = readonly [name: string, value: unknown];

/**
 * The fields of a body that differ from their defaults, by name. Fields with their defaults are left out, so that a field
 * that a later release adds does not change the hash of an older request.
 */
function differences(body: object, defaults: object): readonly Field[] {
  const usual = new Map<string, unknown>(Object.entries(defaults));
  return Object.entries(body)
    .filter(([name, value]) => value !== usual.get(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
