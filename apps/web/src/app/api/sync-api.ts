import { HttpClient } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import type { CalendarDay, ControlVerb, DayRange, Progress } from '@daysync/progress';
import { map, type Observable } from 'rxjs';
import { SendOnce } from './send-once';
import {
  API,
  type BatchDays,
  type BatchPage,
  type DayTest,
  type Envelope,
  type Delivery,
  type ExtendRequest,
  type Plan,
  type QuarantineRetry,
  type RecordsRetry,
  type Reloaded,
  type RetryRequest,
  type Schedule,
  type SettledCount,
  type SettleRequest,
  type StartRequest,
  type SyncRecord,
  type WebhookTest,
  type WireProgress,
  type LogPage,
} from './wire';

/** Commands, and reads that happen once; reads that follow their parameters are in `resources.ts`. */
@Injectable({ providedIn: 'root' })
export class SyncApi {
  private readonly http = inject(HttpClient);
  private readonly once = inject(SendOnce);

  /** Plans a batch without starting it. */
  preview(request: StartRequest): Observable<Plan> {
    return this.post('/sync/batch/preview', request);
  }

  /**
   * Starts a batch and returns its first progress. A start of the same range that got no answer is sent again
   * unchanged, even if the plan is newer.
   */
  start(request: StartRequest): Observable<Progress> {
    const { plan_hash, ...asked } = request;
    return this.postOnce('/sync/batch', request, asked);
  }

  /**
   * Retries the failed days of a batch, or those with one of `codes`. Returns the progress of the new batch, which may
   * be running already.
   */
  retry(batchId: string, codes?: readonly string[]): Observable<Progress> {
    const body: RetryRequest = codes === undefined ? {} : { codes };
    return this.postOnce(`/sync/batch/${encodeURIComponent(batchId)}/retry`, body, body);
  }

  /** Gives a batch that has not ended a larger range, and returns its progress. The same request again changes nothing. */
  extend(batchId: string, range: ExtendRequest): Observable<Progress> {
    return this.post<WireProgress>(`/sync/batch/${encodeURIComponent(batchId)}/extend`, range);
  }

  /** Syncs the days again that have rows in quarantine. Returns the progress of the new batch. */
  retryQuarantine(request: QuarantineRetry): Observable<Progress> {
    return this.postOnce('/quarantine/retry', request, request);
  }

  /** Pauses, resumes or cancels a batch, and returns its progress. */
  control(batchId: string, verb: ControlVerb): Observable<Progress> {
    return this.post<WireProgress>(`/sync/batch/${encodeURIComponent(batchId)}/${verb}`, null);
  }

  /** One page of the newest batches, active ones first. */
  newestBatches(): Observable<readonly Progress[]> {
    const params = { page: 1, page_size: 10 };
    return this.get<BatchPage>('/sync/batch', params).pipe(map(({ items }) => items));
  }

  /** The days of a batch: all, or those that changed since the answer with this `cursor`. */
  batchDays(batchId: string, since?: string): Observable<BatchDays> {
    const params = since === undefined ? {} : { since };
    return this.get(`/sync/batch/${encodeURIComponent(batchId)}/days`, params);
  }

  /** The log of a batch: the latest entries, or those of the days that changed since the answer with this `cursor`. */
  batchLog(batchId: string, since?: string): Observable<LogPage> {
    const params = since === undefined ? {} : { since };
    return this.get(`/sync/batch/${encodeURIComponent(batchId)}/log`, params);
  }

  /** Lets the server take in its changed datasets file. */
  reloadDatasets(): Observable<Reloaded> {
    return this.post('/datasets/reload', null);
  }

  /** Fetches a day from its source without writing it. */
  testDay(dataset: string, day: CalendarDay): Observable<DayTest> {
    return this.post(`/datasets/${encodeURIComponent(dataset)}/days/${day}/test`, null);
  }

  /** Pauses or resumes the schedule of a dataset, and returns it. */
  controlSchedule(dataset: string, verb: 'pause' | 'resume'): Observable<Schedule> {
    return this.post(`/datasets/${encodeURIComponent(dataset)}/schedule/${verb}`, null);
  }

  /** Starts the batch that the schedule of a dataset would start now. */
  runSchedule(dataset: string): Observable<Progress> {
    return this.postOnce(`/datasets/${encodeURIComponent(dataset)}/schedule/run`, null, {});
  }

  /** Syncs chosen days of a dataset again. Returns the progress of the new batch. */
  retryRecords(request: RecordsRetry): Observable<Progress> {
    return this.postOnce('/records/retry', request, request);
  }

  /** Accepts a marked day as it is, and returns its record. */
  acceptDay(dataset: string, day: CalendarDay): Observable<SyncRecord> {
    return this.post(`/records/${encodeURIComponent(dataset)}/${day}/accept`, null);
  }

  /** Marks the missing days of a range as not expected. */
  settleDays(dataset: string, request: SettleRequest): Observable<SettledCount> {
    return this.post(`/records/${encodeURIComponent(dataset)}/settle`, request);
  }

  /** The marked days of a range are expected again. */
  takeBackDays(dataset: string, { start_date, end_date }: DayRange): Observable<SettledCount> {
    const path = `/records/${encodeURIComponent(dataset)}/settle`;
    const params = { start_date, end_date };
    return this.http
      .delete<Envelope<SettledCount>>(API + path, { params })
      .pipe(map(({ data }) => data));
  }

  /** Sends a test message to an endpoint. */
  testEndpoint(name: string): Observable<WebhookTest> {
    return this.post(`/webhooks/endpoints/${encodeURIComponent(name)}/test`, null);
  }

  /** Delivers a webhook again, or a pending one at once. */
  redeliver(id: string): Observable<Delivery> {
    return this.post(`/webhooks/${encodeURIComponent(id)}/redeliver`, null);
  }

  /** Starts a batch once: until `asked` is answered, the same `asked` sends the same request again. */
  private postOnce(path: string, body: object | null, asked: object): Observable<Progress> {
    return this.once.send(`${path} ${JSON.stringify(asked)}`, (key) =>
      // A string of structured fields (RFC 9651) is quoted.
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
