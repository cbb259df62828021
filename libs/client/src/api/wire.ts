// Names for the types that are generated from the OpenAPI document.
import type { components, operations } from './generated/wire.js';

/** All shapes of the API by their name in the OpenAPI document. */
export type Schemas = components['schemas'];

/** The progress of a batch. */
export type Progress = Schemas['ProgressDto'];
/** What to sync: a range of days, and how. */
export type StartRequest = Schemas['StartBatchDto'];
/** A larger range for a batch that has not ended. */
export type ExtendRequest = Schemas['ExtendBatchDto'];
/** Which failed days to try again. */
export type RetryRequest = Schemas['RetryBatchDto'];
/** What a start would do with each day. */
export type Preview = Schemas['PreviewDto'];
/** A page of batches. */
export type BatchPage = Schemas['BatchPageDto'];
/** Which batches to list. */
export type BatchQuery = NonNullable<operations['listBatches']['parameters']['query']>;
/** The days of a batch. */
export type BatchDays = Schemas['BatchDaysDto'];
/** A page of sync records. */
export type RecordPage = Schemas['RecordPageDto'];
/** Which sync records to list, and in which order. */
export type RecordQuery = NonNullable<operations['listRecords']['parameters']['query']>;
/** What is configured. */
export type DatasetList = Schemas['DatasetListDto'];
/** One dataset, with its entry in the datasets file. */
export type DatasetPage = Schemas['DatasetPageDto'];
/** An error of the API (RFC 9457). */
export type Problem = Schemas['ProblemDto'];
