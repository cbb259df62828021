import type { WebhookErrorCode } from './webhook-errors.js';

const A_SECOND_MS = 1_000;
const A_MINUTE_MS = 60 * A_SECOND_MS;
const AN_HOUR_MS = 60 * A_MINUTE_MS;

/** How long each attempt waits after the one before, as Standard Webhooks recommends; the first waits for nothing. */
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
/** So much of a delay is added at random at most, so that deliveries that failed together do not come back together. */
const JITTER = 0.1;
/** An endpoint that asks for more is asked again after this. */
const LONGEST_ASKED_MS = 24 * AN_HOUR_MS;
/** The longest wait there is: who finds a longer one has had its clock set back. */
export const LONGEST_DELAY_MS = 24 * AN_HOUR_MS * (1 + JITTER);

/** What an attempt came to. */
export type DeliveryAttempt =
  | { readonly kind: 'delivered'; readonly status: number }
  | {
      readonly kind: 'failed';
      /** Of the answer; null where there was none. */
      readonly status: number | null;
      readonly code: WebhookErrorCode;
      readonly text: string;
      /** How long the endpoint asks to be left alone; null if it does not. */
      readonly retryAfterMs: number | null;
    };

/** What becomes of a delivery by an attempt. */
export type Verdict =
  | { readonly state: 'delivered' | 'failed' }
  | { readonly state: 'pending'; readonly inMs: number };

/**
 * What an attempt means.
 * @param delivery its id, whose last 8 hexadecimal digits are chance, and how many attempts there have been with this one
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
  const chance = Number.parseInt(id.slice(-8), 16) / 2 ** 32;
  return { state: 'pending', inMs: Math.max(delayMs, askedMs) * (1 + JITTER * chance) };
}
