import { inject, type Signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { of, scan, startWith, switchMap } from 'rxjs';
import type { BatchDay, BatchDays } from '../api/wire';
import { DayChanges } from '../live/day-changes';
import { withChanges } from './batch-days';

/**
 * Every day of a batch as it was read, and what is newer of them as the batch goes on; undefined while nothing is
 * read. Called where there is an injector.
 */
export function injectFollowedDays(
  taskId: Signal<string>,
  read: Signal<BatchDays | undefined>,
): Signal<readonly BatchDay[] | undefined> {
  const changes = inject(DayChanges);
  return toSignal(
    toObservable(read).pipe(
      switchMap((known) => {
        if (known === undefined) return of(undefined);
        const { items, cursor } = known;
        return changes.of(taskId(), cursor).pipe(scan(withChanges, items), startWith(items));
      }),
    ),
  );
}
