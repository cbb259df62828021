import { computed, linkedSignal, untracked, type Signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { animationFrames, map, scan, startWith, switchMap, take, takeWhile } from 'rxjs';

/** A year is drawn in this many steps: the first one runs code that the browser has not compiled yet. */
export const STEPS_A_YEAR = 3;
/** So much later than the last frame, a frame was on time: there is room for more work. */
const ON_TIME_MS = 20;
/** So much later, it had too much work. */
const LATE_MS = 40;

/**
 * The finished steps of drawing `years`: some more in each frame, as many as the browser draws in time. It restarts
 * with another list.
 */
export function injectDrawnSteps(years: Signal<readonly unknown[]>): Signal<number> {
  return toSignal(
    toObservable(years).pipe(
      switchMap(({ length }) => {
        const all = length * STEPS_A_YEAR;
        return animationFrames().pipe(
          scan(({ steps, each, at }, { elapsed }) => {
            const next = stepsAFrame(each, elapsed - at);
            return { steps: Math.min(all, steps + next), each: next, at: elapsed };
          }, NOTHING_DRAWN),
          map(({ steps }) => steps),
          startWith(0),
          takeWhile((steps) => steps < all, true),
        );
      }),
    ),
    { initialValue: 0 },
  );
}

/** Before the first frame: it takes one step. */
const NOTHING_DRAWN = { steps: 0, each: 1, at: -LATE_MS };

/**
 * The steps of the next frame: a slow one for a slow machine, at most a year.
 * @param each those of the last frame @param tookMs the time since then
 */
export function stepsAFrame(each: number, tookMs: number): number {
  if (tookMs <= ON_TIME_MS) return Math.min(STEPS_A_YEAR, each + 1);
  return tookMs < LATE_MS ? each : Math.max(1, each - 1);
}

/** The number of drawn weeks of the year at `index`. */
export function drawnWeeks(weekCount: number, index: number, steps: number): number {
  const taken = Math.min(Math.max(0, steps - index * STEPS_A_YEAR), STEPS_A_YEAR);
  return Math.ceil((weekCount * taken) / STEPS_A_YEAR);
}

/**
 * The turns of years to be drawn anew after `source` has changed: one more in each frame, until each of `count` years
 * had one. A batch of ten years changes every day of them at once.
 */
export function injectTurns(source: Signal<unknown>, count: number): Signal<number> {
  return toSignal(
    toObservable(source).pipe(
      switchMap(() => animationFrames().pipe(take(count))),
      scan((turns) => turns + 1, 0),
    ),
    { initialValue: 0 },
  );
}

/**
 * `source`, for the year at `index`: its newest value when the year is first read, and at each of its turns.
 * @param count how many years have turns
 */
export function inTurn<Value>(
  source: Signal<Value>,
  turns: Signal<number>,
  { index, count }: { readonly index: number; readonly count: number },
): Signal<Value> {
  const round = (turn: number): number => Math.floor((turn - 1 - index) / count);
  const seen = linkedSignal<number, { readonly turn: number; readonly value: Value }>({
    source: turns,
    computation: (turn, before) => {
      const hadTurn = before === undefined || round(turn) > round(before.value.turn);
      return { turn, value: hadTurn ? untracked(source) : before.value.value };
    },
  });
  return computed(() => seen().value);
}
