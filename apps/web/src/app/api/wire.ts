// The types of the wire. They are generated from the API's document; here they get the console's names and calendar
// days.
import type { CalendarDay } from '@daysync/progress';
import type {
  BatchDayDto,
  BatchDaysDto,
  BatchLogDto,
  BatchPageDto,
  CalendarDayDto,
  CalendarDto,
  DatasetDto,
  DatasetListDto,
  DatasetPageDto,
  DatasetsFileDto,
  DayErrorDto,
  DayHistoryDto,
  DayHistoryPageDto,
  DayLogDto,
  DayRowsDto,
  DayTestDto,
  DeliveryDetailDto,
  DeliveryDto,
  WebhookEndpointDto,
  DeliveryPageDto,
  ExtendBatchDto,
  LogEntryDto,
  PreviewDto,
  ProgressDto,
  QuarantinePageDto,
  QuarantinedRowDto,
  RecordDto,
  RecordPageDto,
  ReloadDto,
  RetryBatchDto,
  RetryQuarantineDto,
  RetryRecordsDto,
  RunCountDto,
  SettledCountDto,
  SettleDaysDto,
  SettlementDto,
  SkipCountDto,
  SourceAnswerDto,
  StartBatchDto,
  UnreadableRowDto,
  UnreadableRowPageDto,
  WebhookTestDto,
} from './generated/models';

export const API = '/api/v1/sync-status';

/** The envelope of every successful answer. */
export interface Envelope<T> {
  readonly status: 'success';
  readonly data: T;
}

/** The fields that are calendar days; in a schema they are strings. */
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

/** A generated model, read-only and with calendar days. */
type Read<T> = T extends readonly (infer Item)[]
  ? readonly Read<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Key extends DayField ? AsDay<T[Key]> : Read<T[Key]> }
    : T;
type AsDay<T> = T extends string ? CalendarDay : Read<T>;

type Start = Read<StartBatchDto>;
/** A start as the console sends it: all fields but the hash of the previewed plan are required. */
export type StartRequest = Required<
  Pick<Start, 'start_date' | 'end_date' | 'dataset' | 'mode' | 'order'>
> &
  Partial<Pick<Start, 'plan_hash' | 'verify'>>;
export type ExtendRequest = Read<ExtendBatchDto>;
export type RetryRequest = Read<RetryBatchDto>;
export type QuarantineRetry = Read<RetryQuarantineDto>;
/** Days of a dataset that run again. `days` is no field of calendar days elsewhere. */
export type RecordsRetry = Omit<Read<RetryRecordsDto>, 'days'> & {
  readonly days: readonly CalendarDay[];
};
/** A row that did not fit. */
export type QuarantinedRow = Read<QuarantinedRowDto>;
export type QuarantinePageOf = Read<QuarantinePageDto>;

/** The progress of the API's document, identical to the library's. */
export type WireProgress = Read<ProgressDto>;
/** The plan of a start, without its single days. */
export type Plan = Omit<Read<PreviewDto>, 'dataset' | 'days'>;
/** A reason, and how many days of a plan have it. */
export type ReasonCount = Read<RunCountDto> | Read<SkipCountDto>;
/** Something that has happened to a day or to its batch. */
export type LogEntry = Read<LogEntryDto>;
export type LogPage = Read<BatchLogDto>;
export type DayLogEntries = Read<DayLogDto>;
/** The HTTP answer that an error is about. */
export type SourceAnswer = Read<SourceAnswerDto>;
/** Why a day failed. */
export type DayError = Read<DayErrorDto>;
export type UnreadableRow = Read<UnreadableRowDto>;
export type UnreadableRowPage = Read<UnreadableRowPageDto>;
export type BatchDay = Read<BatchDayDto>;
export type BatchDays = Read<BatchDaysDto>;
export type BatchPage = Read<BatchPageDto>;
export type SyncRecord = Read<RecordDto>;
export type RecordPage = Read<RecordPageDto>;
export type Dataset = Read<DatasetDto>;
/** When a dataset syncs by itself. */
export type Schedule = NonNullable<Dataset['schedule']>;
/** One dataset, with its entry in the datasets file. */
export type DatasetDetail = Read<DatasetPageDto>;
export type DatasetList = Read<DatasetListDto>;
/** The datasets file of the server. */
export type DatasetsFile = Read<DatasetsFileDto>;
/** What a reload of the datasets file has changed. */
export type Reloaded = Read<ReloadDto>;
/** The recorded days of a dataset. */
export type RecordCalendar = Read<CalendarDto>;
/** One recorded day; a day that was never tried has none. */
export type RecordedDay = Read<CalendarDayDto>;
/** The outcome of a day in one batch. */
export type DayHistory = Read<DayHistoryDto>;
/** The sync record of a day, and a page of its outcomes in batches. */
export type DayHistoryPage = Read<DayHistoryPageDto>;
/** What the rows of a day are marked for. */
export type DayMark = SyncRecord['marks'][number];
/** What the latest comparison of a day has found. */
export type DayFinding = NonNullable<SyncRecord['finding']>;
/** Who has marked a day as not expected, and why. */
export type Settlement = Read<SettlementDto>;
export type SettleRequest = Read<SettleDaysDto>;
/** How many days are marked now, or no longer are. */
export type SettledCount = Read<SettledCountDto>;
export type FindingRows = NonNullable<DayHistoryPage['finding_rows']>;
/** A page of the rows of a day in the target. */
export type DayRows = Omit<Read<DayRowsDto>, 'items'> & {
  readonly items: readonly Readonly<Record<string, unknown>>[];
};
/** What came of a day that was fetched and not written. */
export type DayTest = Read<DayTestDto>;
/** One event for one endpoint. */
export type Delivery = Read<DeliveryDto>;
export type DeliveryState = Delivery['state'];
/** A delivery with its body. */
export type DeliveryDetail = Read<DeliveryDetailDto>;
/** What came of a message that was sent to try an endpoint. */
export type WebhookTest = Read<WebhookTestDto>;
export type WebhookEndpoint = Read<WebhookEndpointDto>;
export type DeliveryPage = Read<DeliveryPageDto>;
