import { pause } from '../../progress/src/pause.js';
import { pollAnswerOf } from '../../progress/src/poll-answer.js';
import { POLL_AFTER_MS, type Progress as WatchedProgress } from '../../progress/src/progress.js';
import { watchProgress } from '../../progress/src/watch-progress.js';
import { DaysyncError } from './daysync-error.js';
import type {
  BatchDays,
  BatchPage,
  BatchQuery,
  DatasetList,
  DatasetPage,
  ExtendRequest,
  Preview,
  Progress,
  RecordPage,
  RecordQuery,
  RetryRequest,
  StartRequest,
} from './api/wire.js';
import {
  RequestClient,
  type CallOptions,
  type DaysyncClientOptions,
  type StartOnceOptions,
} from './request-client.js';

const API = '/api/v1/sync-status';
const BATCHES = `${API}/sync/batch`;

/** Why there is no progress for now; the watch goes on. */
export interface WatchFailure {
  /** Whether no answer came, or the server could not do it now. */
  readonly kind: 'unreachable' | 'busy';
  /** How many in a row. */
  readonly failures: number;
  /** When it is asked again, in milliseconds. */
  readonly retryInMs: number;
}

/** How a batch is watched. */
export interface WatchCallOptions extends CallOptions {
  /** Called while the server is down or busy, after each failed request. @default nothing */
  readonly onFailure?: (failure: WatchFailure) => void;
  /** Whether to use server-sent events; without them the batch is polled. @default true */
  readonly stream?: boolean;
}

/** A client of the Daysync API; {@link createClient} creates it. Every method rejects with a `DaysyncError`. */
export class DaysyncClient extends RequestClient {
  /** Starts a batch over a range of days. @returns its progress with its `task_id` */
  start(request: StartRequest, options?: StartOnceOptions): Promise<Progress> {
    return this.request('post', BATCHES, { body: request, ...startOf(options) });
  }

  /** Shows what a start would do with each day. Nothing starts. */
  preview(request: StartRequest, options?: CallOptions): Promise<Preview> {
    return this.request('post', `${BATCHES}/preview`, { body: request, ...options });
  }

  /** Lists batches, active ones first, in pages. */
  batches(query: BatchQuery = {}, options?: CallOptions): Promise<BatchPage> {
    return this.request('get', BATCHES, { query, ...options });
  }

  /** The progress of a batch. */
  progress(taskId: string, options?: CallOptions): Promise<Progress> {
    return this.request('get', `${BATCHES}/progress/{task_id}`, { ...of(taskId), ...options });
  }

  /** The days of a batch with their outcomes, or those that changed since the `cursor` of an earlier answer. */
  days(
    taskId: string,
    { since, ...options }: CallOptions & { readonly since?: string } = {},
  ): Promise<BatchDays> {
    const query = since === undefined ? {} : { since };
    return this.request('get', `${BATCHES}/{task_id}/days`, { ...of(taskId), query, ...options });
  }

  /** Pauses a batch: days in flight finish, no new one begins. */
  pause(taskId: string, options?: CallOptions): Promise<Progress> {
    return this.request('post', `${BATCHES}/{task_id}/pause`, { ...of(taskId), ...options });
  }

  /** Resumes a paused batch. */
  resume(taskId: string, options?: CallOptions): Promise<Progress> {
    return this.request('post', `${BATCHES}/{task_id}/resume`, { ...of(taskId), ...options });
  }

  /** Cancels a batch. */
  cancel(taskId: string, options?: CallOptions): Promise<Progress> {
    return this.request('post', `${BATCHES}/{task_id}/cancel`, { ...of(taskId), ...options });
  }

  /** Tries the failed days of a batch again, or those with one of the `codes`, as a new batch. @returns that batch */
  retry(taskId: string, request: RetryRequest = {}, options?: StartOnceOptions): Promise<Progress> {
    const path = `${BATCHES}/{task_id}/retry` as const;
    return this.request('post', path, { ...of(taskId), body: request, ...startOf(options) });
  }

