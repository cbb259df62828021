export type { BodyOf, DataOf, Method, OperationOf, ParametersOf, PathOf } from './api/operation.js';
export type {
  BatchDays,
  BatchPage,
  BatchQuery,
  DatasetList,
  DatasetPage,
  ExtendRequest,
  Preview,
  Problem,
  Progress,
  RecordPage,
  RecordQuery,
  RetryRequest,
  Schemas,
  StartRequest,
} from './api/wire.js';
export {
  createClient,
  DaysyncClient,
  type WatchCallOptions,
  type WatchFailure,
} from './daysync-client.js';
export { DaysyncError, type DaysyncErrorCode, type DaysyncProblem } from './daysync-error.js';
export type {
  CallOptions,
  DaysyncClientOptions,
  RequestClient,
  RequestOptions,
  StartOnceOptions,
} from './request-client.js';
