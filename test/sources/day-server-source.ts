// A provider that sends one request a day, with the signal. The answer `CRASH` kills the process at once, as a fault
// in a native library does.
interface DayServerOptions {
  readonly url: string;
}

type Kind = 'passing' | 'lasting' | 'source_wide';

/** Node strips types and translates nothing: no parameter properties here. */
class DayServerError extends Error {
  readonly kind: Kind;
  readonly code: string;
  readonly retryAfterMs: number | undefined;

  constructor(kind: Kind, code: string, message: string, retryAfterMs?: number) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export default class DayServerSource {
  readonly #url: string;

  constructor({ url }: DayServerOptions) {
    this.#url = url;
  }

  async *fetchDay(day: string, signal: AbortSignal): AsyncGenerator<Record<string, unknown>> {
    const response = await fetch(`${this.#url}/${day}`, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new DayServerError(
        'source_wide',
        'SOURCE_DOWN',
        `expected an answer, got ${String(error)}`,
      );
    });
    const { status, headers } = response;
    const got = `expected 200 for ${day}, got ${status}`;
    if (status === 401) throw new DayServerError('source_wide', 'LOGIN_REFUSED', got);
    if (status === 429) {
      const seconds = Number(headers.get('retry-after'));
      throw new DayServerError('passing', 'RATE_LIMITED', got, seconds * 1_000);
    }
    if (status >= 500) throw new DayServerError('passing', 'SERVER_ERROR', got);
    if (status >= 400) throw new DayServerError('lasting', 'REQUEST_REFUSED', got);
    const text = await response.text();
    if (text === 'CRASH') process.kill(process.pid, 'SIGKILL');
    yield* JSON.parse(text) as Record<string, unknown>[];
  }
}
