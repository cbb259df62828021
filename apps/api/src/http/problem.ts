import type { BatchStatus } from '@daysync/progress';

/** The codes of the errors that a caller can cause or meet, with their HTTP status and title. */
export const PROBLEMS = {
  VALIDATION_FAILED: { status: 400, title: 'The request is not as expected' },
  RANGE_REVERSED: { status: 400, title: 'The range ends before it starts' },
  UNAUTHENTICATED: { status: 401, title: 'The request needs a token or a session' },
  FORBIDDEN: { status: 403, title: 'The role does not allow this' },
  CROSS_SITE: { status: 403, title: 'The request comes from another site' },
  NOT_FOUND: { status: 404, title: 'There is nothing here' },
  BATCH_NOT_FOUND: { status: 404, title: 'There is no such batch' },
  DATASET_NOT_FOUND: { status: 404, title: 'There is no such dataset' },
  BATCH_OVERLAPS: { status: 409, title: 'An active batch has days of this range' },
  BATCH_STATE: { status: 409, title: 'The batch is in a state that does not allow this' },
  NOTHING_TO_RETRY: { status: 409, title: 'No failed day is left to retry' },
  PLAN_CHANGED: { status: 409, title: 'The plan has changed since its preview' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request came too slowly' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body has to be JSON' },
  WRONG_HOST: { status: 421, title: 'The request names another host' },
  RANGE_TOO_LARGE: { status: 422, title: 'The range has too many days' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'Another request had this Idempotency-Key' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large' },
  BAD_REQUEST: { status: 400, title: 'The request can not be read' },
  DATABASE_UNAVAILABLE: { status: 503, title: 'The database can not be written for now' },
  STREAMS_EXHAUSTED: { status: 503, title: 'Too many event streams are open' },
  NOT_READY: { status: 503, title: 'The program can not do its work for now' },
  STOPPING: { status: 503, title: 'The program is about to end' },
  INTERNAL: { status: 500, title: 'Something went wrong here' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** One thing that is wrong with a request. */
export interface InputError {
  /** Where: a JSON pointer (RFC 6901) into the body or the query's parameters, or `/headers/` and a name. */
  readonly pointer: string;
  readonly expected: string;
  readonly received: string;
}

/** How one part of the program is. */
export interface ReadinessCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What a program needs beside the code. */
export interface ProblemExtras {
  readonly errors?: readonly InputError[];
  readonly task_id?: string;
  readonly limit?: number;
  readonly state?: BatchStatus;
  readonly checks?: readonly ReadinessCheck[];
}

/** An error that the caller is told in full (RFC 9457); anything else is a bug, and hidden. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly code: ProblemCode,
    /** What was expected and what came. */
    readonly detail: string,
    readonly extras: ProblemExtras = {},
    /** When to come back, if that is known: the answer's `Retry-After`. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(detail);
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}
