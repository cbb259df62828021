import { createHash } from 'node:crypto';
import type { StartKey } from '../batches/store/idempotency-keys.js';
import { NO_NAME } from '../config/auth-tokens.js';
import { RetryBatchDto, StartBatchDto } from './sync.dto.js';

/** Who asks for a batch. */
export interface RequestHead {
  /** Its `Idempotency-Key`. */
  readonly key: string | null;
  /** The name of the caller; null where there are no tokens. */
  readonly by: string | null;
}

/**
 * The key of a start; null for a start without one.
 * @param firstDataset what a start without a dataset asks for
 */
export function keyOfStart(
  head: RequestHead,
  body: StartBatchDto,
  firstDataset: string,
): StartKey | null {
  const asked = Object.assign({}, body, { dataset: body.dataset ?? firstDataset });
  return keyOf(head, 'sync/batch', differences(asked, new StartBatchDto()));
}

/** The key of a retry; null for a retry without one. */
export function keyOfRetry(
  head: RequestHead,
  parent: string,
  body: RetryBatchDto,
): StartKey | null {
  // They are a set.
  const asked = Object.assign({}, body, { codes: body.codes?.toSorted() });
  return keyOf(head, `sync/batch/${parent}/retry`, differences(asked, new RetryBatchDto()));
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
 * The fields that a body has otherwise than its defaults, by name. Those that are as their defaults say nothing: a
 * field that a later release adds must not make another request of one that was sent before it.
 */
function differences(body: object, defaults: object): readonly Field[] {
  const usual = new Map<string, unknown>(Object.entries(defaults));
  return Object.entries(body)
    .filter(([name, value]) => value !== usual.get(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
