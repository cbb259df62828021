import type { Progress } from './progress.js';

/** The result of one request. A rejected request counts as unanswered and is sent again. */
export type PollAnswer =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The server cannot answer now; it may say when to ask again. */
  | { readonly kind: 'busy'; readonly retryAfterMs: number | null }
  /** The server refuses the request (an HTTP status 4xx other than 408, 425 and 429). */
  | { readonly kind: 'refused'; readonly code: string };

/** What a subscriber receives. The stream completes after `refused`, `expired` and a terminal progress. */
export type PollUpdate =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** No answer: the network or the server is down. */
  | { readonly kind: 'unreachable'; readonly failures: number; readonly retryInMs: number }
  /** The server answers, but without a progress for now. */
  | { readonly kind: 'busy'; readonly failures: number; readonly retryInMs: number }
  | { readonly kind: 'refused'; readonly code: string }
  /** The deadline passed; the batch continues. */
  | { readonly kind: 'expired' };

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
