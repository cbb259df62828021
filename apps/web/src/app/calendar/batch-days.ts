import { inject, Injectable } from '@angular/core';
import { catchError, concat, of, switchMap, type Observable } from 'rxjs';
import { SyncApi } from '../api/sync-api';
import type { BatchDay } from '../api/wire';
import { DayChanges } from '../live/day-changes';

/** The days of an active batch: first all of them, then those that change. */
@Injectable({ providedIn: 'root' })
export class BatchDays {
  private readonly api = inject(SyncApi);
  private readonly changes = inject(DayChanges);

  of(taskId: string): Observable<readonly BatchDay[]> {
    return this.api.batchDays(taskId).pipe(
      switchMap(({ items, rev }) => concat(of(items), this.changes.of(taskId, rev))),
      // What changes from now on is better than nothing; all is read anew at the end.
      catchError(() => this.changes.of(taskId)),
    );
  }
}
