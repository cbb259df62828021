import { fetchProgress, progressUrl, type FetchProgressOptions } from './fetch-progress.js';
import { pause } from './pause.js';
import { isProgressOf, type PollAnswer, type PollUpdate } from './poll-answer.js';
import { failureAfter, LONGEST_PERIOD_MS, type RetriedFailure } from './poll-timing.js';
import { isOlder, isTerminal, POLL_AFTER_MS, type Progress } from './progress.js';

/** An update of a watched batch. */
export type WatchUpdate = Exclude<PollUpdate, { readonly kind: 'expired' }>;

/** What to watch, and how. */
export interface WatchProgressOptions extends Omit<FetchProgressOptions, 'fetch'> {
  /** Sends a request. @default the platform's `fetch` */
  readonly fetch?: typeof globalThis.fetch;
  /** Ends the watch: its request is aborted, and the iteration ends without an error. @default never */
  readonly signal?: AbortSignal;
  /** Whether to use server-sent events; without them the batch is polled. @default true */
  readonly stream?: boolean;
  /** The least interval between polls, whatever a progress sets, in milliseconds. @default 250 */
  readonly leastIntervalMs?: number;
  /** How long one request may take; a stream may be silent at its beginning for as long, and 10 s at most. @default 10_000 */
  readonly timeoutMs?: number;
  /** What is known of the batch: no older progress follows. @default nothing */
  readonly newest?: Progress | undefined;
  /** From 0 to less than 1; spreads the retries of many clients. @default Math.random */
  readonly random?: () => number;
}

/** The server sends the current progress at once. */
const LONGEST_FIRST_SILENCE_MS = 10_000;
/** The server sends a comment every 15 s. */
const SILENCE_MS = 45_000;
/** How long to poll before a stream is tried again that could not be opened. */
const STREAM_RETRY_MS = 30_000;

/**
 * Watches the progress of a batch by server-sent events, until the batch ends, the server refuses or the signal aborts.
 * While there is no stream (a lost connection, a proxy that holds events back, a server without streams), the batch is
 * polled, and the stream is tried again later. Requests never overlap; failures back off exponentially with jitter.
 * It needs no other package, unlike `pollProgress`.
 *
 * @returns the updates in order: never an older progress after a newer one. The last one is `refused` or has a terminal
 * status, unless the signal aborts.
 */
export async function* watchProgress(
  taskId: string,
  options: WatchProgressOptions = {},
): AsyncGenerator<WatchUpdate, void, undefined> {
  const { stream = true, leastIntervalMs = 250, timeoutMs = 10_000 } = options;
  const { signal = new AbortController().signal } = options;
  const poll = fetchProgress(taskId, options);
  let { newest } = options;
  let failure: RetriedFailure | undefined;
  let streamInMs = stream ? 0 : Infinity;

  while (!signal.aborted) {
    if (streamInMs <= 0 && failure === undefined) {
      let received = false;
      for await (const progress of streamOf(taskId, options, signal)) {
        received = true;
        if (newest !== undefined && isOlder(progress, newest)) continue;
        newest = progress;
        yield { kind: 'progress', progress };
        if (isTerminal(progress.status)) return;
      }
      streamInMs = received ? 0 : STREAM_RETRY_MS;
    }

    // After a stream, this says why it ended: the server is down, refuses, or has too many streams.
    const answer = await ask(poll, signal, timeoutMs);
    if (hasAborted(signal)) return;
    let waitMs: number;
    if (answer?.kind === 'progress') {
      failure = undefined;
      if (newest === undefined || !isOlder(answer.progress, newest)) newest = answer.progress;
      // Also for an older one: it says that the server answers again.
      yield { kind: 'progress', progress: newest };
      if (isTerminal(newest.status)) return;
      const asked = newest.poll_after_ms;
      const periodMs = Number.isFinite(asked) ? Math.min(asked, LONGEST_PERIOD_MS) : POLL_AFTER_MS;
      waitMs = Math.max(periodMs, leastIntervalMs);
    } else if (answer?.kind === 'refused') {
      yield answer;
      return;
    } else {
      failure = failureAfter(failure, answer, leastIntervalMs, options);
      waitMs = failure.retryInMs;
      yield failure;
    }
    await pause(waitMs, signal);
    streamInMs -= waitMs;
  }
}

/** A function, because the compiler does not expect that it changes while the loop waits. */
function hasAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** One poll; `undefined` without an answer. */
async function ask(
  poll: (signal: AbortSignal) => Promise<PollAnswer>,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<PollAnswer | undefined> {
  const limit = limited(signal);
  limit.restart(timeoutMs);
  try {
    return await poll(limit.signal);
  } catch {
    // Any failure counts as no answer: network, JSON, timeout.
    return undefined;
  } finally {
    limit.end();
  }
}

/** The progress in the events of one stream. It ends without an error when the connection ends, for any reason. */
async function* streamOf(
  taskId: string,
  { headers = {}, timeoutMs = 10_000, ...options }: WatchProgressOptions,
  signal: AbortSignal,
): AsyncGenerator<Progress, void, undefined> {
  const fetch = options.fetch ?? globalThis.fetch;
  const url = `${progressUrl(taskId, options)}/events`;
  const limit = limited(signal);
  // Until the first event: a proxy may hold events back.
  limit.restart(Math.min(timeoutMs, LONGEST_FIRST_SILENCE_MS));
  try {
    const given = typeof headers === 'function' ? headers() : headers;
    const response = await fetch(url, {
      headers: { ...given, accept: 'text/event-stream' },
      signal: limit.signal,
    });
    const type = response.headers.get('content-type') ?? '';
    if (response.status !== 200 || response.body === null || !/^text\/event-stream/i.test(type)) {
      await response.body?.cancel();
      return;
    }
    const reader = response.body.getReader();
    try {
      for await (const data of eventData(reader, () => limit.restart(SILENCE_MS))) {
        if (isProgressOf(taskId, data)) yield data;
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  } catch {
    // The connection broke off, or was silent for too long.
  } finally {
    limit.end();
  }
}

/** The `data` of each event as JSON. @param heard is called for each block, comments included */
async function* eventData(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  heard: () => void,
): AsyncGenerator<unknown, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += decoder.decode(value, { stream: true });
    const events = rest.split(/\r?\n\r?\n/);
    rest = events.pop() ?? '';
    for (const event of events) {
      heard();
      const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'));
      if (lines.length > 0) yield JSON.parse(lines.map((line) => line.slice(5)).join('\n'));
    }
  }
}

/** A signal that aborts with another one, or when its time is over; a restart begins the time anew. */
function limited(outer: AbortSignal): {
  readonly signal: AbortSignal;
  restart(ms: number): void;
  end(): void;
} {
  const controller = new AbortController();
  const abort = (): void => controller.abort(outer.reason);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    clearTimeout(timer);
    outer.removeEventListener('abort', abort);
  };
  if (outer.aborted) abort();
  else outer.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    restart(ms) {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(), ms);
    },
    end,
  };
}
