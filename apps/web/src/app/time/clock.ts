import { InjectionToken } from '@angular/core';

/** Says what time it is, in milliseconds since the epoch. Nothing else in the console asks the system. */
export interface TimeSource {
  now(): number;
}

export const CLOCK = new InjectionToken<TimeSource>('Clock', {
  providedIn: 'root',
  factory: () => ({ now: () => Date.now() }),
});

/** Milliseconds that never go back, whatever becomes of the system's time. */
export const MONOTONIC = new InjectionToken<TimeSource>('Monotonic', {
  providedIn: 'root',
  factory: () => ({ now: () => performance.now() }),
});
