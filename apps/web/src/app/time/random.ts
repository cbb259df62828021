import { InjectionToken } from '@angular/core';

/** A random number in [0, 1), replaced in specs. */
export const RANDOM = new InjectionToken<() => number>('Random', {
  providedIn: 'root',
  factory: () => Math.random,
});

/** A unique random id. */
export const RANDOM_ID = new InjectionToken<() => string>('RandomId', {
  providedIn: 'root',
  // `crypto.randomUUID` is missing on a page over plain HTTP from another machine.
  factory: () => () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join(''),
});
