import type { PollAnswer } from './poll-progress.js';
import type { Progress } from './progress.js';

/** The parts of a failed HTTP response that a poller needs. */
export interface FailedAnswer {
  /** The HTTP status; 0 without a response. */
  readonly status: number;
  /** The header `Retry-After`; null without one. */
  readonly retryAfter: string | null;
  /** The stable code of the problem, such as `BATCH_NOT_FOUND`. */
  readonly code: string;
}

/** A failed response as an answer for the poller; `undefined` where the server was not reached. */
export function pollAnswerOf({ status, retryAfter, code }: FailedAnswer): PollAnswer | undefined {
  // An unreadable success comes from another server, such as the login page of a network.
  if (status < 400) return undefined;
  switch (status) {
    // A proxy answers these while the server is down.
    case 502:
    case 504:
      return undefined;
    case 408:
    case 425:
    case 429:
      return { kind: 'busy', retryAfterMs: milliseconds(retryAfter) };
    default:
      return status < 500
        ? { kind: 'refused', code }
        : { kind: 'busy', retryAfterMs: milliseconds(retryAfter) };
  }
}

/** Whether a response body is a progress of the batch. Checks its id alone. */
export function isProgressOf(taskId: string, data: unknown): data is Progress {
  return typeof data === 'object' && data !== null && 'task_id' in data && data.task_id === taskId;
}

/** `Retry-After` in milliseconds; null for its date form. */
function milliseconds(retryAfter: string | null): number | null {
  return retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : null;
}
