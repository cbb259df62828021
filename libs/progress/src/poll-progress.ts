import {
  asyncScheduler,
  BehaviorSubject,
  catchError,
  combineLatest,
  concat,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  filter,
  interval,
  map,
  merge,
  NEVER,
  Observable,
  of,
  pairwise,
  race,
  repeat,
  shareReplay,
  startWith,
  switchMap,
  take,
  takeWhile,
  tap,
  timeout,
  timer,
  type SchedulerLike,
} from 'rxjs';
import type { PollAnswer, PollUpdate } from './poll-answer.js';
import { failureAfter, LONGEST_PERIOD_MS, type RetriedFailure } from './poll-timing.js';
import { isOlder, isTerminal, POLL_AFTER_MS, type Progress } from './progress.js';

/** What to poll, and how often. */
export interface PollOptions {
  /** Sends one request; the signal aborts on timeout or when the subscriber leaves. */
  readonly fetch: (signal: AbortSignal) => Promise<PollAnswer>;
  /** From 0 to less than 1; spreads the retries of many clients. @default Math.random */
  readonly random?: () => number;
  /** The interval between requests until a progress sets it (`poll_after_ms`). @default 2000 */
  readonly intervalMs?: number;
  /**
   * The least interval between requests, whatever a progress sets. It may change at any time, for example when a page
   * is hidden and shown. When it becomes shorter, the next request is sent at once, or as soon as a busy server
   * allows, and the deadline restarts. @default always 0
   */
  readonly leastIntervalMs?: Observable<number>;
  /** How long to poll at most; `Infinity` where the subscriber ends it. @default 1_800_000 (30 minutes) */
  readonly deadlineMs?: number;
  /** How long one request may take. @default 10_000 */
  readonly timeoutMs?: number;
  /** The longest wait while the server is busy. @default 30_000 */
  readonly maxBackoffMs?: number;
  /** The longest wait while the server is unreachable. @default 3_000 */
  readonly maxProbeMs?: number;
  /** What is known of the batch: no older progress follows. @default nothing */
  readonly newest?: Progress | undefined;
  /** The scheduler of all timers. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/** The shortest interval that a progress may set: it protects the server. */
const SHORTEST_PERIOD_MS = 250;

type NoAnswer = { readonly kind: 'no_answer' };

/**
 * Polls the progress of a batch until its status is terminal, the server refuses, or the deadline passes.
 * The first request is sent at once. Requests never overlap. Failures back off exponentially with jitter, until the
 * next success. The newest progress sets the interval. An answer with an older progress counts as one with the newest:
 * behind a balancer, another process may answer that knows less.
 *
 * While the server is unreachable the wait stays short: a restarted server is seen within seconds, and receives no more
 * requests than usual.
 */
export function pollProgress(options: PollOptions): Observable<PollUpdate> {
  const {
    fetch,
    intervalMs = POLL_AFTER_MS,
    leastIntervalMs = NEVER,
    deadlineMs = 30 * 60_000,
    timeoutMs = 10_000,
    scheduler = asyncScheduler,
  } = options;

  let leastMs = 0;
  // It may complete, as `of(30_000)` does; its last value stays in force.
  const least = concat(leastIntervalMs, NEVER).pipe(
    startWith(leastMs),
    distinctUntilChanged(),
    tap((ms) => (leastMs = ms)),
    shareReplay({ bufferSize: 1, refCount: true }),
  );
  const shortened = least.pipe(
    pairwise(),
    filter(([before, now]) => now < before),
  );

  let { newest } = options;
  /** The update for an answer. `before` is the failure before the request, if any. */
  const updateFor = (
    answer: PollAnswer | NoAnswer,
    before: RetriedFailure | undefined,
  ): PollUpdate => {
    switch (answer.kind) {
      case 'progress': {
        const { progress } = answer;
        if (newest !== undefined && isOlder(progress, newest)) {
          return { kind: 'progress', progress: newest };
        }
        newest = progress;
        return answer;
      }
      case 'refused':
        return answer;
      case 'busy':
        return failureAfter(before, answer, leastMs, options);
      case 'no_answer':
        return failureAfter(before, undefined, leastMs, options);
    }
  };

  /** Sends requests until one succeeds or is refused; `repeat` instead of recursion, so that failures do not nest. */
  const poll = (): Observable<PollUpdate> => {
    let before: RetriedFailure | undefined;
    let retryAfterMs = 0;
    return ask(fetch).pipe(
      timeout({ first: timeoutMs, scheduler }),
      // Any failure (network, JSON, timeout) counts as no answer.
      catchError(() => of<NoAnswer>({ kind: 'no_answer' })),
      map((answer) => {
        const update = updateFor(answer, before);
        before = 'retryInMs' in update ? update : undefined;
        retryAfterMs = answer.kind === 'busy' ? (answer.retryAfterMs ?? 0) : 0;
        return update;
      }),
      repeat({
        delay: () => (before === undefined ? EMPTY : pause(before.retryInMs, retryAfterMs)),
      }),
    );
  };
  /** Ends after the wait, or when the least interval becomes shorter; never before the time that the server asked for. */
  const pause = (waitMs: number, retryAfterMs: number): Observable<unknown> =>
    combineLatest([race(timer(waitMs, scheduler), shortened), timer(retryAfterMs, scheduler)]).pipe(
      take(1),
    );

  const period = new BehaviorSubject(intervalMs);
  const regular = combineLatest([period, least]).pipe(
    map(([asked, atLeast]) => Math.max(asked, atLeast)),
    distinctUntilChanged(),
    switchMap((periodMs) => interval(periodMs, scheduler)),
  );
  const ticks = merge(regular, shortened);
  const polling = ticks.pipe(
    startWith(-1),
    // exhaustMap drops ticks during a request.
    exhaustMap(poll),
    tap((update) => {
      if (update.kind === 'progress') period.next(askedPeriod(update.progress) ?? intervalMs);
    }),
  );
  const expired = shortened.pipe(
    startWith(undefined),
    switchMap(() => (Number.isFinite(deadlineMs) ? timer(deadlineMs, scheduler) : NEVER)),
    map((): PollUpdate => ({ kind: 'expired' })),
  );
  return merge(polling, expired).pipe(takeWhile(continues, true));
}

/** The interval that a progress sets, within bounds. */
function askedPeriod({ poll_after_ms: asked }: Progress): number | undefined {
  if (!Number.isFinite(asked)) return undefined;
  return Math.min(Math.max(asked, SHORTEST_PERIOD_MS), LONGEST_PERIOD_MS);
}

function continues(update: PollUpdate): boolean {
  if (update.kind === 'progress') return !isTerminal(update.progress.status);
  return update.kind !== 'refused' && update.kind !== 'expired';
}

/** One request; unsubscribing aborts its signal. */
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
