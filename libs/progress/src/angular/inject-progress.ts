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
  PendingTasks,
  PLATFORM_ID,
  runInInjectionContext,
  untracked,
  type Provider,
  type Signal,
} from '@angular/core';
import { concat, filter, finalize, NEVER, take, takeWhile, type Observable } from 'rxjs';
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
 * While a page is rendered on a server, it asks once, and the page waits for that answer. Anything but a progress is
 * left to the browser, which asks again.
 * @param taskId the batch, as a signal or a function of signals; without a batch, no request is sent
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
  const options = { ...given, fetch: given.fetch ?? httpClientFetch(inject(HttpClient)) };
  const isOnServer = isPlatformServer(inject(PLATFORM_ID));
  const pendingTasks = inject(PendingTasks);
  const source = computed(taskId);
  // linkedSignal resets at once: the progress of one batch is never shown for another.
  const update = linkedSignal({ source, computation: (): PollUpdate | undefined => undefined });
  const progress = linkedSignal({ source, computation: (): Progress | undefined => undefined });
  const isPolling = linkedSignal(() => isGiven(source()));

  effect((onCleanup) => {
    const id = source();
    if (!isGiven(id)) return;
    // Untracked: a signal that the request reads, such as a token, does not restart it.
    const watching = untracked(() => {
      const updates = pollProgress({ ...options, fetch: fetchProgress(id, options) });
      return (isOnServer ? firstProgress(updates, pendingTasks) : updates).subscribe({
        next: (newest) => {
          update.set(newest);
          if (newest.kind === 'progress') progress.set(newest.progress);
        },
        complete: () => isPolling.set(false),
      });
    });
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
  return taskId !== null && taskId !== undefined;
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
