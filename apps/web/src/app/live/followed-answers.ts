import { inject, Injectable } from '@angular/core';
import {
  catchError,
  concatMap,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
  of,
  retry,
  tap,
  throttleTime,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import { ProgressFeed } from './progress-feed';
import { answerTo } from './progress-poller';

/** The least time between two requests. */
const ASK_EVERY_MS = 2_000;
const RETRIES = 3;

/** Asks what has changed of a batch, whenever its progress changes. */
@Injectable({ providedIn: 'root' })
export class FollowedAnswers {
  private readonly feed = inject(ProgressFeed);

  /**
   * Emits answers until the batch has ended or the server refuses.
   * @param request asks for what has changed since a `cursor`, or for everything
   * @param since the `cursor` of what is known already
   */
  of<Answer extends { readonly cursor: string }>(
    batchId: string,
    request: (cursor: string | undefined) => Observable<Answer>,
    since?: string,
  ): Observable<Answer> {
    return defer(() => {
      let cursor = since;
      let newestRev = -1;
      let answeredRev = -1;
      const ask = defer(() => {
        // The answer has this state or a later one.
        const rev = newestRev;
        return request(cursor).pipe(
          tap((answer) => {
            ({ cursor } = answer);
            answeredRev = rev;
          }),
        );
      });
      const again = (error: unknown): Observable<unknown> => {
        // A server of another version may reject the cursor of its predecessor.
        const isCursorRefused = cursor !== undefined && refusalIn(error) === 'VALIDATION_FAILED';
        if (!isCursorRefused) return retryAfter(error);
        cursor = undefined;
        return of(undefined);
      };
      return this.feed.follow(batchId).pipe(
        filter((update) => update.kind === 'progress'),
        map(({ progress }) => progress.rev),
        distinctUntilChanged(),
        tap((rev) => (newestRev = rev)),
        throttleTime(ASK_EVERY_MS, undefined, { leading: true, trailing: true }),
        concatMap((rev) => {
          // The batch changed while the previous request was being retried.
          if (rev <= answeredRev) return EMPTY;
          return ask.pipe(
            retry({ count: RETRIES, delay: again }),
            // The next request includes these changes.
            catchError((error: unknown) =>
              refusalIn(error) === undefined ? EMPTY : throwError(() => error),
            ),
          );
        }),
        catchError(() => EMPTY),
      );
    });
  }
}

/** Completes when the request may be retried; fails if a retry is useless. */
function retryAfter(error: unknown): Observable<unknown> {
  const answer = answerTo(error);
  if (answer?.kind === 'refused') return throwError(() => error);
  const askedMs = answer?.kind === 'busy' ? (answer.retryAfterMs ?? 0) : 0;
  return timer(Math.max(ASK_EVERY_MS, askedMs));
}

/** The code of a permanent refusal. */
function refusalIn(error: unknown): string | undefined {
  const answer = answerTo(error);
  return answer?.kind === 'refused' ? answer.code : undefined;
}
