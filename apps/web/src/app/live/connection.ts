import { HttpErrorResponse, HttpResponse, type HttpInterceptorFn } from '@angular/common/http';
import { inject, Injectable, signal } from '@angular/core';
import { tap } from 'rxjs';

/** No answer at all, or one of a proxy whose server is away. */
const AWAY: readonly number[] = [0, 502, 503, 504];

/** Whether the server answers, as far as the requests of the console show it. */
@Injectable({ providedIn: 'root' })
export class Connection {
  private readonly count = signal(0);
  private isLost = false;

  /** How often the server has come back. Whoever shows its data reads them again then. */
  readonly returns = this.count.asReadonly();

  answered(): void {
    if (!this.isLost) return;
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
        if (AWAY.includes(error.status)) connection.lost();
        else connection.answered();
      },
    }),
  );
};
