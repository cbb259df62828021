import type { Signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { animationFrameScheduler, interval, map, startWith, switchMap, take } from 'rxjs';

/** A year is drawn in this many steps: the first one runs code that the browser has not compiled yet. */
export const STEPS_A_YEAR = 3;

/**
 * The finished steps of drawing `years`: one more in each frame, so that no frame takes long. It restarts with another
 * list.
 */
export function injectDrawnSteps(years: Signal<readonly unknown[]>): Signal<number> {
  return toSignal(
    toObservable(years).pipe(
      switchMap(({ length }) =>
        interval(0, animationFrameScheduler).pipe(
          take(length * STEPS_A_YEAR),
          map((index) => index + 1),
          startWith(0),
        ),
      ),
    ),
    { initialValue: 0 },
  );
}

/** The number of drawn weeks of the year at `index`. */
export function drawnWeeks(weekCount: number, index: number, steps: number): number {
  const taken = Math.min(Math.max(0, steps - index * STEPS_A_YEAR), STEPS_A_YEAR);
  return Math.ceil((weekCount * taken) / STEPS_A_YEAR);
}
