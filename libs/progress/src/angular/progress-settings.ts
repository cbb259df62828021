import { InjectionToken, type Provider } from '@angular/core';
import type { FetchProgressOptions } from '../fetch-progress.js';
import type { PollOptions } from '../poll-progress.js';

/** Where and how an app asks for progress, and how often. */
export interface ProgressSettings extends FetchProgressOptions, Omit<PollOptions, 'fetch'> {}

export const PROGRESS_SETTINGS = new InjectionToken<ProgressSettings>('ProgressSettings', {
  providedIn: 'root',
  factory: () => ({}),
});

/**
 * How every `injectProgress` below asks, where it does not say otherwise itself.
 * @param settings a function may `inject` what it needs, such as the service that has the token
 */
export function provideProgress(settings: ProgressSettings | (() => ProgressSettings)): Provider {
  return typeof settings === 'function'
    ? { provide: PROGRESS_SETTINGS, useFactory: settings }
    : { provide: PROGRESS_SETTINGS, useValue: settings };
}
