import type { BatchStatus } from '@daysync/progress';

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** The reason for it, in a sentence or two of Markdown. */
  readonly cause: string;
  readonly fix: string;
}

/** The errors of the API. `docs/errors.md` and the page behind `type` are generated from it. */
export const PROBLEMS = {
  VALIDATION_FAILED: {
    status: 400,
    title: 'Invalid request',
    cause:
      'A field of the body or the query, or a header, is missing, unknown or malformed, or the body is not JSON.',
    fix: '`errors` lists each place with the expected and the received value. Fix them all and send the request again.',
  },
  RANGE_REVERSED: {
    status: 400,
    title: 'The range ends before it starts',
    cause: '`end_date` is earlier than `start_date`.',
    fix: 'Swap the two dates.',
  },
  RANGE_SHRINKS: {
    status: 400,
    title: 'An extension cannot shorten the range',
    cause:
      'The requested `start_date` is after the first day of the batch, or the requested `end_date` is before its last day.',
    fix: 'Send only dates outside the range of the batch. To sync fewer days, cancel the batch and start another one.',
  },
  UNAUTHENTICATED: {
    status: 401,
    title: 'Authentication required',
    cause:
      '`AUTH_TOKENS` is set, and the request has no valid token and no session that is still active.',
    fix: 'Send a token as `Authorization: Bearer …`, or log in to the console again.',
  },
  FORBIDDEN: {
    status: 403,
    title: 'The role does not allow this',
    cause:
      'The token or session belongs to a viewer, and the request changes something. Viewers can only read.',
    fix: 'Use the token of an operator.',
  },
  CROSS_SITE: {
    status: 403,
    title: 'The request comes from another site',
    cause:
      'By its `Sec-Fetch-Site` or `Origin`, the request comes from a page of another site, and it changes something.',
    fix: 'Send it from a page of this host, or from a program that sends neither header.',
  },
  PROXY_NEEDS_TOKENS: {
    status: 403,
    title: 'A proxy needs tokens',
    cause:
      'The request came through a proxy, by its `Forwarded`, `X-Forwarded-…`, `X-Real-IP` or `Via`, and `AUTH_TOKENS` is not set. Without tokens, whoever reaches the proxy would be an operator.',
    fix: 'Set `AUTH_TOKENS`, `ALLOWED_HOSTS` and `TRUST_PROXY` as `docs/deploy.md` shows, or call Daysync directly.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'No such operation',
    cause: 'No operation has this path.',
    fix: 'Check it against `/openapi.json`.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'The path has no such method',
    cause: 'There are operations with this path, and none with this method.',
    fix: 'Use a method that the header `Allow` lists. `/openapi.json` shows what each does.',
  },
  BATCH_NOT_FOUND: {
    status: 404,
    title: 'No such batch',
    cause: 'No batch has this `task_id`, or the batch ended more than `HISTORY_DAYS` ago.',
    fix: 'Use the `task_id` from the response to the start, or from the list of batches.',
  },
  DATASET_NOT_FOUND: {
    status: 404,
    title: 'No such dataset',
    cause: 'The datasets file has no dataset of this name.',
    fix: 'Use a name from the list of datasets. If the dataset is new in the datasets file, reload that: `npx daysync datasets reload`.',
  },
  ENDPOINT_NOT_FOUND: {
    status: 404,
    title: 'No such endpoint',
    cause: 'No endpoint of `webhooks` in the datasets file has this name.',
    fix: '`GET webhooks` lists the endpoints. After a change of the datasets file, reload it.',
  },
  DELIVERY_NOT_FOUND: {
    status: 404,
    title: 'No such delivery',
    cause: 'No delivery has this `id`, or it was created more than `HISTORY_DAYS` ago.',
    fix: 'Use an `id` from the list of deliveries.',
  },
  BATCH_OVERLAPS: {
    status: 409,
    title: 'An active batch has days of this range',
    cause:
      'An active batch of the same dataset includes at least one of these days. Two batches would write the same rows.',
    fix: 'Wait for the batch `task_id` or cancel it, then start again.',
  },
  BATCH_STATE: {
    status: 409,
    title: 'The state of the batch does not allow this',
    cause:
      'The batch has ended or is being cancelled, so it cannot be paused, resumed, cancelled or extended. Or it has not ended, so it cannot be retried.',
    fix: '`state` is its current state. Read its progress, and do what that state allows.',
  },
  BATCH_NOT_EXTENDABLE: {
    status: 409,
    title: 'A batch of chosen days cannot be extended',
    cause:
      'The batch has chosen days, not a whole range: the failed days of another batch, days chosen among the records, or days with rows in quarantine.',
    fix: 'Start a new batch over the other days.',
  },
  DATASETS_FILE_INVALID: {
    status: 422,
    title: 'The datasets file has errors',
    cause:
      'The datasets file has errors, or target tables differ from it. Nothing has changed: Daysync goes on with the file that it has.',
    fix: '`lines` has every error, as a start prints it. Fix them all and reload again. `daysync datasets check` checks the file without a reload.',
  },
  DATASET_IN_USE: {
    status: 409,
    title: 'An active batch has a dataset that the file changes',
    cause:
      'The changed datasets file removes or renames a dataset that has an active batch, or changes what decides its rows. Its other days could not run. Nothing has changed.',
    fix: 'Wait for the batch `task_id` or cancel it, then reload again. `lines` has all such batches.',
  },
  DATASETS_OUTDATED: {
    status: 503,
    title: 'This process has an older datasets file',
    cause:
      'Another process uses a newer datasets file, in which this dataset differs. This process has not loaded that file yet, or cannot: a variable of its environment is not set or has another value.',
    fix: 'Try again after the seconds in `Retry-After`. If it does not help, the log of this process and `GET datasets` have the reason.',
  },
  TARGET_UNAVAILABLE: {
    status: 503,
    title: 'The target can not be read',
    cause:
      'The dataset has a target outside of Daysync, which cannot be read now. `detail` says why.',
    fix: 'Start the target, or fix its address, its login or its columns. Then try again.',
  },
  NO_SCHEDULE: {
    status: 409,
    title: 'The dataset has no schedule',
    cause:
      'The dataset has no `schedule` in the datasets file, so there is nothing to pause or to run.',
    fix: 'Add a `schedule` to the dataset and reload the datasets file, or start a batch.',
  },
  NOTHING_TO_RETRY: {
    status: 409,
    title: 'No day is left to retry',
    cause:
      'No day of the batch failed (with one of these codes), or later batches have synced them; or no day of the dataset has such rows in quarantine, or none of the chosen days has a record.',
    fix: 'Nothing. The sync records show the state of each day.',
  },
  NOTHING_TO_ACCEPT: {
    status: 409,
    title: 'The day is not marked',
    cause:
      'The day has no record, or its last sync has not marked it: no check has warned of it, and it is not unusual.',
    fix: 'Nothing. `GET records?unusual=true` lists the marked days.',
  },
  NOTHING_TO_SETTLE: {
    status: 409,
    title: 'No day of the range is missing',
    cause:
      'Each day of the range was synced, has no data in the source, is not over yet, or is not expected by the rule of the dataset.',
    fix: 'Nothing, or choose another range. `GET records/calendar` lists the gaps of a dataset.',
  },
  PLAN_CHANGED: {
    status: 409,
    title: 'The plan has changed since its preview',
    cause:
      'A batch has changed the records of these days since the preview that returned this `plan_hash`.',
    fix: 'Preview again, check the new plan, and start with its `plan_hash`.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: 'The request took too long',
    cause: 'The headers or the body did not arrive in time.',
    fix: 'Send it again over a faster connection.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    title: 'The body is too large',
    cause: 'The body is larger than 16 kB.',
    fix: 'No valid request is that large. Check what your program sends.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'The body must be JSON',
    cause: 'The body has another media type or none.',
    fix: 'Send `Content-Type: application/json`.',
  },
  WRONG_HOST: {
    status: 421,
    title: 'Unknown host',
    cause:
      'The `Host` header is neither a loopback host nor one of `ALLOWED_HOSTS`. This protects against DNS rebinding.',
    fix: 'Use one of the allowed host names, or add this one to `ALLOWED_HOSTS`.',
  },
  RANGE_TOO_LARGE: {
    status: 422,
    title: 'The range has too many days',
    cause:
      'The range has more than `MAX_RANGE_DAYS` days. Of a dataset with `expected`, only expected days count.',
    fix: 'Start several batches of at most `limit` days, or start Daysync with a larger `MAX_RANGE_DAYS`.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'Another request used this Idempotency-Key',
    cause: 'A different request used the same `Idempotency-Key` in the last 24 hours.',
    fix: 'Use a new key for each new request. Send a key again only with exactly the same request.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    cause:
      'One caller sent more than `limit` requests, or wrong tokens, in the window that `detail` names; or has `limit` event streams open.',
    fix: 'Wait for the seconds in `Retry-After`. Poll no more often than `poll_after_ms` says.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: 'The headers are too large',
    cause: 'The headers are larger than 16 kB in total.',
    fix: 'Send fewer or shorter headers. Cookies of other programs on the same host are a common reason.',
  },
  BAD_REQUEST: {
    status: 400,
    title: 'Malformed request',
    cause:
      'It is not an HTTP/1.1 request, it has several `Host` headers, or its path is malformed: it has a fragment, a `\\` or another character that is not allowed in a URI, or starts with two slashes.',
    fix: 'Send a well-formed request with a percent-encoded path.',
  },
  DATABASE_UNAVAILABLE: {
    status: 503,
    title: 'The database is not available',
    cause:
      'The disk is full, the database is not reachable, or another program has locked it. `detail` says whether anything was changed.',
    fix: 'Free disk space or restore the database, then send the same request again.',
  },
  BUSY: {
    status: 503,
    title: 'Too many expensive reads',
    cause:
      'Only a few reads that need much time or memory run at a time, for each caller and in total. `limit` others wait already, or this one has waited for 30 s.',
    fix: 'Try again after the seconds in `Retry-After`. A program waits for each answer before it sends the next read.',
  },
  STREAMS_EXHAUSTED: {
    status: 503,
    title: 'Too many event streams are open',
    cause: '`MAX_EVENT_STREAMS` event streams are already open.',
    fix: 'Poll the progress instead, or try again after the seconds in `Retry-After`.',
  },
  NOT_READY: {
    status: 503,
    title: 'Not ready',
    cause:
      'The database cannot be written, no batch can run, the disk is nearly full, or the program is stopping.',
    fix: '`checks` shows which of them it is. Batches continue automatically once it is fixed.',
  },
  STOPPING: {
    status: 503,
    title: 'The program is stopping',
    cause: 'The program was asked to stop.',
    fix: 'Try again after its restart. Batches then continue automatically.',
  },
  INTERNAL: {
    status: 500,
    title: 'Internal error',
    cause: 'A bug in Daysync.',
    fix: 'Find the request in the log by its `request_id`, and report the log lines.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

export interface InputError {
  /** Where: a JSON pointer (RFC 6901) into the body or the query's parameters, or `/headers/` or `/path/` and a name. */
  readonly pointer: string;
  readonly expected: string;
  readonly received: string;
}

export interface ReadinessCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Fields that depend on the code. */
export interface ProblemExtras {
  readonly errors?: readonly InputError[];
  readonly task_id?: string;
  readonly limit?: number;
  readonly state?: BatchStatus;
  readonly checks?: readonly ReadinessCheck[];
  /** For people, a line each. */
  readonly lines?: readonly string[];
  /** Sent as `Allow` as well. */
  readonly allow?: readonly string[];
}

/** An error that is answered in full (RFC 9457). Any other error is a bug, and its text stays in the log. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly code: ProblemCode,
    /** The expected and the received value. */
    readonly detail: string,
    readonly extras: ProblemExtras = {},
    /** For `Retry-After`. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(detail);
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** The answer to a bug. */
export function unexpected(): Problem {
  return new Problem('INTERNAL', 'an unexpected error; find it in the log by the request id');
}

export const ERRORS_PATH = '/docs/errors';

/** The `type` of a problem (RFC 9457): a link to its entry in the catalogue. */
export function problemType(code: ProblemCode): string {
  return `${ERRORS_PATH}#${code}`;
}
