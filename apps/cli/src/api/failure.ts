import { pollAnswerOf, type PollAnswer } from '@daysync/progress';
import type { Problem } from './wire.js';

/** The problem that the server sent; defaults where it sent none. */
type Refusal = Pick<Problem, 'status' | 'code' | 'detail'> & {
  /** The batch that the request conflicts with. */
  readonly task_id?: string;
  /** What the request conflicts with, a line each. */
  readonly lines?: readonly string[];
  /** With `RANGE_TOO_LARGE`: the most days that a range may have. */
  readonly limit?: number;
};

/** The server refused the request, and would refuse it again. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  constructor(readonly refusal: Refusal) {
    super(`${refusal.code}: ${refusal.detail}`);
  }
}

/** The server answers, but cannot do this now. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
  constructor(
    readonly refusal: Refusal,
    readonly retryAfterMs: number | null,
  ) {
    super(`${refusal.code}: ${refusal.detail}`);
  }
}

/** No answer, or one that is not from Daysync. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  constructor(
    reason: string,
    /** Whether the request may have reached the server. */
    readonly mayHaveArrived: boolean,
  ) {
    super(reason);
  }
}

/** @param body the JSON of the response; undefined where it is not JSON, such as the page of a proxy */
export function failureOf({ status, headers }: Response, body: unknown): Error {
  const refusal = refusalIn(status, body);
  const retryAfter = headers.get('retry-after');
  const answer = pollAnswerOf({ status, retryAfter, code: refusal.code });
  if (answer === undefined) return new UnreachableError(`HTTP ${status}`, true);
  return answer.kind === 'busy'
    ? new BusyError(refusal, answer.retryAfterMs)
    : new RefusedError(refusal);
}

/** The error as an answer for the poller; undefined where there was no answer. */
export function pollAnswerTo(error: unknown): PollAnswer | undefined {
  if (error instanceof RefusedError) return { kind: 'refused', code: error.refusal.code };
  if (error instanceof BusyError) return { kind: 'busy', retryAfterMs: error.retryAfterMs };
  return undefined;
}

function refusalIn(status: number, body: unknown): Refusal {
  const problem = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  return { detail: `HTTP ${status}`, code: 'UNKNOWN' as Problem['code'], ...problem, status };
}
