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
import { SyncApi } from '../api/sync-api';
import type { BatchDay } from '../api/wire';
import { ProgressFeed } from './progress-feed';
import { answerTo } from './progress-poller';

/** How far apart two questions are at least. */
const ASK_EVERY_MS = 2_000;
const RETRIES = 3;

/** The days of a followed batch, asked for as the batch moves. */
@Injectable({ providedIn: 'root' })
export class DayChanges {
  private readonly api = inject(SyncApi);
  private readonly feed = inject(ProgressFeed);

  /**
   * The days that have changed, some at a time, until the batch has ended or the server refuses to tell.
   * @param since the `cursor` of the days that are known already; without it, every day comes first
   */
  of(taskId: string, since?: string): Observable<readonly BatchDay[]> {
    return defer(() => {
      let cursor = since;
      let newestRev = -1;
      let answeredRev = -1;
      const ask = defer(() => {
        // The answer is of this state or of a later one.
        const rev = newestRev;
        return this.api.batchDays(taskId, cursor).pipe(
          tap((answer) => {
            ({ cursor } = answer);
            answeredRev = rev;
          }),
        );
      });
      const again = (error: unknown): Observable<unknown> => {
        // A server of another version may not accept the cursor of the one before.
        const isCursorRefused = cursor !== undefined && refusalIn(error) === 'VALIDATION_FAILED';
        if (!isCursorRefused) return retryAfter(error);
        cursor = undefined;
        return of(undefined);
      };
      return this.feed.follow(taskId).pipe(
        filter((update) => update.kind === 'progress'),
        map(({ progress }) => progress.rev),
        distinctUntilChanged(),
        tap((rev) => (newestRev = rev)),
        throttleTime(ASK_EVERY_MS, undefined, { leading: true, trailing: true }),
        concatMap((rev) => {
          // The batch moved while the question before was asked again and again.
          if (rev <= answeredRev) return EMPTY;
          return ask.pipe(
            retry({ count: RETRIES, delay: again }),
            map(({ items }) => items),
            // The next change asks for these as well.
            catchError((error: unknown) =>
              refusalIn(error) === undefined ? EMPTY : throwError(() => error),
            ),
          );
        }),
        catchError(() => EMPTY),
        filter((days) => days.length > 0),
      );
    });
  }
}

/** Over when the same may be asked again; an error where it is of no use. */
function retryAfter(error: unknown): Observable<unknown> {
  const answer = answerTo(error);
  if (answer?.kind === 'refused') return throwError(() => error);
  const askedMs = answer?.kind === 'busy' ? (answer.retryAfterMs ?? 0) : 0;
  return timer(Math.max(ASK_EVERY_MS, askedMs));
}

/** The code with which the server refuses for good. */
function refusalIn(error: unknown): string | undefined {
  const answer = answerTo(error);
  return answer?.kind === 'refused' ? answer.code : undefined;
}
