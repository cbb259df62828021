import { httpResource, type HttpResourceRef, type HttpResourceRequest } from '@angular/common/http';
import { DestroyRef, inject, type Signal } from '@angular/core';
import type { CalendarDay } from '@daysync/progress';
import { requestParams } from './address-query';
import { DatasetTitles } from './dataset-titles';
import {
  API,
  type BatchDays,
  type BatchPage,
  type Dataset,
  type DatasetDetail,
  type DatasetList,
  type DayHistoryPage,
  type DeliveryDetail,
  type DayLogEntries,
  type DayRows,
  type Envelope,
  type LogPage,
  type DeliveryPage,
  type QuarantinePageOf,
  type RecordCalendar,
  type RecordPage,
  type UnreadableRowPage,
} from './wire';

/** The parameters of a request; while they are undefined, nothing is requested. */
type Asked<T> = Signal<T | undefined>;

/** A read request: it repeats whenever its parameters change, and aborts the one before. */
export type Read<T> = HttpResourceRef<T | undefined>;

/** The configured datasets, the default one first. */
export function datasetsResource(): Read<readonly Dataset[]> {
  return readDatasets(({ items }) => items);
}

/** The same with the file that they come from. */
export function datasetListResource(): Read<DatasetList> {
  return readDatasets((list) => list);
}

function readDatasets<T>(take: (list: DatasetList) => T): Read<T> {
  const titles = inject(DatasetTitles);
  const datasets = read(
    () => ({ url: '/datasets' }),
    (data) => {
      const list = data as DatasetList;
      titles.learn(list.items);
      return take(list);
    },
  );
  inject(DestroyRef).onDestroy(titles.follow(datasets));
  return datasets;
}

/** One dataset, with its entry in the datasets file. */
export function datasetResource(request: Asked<{ readonly name: string }>): Read<DatasetDetail> {
  return read(() => {
    const asked = request();
    return asked && { url: `/datasets/${encodeURIComponent(asked.name)}` };
  });
}

export function recordsResource(query: Asked<object>): Read<RecordPage> {
  return read<RecordPage>(at('/records', query));
}

/** The recorded days of a dataset. */
export function calendarResource(query: Asked<object>): Read<RecordCalendar> {
  return read<RecordCalendar>(at('/records/calendar', query));
}

export function batchesResource(query: Asked<object>): Read<BatchPage> {
  return read<BatchPage>(at('/sync/batch', query));
}

/** One page of webhook deliveries, with the configured endpoints. */
export function deliveriesResource(query: Asked<object>): Read<DeliveryPage> {
  return read<DeliveryPage>(at('/webhooks', query));
}

/** One delivery, with its body. */
export function deliveryResource(request: Asked<{ readonly id: string }>): Read<DeliveryDetail> {
  return read(() => {
    const asked = request();
    return asked && { url: `/webhooks/${encodeURIComponent(asked.id)}` };
  });
}

/** The days of a batch, and their `rev`. */
export function batchDaysResource(request: Asked<{ readonly batchId: string }>): Read<BatchDays> {
  return read(() => {
    const asked = request();
    return asked && { url: `/sync/batch/${encodeURIComponent(asked.batchId)}/days` };
  });
}

/** The latest entries of the log of a batch. */
export function batchLogResource(request: Asked<{ readonly batchId: string }>): Read<LogPage> {
  return read(() => {
    const asked = request();
    return asked && { url: `/sync/batch/${encodeURIComponent(asked.batchId)}/log` };
  });
}

/** The URL of the whole log of a batch as CSV. */
export function batchLogExportUrl(batchId: string): string {
  return `${API}/sync/batch/${encodeURIComponent(batchId)}/log/export`;
}

/** The URL of the rows that the latest comparison of a day has found, as CSV. */
export function findingExportUrl(dataset: string, day: CalendarDay): string {
  return `${API}/records/${encodeURIComponent(dataset)}/${day}/finding/export`;
}

/** The log of a day in its latest batches. */
export function dayLogResource(
  request: Signal<{ readonly dataset: string; readonly day: CalendarDay }>,
): Read<DayLogEntries> {
  return read(() => {
    const { dataset, day } = request();
    return { url: `/records/${encodeURIComponent(dataset)}/${day}/log` };
  });
}

/** How many unreadable rows a page shows. */
const UNREADABLE_ROWS = 5;

/**
 * The first rows without a readable day that a batch has met.
 * @param request `count` is how many it has met: with others, they are read again
 */
export function batchUnreadableRowsResource(
  request: Asked<{ readonly batchId: string; readonly count: number }>,
): Read<UnreadableRowPage> {
  return read(() => {
    const asked = request();
    return (
      asked && {
        url: `/sync/batch/${encodeURIComponent(asked.batchId)}/unreadable-rows`,
        params: { page_size: Math.min(asked.count, UNREADABLE_ROWS) },
      }
    );
  });
}

/** A page of one day of a dataset. */
interface DayPage {
  readonly dataset: string;
  readonly day: CalendarDay;
  readonly page: number;
  readonly pageSize: number;
}

/** The sync record of a day, and a page of its outcomes in batches, the newest first. */
export function recordHistoryResource(request: Signal<DayPage>): Read<DayHistoryPage> {
  return readDayPage(request, (dataset, day) => `/records/${dataset}/${day}/history`);
}

/** A page of the rows of a day in the target. */
export function dayRowsResource(request: Signal<DayPage>): Read<DayRows> {
  return readDayPage(request, (dataset, day) => `/datasets/${dataset}/days/${day}/rows`);
}

/** One page of the rows in quarantine. */
export function quarantineResource(query: Asked<object>): Read<QuarantinePageOf> {
  return read<QuarantinePageOf>(at('/quarantine', query));
}

/** The URL of the queried sync records as CSV. */
export function exportUrl(query: object): string {
  return `${API}/records/export?${new URLSearchParams(requestParams(query)).toString()}`;
}

/** The URL of the queried rows in quarantine as CSV. */
export function quarantineExportUrl(query: object): string {
  return `${API}/quarantine/export?${new URLSearchParams(requestParams(query)).toString()}`;
}

function at(path: string, query: Asked<object>) {
  return (): HttpResourceRequest | undefined => {
    const asked = query();
    return asked && { url: path, params: requestParams(asked) };
  };
}

function readDayPage<T>(
  request: Signal<DayPage>,
  path: (dataset: string, day: CalendarDay) => string,
): Read<T> {
  return read(() => {
    const { dataset, day, page, pageSize } = request();
    const params = { page, page_size: pageSize };
    return { url: path(encodeURIComponent(dataset), day), params };
  });
}

/** Reads from a path of the API and unwraps the envelope. */
function read<T>(
  request: () => HttpResourceRequest | undefined,
  take = (data: unknown): T => data as T,
): Read<T> {
  return httpResource(
    () => {
      const asked = request();
      return asked && { ...asked, url: API + asked.url };
    },
    { parse: (body) => take((body as Envelope<unknown>).data) },
  );
}
