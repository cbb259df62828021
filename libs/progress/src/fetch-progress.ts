import { isProgressOf, pollAnswerOf } from './poll-answer.js';
import type { PollAnswer } from './poll-progress.js';

/** What is read of an answer; that of the platform's `fetch` has it. */
export interface ProgressResponse {
  /** The HTTP status. */
  readonly status: number;
  /** Its headers, by names in any case. */
  readonly headers: { get(name: string): string | null };
  /** Its body; rejects where that is no JSON. */
  json(): Promise<unknown>;
}

/** Where and how the progress of a batch is asked for. */
export interface FetchProgressOptions {
  /** What stands before `/sync/batch/progress/{task_id}`: a path or an address. @default '/api/v1/sync-status' */
  readonly baseUrl?: string;
  /** The headers of each request, such as `Authorization`; a function is called for each. @default none */
  readonly headers?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /** Sends a request. @default the platform's `fetch` */
  readonly fetch?: (
    url: string,
    init: { readonly headers: Record<string, string>; readonly signal: AbortSignal },
  ) => Promise<ProgressResponse>;
}

/**
 * Asks for the progress of one batch over HTTP, as `pollProgress` wants it: what comes back is its `fetch`.
 * The answer of a success is `{ "status": "success", "data": <the progress> }`; of anything else the status, the
 * `Retry-After` and the `code` in the body count ({@link pollAnswerOf}).
 *
 * What it gives rejects where nobody has answered: no network, a gateway without its server, another server's page.
 */
export function fetchProgress(
  taskId: string,
  options: FetchProgressOptions = {},
): (signal: AbortSignal) => Promise<PollAnswer> {
  const { baseUrl = '/api/v1/sync-status', headers = {} } = options;
  const url = `${baseUrl.replace(/\/+$/, '')}/sync/batch/progress/${encodeURIComponent(taskId)}`;
  return async (signal) => {
    // Looked up at each request: whoever replaces the platform's is heeded.
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
      throw new TypeError(`expected the progress of ${taskId}, got something else`);
    }
    const code = fieldOf(await response.json().catch(() => null), 'code');
    const answer = pollAnswerOf({
      status,
      retryAfter: response.headers.get('Retry-After'),
      code: typeof code === 'string' ? code : 'UNKNOWN',
    });
    if (answer !== undefined) return answer;
    throw new TypeError(`expected an answer of the server, got status ${status}`);
  };
}

function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? (body as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
