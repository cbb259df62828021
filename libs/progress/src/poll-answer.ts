import type { PollAnswer } from './poll-progress.js';
import type { Progress } from './progress.js';

/** What an HTTP answer without a progress says, as far as a poller wants to know. */
export interface FailedAnswer {
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** The header `Retry-After` as it came; null where there was none. */
  readonly retryAfter: string | null;
  /** The stable code of the problem, such as `BATCH_NOT_FOUND`. */
  readonly code: string;
}

/** What a failed request means to a poller; `undefined` where nobody has answered it. */
export function pollAnswerOf({ status, retryAfter, code }: FailedAnswer): PollAnswer | undefined {
  // A success that can't be read is another server's, such as that of a network that wants a login.
  if (status < 400) return undefined;
  switch (status) {
    // What stands before the server says these while the server is away.
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

/** Whether what came from outside is a progress of that batch, as far as its id tells. */
export function isProgressOf(taskId: string, data: unknown): data is Progress {
  return typeof data === 'object' && data !== null && 'task_id' in data && data.task_id === taskId;
}

/** `Retry-After` in milliseconds, where it counts seconds. */
function milliseconds(retryAfter: string | null): number | null {
  return retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : null;
}
