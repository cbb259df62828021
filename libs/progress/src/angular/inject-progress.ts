import { isPlatformServer } from '@angular/common';
import { HttpClient } from '@angular/common/http';
import {
  assertInInjectionContext,
  computed,
  effect,
  inject,
  InjectionToken,
  Injector,
  linkedSignal,
  makeStateKey,
  NgZone,
  PendingTasks,
  PLATFORM_ID,
  runInInjectionContext,
  TransferState,
  untracked,
  type Provider,
  type Signal,
  type StateKey,
} from '@angular/core';
import {
  concat,
  filter,
  finalize,
  NEVER,
  take,
  takeWhile,
  type Observable,
  type Subscription,
} from 'rxjs';
import { fetchProgress, type FetchProgressOptions } from '../fetch-progress.js';
import type { PollUpdate } from '../poll-answer.js';
import { pollProgress, type PollOptions } from '../poll-progress.js';
import { isTerminal, type Progress } from '../progress.js';
import { httpClientFetch } from './http-client-fetch.js';

/** How an app requests and polls progress. */
export interface ProgressSettings extends FetchProgressOptions, Omit<PollOptions, 'fetch'> {
  /** Sends a request. @default the app's `HttpClient`, so that interceptors see it */
  readonly fetch?: NonNullable<FetchProgressOptions['fetch']>;
}

/** The settings of one `injectProgress`. */
export interface InjectProgressSettings extends ProgressSettings {
  /** Whose services it uses, and with which it ends. @default that of the injection context it is called in */
  readonly injector?: Injector;
}

const PROGRESS_SETTINGS = new InjectionToken<ProgressSettings>('ProgressSettings', {
  providedIn: 'root',
  factory: () => ({}),
});

/**
 * The default settings of every `injectProgress` below.
 * @param settings an object, or a function that may call `inject`, for example for the service that has the token
 */
export function provideProgress(settings: ProgressSettings | (() => ProgressSettings)): Provider {
  return typeof settings === 'function'
    ? { provide: PROGRESS_SETTINGS, useFactory: settings }
    : { provide: PROGRESS_SETTINGS, useValue: settings };
}

/** An update without a progress: why the newest progress may be stale, or is the last. */
export type PollFailure = Exclude<PollUpdate, { readonly kind: 'progress' }>;

/** The live progress of one batch. All signals reset when the `task_id` changes. */
export interface WatchedProgress {
  /** The newest progress; `undefined` before the first. It stays while the server is down, and after the end. */
  readonly progress: Signal<Progress | undefined>;
  /** The result of the latest request; `undefined` before the first. */
  readonly update: Signal<PollUpdate | undefined>;
  /** Why the latest request failed; `undefined` after a success. */
  readonly error: Signal<PollFailure | undefined>;
  /** Whether it polls: not without a `task_id`, nor after the batch's end, a refusal or the deadline. */
  readonly isPolling: Signal<boolean>;
}

/**
 * Polls the progress of a batch as signals, for the lifetime of the component, directive or service that calls it.
 * A function instead of a decorated class: the package needs no Angular compiler.
 *
 * While a page is rendered on a server, it asks once, and the page waits for that answer. The browser begins with that
 * progress, if its `baseUrl` is the same, and polls on unless the batch has ended. Anything but a progress is left to
 * the browser, which asks again.
 * @param taskId the batch, as a signal or a function of signals; without a batch (or with `''`), no request is sent
 * @param settings override those of `provideProgress`. There is no deadline by default: polling ends with the batch or
 * with the caller.
 * @throws {RuntimeError} (NG0203) if it is called outside of an injection context without an `injector`.
 */
export function injectProgress(
  taskId: () => string | null | undefined,
  settings: InjectProgressSettings = {},
): WatchedProgress {
  const { injector, ...own } = settings;
  if (injector !== undefined) {
    return runInInjectionContext(injector, () => injectProgress(taskId, own));
  }
  assertInInjectionContext(injectProgress);
  const given = { deadlineMs: Infinity, ...inject(PROGRESS_SETTINGS), ...own };
  const zone = inject(NgZone);
  const fetch = given.fetch ?? httpClientFetch(inject(HttpClient));
  // In the zone: what an interceptor opens is checked for changes.
  const options = {
    ...given,
    fetch: (...asked: Parameters<typeof fetch>) => zone.run(() => fetch(...asked)),
  };
  const isOnServer = isPlatformServer(inject(PLATFORM_ID));
  const pendingTasks = inject(PendingTasks);
  const transferState = inject(TransferState);
  const keyOf = (id: string): StateKey<Progress | undefined> =>
    makeStateKey(`daysync-progress ${options.baseUrl ?? ''} ${id}`);
  /** What the page of a server has of a batch. */
  const rendered = (id: string | null | undefined): Progress | undefined =>
    isGiven(id) ? transferState.get(keyOf(id), undefined) : undefined;
  const source = computed(taskId);
  // linkedSignal resets at once: the progress of one batch is never shown for another.
  const progress = linkedSignal({ source, computation: rendered });
  const update = linkedSignal({
    source,
    computation: (id): PollUpdate | undefined => {
      const first = rendered(id);
      return first && { kind: 'progress', progress: first };
    },
  });
  const isPolling = linkedSignal(() => isGiven(source()) && !hasEnded(rendered(source())));

  effect((onCleanup) => {
    const id = source();
    if (!isGiven(id)) return;
    // The next caller begins with what is current, not with an old page.
    if (!isOnServer) onCleanup(() => transferState.remove(keyOf(id)));
    if (hasEnded(rendered(id))) return;
    /** An answer may come before this effect has noticed that the batch is another. */
    const isCurrent = (): boolean => untracked(source) === id;
    const watch = (): Subscription => {
      const updates = pollProgress({
        ...options,
        newest: progress(),
        fetch: fetchProgress(id, options),
      });
      return (isOnServer ? firstProgress(updates, pendingTasks) : updates).subscribe({
        next: (newest) => {
          if (!isCurrent()) return;
          update.set(newest);
          if (newest.kind !== 'progress') return;
          progress.set(newest.progress);
          if (isOnServer) transferState.set(keyOf(id), newest.progress);
          else transferState.remove(keyOf(id));
        },
        complete: () => {
          if (isCurrent()) isPolling.set(false);
        },
      });
    };
    // Its timers are outside of the zone: an app is stable between two requests. Untracked: a signal that the request reads, such as a
    // token, does not restart it.
    const watching = zone.runOutsideAngular(() => untracked(watch));
    onCleanup(() => watching.unsubscribe());
  });

  return {
    progress: progress.asReadonly(),
    update: update.asReadonly(),
    error: computed(() => failureIn(update())),
    isPolling: isPolling.asReadonly(),
  };
}

function isGiven(taskId: string | null | undefined): taskId is string {
  return taskId !== null && taskId !== undefined && taskId !== '';
}

function hasEnded(progress: Progress | undefined): boolean {
  return progress !== undefined && isTerminal(progress.status);
}

function failureIn(update: PollUpdate | undefined): PollFailure | undefined {
  return update === undefined || update.kind === 'progress' ? undefined : update;
}

/** The first answer if it is a progress. The page waits for it; all else is left to the browser, which polls on. */
function firstProgress(
  updates: Observable<PollUpdate>,
  pendingTasks: PendingTasks,
): Observable<PollUpdate> {
  const first = updates.pipe(
    take(1),
    filter((update) => update.kind === 'progress'),
    finalize(pendingTasks.add()),
  );
  return concat(first, NEVER).pipe(takeWhile(({ progress }) => !isTerminal(progress.status), true));
}
