import { inject, Signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { interval, map } from 'rxjs';
import { ServerClock } from './server-clock';

/** The server's time as a signal that moves once a second while its owner lives. */
export function injectTicks(): Signal<number> {
  const clock = inject(ServerClock);
  return toSignal(interval(1_000).pipe(map(() => clock.now())), { initialValue: clock.now() });
}
