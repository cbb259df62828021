import { InjectionToken } from '@angular/core';

/** A number from 0 up to, not including, 1: chance comes in here, so that specs own it. */
export const RANDOM = new InjectionToken<() => number>('Random', {
  providedIn: 'root',
  factory: () => Math.random,
});

/** A new id that nobody else has. */
export const RANDOM_ID = new InjectionToken<() => string>('RandomId', {
  providedIn: 'root',
  // Not `crypto.randomUUID`: a page that comes over plain HTTP from another machine has none.
  factory: () => () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join(''),
});
