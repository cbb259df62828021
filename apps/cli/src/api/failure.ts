import { pollAnswerOf, type PollAnswer } from '@daysync/progress';
import type { Problem } from './wire.js';

/** What is known of a refusal: the problem that the server sent, or what stands for one. */
export type Refusal = Pick<Problem, 'status' | 'code' | 'detail'> & {
  /** The batch that is in the way. */
  readonly task_id?: string;
};

/** The server has answered no, and will again. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  constructor(readonly refusal: Refusal) {
    super(`${refusal.code}: ${refusal.detail}`);
  }
}

/** The server answers, but can't do it for now. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
  constructor(
    readonly refusal: Refusal,
    readonly retryAfterMs: number | null,
  ) {
    super(`${refusal.code}: ${refusal.detail}`);
  }
}

/** Nobody has answered; or someone who is not Daysync. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  constructor(
    reason: string,
    /** Whether the request may have arrived all the same. */
    readonly mayHaveArrived: boolean,
  ) {
    super(reason);
  }
}

/**
 * The error that a failed answer is.
 * @param body its JSON; undefined where it has none, such as a proxy's page
 */
export function failureOf({ status, headers }: Response, body: unknown): Error {
  const refusal = refusalIn(status, body);
  const retryAfter = headers.get('retry-after');
  const answer = pollAnswerOf({ status, retryAfter, code: refusal.code });
  if (answer === undefined) return new UnreachableError(`HTTP ${status}`, true);
  return answer.kind === 'busy'
    ? new BusyError(refusal, answer.retryAfterMs)
    : new RefusedError(refusal);
}

/** What an error means to the poller; undefined where nobody has answered. */
export function pollAnswerTo(error: unknown): PollAnswer | undefined {
  if (error instanceof RefusedError) return { kind: 'refused', code: error.refusal.code };
  if (error instanceof BusyError) return { kind: 'busy', retryAfterMs: error.retryAfterMs };
  return undefined;
}

function refusalIn(status: number, body: unknown): Refusal {
  const known = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  return { detail: `HTTP ${status}`, code: 'UNKNOWN' as Problem['code'], ...known, status };
}
