import type { WebhookErrorCode } from './webhook-errors.js';

const A_SECOND_MS = 1_000;
const A_MINUTE_MS = 60 * A_SECOND_MS;
const AN_HOUR_MS = 60 * A_MINUTE_MS;

/** How long each retry waits after the attempt before it, as Standard Webhooks recommends. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * A_SECOND_MS,
  5 * A_MINUTE_MS,
  30 * A_MINUTE_MS,
  2 * AN_HOUR_MS,
  5 * AN_HOUR_MS,
  10 * AN_HOUR_MS,
  14 * AN_HOUR_MS,
  20 * AN_HOUR_MS,
  24 * AN_HOUR_MS,
];
/** The largest random share added to a delay: deliveries that failed together are not retried together. */
const JITTER = 0.1;
/** A longer `Retry-After` is cut to this. */
const LONGEST_ASKED_MS = 24 * AN_HOUR_MS;
/** No delivery waits longer: a longer wait means that the clock was set back. */
export const LONGEST_DELAY_MS = 24 * AN_HOUR_MS * (1 + JITTER);

/** The result of an attempt. */
export type DeliveryAttempt =
  | { readonly kind: 'delivered'; readonly status: number }
  | {
      readonly kind: 'failed';
      /** Of the answer; null where there was none. */
      readonly status: number | null;
      readonly code: WebhookErrorCode;
      readonly text: string;
      /** From the endpoint's `Retry-After`; null without one. */
      readonly retryAfterMs: number | null;
    };

/** The state of a delivery after an attempt. */
export type Verdict =
  | { readonly state: 'delivered' | 'failed' }
  | { readonly state: 'pending'; readonly inMs: number };

/**
 * Decides what becomes of a delivery.
 * @param delivery its id, whose last 8 hexadecimal digits are random, and how many attempts it has had, this one included
 */
export function judge(
  attempt: DeliveryAttempt,
  { attempts, id }: { readonly attempts: number; readonly id: string },
): Verdict {
  if (attempt.kind === 'delivered') return { state: 'delivered' };
  const isLasting = attempt.code === 'WEBHOOK_BLOCKED' || attempt.code === 'WEBHOOK_ENDPOINT_GONE';
  const delayMs = RETRY_DELAYS_MS[attempts - 1];
  if (isLasting || delayMs === undefined) return { state: 'failed' };
  const askedMs = Math.min(attempt.retryAfterMs ?? 0, LONGEST_ASKED_MS);
  const random = Number.parseInt(id.slice(-8), 16) / 2 ** 32;
  return { state: 'pending', inMs: Math.max(delayMs, askedMs) * (1 + JITTER * random) };
}
