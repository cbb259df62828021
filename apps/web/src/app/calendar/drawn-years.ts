import type { Signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { animationFrameScheduler, interval, map, startWith, switchMap, take } from 'rxjs';

/**
 * How many of `years` are drawn: one at once and one more a frame, so that no frame draws many. Begins anew with
 * another list.
 */
export function injectDrawnYears(years: Signal<readonly number[]>): Signal<number> {
  return toSignal(
    toObservable(years).pipe(
      switchMap(({ length }) =>
        interval(0, animationFrameScheduler).pipe(
          take(Math.max(0, length - 1)),
          map((index) => index + 2),
          startWith(1),
        ),
      ),
    ),
    { initialValue: 0 },
  );
}
