import { InjectionToken } from '@angular/core';

/** A number from 0 up to, not including, 1: chance comes in here, so that specs own it. */
export const RANDOM = new InjectionToken<() => number>('Random', {
  providedIn: 'root',
  factory: () => Math.random,
});
