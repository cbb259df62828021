import { inject, Injectable, type Signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
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
  scan,
  startWith,
  switchMap,
  tap,
  throttleTime,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import { compareDays } from '@daysync/progress';
import { SyncApi } from '../api/sync-api';
import type { BatchDay, BatchDays } from '../api/wire';
import { ProgressFeed } from './progress-feed';
import { answerTo } from './progress-poller';

/** The least time between two requests. */
const ASK_EVERY_MS = 2_000;
const RETRIES = 3;

/** The days of a followed batch, requested whenever its progress changes. */
@Injectable({ providedIn: 'root' })
export class DayChanges {
  private readonly api = inject(SyncApi);
  private readonly feed = inject(ProgressFeed);

  /**
   * Emits changed days until the batch has ended or the server refuses.
   * @param since the `cursor` of the days that are known already; without it, all days are emitted first
   */
  of(batchId: string, since?: string): Observable<readonly BatchDay[]> {
    return defer(() => {
      let cursor = since;
      let newestRev = -1;
      let answeredRev = -1;
      const ask = defer(() => {
        // The answer has this state or a later one.
        const rev = newestRev;
        return this.api.batchDays(batchId, cursor).pipe(
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
            map(({ items }) => items),
            // The next request includes these changes.
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

/** All days of a batch, kept current while the batch goes on; undefined until they are loaded. */
export function injectFollowedDays(
  batchId: Signal<string>,
  read: Signal<BatchDays | undefined>,
): Signal<readonly BatchDay[] | undefined> {
  const changes = inject(DayChanges);
  return toSignal(
    toObservable(read).pipe(
      switchMap((known) => {
        if (known === undefined) return of(undefined);
        const { items, cursor } = known;
        return changes.of(batchId(), cursor).pipe(scan(withChanges, items), startWith(items));
      }),
    ),
  );
}

/** Applies changes to days, and keeps their order. Days that the batch got since come where the calendar has them. */
export function withChanges(
  days: readonly BatchDay[],
  changes: readonly BatchDay[],
): readonly BatchDay[] {
  if (changes.length === 0) return days;
  const changed = new Map(changes.map((day) => [day.day, day]));
  const next = days.map((day) => changed.get(day.day) ?? day);
  const known = new Set(days.map(({ day }) => day));
  const added = changes.filter(({ day }) => !known.has(day));
  return added.length === 0 ? next : inOrderOf(next, added);
}

/** A batch runs its days from the first one or from the last one: so are they listed. */
function inOrderOf(days: readonly BatchDay[], added: readonly BatchDay[]): readonly BatchDay[] {
  const isDescending = (days[0]?.day ?? '') > (days.at(-1)?.day ?? '');
  const direction = isDescending ? -1 : 1;
  return [...days, ...added].sort((one, other) => direction * compareDays(one.day, other.day));
}
