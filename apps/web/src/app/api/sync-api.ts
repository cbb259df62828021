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
  type Notice,
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
    return this.http
      .post<Envelope<Plan>>(`${API}/sync/batch/preview`, request)
      .pipe(map((answer) => answer.data));
  }

  /**
   * Starts a batch; gives back its first progress. Where the last start of this range has got no answer, it is that
   * one which is sent again, even if the plan has come or changed since.
   */
  start(request: StartRequest): Observable<Progress> {
    const { plan_hash, ...fields } = request;
    return this.post(`${API}/sync/batch`, { asked: fields, body: request });
  }

  /**
   * Tries the failed days of a batch again, or those that failed with one of `codes`; gives back the progress of
   * the batch that does so, which may be under way already.
   */
  retry(taskId: string, codes?: readonly string[]): Observable<Progress> {
    const body: RetryRequest = codes === undefined ? {} : { codes };
    return this.post(`${API}/sync/batch/${encodeURIComponent(taskId)}/retry`, {
      asked: body,
      body,
    });
  }

  /** Pauses, resumes or cancels a batch; gives back its progress. */
  control(taskId: string, verb: ControlVerb): Observable<Progress> {
    return this.http
      .post<Envelope<WireProgress>>(`${API}/sync/batch/${encodeURIComponent(taskId)}/${verb}`, null)
      .pipe(map((answer) => answer.data));
  }

  /** The newest batches, those that are active first: one page of them. */
  newestBatches(): Observable<readonly Progress[]> {
    return this.http
      .get<Envelope<BatchPage>>(`${API}/sync/batch`, { params: { page: 1, page_size: 10 } })
      .pipe(map(({ data }) => data.items));
  }

  /** The days of a batch: all of them, or those that changed since the answer with this `cursor`. */
  batchDays(taskId: string, since?: string): Observable<BatchDays> {
    const params = since === undefined ? {} : { since };
    return this.http
      .get<Envelope<BatchDays>>(`${API}/sync/batch/${encodeURIComponent(taskId)}/days`, { params })
      .pipe(map((answer) => answer.data));
  }

  /** Has a notice sent again, or now instead of later. */
  redeliver(id: string): Observable<Notice> {
    return this.http
      .post<Envelope<Notice>>(`${API}/notices/${encodeURIComponent(id)}/redeliver`, null)
      .pipe(map((answer) => answer.data));
  }

  /** Asks for a batch, once. */
  private post(
    url: string,
    { asked, body }: { readonly asked: object; readonly body: object },
  ): Observable<Progress> {
    return this.once.send(`${url} ${JSON.stringify(asked)}`, (key) => {
      // The header is a string of structured fields (RFC 9651), which stands in quotes.
      const headers = { 'Idempotency-Key': `"${key}"` };
      return this.http
        .post<Envelope<WireProgress>>(url, body, { headers })
        .pipe(map((answer) => answer.data));
    });
  }
}
