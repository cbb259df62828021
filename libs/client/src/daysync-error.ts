import type { Problem, Schemas } from './api/wire.js';

/**
 * The kind of an error: a code of the API (the page `/docs/errors` of the server lists them), `UNREACHABLE` without an
 * answer of Daysync, or `UNKNOWN` for an error without a code.
 */
export type DaysyncErrorCode = Problem['code'] | 'UNREACHABLE' | 'UNKNOWN';

/** The problem that a server sent, or its substitute. */
export type DaysyncProblem = Partial<Omit<Problem, 'code'>> & { readonly code?: DaysyncErrorCode };

/** A request that failed: the server refused it, cannot do it now, or was not reached. */
export class DaysyncError extends Error {
  /** The name of the class. */
  override readonly name = 'DaysyncError';
  /** The kind of the error, for programs. */
  readonly code: DaysyncErrorCode;
  /** The error in words. */
  readonly detail: string;
  /** What is wrong with each field of the request. */
  readonly errors: readonly Schemas['InputErrorDto'][];

  constructor(
    /** The HTTP status; 0 without an answer of Daysync. */
    readonly status: number,
    /** The whole problem: some codes have more fields, such as `task_id` for the batch that the request conflicts with. */
    readonly problem: DaysyncProblem,
    /** When the same request may succeed, in milliseconds; null if the server did not say. */
    readonly retryAfterMs: number | null = null,
    /** The error that caused it. */
    options?: ErrorOptions,
  ) {
    const { code = 'UNKNOWN', detail = `HTTP ${status}`, errors = [] } = problem;
    super(`${code}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
    this.errors = errors;
  }
}

/** No answer, or one that is not from Daysync, such as the page of a proxy. */
export function unreachable(detail: string, cause?: unknown): DaysyncError {
  return new DaysyncError(0, { code: 'UNREACHABLE', detail }, null, { cause });
}

/** @param body the JSON of the response; `undefined` where it is not JSON */
export function errorOf({ status, headers }: Response, body: unknown): DaysyncError {
  // A proxy answers these two while the server is down; Daysync has no such answers.
  if (status === 502 || status === 504) {
    return unreachable(`expected an answer of Daysync, got HTTP ${status}`);
  }
  const seconds = headers.get('retry-after') ?? '';
  const retryAfterMs = /^\d+$/.test(seconds) ? Number(seconds) * 1_000 : null;
  const problem: DaysyncProblem = typeof body === 'object' && body !== null ? body : {};
  return new DaysyncError(status, problem, retryAfterMs);
}
