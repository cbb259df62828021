import { isTerminal, type PollUpdate, type Progress } from '@daysync/progress';
import { scan, startWith, type Observable } from 'rxjs';
import type { TimeSource } from '../time/clock';

/** Why the progress is not moving. */
export type Trouble =
  | { readonly kind: 'unreachable' | 'busy'; readonly retryAt: number }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'expired' };

/** The state of a followed batch. */
export interface WatchState {
  readonly progress: Progress | undefined;
  readonly trouble: Trouble | undefined;
}

export const NOTHING_KNOWN: WatchState = { progress: undefined, trouble: undefined };

/** The state after one update; trouble keeps the last progress on the page. */
export function watchStep(state: WatchState, update: PollUpdate, now: number): WatchState {
  switch (update.kind) {
    case 'progress':
      return { progress: update.progress, trouble: undefined };
    case 'unreachable':
    case 'busy':
      return { ...state, trouble: { kind: update.kind, retryAt: now + update.retryInMs } };
    case 'refused':
    case 'expired':
      return { ...state, trouble: update };
  }
}

/** The states of a batch by its updates, starting with a known progress. */
export function watchStates(
  updates: Observable<PollUpdate>,
  progress: Progress | undefined,
  clock: TimeSource,
): Observable<WatchState> {
  const start: WatchState = { progress, trouble: undefined };
  return updates.pipe(
    scan((state, update) => watchStep(state, update, clock.now()), start),
    startWith(start),
  );
}

export function isActive(progress: Progress | undefined): boolean {
  return progress !== undefined && !isTerminal(progress.status);
}
