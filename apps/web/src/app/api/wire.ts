// The wire as the console reads it. What it looks like is generated from the API's document; here it gets the
// console's words, and its dates become calendar days.
import type { CalendarDay } from '@daysync/progress';
import type {
  BatchDayDto,
  BatchDaysDto,
  BatchPageDto,
  CalendarDayDto,
  CalendarDto,
  DatasetDto,
  DatasetListDto,
  DayErrorDto,
  DayHistoryDto,
  DayHistoryPageDto,
  DayRangeDto,
  DayRowsDto,
  DeliveryDto,
  WebhookEndpointDto,
  DeliveryPageDto,
  PreviewDto,
  ProgressDto,
  RecordDto,
  RecordPageDto,
  RetryBatchDto,
  RunCountDto,
  SkipCountDto,
  StartBatchDto,
} from './generated/models';

export const API = '/api/v1/sync-status';

/** What every successful answer is wrapped in. */
export interface Envelope<T> {
  readonly status: 'success';
  readonly data: T;
}

/** The fields that are calendar days, which a schema can only call texts. */
type DayField =
  | 'day'
  | 'current_date'
  | 'start_date'
  | 'end_date'
  | 'first'
  | 'last'
  | 'today'
  | 'first_synced'
  | 'last_synced';

/** A generated model as the console takes it: nothing in it changes, and days are days. */
type Read<T> = T extends readonly (infer Item)[]
  ? readonly Read<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Key extends DayField ? AsDay<T[Key]> : Read<T[Key]> }
    : T;
type AsDay<T> = T extends string ? CalendarDay : Read<T>;

type Start = Read<StartBatchDto>;
/** A start as the console sends it: only the plan that was shown may be missing. */
export type StartRequest = Required<Pick<Start, 'start_date' | 'end_date' | 'dataset' | 'mode'>> &
  Pick<Start, 'plan_hash'>;
export type RetryRequest = Read<RetryBatchDto>;

/** A progress as the API's document has it: the same as the library's. */
export type WireProgress = Read<ProgressDto>;
/** What a start would do, without its days one by one. */
export type Plan = Omit<Read<PreviewDto>, 'dataset' | 'days'>;
/** How many days of a plan have the same reason. */
export type ReasonCount = Read<RunCountDto> | Read<SkipCountDto>;
/** Why a day failed. */
export type DayError = Read<DayErrorDto>;
export type BatchDay = Read<BatchDayDto>;
export type BatchDays = Read<BatchDaysDto>;
export type BatchPage = Read<BatchPageDto>;
export type SyncRecord = Read<RecordDto>;
export type RecordPage = Read<RecordPageDto>;
export type DayRange = Read<DayRangeDto>;
export type Dataset = Read<DatasetDto>;
export type DatasetList = Read<DatasetListDto>;
/** What is known of the days of a dataset, one by one. */
export type RecordCalendar = Read<CalendarDto>;
/** What is known of one of them; a day that has none was never tried. */
export type RecordedDay = Read<CalendarDayDto>;
/** What one batch came to with a day. */
export type DayHistory = Read<DayHistoryDto>;
/** The sync record of a day, and a page of what the batches came to with it. */
export type DayHistoryPage = Read<DayHistoryPageDto>;
/** A page of the rows that a day has in the target. */
export type DayRows = Omit<Read<DayRowsDto>, 'items'> & {
  readonly items: readonly Readonly<Record<string, unknown>>[];
};
/** One thing that one endpoint is told. */
export type Delivery = Read<DeliveryDto>;
export type DeliveryState = Delivery['state'];
/** Somebody who is told. */
export type WebhookEndpoint = Read<WebhookEndpointDto>;
export type DeliveryPage = Read<DeliveryPageDto>;
