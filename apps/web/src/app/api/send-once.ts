import { inject, Injectable } from '@angular/core';
import { defer, tap, type Observable } from 'rxjs';
import { RANDOM_ID } from '../time/random';
import { problemOf } from './problem';

/**
 * Sends requests that must not take effect twice, each with an idempotency key. Without an answer the server may have
 * done the work all the same: then the identical request is sent again under the same key, whatever has changed since.
 * A different body under that key would be a different request.
 * The service is global: a user who leaves the page before the answer and comes back must not start a second batch.
 */
@Injectable({ providedIn: 'root' })
export class SendOnce {
  private readonly newKey = inject(RANDOM_ID);
  private readonly unanswered = new Map<string, Observable<unknown>>();

  /**
   * @param asked identifies the request: until it is answered, the same `asked` sends the same request again
   * @param request creates the request for a key; cold
   */
  send<T>(asked: string, request: (key: string) => Observable<T>): Observable<T> {
    return defer(() => {
      // The map stores under a name only what was created for it.
      const kept = this.unanswered.get(asked) as Observable<T> | undefined;
      const sending = kept ?? request(this.newKey());
      this.unanswered.set(asked, sending);
      return sending.pipe(
        tap({
          next: () => this.unanswered.delete(asked),
          error: (error: unknown) => {
            if (isAnswer(problemOf(error).status)) this.unanswered.delete(asked);
          },
        }),
      );
    });
  }
}

/** Whether the server refused. Any other error may have happened after the server did the work. */
function isAnswer(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408;
}
