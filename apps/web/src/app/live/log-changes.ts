import { inject, Injectable } from '@angular/core';
import type { Observable } from 'rxjs';
import { SyncApi } from '../api/sync-api';
import type { LogPage } from '../api/wire';
import { FollowedAnswers } from './followed-answers';

/** The log of a followed batch, requested whenever its progress changes. */
@Injectable({ providedIn: 'root' })
export class LogChanges {
  private readonly api = inject(SyncApi);
  private readonly followed = inject(FollowedAnswers);

  /**
   * Emits what has changed until the batch has ended or the server refuses.
   * @param since the `cursor` of the entries that are known already
   */
  of(batchId: string, since: string): Observable<LogPage> {
    return this.followed.of(batchId, (cursor) => this.api.batchLog(batchId, cursor), since);
  }
}
