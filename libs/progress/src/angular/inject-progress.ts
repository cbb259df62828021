import {
  assertInInjectionContext,
  computed,
  effect,
  inject,
  InjectionToken,
  linkedSignal,
  untracked,
  type Provider,
  type Signal,
} from '@angular/core';
import { fetchProgress, type FetchProgressOptions } from '../fetch-progress.js';
import type { PollUpdate } from '../poll-answer.js';
import { pollProgress, type PollOptions } from '../poll-progress.js';
import type { Progress } from '../progress.js';

/** How an app requests and polls progress. */
export interface ProgressSettings extends FetchProgressOptions, Omit<PollOptions, 'fetch'> {}

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
 * @param taskId the batch, as a signal or a function of signals; without a batch, no request is sent
 * @param settings override those of `provideProgress`. There is no deadline by default: polling ends with the batch or
 * with the caller.
 * @throws {RuntimeError} (NG0203) if it is called outside of an injection context.
 */
export function injectProgress(
  taskId: () => string | null | undefined,
  settings: ProgressSettings = {},
): WatchedProgress {
  assertInInjectionContext(injectProgress);
  const options = { deadlineMs: Infinity, ...inject(PROGRESS_SETTINGS), ...settings };
  const source = computed(taskId);
  // linkedSignal resets at once: the progress of one batch is never shown for another.
  const update = linkedSignal({ source, computation: (): PollUpdate | undefined => undefined });
  const progress = linkedSignal({ source, computation: (): Progress | undefined => undefined });
  const isPolling = linkedSignal(() => isGiven(source()));

  effect((onCleanup) => {
    const id = source();
    if (!isGiven(id)) return;
    // Untracked: a signal that the request reads, such as a token, does not restart it.
    const watching = untracked(() =>
      pollProgress({ ...options, fetch: fetchProgress(id, options) }).subscribe({
        next: (newest) => {
          update.set(newest);
          if (newest.kind === 'progress') progress.set(newest.progress);
        },
        complete: () => isPolling.set(false),
      }),
    );
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
