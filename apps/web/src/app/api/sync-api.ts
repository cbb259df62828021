import { HttpClient, httpResource, type HttpResourceRef } from '@angular/common/http';
import { inject, Injectable, type Signal } from '@angular/core';
import { isTerminal, type CalendarDay, type ControlVerb, type Progress } from '@daysync/progress';
import { map, type Observable } from 'rxjs';
import { SendOnce } from './send-once';
import {
  API,
  type BatchDays,
  type BatchPage,
  type ChangedDays,
  type Dataset,
  type DatasetList,
  type DayHistoryPage,
  type DayRows,
  type Envelope,
  type Plan,
  type RecordCalendar,
  type RecordPage,
  type RetryRequest,
  type StartRequest,
  type WireProgress,
} from './wire';

/** Changes on the server, and reads that happen once. */
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

  /** The batches that are active now, a few of them at most. */
  activeBatches(): Observable<readonly Progress[]> {
    return this.http
      .get<Envelope<BatchPage>>(`${API}/sync/batch`, { params: { page: 1, page_size: 5 } })
      .pipe(map(({ data }) => data.items.filter(({ status }) => !isTerminal(status))));
  }

  /** Every day of a batch, and of which `rev` of it they are. */
  batchDays(taskId: string): Observable<BatchDays> {
    return this.http
      .get<Envelope<BatchDays>>(`${API}/sync/batch/${encodeURIComponent(taskId)}/days`)
      .pipe(map(({ data }) => data));
  }

  /** The days of a batch that have changed since its `rev` was this. */
  changedDays(taskId: string, sinceRev: number): Observable<ChangedDays> {
    const url = `${API}/sync/batch/${encodeURIComponent(taskId)}/days`;
    return this.http
      .get<Envelope<ChangedDays>>(url, { params: { since_rev: sinceRev } })
      .pipe(map(({ data }) => data));
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

/** The configured datasets, the default one first. */
export function datasetsResource(): HttpResourceRef<readonly Dataset[] | undefined> {
  return httpResource(() => `${API}/datasets`, {
    parse: (body) => (body as Envelope<DatasetList>).data.items,
  });
}

/** One page of sync records; asks again whenever `params` changes. */
export function recordsResource(
  params: Signal<Record<string, string>>,
): HttpResourceRef<RecordPage | undefined> {
  return httpResource(() => ({ url: `${API}/records`, params: params() }), {
    parse: (body) => (body as Envelope<RecordPage>).data,
  });
}

/** The days of a batch; asks again whenever `request` changes, and not at all while it is undefined. */
export function batchDaysResource(
  request: Signal<{ readonly taskId: string } | undefined>,
): HttpResourceRef<BatchDays | undefined> {
  return httpResource(
    () => {
      const asked = request();
      return asked && `${API}/sync/batch/${encodeURIComponent(asked.taskId)}/days`;
    },
    { parse: (body) => (body as Envelope<BatchDays>).data },
  );
}

/** A page of something that belongs to one day of a dataset. */
export interface DayPage {
  readonly dataset: string;
  readonly day: CalendarDay;
  readonly page: number;
  readonly pageSize: number;
}

/** The sync record of a day, and a page of what the batches came to with it, the newest first. */
export function recordHistoryResource(
  request: Signal<DayPage>,
): HttpResourceRef<DayHistoryPage | undefined> {
  return httpResource(
    () => {
      const { dataset, day, page, pageSize } = request();
      const url = `${API}/records/${encodeURIComponent(dataset)}/${day}/history`;
      return { url, params: { page, page_size: pageSize } };
    },
    { parse: (body) => (body as Envelope<DayHistoryPage>).data },
  );
}

/** A page of the rows that a day has in the target. */
export function dayRowsResource(request: Signal<DayPage>): HttpResourceRef<DayRows | undefined> {
  return httpResource(
    () => {
      const { dataset, day, page, pageSize } = request();
      const url = `${API}/datasets/${encodeURIComponent(dataset)}/days/${day}/rows`;
      return { url, params: { page, page_size: pageSize } };
    },
    { parse: (body) => (body as Envelope<DayRows>).data },
  );
}

/** Where the sync records that `params` asks for are to be had as CSV. */
export function exportUrl(params: Readonly<Record<string, string>>): string {
  return `${API}/records/export?${new URLSearchParams(params).toString()}`;
}

/** One page of batches; asks again whenever `params` changes, and not at all while it is undefined. */
export function batchesResource(
  params: Signal<Record<string, string> | undefined>,
): HttpResourceRef<BatchPage | undefined> {
  return httpResource(
    () => {
      const asked = params();
      return asked && { url: `${API}/sync/batch`, params: asked };
    },
    { parse: (body) => (body as Envelope<BatchPage>).data },
  );
}

/** The recorded days of a dataset; asks again whenever `params` changes, and not at all while it is undefined. */
export function calendarResource(
  params: Signal<Record<string, string> | undefined>,
): HttpResourceRef<RecordCalendar | undefined> {
  return httpResource(
    () => {
      const asked = params();
      return asked && { url: `${API}/records/calendar`, params: asked };
    },
    { parse: (body) => (body as Envelope<RecordCalendar>).data },
  );
}
