import { fieldOf, isProgressOf, pollAnswerOf, type PollAnswer } from './poll-answer.js';

/** The parts of a response that are read; a `Response` of the platform has them. */
export interface ProgressResponse {
  /** The HTTP status. */
  readonly status: number;
  /** The headers; names are case-insensitive. */
  readonly headers: { get(name: string): string | null };
  /** The body; rejects if it is not JSON. */
  json(): Promise<unknown>;
}

/** How the progress of a batch is requested. */
export interface FetchProgressOptions {
  /** The path or address before `/sync/batch/progress/{task_id}`. @default '/api/v1/sync-status' */
  readonly baseUrl?: string;
  /** The headers of each request, such as `Authorization`; a function is called for each request. @default none */
  readonly headers?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /** Sends a request. @default the platform's `fetch` */
  readonly fetch?: (
    url: string,
    init: { readonly headers: Record<string, string>; readonly signal: AbortSignal },
  ) => Promise<ProgressResponse>;
}

/** The address of the progress of a batch. */
export function progressUrl(
  taskId: string,
  { baseUrl = '/api/v1/sync-status' }: Pick<FetchProgressOptions, 'baseUrl'>,
): string {
  return `${baseUrl.replace(/\/+$/, '')}/sync/batch/progress/${encodeURIComponent(taskId)}`;
}

/**
 * Requests the progress of one batch over HTTP: the result is the `fetch` option of `pollProgress`.
 * The body of a success is `{ "status": "success", "data": <the progress> }`. Of other responses the status, the
 * `Retry-After` and the `code` in the body are read ({@link pollAnswerOf}).
 *
 * The request rejects without an answer from the server: no network, a proxy whose server is down, another server.
 */
export function fetchProgress(
  taskId: string,
  options: FetchProgressOptions = {},
): (signal: AbortSignal) => Promise<PollAnswer> {
  const { headers = {} } = options;
  const url = progressUrl(taskId, options);
  return async (signal) => {
    // Read at each request: a page may replace the platform's `fetch`.
    const fetch = options.fetch ?? globalThis.fetch;
    const given = typeof headers === 'function' ? headers() : headers;
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...given },
      signal,
    });
    const { status } = response;
    if (status === 200) {
      const progress = fieldOf(await response.json(), 'data');
      if (isProgressOf(taskId, progress)) return { kind: 'progress', progress };
      throw new TypeError(`expected the progress of ${taskId}, got another`);
    }
    const code = fieldOf(await response.json().catch(() => null), 'code');
    const answer = pollAnswerOf({
      status,
      retryAfter: response.headers.get('Retry-After'),
      code: typeof code === 'string' ? code : 'UNKNOWN',
    });
    if (answer !== undefined) return answer;
    throw new TypeError(`expected an answer, got status ${status}`);
  };
}
