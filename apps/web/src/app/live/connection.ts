import { HttpErrorResponse, HttpResponse, type HttpInterceptorFn } from '@angular/common/http';
import { inject, Injectable, signal } from '@angular/core';
import { tap } from 'rxjs';
import { problemOf } from '../api/problem';
import { MONOTONIC } from '../time/clock';

/** No answer at all, or one of a proxy whose server may be away. */
const AWAY: readonly number[] = [0, 502, 503, 504];
/** What an answer with one of these statuses says where the server, and no proxy, has written it: it can do nothing. */
const AWAY_CODES: readonly string[] = ['STOPPING', 'NOT_READY', 'DATABASE_UNAVAILABLE'];
/** Each return reads all that is shown again: a server that fails every other request must not get more of them. */
const LEAST_BETWEEN_RETURNS_MS = 5_000;

/** Whether the server answers, as far as the requests of the console show it. */
@Injectable({ providedIn: 'root' })
export class Connection {
  private readonly count = signal(0);
  private readonly monotonic = inject(MONOTONIC);
  private isLost = false;
  private returnedAt = -Infinity;

  /** How often the server has come back, in steps of 5 s at least. Whoever shows its data reads them again then. */
  readonly returns = this.count.asReadonly();

  answered(): void {
    if (!this.isLost) return;
    const now = this.monotonic.now();
    // A later answer counts it: the batches are asked for all the time.
    if (now - this.returnedAt < LEAST_BETWEEN_RETURNS_MS) return;
    this.returnedAt = now;
    this.isLost = false;
    this.count.update((count) => count + 1);
  }

  lost(): void {
    this.isLost = true;
  }
}

export const observeConnection: HttpInterceptorFn = (request, next) => {
  const connection = inject(Connection);
  return next(request).pipe(
    tap({
      next: (event) => {
        if (event instanceof HttpResponse) connection.answered();
      },
      error: (error: unknown) => {
        if (!(error instanceof HttpErrorResponse)) return;
        if (isAway(error)) connection.lost();
        else connection.answered();
      },
    }),
  );
};

/** A refusal of the server's own, such as 503 `BUSY`, shows that it is there. */
function isAway(error: HttpErrorResponse): boolean {
  if (!AWAY.includes(error.status)) return false;
  const { code } = problemOf(error);
  return code === 'UNREACHABLE' || code === 'UNKNOWN' || AWAY_CODES.includes(code);
}
