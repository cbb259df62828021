import { inject, Injectable } from '@angular/core';
import {
  catchError,
  concatMap,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
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

/** The days of a followed batch as they change. */
@Injectable({ providedIn: 'root' })
export class DayChanges {
  private readonly api = inject(SyncApi);
  private readonly feed = inject(ProgressFeed);

  /**
   * The days that have changed, some at a time, until the batch has ended or the server refuses to tell.
   * @param sinceRev the `rev` of what is known already; without it, what is newest at the beginning
   */
  of(taskId: string, sinceRev?: number): Observable<readonly BatchDay[]> {
    return defer(() => {
      let known = sinceRev;
      return this.feed.follow(taskId).pipe(
        filter((update) => update.kind === 'progress'),
        map(({ progress }) => progress.rev),
        tap((rev) => (known ??= rev)),
        distinctUntilChanged(),
        filter((rev) => rev > (known ?? 0)),
        throttleTime(ASK_EVERY_MS, undefined, { leading: true, trailing: true }),
        concatMap((rev) => {
          // The answer to the question before may have been newer than what asked it.
          if (known === undefined || rev <= known) return EMPTY;
          return this.api.batchDays(taskId, known).pipe(
            retry({ count: RETRIES, delay: retryAfter }),
            tap((answer) => (known = answer.rev)),
            map(({ items }) => items),
            // The next change asks for these as well.
            catchError((error: unknown) => (isRefused(error) ? throwError(() => error) : EMPTY)),
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

function isRefused(error: unknown): boolean {
  return answerTo(error)?.kind === 'refused';
}
