import { HttpClient } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import type { ControlVerb, Progress } from '@daysync/progress';
import { map, type Observable } from 'rxjs';
import { SendOnce } from './send-once';
import {
  API,
  type BatchDays,
  type BatchPage,
  type Envelope,
  type Delivery,
  type Plan,
  type RetryRequest,
  type StartRequest,
  type WireProgress,
} from './wire';

/** Changes on the server, and reads that happen once; reads that follow their request stand in `resources.ts`. */
@Injectable({ providedIn: 'root' })
export class SyncApi {
  private readonly http = inject(HttpClient);
  private readonly once = inject(SendOnce);

  /** What a start would do; starts nothing. */
  preview(request: StartRequest): Observable<Plan> {
    return this.post('/sync/batch/preview', request);
  }

  /**
   * Starts a batch; gives back its first progress. Where the last start of this range has got no answer, it is that
   * one which is sent again, even if the plan has come or changed since.
   */
  start(request: StartRequest): Observable<Progress> {
    const { plan_hash, ...asked } = request;
    return this.postOnce('/sync/batch', request, asked);
  }

  /**
   * Tries the failed days of a batch again, or those that failed with one of `codes`; gives back the progress of
   * the batch that does so, which may be under way already.
   */
  retry(taskId: string, codes?: readonly string[]): Observable<Progress> {
    const body: RetryRequest = codes === undefined ? {} : { codes };
    return this.postOnce(`/sync/batch/${encodeURIComponent(taskId)}/retry`, body, body);
  }

  /** Pauses, resumes or cancels a batch; gives back its progress. */
  control(taskId: string, verb: ControlVerb): Observable<Progress> {
    return this.post<WireProgress>(`/sync/batch/${encodeURIComponent(taskId)}/${verb}`, null);
  }

  /** The newest batches, those that are active first: one page of them. */
  newestBatches(): Observable<readonly Progress[]> {
    const params = { page: 1, page_size: 10 };
    return this.get<BatchPage>('/sync/batch', params).pipe(map(({ items }) => items));
  }

  /** The days of a batch: all of them, or those that changed since the answer with this `cursor`. */
  batchDays(taskId: string, since?: string): Observable<BatchDays> {
    const params = since === undefined ? {} : { since };
    return this.get(`/sync/batch/${encodeURIComponent(taskId)}/days`, params);
  }

  /** Has a delivery sent again, or now instead of later. */
  redeliver(id: string): Observable<Delivery> {
    return this.post(`/webhooks/${encodeURIComponent(id)}/redeliver`, null);
  }

  /** Asks for a batch, once: while `asked` has got no answer, to ask for it again is to send the same again. */
  private postOnce(path: string, body: object, asked: object): Observable<Progress> {
    return this.once.send(`${path} ${JSON.stringify(asked)}`, (key) =>
      // The header is a string of structured fields (RFC 9651), which stands in quotes.
      this.post<WireProgress>(path, body, { 'Idempotency-Key': `"${key}"` }),
    );
  }

  private get<T>(path: string, params: Readonly<Record<string, string | number>>): Observable<T> {
    return this.http.get<Envelope<T>>(API + path, { params }).pipe(map(({ data }) => data));
  }

  private post<T>(
    path: string,
    body: object | null,
    headers: Readonly<Record<string, string>> = {},
  ): Observable<T> {
    return this.http.post<Envelope<T>>(API + path, body, { headers }).pipe(map(({ data }) => data));
  }
}
