import { HttpResponse, type HttpInterceptorFn } from '@angular/common/http';
import { inject, Injectable, Signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { interval, map, tap } from 'rxjs';
import { CLOCK, type TimeSource } from './clock';

/** Smaller offsets mean nothing: the `Date` header has whole seconds. */
const TOLERANCE_MS = 2_000;

/**
 * The server's time by its answers. All instants on the wire are the server's, so elapsed and remaining time are right
 * on a computer with a wrong clock.
 */
@Injectable({ providedIn: 'root' })
export class ServerClock implements TimeSource {
  private readonly clock = inject(CLOCK);
  private offsetMs = 0;

  now(): number {
    return this.clock.now() + this.offsetMs;
  }

  /** Applies the `Date` header of a new answer. */
  observe(dateHeader: string | null): void {
    const offset = Date.parse(dateHeader ?? '') - this.clock.now();
    if (Number.isNaN(offset)) return;
    this.offsetMs = Math.abs(offset) > TOLERANCE_MS ? offset : 0;
  }
}

export const observeServerTime: HttpInterceptorFn = (request, next) => {
  const serverClock = inject(ServerClock);
  return next(request).pipe(
    tap((event) => {
      if (event instanceof HttpResponse) serverClock.observe(event.headers.get('Date'));
    }),
  );
};

/** The server's time as a signal that updates once a second. */
export function injectNow(): Signal<number> {
  const clock = inject(ServerClock);
  return toSignal(interval(1_000).pipe(map(() => clock.now())), { initialValue: clock.now() });
}