  /** Gives a batch that has not ended a larger range. */
  extend(taskId: string, request: ExtendRequest, options?: CallOptions): Promise<Progress> {
    const path = `${BATCHES}/{task_id}/extend` as const;
    return this.request('post', path, { ...of(taskId), body: request, ...options });
  }

  /** Lists the sync records of days: filter, sort, page. */
  records(query: RecordQuery = {}, options?: CallOptions): Promise<RecordPage> {
    return this.request('get', `${API}/records`, { query, ...options });
  }

  /** What is configured, with the coverage of each dataset. */
  datasets(options?: CallOptions): Promise<DatasetList> {
    return this.request('get', `${API}/datasets`, { ...options });
  }

  /** One dataset, with its entry in the datasets file. */
  dataset(name: string, options?: CallOptions): Promise<DatasetPage> {
    return this.request('get', `${API}/datasets/{name}`, { path: { name }, ...options });
  }

  /**
   * Watches a batch to its end: `for await (const progress of daysync.watch(taskId)) …`. It yields the current progress
   * and each change, by server-sent events; where those do not arrive, the batch is polled. It goes on when the server
   * was down. The last progress has the batch's end; leaving the loop ends the watch.
   * @throws {DaysyncError} if the server refuses; the reason of the signal, if that aborts
   */
  async *watch(
    taskId: string,
    { signal, onFailure, stream = true }: WatchCallOptions = {},
  ): AsyncGenerator<Progress, void, undefined> {
    const { url, timeoutMs, fetch = globalThis.fetch } = this.options;
    const watched = {
      baseUrl: String(url).replace(/\/*$/, API),
      headers: () => this.headers(),
      fetch,
      stream,
      ...(signal && { signal }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    };
    let newest: WatchedProgress | undefined;
    let isRefused: boolean;
    do {
      isRefused = false;
      for await (const update of watchProgress(taskId, { ...watched, newest })) {
        if (update.kind === 'refused') {
          await pause(await this.afterRefusal(taskId, signal), signal);
          isRefused = true;
        } else if (update.kind === 'progress') {
          if (update.progress.rev !== newest?.rev) yield update.progress;
          newest = update.progress;
        } else onFailure?.(update);
      }
    } while (isRefused);
    signal?.throwIfAborted();
  }

  /**
   * Asks again after a refusal, which may have passed, as with a token that is new by now.
   * @returns when to ask the next time, in milliseconds
   * @throws {DaysyncError} the whole problem, if the server refuses again
   */
  private async afterRefusal(taskId: string, signal: AbortSignal | undefined): Promise<number> {
    try {
      return (await this.progress(taskId, { signal })).poll_after_ms;
    } catch (error) {
      if (!(error instanceof DaysyncError)) throw error;
      const { code, status } = error;
      if (pollAnswerOf({ code, status, retryAfter: null })?.kind === 'refused') throw error;
      return POLL_AFTER_MS;
    }
  }

  /** Waits for the end of a batch. @returns its last progress @throws as `watch` does */
  async ended(taskId: string, options?: WatchCallOptions): Promise<Progress> {
    let last: Progress | undefined;
    for await (const progress of this.watch(taskId, options)) last = progress;
    return last ?? this.progress(taskId, options);
  }
}

/** A client of the Daysync API at an address. */
export function createClient(options: DaysyncClientOptions): DaysyncClient {
  return new DaysyncClient(options);
}

function of(taskId: string): { readonly path: { readonly task_id: string } } {
  return { path: { task_id: taskId } };
}

/** A start always has a key: where its answer is lost, it is sent again. */
function startOf(options: StartOnceOptions = {}): StartOnceOptions {
  return { ...options, idempotencyKey: options.idempotencyKey ?? randomKey() };
}

/** `randomUUID` needs https; this does not. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
