import { inject, Injectable } from '@angular/core';
import { defer, tap, type Observable } from 'rxjs';
import { RANDOM_ID } from '../time/random';
import { problemOf } from './problem';

/**
 * Sends requests that must not take effect twice, each with a key that names it. Where no answer has come, the server
 * may have done it all the same: then the very same request goes out again, with its key, whatever has been learned
 * since. The key of another body would be another request.
 *
 * It belongs to no page: a reader who leaves before the answer and comes back must not start a second batch either.
 */
@Injectable({ providedIn: 'root' })
export class SendOnce {
  private readonly newKey = inject(RANDOM_ID);
  private readonly unanswered = new Map<string, Observable<unknown>>();

  /**
   * @param asked what the reader asks for: while it is unanswered, to ask for it again is to send the same again
   * @param request the request, cold, with this key
   */
  send<T>(asked: string, request: (key: string) => Observable<T>): Observable<T> {
    return defer(() => {
      // What is kept under a name was made for it.
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

/** Whether the server itself has said no. Anything else may have broken on the way, after the server did it. */
function isAnswer(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408;
}
