import { POLL_AFTER_MS } from './progress.js';
import type { PollAnswer, PollUpdate } from './poll-answer.js';
import { defaultRandom } from './random.js';

/** The longest interval that a progress may set: the view stays current. */
export const LONGEST_PERIOD_MS = 60_000;

/** A failure after which the request is sent again. */
export type RetriedFailure = Extract<PollUpdate, { readonly kind: 'unreachable' | 'busy' }>;
type BusyAnswer = Extract<PollAnswer, { readonly kind: 'busy' }>;

/** How long to wait after a failure, in milliseconds. */
export interface BackOffOptions {
  /** From 0 to less than 1; spreads the retries of many clients. @default Math.random */
  readonly random?: () => number;
  /** The wait after the first failure, at most. @default 2000 */
  readonly intervalMs?: number;
  /** The longest wait while the server is busy. @default 30_000 */
  readonly maxBackoffMs?: number;
  /** The longest wait while the server is unreachable. @default 3_000 */
  readonly maxProbeMs?: number;
}

/**
 * The failure after an answer without a progress: its wait doubles with each failure of its kind, with jitter.
 *
 * While the server is unreachable the wait stays short: a restarted server is seen within seconds, and receives no more
 * requests than usual.
 * @param before the failure before the request; `undefined` after a success
 * @param answer `undefined` without an answer
 * @param leastMs the least wait
 */
export function failureAfter(
  before: RetriedFailure | undefined,
  answer: BusyAnswer | undefined,
  leastMs: number,
  options: BackOffOptions,
): RetriedFailure {
  const { random = defaultRandom, intervalMs = POLL_AFTER_MS } = options;
  const { maxBackoffMs = 30_000, maxProbeMs = 3_000 } = options;
  const kind = answer === undefined ? 'unreachable' : 'busy';
  const failures = before?.kind === kind ? before.failures + 1 : 1;
  const longest = answer === undefined ? maxProbeMs : maxBackoffMs;
  const ceiling = Math.min(longest, intervalMs * 2 ** (failures - 1));
  const backoffMs = Math.round(ceiling * (0.5 + random() / 2));
  return { kind, failures, retryInMs: Math.max(backoffMs, answer?.retryAfterMs ?? 0, leastMs) };
}
