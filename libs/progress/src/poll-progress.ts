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
import { isTerminal, POLL_AFTER_MS, type Progress } from './progress.js';
import { defaultRandom } from './random.js';

/** What one request brought. Anything thrown instead means that nobody answered, and is tried again. */
export type PollAnswer =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The server can't answer now and says when to come back, if it does. */
  | { readonly kind: 'busy'; readonly retryAfterMs: number | null }
  /** The server will never answer this (an HTTP status 4xx other than 408, 425 and 429). */
  | { readonly kind: 'refused'; readonly code: string };

/** What a watcher sees. The stream completes after `refused`, `expired` and a terminal progress. */
export type PollUpdate =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** Nobody answers: the network or the server is away. */
  | { readonly kind: 'unreachable'; readonly failures: number; readonly retryInMs: number }
  /** The server answers, but can't tell the progress now. */
  | { readonly kind: 'busy'; readonly failures: number; readonly retryInMs: number }
  | { readonly kind: 'refused'; readonly code: string }
  /** The deadline passed; the batch goes on without this watcher. */
  | { readonly kind: 'expired' };

/** What to poll, and how often. */
export interface PollOptions {
  /** Asks once; the signal aborts when nobody listens any more. */
  readonly fetch: (signal: AbortSignal) => Promise<PollAnswer>;
  /** A number from 0 up to, not including, 1; spreads the retries of many watchers. @default Math.random */
  readonly random?: () => number;
  /** How long to wait between two requests until a progress says it itself (`poll_after_ms`). @default 2000 */
  readonly intervalMs?: number;
  /**
   * How far apart two requests are at least, whatever a progress asks for; it may change at any time, as when a
   * page is hidden and shown. Once it is shorter than before, the next request goes out at once, or as soon as a
   * busy server allows, and the deadline starts anew. @default always 0
   */
  readonly leastIntervalMs?: Observable<number>;
  /** How long to watch at most; `Infinity` where the caller ends it. @default 1_800_000 (30 minutes) */
  readonly deadlineMs?: number;
  /** How long one request may take. @default 10_000 */
  readonly timeoutMs?: number;
  /** The longest wait while the server is busy. @default 30_000 */
  readonly maxBackoffMs?: number;
  /** The longest wait while nobody answers. @default 3_000 */
  readonly maxProbeMs?: number;
  /** Whose time it runs on. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/** Whatever a progress asks for: a server is not asked more often, and a watcher does not lose sight of the batch. */
const SHORTEST_PERIOD_MS = 250;
const LONGEST_PERIOD_MS = 60_000;

type Failure = Extract<PollUpdate, { readonly kind: 'unreachable' | 'busy' }>;
type Silence = { readonly kind: 'silent' };

/**
 * Polls the progress of a batch until its status is terminal, the server refuses, or the deadline passes.
 * The first request goes out at once; never are two under way at the same time; failures back off
 * exponentially with jitter and start anew after a success. The interval is what the newest progress asks for.
 *
 * Where nobody answers the wait stays short: it spares no one, and a server that was restarted is seen again within
 * seconds, however long it was away. No more requests reach it then than a watched batch sends anyway.
 */
export function pollProgress(options: PollOptions): Observable<PollUpdate> {
  const {
    fetch,
    random = defaultRandom,
    intervalMs = POLL_AFTER_MS,
    leastIntervalMs = NEVER,
    deadlineMs = 30 * 60_000,
    timeoutMs = 10_000,
    maxBackoffMs = 30_000,
    maxProbeMs = 3_000,
    scheduler = asyncScheduler,
  } = options;

  let leastMs = 0;
  // It may complete, as `of(30_000)` does; a wait that it ended with would be none.
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

  const backoff = (failures: number, longest: number): number => {
    const ceiling = Math.min(longest, intervalMs * 2 ** (failures - 1));
    return Math.round(ceiling * (0.5 + random() / 2));
  };

  /** What the watcher sees of an answer. `before` is the failure that the request followed. */
  const seen = (answer: PollAnswer | Silence, before: Failure | undefined): PollUpdate => {
    const failures = (kind: Failure['kind']): number =>
      before?.kind === kind ? before.failures + 1 : 1;
    switch (answer.kind) {
      case 'progress':
      case 'refused':
        return answer;
      case 'busy': {
        const count = failures('busy');
        const waitMs = Math.max(backoff(count, maxBackoffMs), answer.retryAfterMs ?? 0);
        return { kind: 'busy', failures: count, retryInMs: Math.max(waitMs, leastMs) };
      }
      case 'silent': {
        const count = failures('unreachable');
        const waitMs = backoff(count, maxProbeMs);
        return { kind: 'unreachable', failures: count, retryInMs: Math.max(waitMs, leastMs) };
      }
    }
  };

  /** Asks until there is an answer. One request takes the place of the other: no failure nests into the one before. */
  const answered = (): Observable<PollUpdate> => {
    let before: Failure | undefined;
    let askedMs = 0;
    return ask(fetch).pipe(
      timeout({ first: timeoutMs, scheduler }),
      // It may fail in any way (no network, no JSON, no end): to the watcher all of them are silence.
      catchError(() => of<Silence>({ kind: 'silent' })),
      map((answer) => {
        const update = seen(answer, before);
        before = 'retryInMs' in update ? update : undefined;
        askedMs = answer.kind === 'busy' ? (answer.retryAfterMs ?? 0) : 0;
        return update;
      }),
      repeat({ delay: () => (before === undefined ? EMPTY : pause(before.retryInMs, askedMs)) }),
    );
  };
  /** Over once the wait is, or is no longer wanted so long, and the time that the server asked for has passed. */
  const pause = (waitMs: number, askedMs: number): Observable<unknown> =>
    combineLatest([race(timer(waitMs, scheduler), shortened), timer(askedMs, scheduler)]).pipe(
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
    // exhaustMap: a tick that comes while an answer is under way is left out.
    exhaustMap(() => answered()),
    tap((update) => {
      if (update.kind === 'progress') period.next(askedPeriod(update.progress) ?? intervalMs);
    }),
  );
  const expired = shortened.pipe(
    startWith(undefined),
    switchMap(() => (Number.isFinite(deadlineMs) ? timer(deadlineMs, scheduler) : NEVER)),
    map((): PollUpdate => ({ kind: 'expired' })),
  );
  return merge(polling, expired).pipe(takeWhile(goesOn, true));
}

/** The interval that a progress asks for, within bounds; nothing where it asks for none. */
function askedPeriod({ poll_after_ms: asked }: Progress): number | undefined {
  if (!Number.isFinite(asked)) return undefined;
  return Math.min(Math.max(asked, SHORTEST_PERIOD_MS), LONGEST_PERIOD_MS);
}

function goesOn(update: PollUpdate): boolean {
  if (update.kind === 'progress') return !isTerminal(update.progress.status);
  return update.kind !== 'refused' && update.kind !== 'expired';
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
