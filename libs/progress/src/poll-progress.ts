import {
  asyncScheduler,
  catchError,
  concat,
  exhaustMap,
  ignoreElements,
  interval,
  map,
  merge,
  Observable,
  of,
  startWith,
  switchMap,
  takeWhile,
  timer,
  type SchedulerLike,
} from 'rxjs';
import { isTerminal, type Progress } from './progress.js';

/** What one request brought. Anything thrown instead counts as a passing failure and is tried again. */
export type PollAnswer =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The server can't answer now and says when to come back, if it does. */
  | { readonly kind: 'busy'; readonly retryAfterMs: number | null }
  /** The server will never answer this (an HTTP status 4xx other than 408, 425 and 429). */
  | { readonly kind: 'refused'; readonly code: string };

/** What a watcher sees. The stream completes after `refused`, `expired` and a terminal progress. */
export type PollUpdate =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'unreachable'; readonly failures: number; readonly retryInMs: number }
  | { readonly kind: 'refused'; readonly code: string }
  /** The deadline passed; the batch goes on without this watcher. */
  | { readonly kind: 'expired' };

export interface PollOptions {
  /** Asks once; the signal aborts when nobody listens any more. */
  readonly fetch: (signal: AbortSignal) => Promise<PollAnswer>;
  /** A number from 0 up to, not including, 1; spreads the retries of many watchers. */
  readonly random: () => number;
  /** @default 2000 */
  readonly intervalMs?: number;
  /** How long to watch at most. @default 1_800_000 (30 minutes) */
  readonly deadlineMs?: number;
  /** The longest wait between two failed requests. @default 30_000 */
  readonly maxBackoffMs?: number;
  /** Whose time it runs on. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/**
 * Polls the progress of a batch until its status is terminal, the server refuses, or the deadline passes.
 * The first request goes out at once; never are two under way at the same time; failures back off
 * exponentially with jitter and start anew after a success.
 */
export function pollProgress(options: PollOptions): Observable<PollUpdate> {
  const {
    fetch,
    random,
    intervalMs = 2_000,
    deadlineMs = 30 * 60_000,
    maxBackoffMs = 30_000,
    scheduler = asyncScheduler,
  } = options;

  const backoff = (failures: number): number => {
    const ceiling = Math.min(maxBackoffMs, intervalMs * 2 ** (failures - 1));
    return Math.round(ceiling * (0.5 + random() / 2));
  };

  const request = (failures: number): Observable<PollUpdate> =>
    ask(fetch).pipe(
      // The request itself may fail in any way (no network, no JSON): to the watcher all of them are "busy".
      catchError(() => of<PollAnswer>({ kind: 'busy', retryAfterMs: null })),
      switchMap((answer): Observable<PollUpdate> => {
        if (answer.kind !== 'busy') return of(answer);
        const retryInMs = Math.max(backoff(failures + 1), answer.retryAfterMs ?? 0);
        return concat(
          of<PollUpdate>({ kind: 'unreachable', failures: failures + 1, retryInMs }),
          timer(retryInMs, scheduler).pipe(ignoreElements()),
          request(failures + 1),
        );
      }),
    );

  const polling = interval(intervalMs, scheduler).pipe(
    startWith(-1),
    // exhaustMap: a tick that comes while an answer is under way is left out.
    exhaustMap(() => request(0)),
  );
  const expired = timer(deadlineMs, scheduler).pipe(map((): PollUpdate => ({ kind: 'expired' })));
  return merge(polling, expired).pipe(takeWhile(goesOn, true));
}

function goesOn(update: PollUpdate): boolean {
  switch (update.kind) {
    case 'progress':
      return !isTerminal(update.progress.status);
    case 'unreachable':
      return true;
    case 'refused':
    case 'expired':
      return false;
    default: {
      const unknown: never = update;
      return unknown;
    }
  }
}

/** One request, whose signal aborts when the stream is left before the answer is there. */
function ask(fetch: PollOptions['fetch']): Observable<PollAnswer> {
  return new Observable((subscriber) => {
    const controller = new AbortController();
    fetch(controller.signal).then(
      (answer) => {
        subscriber.next(answer);
        subscriber.complete();
      },
      (error: unknown) => subscriber.error(error),
    );
    return () => controller.abort();
  });
}
