import { inject, Injectable, type Signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { filter, map, of, scan, startWith, switchMap, type Observable } from 'rxjs';
import { compareDays } from '@daysync/progress';
import { SyncApi } from '../api/sync-api';
import type { BatchDay, BatchDays } from '../api/wire';
import { FollowedAnswers } from './followed-answers';

/** The days of a followed batch, requested whenever its progress changes. */
@Injectable({ providedIn: 'root' })
export class DayChanges {
  private readonly api = inject(SyncApi);
  private readonly followed = inject(FollowedAnswers);

  /**
   * Emits changed days until the batch has ended or the server refuses.
   * @param since the `cursor` of the days that are known already; without it, all days are emitted first
   */
  of(batchId: string, since?: string): Observable<readonly BatchDay[]> {
    return this.followed
      .of(batchId, (cursor) => this.api.batchDays(batchId, cursor), since)
      .pipe(
        map(({ items }) => items),
        filter((days) => days.length > 0),
      );
  }
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
