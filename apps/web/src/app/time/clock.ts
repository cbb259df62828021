import { InjectionToken } from '@angular/core';

/** The time in milliseconds since the epoch. Nothing else in the console reads the system clock. */
export interface TimeSource {
  now(): number;
}

export const CLOCK = new InjectionToken<TimeSource>('Clock', {
  providedIn: 'root',
  factory: () => ({ now: () => Date.now() }),
});

/** Milliseconds that never go back, even if the system time changes. */
export const MONOTONIC = new InjectionToken<TimeSource>('Monotonic', {
  providedIn: 'root',
  factory: () => ({ now: () => performance.now() }),
});
