import type { BatchStatus } from '@daysync/progress';

/** A kind of problem. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** Why it comes, in a sentence or two of Markdown. */
  readonly cause: string;
  /** What to do about it. */
  readonly fix: string;
}

/** The codes of the errors that a caller can cause or meet; `docs/errors.md` and the page behind `type` are made of it. */
export const PROBLEMS = {
  VALIDATION_FAILED: {
    status: 400,
    title: 'The request is not as expected',
    cause:
      'A field of the body or the query, or a header, is missing, unknown or not of the form that it must have; the body may also be no JSON at all.',
    fix: '`errors` lists each place with what was expected and what came. Fix them all and send the request again.',
  },
  RANGE_REVERSED: {
    status: 400,
    title: 'The range ends before it starts',
    cause: '`end_date` is earlier than `start_date`.',
    fix: 'Exchange the two.',
  },
  UNAUTHENTICATED: {
    status: 401,
    title: 'The request needs a token or a session',
    cause:
      'Tokens are set (`AUTH_TOKENS`), and the request has none of them: no `Authorization: Bearer`, no session, or one that has ended.',
    fix: 'Send a token of the list as `Authorization: Bearer …`, or log in to the console again.',
  },
  FORBIDDEN: {
    status: 403,
    title: 'The role does not allow this',
    cause:
      'The token or session is that of a viewer, who reads, and the request would change something.',
    fix: 'Use the token of an operator.',
  },
  CROSS_SITE: {
    status: 403,
    title: 'The request comes from another site',
    cause: 'A page of another site asks for a change, by its `Sec-Fetch-Site` or `Origin`.',
    fix: 'Send changes from a page of this host, or from a program that sends neither header.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'There is nothing here',
    cause: 'No operation has this method and path.',
    fix: 'Compare both with `/openapi.json`.',
  },
  BATCH_NOT_FOUND: {
    status: 404,
    title: 'There is no such batch',
    cause: 'No batch has this `task_id`, or it ended longer than `HISTORY_DAYS` ago.',
    fix: 'Take the `task_id` from the answer to the start, or from the list of batches.',
  },
  DATASET_NOT_FOUND: {
    status: 404,
    title: 'There is no such dataset',
    cause: 'The datasets file has no dataset of this name, or not any more.',
    fix: 'Take a name from the list of datasets.',
  },
  DELIVERY_NOT_FOUND: {
    status: 404,
    title: 'There is no such delivery',
    cause: 'No delivery has this `id`, or it was written longer than `HISTORY_DAYS` ago.',
    fix: 'Take the `id` from the list of deliveries.',
  },
  BATCH_OVERLAPS: {
    status: 409,
    title: 'An active batch has days of this range',
    cause:
      'An active batch of the same dataset has one of these days: two would write the same rows.',
    fix: 'Watch the batch `task_id`, or cancel it; start again when it has ended.',
  },
  BATCH_STATE: {
    status: 409,
    title: 'The batch is in a state that does not allow this',
    cause:
      'The batch has ended or is about to, so that it can not be paused, resumed or cancelled; or it has not ended yet, so that it can not be retried.',
    fix: '`state` is where it stands. Ask for its progress, and do what that state allows.',
  },
  NOTHING_TO_RETRY: {
    status: 409,
    title: 'No failed day is left to retry',
    cause:
      'No day of the batch failed (with one of these codes), or other batches have dealt with them since.',
    fix: 'Nothing needs to be done. The sync records show the state of each day.',
  },
  PLAN_CHANGED: {
    status: 409,
    title: 'The plan has changed since its preview',
    cause:
      'A batch has changed what is known of these days since the preview whose `plan_hash` was sent.',
    fix: 'Preview again, look at the new plan, and start with its `plan_hash`.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: 'The request came too slowly',
    cause: 'The headers or the body did not arrive in time.',
    fix: 'Send it again over a better connection.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    title: 'The body is too large',
    cause: 'The body has more than 16 kB.',
    fix: 'No valid request is that large: look at what was sent.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'The body has to be JSON',
    cause: 'The body has another media type, or none.',
    fix: 'Send `Content-Type: application/json`.',
  },
  WRONG_HOST: {
    status: 421,
    title: 'The request names another host',
    cause:
      'The `Host` header names neither a loopback host nor one that is configured: a page of another name may have led here (DNS rebinding).',
    fix: 'Call the host by a name that is its own.',
  },
  RANGE_TOO_LARGE: {
    status: 422,
    title: 'The range has too many days',
    cause: 'The range has more than `MAX_RANGE_DAYS` days.',
    fix: 'Start several batches of at most `limit` days.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'Another request had this Idempotency-Key',
    cause: 'Within 24 hours the same `Idempotency-Key` came with another request.',
    fix: 'Send each new request with a key of its own, and the same key with the very same request alone.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    cause:
      'One caller sent more requests than `limit` in the time that it holds for; or as many exports are being sent as `limit` says.',
    fix: 'Wait for the seconds of `Retry-After`; poll as seldom as `poll_after_ms` says.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: 'The headers are too large',
    cause: 'The headers have more than 16 kB in all.',
    fix: 'Send fewer or shorter ones; cookies of other programs on the same host are often the reason.',
  },
  BAD_REQUEST: {
    status: 400,
    title: 'The request can not be read',
    cause:
      'It is no request of HTTP/1.1, or its path is encoded wrongly: it has a fragment, a `\\` or another character that no URI has, or begins with two slashes.',
    fix: 'Send a well-formed request with a percent-encoded path.',
  },
  DATABASE_UNAVAILABLE: {
    status: 503,
    title: 'The database can not be written for now',
    cause:
      'The disk is full, or the database is away or held by another program. Nothing was changed.',
    fix: 'Make room or bring it back, then send the same request again.',
  },
  STREAMS_EXHAUSTED: {
    status: 503,
    title: 'Too many event streams are open',
    cause: '`MAX_EVENT_STREAMS` event streams are open.',
    fix: 'Poll the progress, or try again after the seconds of `Retry-After`.',
  },
  NOT_READY: {
    status: 503,
    title: 'The program can not do its work for now',
    cause:
      'The database can not be written, batches do not get their turn, the disk is nearly full, or the program is about to end.',
    fix: '`checks` shows which one it is. Batches continue automatically when it is over.',
  },
  STOPPING: {
    status: 503,
    title: 'The program is about to end',
    cause: 'The program was asked to stop.',
    fix: 'Try again once it has been started anew; a batch goes on by itself then.',
  },
  INTERNAL: {
    status: 500,
    title: 'Something went wrong here',
    cause: 'A bug of Daysync.',
    fix: 'Find the request in the log by its `request_id`, and report what stands there.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** One thing that is wrong with a request. */
export interface InputError {
  /** Where: a JSON pointer (RFC 6901) into the body or the query's parameters, or `/headers/` or `/path/` and a name. */
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

/** What the caller is told of a bug: nothing but where to look. */
export function unexpected(): Problem {
  return new Problem('INTERNAL', 'an unexpected error; the log tells it by the request id');
}

/** Where the program serves the catalogue. */
export const ERRORS_PATH = '/docs/errors';

/** The `type` of a problem (RFC 9457): a reference that resolves to its place in the catalogue. */
export function problemType(code: ProblemCode): string {
  return `${ERRORS_PATH}#${code}`;
}
