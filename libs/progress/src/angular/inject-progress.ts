import {
  assertInInjectionContext,
  computed,
  effect,
  inject,
  linkedSignal,
  untracked,
  type Signal,
} from '@angular/core';
import { fetchProgress } from '../fetch-progress.js';
import { pollProgress, type PollUpdate } from '../poll-progress.js';
import type { Progress } from '../progress.js';
import { PROGRESS_SETTINGS, type ProgressSettings } from './progress-settings.js';

/** Why the newest progress may be old, or no more will come. */
export type PollFailure = Exclude<PollUpdate, { readonly kind: 'progress' }>;

/** One batch as it goes on. All of it starts anew with another `task_id`. */
export interface WatchedProgress {
  /** The newest progress; `undefined` until there is one. It stays while the server is away, and after the end. */
  readonly progress: Signal<Progress | undefined>;
  /** What the last request came to; `undefined` until the first is answered. */
  readonly update: Signal<PollUpdate | undefined>;
  /** What was wrong with the last request; `undefined` after one that brought a progress. */
  readonly error: Signal<PollFailure | undefined>;
  /** Whether it asks on: not before there is a `task_id`, nor after the batch's end, a refusal or the deadline. */
  readonly isPolling: Signal<boolean>;
}

/**
 * Polls the progress of a batch as signals, for as long as whatever injects it lives: a component, a directive or a
 * service. A function and not a decorated class, so that it needs no Angular compiler and fits any Angular of its range.
 * @param taskId the batch, as a signal or a function of signals; while it gives none, nothing is asked
 * @param settings where they differ from those of `provideProgress`. Without a `deadlineMs` it watches to the end of the batch,
 * however long that takes: whatever injects it bounds it already.
 * @throws {RuntimeError} (NG0203) if it is called outside of an injection context.
 */
export function injectProgress(
  taskId: () => string | null | undefined,
  settings: ProgressSettings = {},
): WatchedProgress {
  assertInInjectionContext(injectProgress);
  const options = { deadlineMs: Infinity, ...inject(PROGRESS_SETTINGS), ...settings };
  const source = computed(taskId);
  // Linked: not for a moment is the progress of one batch shown as another's.
  const update = linkedSignal({ source, computation: (): PollUpdate | undefined => undefined });
  const progress = linkedSignal({ source, computation: (): Progress | undefined => undefined });
  const isPolling = linkedSignal(() => isGiven(source()));

  effect((onCleanup) => {
    const id = source();
    if (!isGiven(id)) return;
    // Untracked: what the request itself reads, such as a token, does not start it anew.
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
