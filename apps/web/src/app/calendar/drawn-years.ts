import type { Signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { animationFrameScheduler, interval, map, startWith, switchMap, take } from 'rxjs';

/** In how many steps a year is drawn: the first of them runs code that the browser has not seen before. */
export const STEPS_A_YEAR = 3;

/**
 * How many steps of drawing `years` have been taken: one more in each frame, so that no frame draws much. Begins anew
 * with another list.
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

/** How many of the weeks of the year at `index` are drawn after so many steps. */
export function drawnWeeks(weekCount: number, index: number, steps: number): number {
  const taken = Math.min(Math.max(0, steps - index * STEPS_A_YEAR), STEPS_A_YEAR);
  return Math.ceil((weekCount * taken) / STEPS_A_YEAR);
}
