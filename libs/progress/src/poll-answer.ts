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
  // An unreadable success comes from another server, such as the login page of a network. A proxy answers 502 and 504
  // while the server is down.
  if (status < 400 || status === 502 || status === 504) return undefined;
  // After 408, 425 and 429 the same request may succeed later, too.
  const isBusy = status >= 500 || [408, 425, 429].includes(status);
  return isBusy
    ? { kind: 'busy', retryAfterMs: milliseconds(retryAfter) }
    : { kind: 'refused', code };
}

/** Whether a response body is a progress of the batch. Checks its id alone. */
export function isProgressOf(taskId: string, data: unknown): data is Progress {
  return fieldOf(data, 'task_id') === taskId;
}

/** A field of a response body; `undefined` for a body that is no mapping. */
export function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? (body as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** `Retry-After` in milliseconds; null for its date form. */
function milliseconds(retryAfter: string | null): number | null {
  return retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : null;
}
