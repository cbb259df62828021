// Generated from docs/openapi.json: npm run openapi:client
export interface paths {
    readonly "/api/v1/sync-status/sync/batch": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List batches, active ones first */
        readonly get: operations["listBatches"];
        readonly put?: never;
        /** Start a batch over a range of days */
        readonly post: operations["startBatch"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/sync/batch/preview": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Preview what a batch would do with each day */
        readonly post: operations["previewBatch"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/sync/batch/progress/{task_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Get the progress of a batch */
        readonly get: operations["getProgress"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/sync/batch/progress/{task_id}/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Stream the progress of a batch as server-sent events
         * @description Events are `progress`, and `end` for the last one. `data` is the progress as JSON, `id` its `rev`. Changes come in order, at most ten per second, and a comment every 15 s.
         */
        readonly get: operations["watchProgress"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/sync/batch/{task_id}/days": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the days of a batch with their outcomes, or only those that changed */
        readonly get: operations["listBatchDays"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/sync/batch/{task_id}/log": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The log of a batch: attempts, waits, controls and outcomes with their times
         * @description At most 20 entries a day. With `since`, the days that changed since have all their entries: they replace those of before, as do the entries of the batch itself (`day` is null), which are always complete.
         */
        readonly get: operations["batchLog"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/sync/batch/{task_id}/log/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Stream the log of a batch as server-sent events
         * @description Events are `log`, and `end` for the last one. `data` is like the answer of the log, `id` its `cursor`: each event has all entries of the days that changed, which replace those of before.
         */
        readonly get: operations["watchBatchLog"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/sync/batch/{task_id}/unreadable-rows": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the rows without a readable day that a batch has met */
        readonly get: operations["listBatchUnreadableRows"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/sync/batch/{task_id}/pause": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Pause a batch: days in flight finish, no other day starts */
        readonly post: operations["pauseBatch"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/sync/batch/{task_id}/resume": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Resume a paused batch */
        readonly post: operations["resumeBatch"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/sync/batch/{task_id}/cancel": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Cancel a batch for good: days in flight finish */
        readonly post: operations["cancelBatch"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/sync/batch/{task_id}/retry": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Retry the failed days of a batch as a new batch */
        readonly post: operations["retryBatch"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/sync/batch/{task_id}/extend": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Extend a batch that has not ended to a larger range
         * @description The batch keeps its `task_id`, which then no longer names the range. The new days are planned with its mode and run in its order: `total` grows, and `percent` may fall. A repeated request changes nothing.
         */
        readonly post: operations["extendBatch"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/records": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List sync records: filter, sort, page */
        readonly get: operations["listRecords"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/records/calendar": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The state of each day of a range, and its gaps */
        readonly get: operations["recordCalendar"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/records/export": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Export the matching records as CSV for spreadsheets
         * @description RFC 4180 in UTF-8 with a byte order mark. A text that a spreadsheet would read as a formula gets a leading `'`, also after a `;`, a tab or a line break. The file is streamed. If reading fails, the connection breaks.
         */
        readonly get: operations["exportRecords"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/records/{dataset}/{day}/log": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The log of a day: attempts, waits and outcomes in its latest 20 batches */
        readonly get: operations["recordLog"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/records/retry": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Sync chosen days of a dataset again, as a new batch */
        readonly post: operations["retryRecords"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/records/{dataset}/{day}/accept": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Accept a marked day as it is: its marks stand no more
         * @description From then on it counts as usual for the days after it. The next sync of the day judges it anew.
         */
        readonly post: operations["acceptDay"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/records/{dataset}/{day}/history": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The outcomes of a day in all batches, newest first */
        readonly get: operations["recordHistory"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/records/{dataset}/{day}/finding/export": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Export the rows that the latest comparison of a day has found as CSV
         * @description At most 20 of each kind, long texts cut, as in the history of the day. The first column says where a row is; a changed row has two lines. Written like the export of records.
         */
        readonly get: operations["exportFinding"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/sync/batch/{task_id}/log/export": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Export the whole log of a batch as CSV
         * @description Written like the export of records.
         */
        readonly get: operations["exportBatchLog"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/datasets": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the datasets with the days that they have */
        readonly get: operations["listDatasets"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/datasets/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Get a dataset with the days that it has, and its entry in the datasets file */
        readonly get: operations["getDataset"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/records/{dataset}/settle": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Mark the missing days of a range as not expected: the source will never have them
         * @description Days that were ever synced, empty days and those that are not over stay as they are. Batches skip settled days, and they are no gap. Days that are settled already get the new reason.
         */
        readonly post: operations["settleDays"];
        /**
         * Take back that days of a range are not expected
         * @description From then on batches try them again. Days that are not settled stay as they are.
         */
        readonly delete: operations["unsettleDays"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/datasets/{name}/days/{day}/rows": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the rows of a day in the target */
        readonly get: operations["listDayRows"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/datasets/{name}/unreadable-rows": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the rows of a source whose day can not be read */
        readonly get: operations["listUnreadableRows"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/datasets/{name}/days/{day}/test": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Fetch a day from the source and write nothing: its rows, and the values that would not fit
         * @description As `daysync datasets try`. It ends at the `timeout_seconds` of the dataset. What fails at the source is in the answer.
         */
        readonly post: operations["testDay"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/datasets/{name}/schedule/pause": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Pause the schedule of a dataset: no batch starts by itself
         * @description It stays paused over restarts and reloads, until it is resumed.
         */
        readonly post: operations["pauseSchedule"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/datasets/{name}/schedule/resume": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Resume the schedule of a dataset: its next run also has the days of the pause */
        readonly post: operations["resumeSchedule"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/datasets/{name}/schedule/run": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Start the batch that the schedule of a dataset would start now
         * @description Also while it is paused. Its own runs stay as they are.
         */
        readonly post: operations["runSchedule"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/quarantine": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the rows that did not fit: filter, sort, page */
        readonly get: operations["listQuarantine"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/quarantine/export": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Export the matching rows as CSV for spreadsheets
         * @description In the format of `GET records/export`.
         */
        readonly get: operations["exportQuarantine"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/quarantine/retry": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Sync the days again that have rows in quarantine, as a new batch */
        readonly post: operations["retryQuarantine"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/datasets/reload": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Take in the changed datasets file without a restart
         * @description All of the file is taken in, or nothing: with an error in it, Daysync goes on with the file that it has. With PostgreSQL every process follows within 5 s.
         */
        readonly post: operations["reloadDatasets"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/webhooks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List webhook deliveries, newest first, and the endpoints */
        readonly get: operations["listWebhookDeliveries"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/webhooks/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Get a webhook delivery with the body that is sent */
        readonly get: operations["getWebhookDelivery"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/webhooks/endpoints/{name}/test": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send a test message to an endpoint, once and at once
         * @description It is signed like every delivery and has the `type` `test`. It is not listed and not tried again. What the endpoint answers is in the answer.
         */
        readonly post: operations["testWebhookEndpoint"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/webhooks/{id}/redeliver": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Send a delivery again with the same id; a pending one is sent now */
        readonly post: operations["redeliverWebhook"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync-status/session": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Get the current session */
        readonly get: operations["getSession"];
        readonly put?: never;
        /**
         * Log in to the console with a token
         * @description Starts a session of 12 hours. Its cookie is not readable by scripts.
         */
        readonly post: operations["login"];
        /** Log out */
        readonly delete: operations["logout"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/health/live": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Check that the process answers */
        readonly get: operations["getLiveness"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/health/ready": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Check that it can sync: the database commits, batches run, the disk has space */
        readonly get: operations["getReadiness"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/metrics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Metrics for Prometheus */
        readonly get: operations["getMetrics"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly SkipCountDto: {
            /**
             * @description The reason.
             * @example already_synced
             * @enum {string}
             */
            readonly reason: "already_synced" | "failed_before" | "future_date" | "no_data" | "not_expected" | "cancelled" | "not_run" | "unchanged" | "not_synced";
            /**
             * @description Number of days.
             * @example 1
             */
            readonly count: number;
        };
        readonly ControlDto: {
            /**
             * @description The action.
             * @example pause
             * @enum {string}
             */
            readonly verb: "pause" | "resume" | "cancel";
            /**
             * @description The name of the token; null without `AUTH_TOKENS`.
             * @example ana
             */
            readonly by: string | null;
            /**
             * Format: date-time
             * @description The time.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly at: string;
        };
        readonly EtaDto: {
            /**
             * Format: date-time
             * @description The expected end.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly likely: string;
            /**
             * Format: date-time
             * @description The time by which nine batches in ten have ended.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly late: string;
        };
        readonly WaitingForDto: {
            /**
             * @description What the batch waits for.
             * @example throttle
             * @enum {string}
             */
            readonly kind: "retry" | "throttle" | "rate_limit" | "queue" | "paused" | "source" | "failures" | "disk" | "database" | "target";
            /**
             * Format: date-time
             * @description Until when, if known.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly until: string | null;
            /**
             * @description Details in words.
             * @example null
             */
            readonly detail: string | null;
        };
        readonly ProgressErrorDto: {
            /**
             * @description For programs.
             * @example DATASET_CHANGED
             */
            readonly code: string;
            /**
             * @description For people.
             * @example the dataset weather is no longer configured
             */
            readonly text: string;
        };
        readonly ProgressDto: {
            /**
             * @description The id of the batch.
             * @example 2025-10-01_2025-10-10_1760716800
             */
            readonly task_id: string;
            /**
             * @description The dataset.
             * @example weather
             */
            readonly dataset: string;
            /**
             * @description The state of the batch; completed, failed and cancelled are final.
             * @example running
             * @enum {string}
             */
            readonly status: "queued" | "running" | "paused" | "cancelling" | "cancelled" | "completed" | "failed";
            /**
             * @description Days of the batch.
             * @example 10
             */
            readonly total: number;
            /**
             * @description Days in flight or finished: 1 while the first of three runs.
             * @example 3
             */
            readonly current: number;
            /**
             * @description Days that succeeded.
             * @example 1
             */
            readonly success: number;
            /**
             * @description Days that failed.
             * @example 0
             */
            readonly failed: number;
            /**
             * @description Days that were skipped, each with a reason.
             * @example 1
             */
            readonly skipped: number;
            /**
             * @description The skipped days, by reason.
             * @example [
             *       {
             *         "reason": "already_synced",
             *         "count": 1
             *       }
             *     ]
             */
            readonly skip_reasons: readonly components["schemas"]["SkipCountDto"][];
            /**
             * @description Of the failed days: how many have been synced since, by a retry or another batch. Counted as batches end; 0 while this one is active.
             * @example 0
             */
            readonly repaired: number;
            /**
             * @description Days with an outcome: success + failed + skipped.
             * @example 2
             */
            readonly finished: number;
            /**
             * @description Days in flight.
             * @example 1
             */
            readonly running: number;
            /**
             * @description 100 only when current is total.
             * @example 30
             */
            readonly percent: number;
            /**
             * Format: date
             * @description The day that started last.
             * @example 2025-10-03
             */
            readonly current_date: string | null;
            /**
             * @description The state in words; Chinese unless Accept-Language prefers English.
             * @example 正在同步 2025-10-03...
             */
            readonly message: string;
            /**
             * @description The meaning of the message, for programs.
             * @example DAY_STARTED
             * @enum {string}
             */
            readonly message_code: "BATCH_STARTED" | "BATCH_QUEUED" | "DAY_STARTED" | "BATCH_PAUSED" | "BATCH_CANCELLING" | "BATCH_CANCELLED" | "BATCH_COMPLETED" | "BATCH_FAILED";
            /**
             * Format: date
             * @description The first day of the range.
             * @example 2025-10-01
             */
            readonly start_date: string;
            /**
             * Format: date
             * @description The last day of the range, included.
             * @example 2025-10-10
             */
            readonly end_date: string;
            /**
             * @description Which days are tried.
             * @example missing_and_failed
             * @enum {string}
             */
            readonly mode: "missing" | "missing_and_failed" | "incomplete" | "all" | "verify" | "move";
            /**
             * @description What is done with a day that is verified and differs: in the mode `verify`, and in a scheduled batch that verifies days by their age. Else null.
             * @example null
             * @enum {string|null}
             */
            readonly verify: "repair" | "report" | null;
            /**
             * @description Whether its oldest days run first, or its newest.
             * @example asc
             * @enum {string}
             */
            readonly order: "asc" | "desc";
            /**
             * @description Whether its days were chosen, as those of a retry. Such a batch cannot be extended.
             * @example false
             */
            readonly chosen_days: boolean;
            /**
             * @description The batch whose failed days this one retries.
             * @example null
             */
            readonly retry_of: string | null;
            /**
             * @description The name of the token that started it, or `schedule`; null without `AUTH_TOKENS`.
             * @example ana
             */
            readonly started_by: string | null;
            /**
             * @description The last pause, resume or cancel; null if there was none.
             * @example {
             *       "verb": "pause",
             *       "by": "ana",
             *       "at": "2025-10-17T16:00:00.000Z"
             *     }
             */
            readonly last_control: components["schemas"]["ControlDto"] | null;
            /**
             * Format: date-time
             * @description When its first day could start; null while it is queued.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly started_at: string | null;
            /**
             * Format: date-time
             * @description The time of its last change.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly updated_at: string;
            /**
             * Format: date-time
             * @description When it ended.
             * @example null
             */
            readonly finished_at: string | null;
            /**
             * @description The estimated end; null until three of its days are finished.
             * @example {
             *       "likely": "2025-10-17T16:00:00.000Z",
             *       "late": "2025-10-17T16:00:00.000Z"
             *     }
             */
            readonly eta: components["schemas"]["EtaDto"] | null;
            /**
             * @description How many days end in a minute, by the latest ones; null until three are finished, and when the batch does not run.
             * @example 12.5
             */
            readonly days_per_minute: number | null;
            /**
             * @description How many rows they write in a minute; null as above.
             * @example 340
             */
            readonly rows_per_minute: number | null;
            /**
             * @description What it waits for.
             * @example {
             *       "kind": "throttle",
             *       "until": "2025-10-17T16:00:00.000Z",
             *       "detail": null
             *     }
             */
            readonly waiting_for: components["schemas"]["WaitingForDto"] | null;
            /**
             * @description Why it failed or was paused automatically.
             * @example null
             */
            readonly error: components["schemas"]["ProgressErrorDto"] | null;
            /**
             * @description Rows that its days have written.
             * @example 2
             */
            readonly rows: number;
            /**
             * @description Rows of the source whose day could not be read. They belong to no day and fail none; `GET sync/batch/{task_id}/unreadable-rows` lists them.
             * @example 0
             */
            readonly unreadable_rows: number;
            /**
             * @description Rows of its days that did not fit and are in quarantine (`on_bad_row`); `GET quarantine` lists them.
             * @example 0
             */
            readonly quarantined_rows: number;
            /**
             * @description The number of committed changes; never decreases.
             * @example 7
             */
            readonly rev: number;
            /**
             * @description After how many milliseconds to poll again.
             * @example 2000
             */
            readonly poll_after_ms: number;
        };
        readonly StartBatchDto: {
            /**
             * Format: date
             * @description The first day.
             * @example 2012-03-01
             */
            readonly start_date: string;
            /**
             * Format: date
             * @description The last day, included.
             * @example 2012-03-31
             */
            readonly end_date: string;
            /**
             * @description The dataset. Default: the first one.
             * @example weather
             */
            readonly dataset?: string;
            /**
             * @description Which days are tried: missing ones; these and failed ones; these and synced ones whose rows lack a column; all; or, with `verify`, those that are synced, whose rows are compared with the source.
             * @default missing_and_failed
             * @example missing_and_failed
             * @enum {string}
             */
            readonly mode?: "missing" | "missing_and_failed" | "incomplete" | "all" | "verify" | "move";
            /**
             * @description Only with the mode `verify`: whether a day that differs is written again, or only reported. Default: `repair`.
             * @example report
             * @enum {string}
             */
            readonly verify?: "repair" | "report";
            /**
             * @description The order of the days, ascending or descending.
             * @default asc
             * @example asc
             * @enum {string}
             */
            readonly order?: "asc" | "desc";
            /**
             * @description The `plan_hash` of a preview. If the plan has changed since, the answer is 409 `PLAN_CHANGED`.
             * @example 0f3a5c7e9b1d2f40
             */
            readonly plan_hash?: string;
        };
        readonly DayRangeDto: {
            /**
             * Format: date
             * @description The first day.
             * @example 2015-12-22
             */
            readonly start_date: string;
            /**
             * Format: date
             * @description The last day, included.
             * @example 2015-12-31
             */
            readonly end_date: string;
        };
        readonly ElsewhereDaysDto: {
            /**
             * @description The target table, without these days.
             * @example weather_v2
             */
            readonly table: string;
            /**
             * @description Days.
             * @example 28
             */
            readonly days: number;
            /**
             * @description The tables that their rows are in. They stay as they are. Empty if the table was dropped.
             * @example [
             *       "weather"
             *     ]
             */
            readonly tables: readonly string[];
            /**
             * @description From the first of these days to the last.
             * @example {
             *       "start_date": "2012-03-01",
             *       "end_date": "2012-03-28"
             *     }
             */
            readonly range: components["schemas"]["DayRangeDto"];
        };
        readonly IncompleteDaysDto: {
            /**
             * @description The target table.
             * @example weather_v2
             */
            readonly table: string;
            /**
             * @description Days.
             * @example 28
             */
            readonly days: number;
            /**
             * @description The columns that their rows lack: they are null there.
             * @example [
             *       "wind"
             *     ]
             */
            readonly columns: readonly string[];
            /**
             * @description From the first of these days to the last.
             * @example {
             *       "start_date": "2012-03-01",
             *       "end_date": "2012-03-28"
             *     }
             */
            readonly range: components["schemas"]["DayRangeDto"];
        };
        readonly RunCountDto: {
            /**
             * @description The reason.
             * @example missing
             * @enum {string}
             */
            readonly reason: "missing" | "failed" | "incomplete" | "synced" | "verify" | "move";
            /**
             * @description Number of days.
             * @example 7
             */
            readonly count: number;
        };
        readonly DurationEstimateDto: {
            /**
             * @description The expected duration, in milliseconds.
             * @example 180000
             */
            readonly likely_ms: number;
            /**
             * @description The duration that one batch in ten exceeds, in milliseconds.
             * @example 240000
             */
            readonly late_ms: number;
        };
        readonly PlannedDayDto: {
            /**
             * Format: date
             * @description The day.
             * @example 2012-03-01
             */
            readonly day: string;
            /**
             * @description What a batch would do with it.
             * @example run
             * @enum {string}
             */
            readonly action: "run" | "skip";
            /**
             * @description The reason. A day runs if it is missing (no record, no data at its last try, or its rows are not in the target table), if its last try failed, if its rows lack a column and the mode is incomplete, or if it is synced and the mode is all.
             * @example missing
             * @enum {string}
             */
            readonly reason: "missing" | "failed" | "incomplete" | "synced" | "verify" | "move" | "already_synced" | "failed_before" | "future_date" | "no_data" | "not_expected" | "cancelled" | "not_run" | "unchanged" | "not_synced";
        };
        readonly PreviewDto: {
            /**
             * @description Synced days that are not in the target table, because it is new or was created again: they are missing. Null without.
             * @example null
             */
            readonly elsewhere: components["schemas"]["ElsewhereDaysDto"] | null;
            /**
             * @description Synced days whose rows lack a column that was added since. The mode `incomplete` syncs them again. Null without.
             * @example null
             */
            readonly incomplete: components["schemas"]["IncompleteDaysDto"] | null;
            /**
             * @description The dataset.
             * @example weather
             */
            readonly dataset: string;
            /**
             * @description The hash of this plan. A start that sends it runs exactly this plan or is refused.
             * @example 0f3a5c7e9b1d2f40
             */
            readonly plan_hash: string;
            /**
             * @description Days of the range.
             * @example 10
             */
            readonly total: number;
            /**
             * @description Days that would run.
             * @example 9
             */
            readonly run: number;
            /**
             * @description Days that would be skipped.
             * @example 1
             */
            readonly skip: number;
            /**
             * @description The days that would run, by reason.
             * @example [
             *       {
             *         "reason": "missing",
             *         "count": 7
             *       },
             *       {
             *         "reason": "failed",
             *         "count": 2
             *       }
             *     ]
             */
            readonly run_reasons: readonly components["schemas"]["RunCountDto"][];
            /**
             * @description The skipped days, by reason.
             * @example [
             *       {
             *         "reason": "already_synced",
             *         "count": 1
             *       }
             *     ]
             */
            readonly skip_reasons: readonly components["schemas"]["SkipCountDto"][];
            /**
             * @description The estimated duration, by the latest days of the dataset and by its throttle; null with fewer than three days and without a throttle.
             * @example {
             *       "likely_ms": 180000,
             *       "late_ms": 240000
             *     }
             */
            readonly estimate: components["schemas"]["DurationEstimateDto"] | null;
            /**
             * @description Every day, in the order of the batch.
             * @example [
             *       {
             *         "day": "2012-03-01",
             *         "action": "run",
             *         "reason": "missing"
             *       }
             *     ]
             */
            readonly days: readonly components["schemas"]["PlannedDayDto"][];
        };
        readonly ListedBatchDto: {
            /**
             * @description The id of the batch.
             * @example 2025-10-01_2025-10-10_1760716800
             */
            readonly task_id: string;
            /**
             * @description The dataset.
             * @example weather
             */
            readonly dataset: string;
            /**
             * @description The state of the batch; completed, failed and cancelled are final.
             * @example running
             * @enum {string}
             */
            readonly status: "queued" | "running" | "paused" | "cancelling" | "cancelled" | "completed" | "failed";
            /**
             * @description Days of the batch.
             * @example 10
             */
            readonly total: number;
            /**
             * @description Days in flight or finished: 1 while the first of three runs.
             * @example 3
             */
            readonly current: number;
            /**
             * @description Days that succeeded.
             * @example 1
             */
            readonly success: number;
            /**
             * @description Days that failed.
             * @example 0
             */
            readonly failed: number;
            /**
             * @description Days that were skipped, each with a reason.
             * @example 1
             */
            readonly skipped: number;
            /**
             * @description The skipped days, by reason.
             * @example [
             *       {
             *         "reason": "already_synced",
             *         "count": 1
             *       }
             *     ]
             */
            readonly skip_reasons: readonly components["schemas"]["SkipCountDto"][];
            /**
             * @description Of the failed days: how many have been synced since, by a retry or another batch. Counted as batches end; 0 while this one is active.
             * @example 0
             */
            readonly repaired: number;
            /**
             * @description Days with an outcome: success + failed + skipped.
             * @example 2
             */
            readonly finished: number;
            /**
             * @description Days in flight.
             * @example 1
             */
            readonly running: number;
            /**
             * @description 100 only when current is total.
             * @example 30
             */
            readonly percent: number;
            /**
             * Format: date
             * @description The day that started last.
             * @example 2025-10-03
             */
            readonly current_date: string | null;
            /**
             * @description The state in words; Chinese unless Accept-Language prefers English.
             * @example 正在同步 2025-10-03...
             */
            readonly message: string;
            /**
             * @description The meaning of the message, for programs.
             * @example DAY_STARTED
             * @enum {string}
             */
            readonly message_code: "BATCH_STARTED" | "BATCH_QUEUED" | "DAY_STARTED" | "BATCH_PAUSED" | "BATCH_CANCELLING" | "BATCH_CANCELLED" | "BATCH_COMPLETED" | "BATCH_FAILED";
            /**
             * Format: date
             * @description The first day of the range.
             * @example 2025-10-01
             */
            readonly start_date: string;
            /**
             * Format: date
             * @description The last day of the range, included.
             * @example 2025-10-10
             */
            readonly end_date: string;
            /**
             * @description Which days are tried.
             * @example missing_and_failed
             * @enum {string}
             */
            readonly mode: "missing" | "missing_and_failed" | "incomplete" | "all" | "verify" | "move";
            /**
             * @description What is done with a day that is verified and differs: in the mode `verify`, and in a scheduled batch that verifies days by their age. Else null.
             * @example null
             * @enum {string|null}
             */
            readonly verify: "repair" | "report" | null;
            /**
             * @description Whether its oldest days run first, or its newest.
             * @example asc
             * @enum {string}
             */
            readonly order: "asc" | "desc";
            /**
             * @description Whether its days were chosen, as those of a retry. Such a batch cannot be extended.
             * @example false
             */
            readonly chosen_days: boolean;
            /**
             * @description The batch whose failed days this one retries.
             * @example null
             */
            readonly retry_of: string | null;
            /**
             * @description The name of the token that started it, or `schedule`; null without `AUTH_TOKENS`.
             * @example ana
             */
            readonly started_by: string | null;
            /**
             * @description The last pause, resume or cancel; null if there was none.
             * @example {
             *       "verb": "pause",
             *       "by": "ana",
             *       "at": "2025-10-17T16:00:00.000Z"
             *     }
             */
            readonly last_control: components["schemas"]["ControlDto"] | null;
            /**
             * Format: date-time
             * @description When its first day could start; null while it is queued.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly started_at: string | null;
            /**
             * Format: date-time
             * @description The time of its last change.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly updated_at: string;
            /**
             * Format: date-time
             * @description When it ended.
             * @example null
             */
            readonly finished_at: string | null;
            /**
             * @description The estimated end; null until three of its days are finished.
             * @example {
             *       "likely": "2025-10-17T16:00:00.000Z",
             *       "late": "2025-10-17T16:00:00.000Z"
             *     }
             */
            readonly eta: components["schemas"]["EtaDto"] | null;
            /**
             * @description How many days end in a minute, by the latest ones; null until three are finished, and when the batch does not run.
             * @example 12.5
             */
            readonly days_per_minute: number | null;
            /**
             * @description How many rows they write in a minute; null as above.
             * @example 340
             */
            readonly rows_per_minute: number | null;
            /**
             * @description What it waits for.
             * @example {
             *       "kind": "throttle",
             *       "until": "2025-10-17T16:00:00.000Z",
             *       "detail": null
             *     }
             */
            readonly waiting_for: components["schemas"]["WaitingForDto"] | null;
            /**
             * @description Why it failed or was paused automatically.
             * @example null
             */
            readonly error: components["schemas"]["ProgressErrorDto"] | null;
            /**
             * @description Rows that its days have written.
             * @example 2
             */
            readonly rows: number;
            /**
             * @description Rows of the source whose day could not be read. They belong to no day and fail none; `GET sync/batch/{task_id}/unreadable-rows` lists them.
             * @example 0
             */
            readonly unreadable_rows: number;
            /**
             * @description Rows of its days that did not fit and are in quarantine (`on_bad_row`); `GET quarantine` lists them.
             * @example 0
             */
            readonly quarantined_rows: number;
            /**
             * @description The number of committed changes; never decreases.
             * @example 7
             */
            readonly rev: number;
            /**
             * @description After how many milliseconds to poll again.
             * @example 2000
             */
            readonly poll_after_ms: number;
            /**
             * @description Of a queued batch: its place in the queue, starting at 1.
             * @example 1
             */
            readonly queue_place: number | null;
        };
        readonly BatchPageDto: {
            /**
             * @description The page, starting at 1.
             * @example 1
             */
            readonly page: number;
            /**
             * @description Entries per page.
             * @example 50
             */
            readonly page_size: number;
            /**
             * @description Entries in the whole list.
             * @example 31
             */
            readonly total: number;
            /**
             * @description The batches: active ones first, then newest first.
             * @example []
             */
            readonly items: readonly components["schemas"]["ListedBatchDto"][];
        };
        readonly SourceAnswerDto: {
            /**
             * @description The status.
             * @example 503
             */
            readonly status: number;
            /**
             * @description The first 2 kB of the body, without secrets; null without a body that is text. Absent in lists: the history of a day has it.
             * @example {"error":"maintenance until 10:00"}
             */
            readonly body?: string | null;
        };
        readonly DayErrorDto: {
            /**
             * @description For programs.
             * @example VALUE_INVALID
             */
            readonly code: string;
            /**
             * @description The expected and the received value.
             * @example row 12, column speed_knots: expected an integer of 64 bits, got "fast" (text)
             */
            readonly text: string;
            /**
             * @description The row of the source, starting at 1.
             * @example 12
             */
            readonly row: number | null;
            /**
             * @description The column.
             * @example speed_knots
             */
            readonly column: string | null;
            /** @description The HTTP answer that the error is about; absent for any other error. */
            readonly answer?: components["schemas"]["SourceAnswerDto"];
        };
        readonly DayMarkDto: {
            /**
             * @description A check of the dataset with `action: warn`, or a figure that is unusual for the weekday.
             * @example unusual
             * @enum {string}
             */
            readonly kind: "check_warned" | "unusual";
            /**
             * @description The check, or the figure.
             * @example rows
             * @enum {string}
             */
            readonly of: "rows.min" | "rows.max" | "rows.within" | "unique" | "day" | "rows" | "duration";
            /**
             * @description What was expected and what came.
             * @example expected 540 to 1851 rows (median 1000), as on the 8 days of this weekday before, got 500
             */
            readonly text: string;
            /**
             * @description What came, in rows or milliseconds; null for other checks.
             * @example 500
             */
            readonly value: number | null;
            /**
             * @description The median of the days that it was compared with.
             * @example 1000
             */
            readonly median: number | null;
            /**
             * @description How many these are.
             * @example 8
             */
            readonly days: number | null;
        };
        readonly BatchDayDto: {
            /**
             * Format: date
             * @description The day.
             * @example 2025-10-03
             */
            readonly day: string;
            /**
             * @description The state.
             * @example success
             * @enum {string}
             */
            readonly state: "pending" | "running" | "success" | "failed" | "skipped";
            /**
             * @description Why it is skipped.
             * @example null
             * @enum {string|null}
             */
            readonly reason: "already_synced" | "failed_before" | "future_date" | "no_data" | "not_expected" | "cancelled" | "not_run" | "unchanged" | "not_synced" | null;
            /**
             * @description Rows written.
             * @example 2
             */
            readonly rows: number | null;
            /**
             * @description Rows put in quarantine.
             * @example 0
             */
            readonly quarantined_rows: number | null;
            /**
             * @description Number of attempts.
             * @example 1
             */
            readonly attempts: number;
            /**
             * Format: date-time
             * @description When its next attempt may start, if it waits for one.
             * @example null
             */
            readonly next_at: string | null;
            /**
             * @description The duration, in milliseconds.
             * @example 4
             */
            readonly duration_ms: number | null;
            /**
             * Format: date-time
             * @description When it started.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly started_at: string | null;
            /**
             * Format: date-time
             * @description When it ended.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly finished_at: string | null;
            /**
             * @description Why it failed, or the error of its last attempt while it waits for the next one.
             * @example null
             */
            readonly error: components["schemas"]["DayErrorDto"] | null;
            /**
             * @description What it was marked for when it was written.
             * @example []
             */
            readonly marks: readonly components["schemas"]["DayMarkDto"][];
        };
        readonly BatchDaysDto: {
            /**
             * @description The days, in the order of the batch.
             * @example []
             */
            readonly items: readonly components["schemas"]["BatchDayDto"][];
            /**
             * @description Send it as `since` to get only later changes. Opaque.
             * @example Wzdd
             */
            readonly cursor: string;
        };
        readonly LogEntryDto: {
            /**
             * Format: date-time
             * @description When.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly at: string;
            /**
             * Format: date
             * @description The day; null if it concerns the batch.
             * @example 2025-10-03
             */
            readonly day: string | null;
            /**
             * @description What happened.
             * @example failed_attempt
             * @enum {string}
             */
            readonly kind: "created" | "started" | "failed_attempt" | "waiting" | "requeued" | "succeeded" | "failed" | "skipped" | "paused" | "resumed" | "cancelled" | "extended" | "ended";
            /**
             * @description Which attempt at the day.
             * @example 1
             */
            readonly attempt: number | null;
            /**
             * @description The code of an error, the reason of a skip or of a requeue, what a wait is for (`retry`, `rate_limit`, `source`, `target`, `disk`, `database`), or how the batch ended.
             * @example SOURCE_UNAVAILABLE
             */
            readonly code: string | null;
            /**
             * @description The error, for people, at most 500 characters; or the new range of an extended batch, as `start/end`.
             * @example null
             */
            readonly text: string | null;
            /**
             * Format: date-time
             * @description When a wait ends, if that is known.
             * @example null
             */
            readonly until: string | null;
            /**
             * @description The name of the token that asked for it.
             * @example ana
             */
            readonly by: string | null;
            /**
             * @description The rows that were written.
             * @example null
             */
            readonly rows: number | null;
        };
        readonly BatchLogDto: {
            /**
             * @description The entries, in the order of time.
             * @example []
             */
            readonly items: readonly components["schemas"]["LogEntryDto"][];
            /**
             * @description Whether earlier entries were left out.
             * @example false
             */
            readonly truncated: boolean;
            /**
             * @description Send it as `since` to get only the days that change later. Opaque.
             * @example Wzdd
             */
            readonly cursor: string;
        };
        readonly UnreadableRowDto: {
            /**
             * @description The file, as written in the datasets file; of several files the file that has it, and of an answer with pages the page.
             * @example data/weather.csv
             */
            readonly file: string;
            /**
             * @description The row of that file, starting at 1 after the header.
             * @example 1462
             */
            readonly row: number;
            /**
             * @description The column with the day.
             * @example date
             */
            readonly column: string;
            /**
             * @description For programs.
             * @example SOURCE_DAY_UNREADABLE
             * @enum {string}
             */
            readonly code: "SOURCE_DAY_UNREADABLE";
            /**
             * @description The expected and the received value.
             * @example row 1462, column "date": expected a date written yyyy-MM-dd, got "total"
             */
            readonly text: string;
            /**
             * @description The first 200 characters of the row.
             * @example total,,4026.4,,,
             */
            readonly content: string;
        };
        readonly UnreadableRowPageDto: {
            /**
             * @description The page, starting at 1.
             * @example 1
             */
            readonly page: number;
            /**
             * @description Entries per page.
             * @example 50
             */
            readonly page_size: number;
            /**
             * @description Entries in the whole list.
             * @example 31
             */
            readonly total: number;
            /**
             * @description All of them. Of each file, only the first 200 are listed.
             * @example 0
             */
            readonly count: number;
            /**
             * @description How many of them are in quarantine; 0 where `on_bad_row` is `fail`.
             * @example 0
             */
            readonly quarantined: number;
            /**
             * Format: date-time
             * @description When they were found first; null without any.
             * @example null
             */
            readonly found_at: string | null;
            /**
             * @description The first 200 of each file, in the order of the files.
             * @example []
             */
            readonly items: readonly components["schemas"]["UnreadableRowDto"][];
        };
        readonly RetryBatchDto: {
            /**
             * @description Only days that failed with one of these error codes. Default: all failed days.
             * @example [
             *       "SOURCE_FILE_MISSING"
             *     ]
             */
            readonly codes?: readonly string[];
        };
        readonly ExtendBatchDto: {
            /**
             * Format: date
             * @description The new first day. Default: the one that the batch has.
             * @example 2012-02-01
             */
            readonly start_date?: string;
            /**
             * Format: date
             * @description The new last day, included. Default: the one that the batch has.
             * @example 2012-04-30
             */
            readonly end_date?: string;
        };
        readonly FindingDto: {
            /**
             * @description What has changed since the day was synced: the source, or only the target.
             * @example SOURCE_CHANGED
             * @enum {string}
             */
            readonly code: "SOURCE_CHANGED" | "TARGET_CHANGED";
            /**
             * @description Rows of the source that the target lacked.
             * @example 2
             */
            readonly added: number;
            /**
             * @description Rows of the target that the source lacks.
             * @example 1
             */
            readonly removed: number;
            /**
             * @description Rows that both have by the key of the target, with other values: they are neither added nor removed. Null without a key.
             * @example 1
             */
            readonly changed: number | null;
            /**
             * @description Whether the day was written again.
             * @example true
             */
            readonly repaired: boolean;
        };
        readonly RecordDto: {
            /**
             * @description The dataset.
             * @example weather
             */
            readonly dataset: string;
            /**
             * Format: date
             * @description The day.
             * @example 2012-03-01
             */
            readonly day: string;
            /**
             * @description The outcome of its last try.
             * @example success
             * @enum {string}
             */
            readonly status: "success" | "failed" | "skipped";
            /**
             * @description Why it was skipped.
             * @example null
             * @enum {string|null}
             */
            readonly reason: "already_synced" | "failed_before" | "future_date" | "no_data" | "not_expected" | "cancelled" | "not_run" | "unchanged" | "not_synced" | null;
            /**
             * @description Rows written by the last try.
             * @example 2
             */
            readonly rows: number | null;
            /**
             * @description Rows fetched by the last try: those written and those in quarantine.
             * @example 2
             */
            readonly fetched_rows: number | null;
            /**
             * @description Rows that the last try put in quarantine.
             * @example 0
             */
            readonly quarantined_rows: number | null;
            /**
             * @description Attempts of the last try.
             * @example 1
             */
            readonly attempts: number;
            /**
             * @description The duration of the last try, in milliseconds.
             * @example 4
             */
            readonly duration_ms: number | null;
            /**
             * @description The error of the last try.
             * @example null
             */
            readonly error: components["schemas"]["DayErrorDto"] | null;
            /**
             * @description The batch of its last try.
             * @example 2012-03-01_2012-03-31_1760716800
             */
            readonly last_task_id: string;
            /**
             * Format: date-time
             * @description The time of its last try.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly last_tried_at: string;
            /**
             * Format: date-time
             * @description The time of its last success.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly last_success_at: string | null;
            /**
             * @description The fingerprint of the rows that it left in the target, in 32 hexadecimal digits; null from before fingerprints.
             * @example d41d8cd98f00b204e9800998ecf8427e
             */
            readonly fingerprint: string | null;
            /**
             * Format: date-time
             * @description When its rows were last compared with the source.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly verified_at: string | null;
            /**
             * @description What that found; null if all was the same.
             * @example null
             */
            readonly finding: components["schemas"]["FindingDto"] | null;
            /**
             * @description What its rows, those of the last success, are marked for; they stand until `accepted_at`.
             * @example []
             */
            readonly marks: readonly components["schemas"]["DayMarkDto"][];
            /**
             * Format: date-time
             * @description When an operator has accepted the marked day as it is.
             * @example null
             */
            readonly accepted_at: string | null;
            /**
             * @description The name of that token; null without tokens.
             * @example null
             */
            readonly accepted_by: string | null;
            /**
             * @description Whether it was synced and its rows are not in the target table, because that is new or was created again.
             * @example false
             */
            readonly elsewhere: boolean;
        };
        readonly RecordPageDto: {
            /**
             * @description The page, starting at 1.
             * @example 1
             */
            readonly page: number;
            /**
             * @description Entries per page.
             * @example 50
             */
            readonly page_size: number;
            /**
             * @description Entries in the whole list.
             * @example 31
             */
            readonly total: number;
            /**
             * @description The records.
             * @example []
             */
            readonly items: readonly components["schemas"]["RecordDto"][];
        };
        readonly GapsDto: {
            /**
             * @description The number of gaps.
             * @example 1
             */
            readonly count: number;
            /**
             * @description Days in all gaps.
             * @example 3
             */
            readonly days: number;
            /**
             * @description The first gap.
             * @example {
             *       "start_date": "2012-02-03",
             *       "end_date": "2012-02-05"
             *     }
             */
            readonly first: components["schemas"]["DayRangeDto"] | null;
            /**
             * @description From the first missing day to the last one: a batch over it fills all gaps. A range with more expected days than `MAX_RANGE_DAYS` is cut at the last missing day that a batch from its first day can reach.
             * @example {
             *       "start_date": "2012-02-03",
             *       "end_date": "2012-02-05"
             *     }
             */
            readonly range: components["schemas"]["DayRangeDto"] | null;
        };
        readonly SettledDaysDto: {
            /**
             * @description Why the source will never have the day.
             * @example The source keeps 90 days
             */
            readonly reason: string;
            /**
             * @description The name of the token; null without `AUTH_TOKENS`.
             * @example ana
             */
            readonly settled_by: string | null;
            /**
             * Format: date-time
             * @description When.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly settled_at: string;
            /**
             * Format: date
             * @description The first day.
             * @example 2012-02-03
             */
            readonly start_date: string;
            /**
             * Format: date
             * @description The last day, included.
             * @example 2012-02-05
             */
            readonly end_date: string;
        };
        readonly CalendarDayDto: {
            /**
             * Format: date
             * @description The day.
             * @example 2012-03-01
             */
            readonly day: string;
            /**
             * @description The outcome of its last try.
             * @example success
             * @enum {string}
             */
            readonly status: "success" | "failed" | "skipped";
            /**
             * @description Why it was skipped.
             * @example null
             * @enum {string|null}
             */
            readonly reason: "already_synced" | "failed_before" | "future_date" | "no_data" | "not_expected" | "cancelled" | "not_run" | "unchanged" | "not_synced" | null;
            /**
             * @description Rows written by the last try.
             * @example 2
             */
            readonly rows: number | null;
            /**
             * @description The duration of the last try, in milliseconds.
             * @example 4
             */
            readonly duration_ms: number | null;
            /**
             * @description The error code of the last try.
             * @example null
             */
            readonly error_code: string | null;
            /**
             * @description What it is marked for: checks, or figures. Nothing once an operator has accepted the day.
             * @example []
             */
            readonly unusual: readonly ("rows.min" | "rows.max" | "rows.within" | "unique" | "day" | "rows" | "duration")[];
            /**
             * @description Whether it is in the target. A later failure keeps its rows.
             * @example true
             */
            readonly synced: boolean;
            /**
             * @description Whether it was synced and its rows are not in the target table, because that is new or was created again.
             * @example false
             */
            readonly elsewhere: boolean;
        };
        readonly CalendarDto: {
            /**
             * @description The dataset.
             * @example weather
             */
            readonly dataset: string;
            /**
             * Format: date
             * @description The first day; null if none was given and no day has a record.
             * @example 2012-03-01
             */
            readonly start_date: string | null;
            /**
             * Format: date
             * @description The last day, included; null if `start_date` is.
             * @example 2012-03-31
             */
            readonly end_date: string | null;
            /**
             * Format: date
             * @description Today in the time zone of the dataset.
             * @example 2025-10-17
             */
            readonly today: string;
            /**
             * @description Days that are in the target, including those that failed later.
             * @example 28
             */
            readonly synced: number;
            /**
             * @description Expected days whose last try failed.
             * @example 0
             */
            readonly failed: number;
            /**
             * @description Days without data in the source.
             * @example 0
             */
            readonly empty: number;
            /**
             * @description Missing expected days between the first and the last day that was ever synced.
             * @example {
             *       "count": 0,
             *       "days": 0,
             *       "first": null,
             *       "range": null
             *     }
             */
            readonly gaps: components["schemas"]["GapsDto"];
            /**
             * @description The days that are not expected to have data, as ranges: in the years of the calendar, and in those that a calendar of ten years can show around its last day.
             * @example []
             */
            readonly not_expected: readonly components["schemas"]["DayRangeDto"][];
            /**
             * @description Those among them that operators have settled, as ranges.
             * @example []
             */
            readonly settled: readonly components["schemas"]["SettledDaysDto"][];
            /**
             * @description The days with a record, ascending. A day without one was never tried.
             * @example []
             */
            readonly items: readonly components["schemas"]["CalendarDayDto"][];
        };
        readonly DayLogEntryDto: {
            /**
             * Format: date-time
             * @description When.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly at: string;
            /**
             * Format: date
             * @description The day; null if it concerns the batch.
             * @example 2025-10-03
             */
            readonly day: string | null;
            /**
             * @description What happened.
             * @example failed_attempt
             * @enum {string}
             */
            readonly kind: "created" | "started" | "failed_attempt" | "waiting" | "requeued" | "succeeded" | "failed" | "skipped" | "paused" | "resumed" | "cancelled" | "extended" | "ended";
            /**
             * @description Which attempt at the day.
             * @example 1
             */
            readonly attempt: number | null;
            /**
             * @description The code of an error, the reason of a skip or of a requeue, what a wait is for (`retry`, `rate_limit`, `source`, `target`, `disk`, `database`), or how the batch ended.
             * @example SOURCE_UNAVAILABLE
             */
            readonly code: string | null;
            /**
             * @description The error, for people, at most 500 characters; or the new range of an extended batch, as `start/end`.
             * @example null
             */
            readonly text: string | null;
            /**
             * Format: date-time
             * @description When a wait ends, if that is known.
             * @example null
             */
            readonly until: string | null;
            /**
             * @description The name of the token that asked for it.
             * @example ana
             */
            readonly by: string | null;
            /**
             * @description The rows that were written.
             * @example null
             */
            readonly rows: number | null;
            /**
             * @description The batch.
             * @example 2012-03-01_2012-03-31_1760716800
             */
            readonly task_id: string;
        };
        readonly DayLogDto: {
            /**
             * @description The entries, in the order of time.
             * @example []
             */
            readonly items: readonly components["schemas"]["DayLogEntryDto"][];
        };
        readonly RetryRecordsDto: {
            /**
             * @description The dataset.
             * @example weather
             */
            readonly dataset: string;
            /**
             * @description The days; those without a record are left out.
             * @example [
             *       "2012-03-01",
             *       "2012-03-07"
             *     ]
             */
            readonly days: readonly string[];
        };
        readonly SettlementDto: {
            /**
             * @description Why the source will never have the day.
             * @example The source keeps 90 days
             */
            readonly reason: string;
            /**
             * @description The name of the token; null without `AUTH_TOKENS`.
             * @example ana
             */
            readonly settled_by: string | null;
            /**
             * Format: date-time
             * @description When.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly settled_at: string;
        };
        readonly ChangedRowDto: {
            /**
             * @description In the target.
             * @example {
             *       "location": "Seattle",
             *       "wind": 4.7
             *     }
             */
            readonly before: {
                readonly [key: string]: unknown;
            };
            /**
             * @description In the source.
             * @example {
             *       "location": "Seattle",
             *       "wind": 4.8
             *     }
             */
            readonly after: {
                readonly [key: string]: unknown;
            };
        };
        readonly FindingRowsDto: {
            /**
             * @description At most 20 rows that only the source has.
             * @example [
             *       {
             *         "location": "Seattle",
             *         "wind": 4.8
             *       }
             *     ]
             */
            readonly added: readonly {
                readonly [key: string]: unknown;
            }[];
            /**
             * @description At most 20 rows that only the target had.
             * @example []
             */
            readonly removed: readonly {
                readonly [key: string]: unknown;
            }[];
            /**
             * @description At most 20 rows with other values.
             * @example []
             */
            readonly changed: readonly components["schemas"]["ChangedRowDto"][];
        };
        readonly DayHistoryDto: {
            /**
             * @description The state.
             * @example success
             * @enum {string}
             */
            readonly state: "pending" | "running" | "success" | "failed" | "skipped";
            /**
             * @description Why it is skipped.
             * @example null
             * @enum {string|null}
             */
            readonly reason: "already_synced" | "failed_before" | "future_date" | "no_data" | "not_expected" | "cancelled" | "not_run" | "unchanged" | "not_synced" | null;
            /**
             * @description Rows written.
             * @example 2
             */
            readonly rows: number | null;
            /**
             * @description Rows put in quarantine.
             * @example 0
             */
            readonly quarantined_rows: number | null;
            /**
             * @description Number of attempts.
             * @example 1
             */
            readonly attempts: number;
            /**
             * @description The duration, in milliseconds.
             * @example 4
             */
            readonly duration_ms: number | null;
            /**
             * Format: date-time
             * @description When it started.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly started_at: string | null;
            /**
             * Format: date-time
             * @description When it ended.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly finished_at: string | null;
            /**
             * @description Why it failed, or the error of its last attempt while it waits for the next one.
             * @example null
             */
            readonly error: components["schemas"]["DayErrorDto"] | null;
            /**
             * @description What it was marked for when it was written.
             * @example []
             */
            readonly marks: readonly components["schemas"]["DayMarkDto"][];
            /**
             * @description The batch.
             * @example 2012-03-01_2012-03-31_1760716800
             */
            readonly task_id: string;
            /**
             * Format: date
             * @description The first day of its range.
             * @example 2012-03-01
             */
            readonly start_date: string;
            /**
             * Format: date
             * @description The last day of its range.
             * @example 2012-03-31
             */
            readonly end_date: string;
            /**
             * @description How many days it has: fewer than its range if they were chosen one by one.
             * @example 31
             */
            readonly total: number;
            /**
             * @description Which days it tries.
             * @example all
             * @enum {string}
             */
            readonly mode: "missing" | "missing_and_failed" | "incomplete" | "all" | "verify" | "move";
            /**
             * @description What it does with the day if that differs; null if it does not verify the day.
             * @example null
             * @enum {string|null}
             */
            readonly verify: "repair" | "report" | null;
            /**
             * @description The batch whose failed days it retries.
             * @example null
             */
            readonly retry_of: string | null;
            /**
             * @description The name of the token that started it, or `schedule`; null without `AUTH_TOKENS`.
             * @example ana
             */
            readonly started_by: string | null;
        };
        readonly DayHistoryPageDto: {
            /**
             * @description The page, starting at 1.
             * @example 1
             */
            readonly page: number;
            /**
             * @description Entries per page.
             * @example 50
             */
            readonly page_size: number;
            /**
             * @description Entries in the whole list.
             * @example 31
             */
            readonly total: number;
            /**
             * @description Whether the dataset is expected to have data for the day. A batch skips other days.
             * @example true
             */
            readonly expected: boolean;
            /**
             * @description Who has marked the day as not expected, and why; null for any other day.
             * @example null
             */
            readonly settlement: components["schemas"]["SettlementDto"] | null;
            /**
             * @description Whether it is expected, over, and was neither synced nor found empty: then it can be marked as not expected.
             * @example false
             */
            readonly missing: boolean;
            /**
             * @description The record of the day; null if it was never tried.
             * @example null
             */
            readonly record: components["schemas"]["RecordDto"] | null;
            /**
             * @description Some of the rows that differed in the latest comparison; null if all was the same.
             * @example null
             */
            readonly finding_rows: components["schemas"]["FindingRowsDto"] | null;
            /**
             * @description The batches with this day, newest first.
             * @example []
             */
            readonly items: readonly components["schemas"]["DayHistoryDto"][];
        };
        readonly NewerFileDto: {
            /**
             * @description Its version.
             * @example b01d5e9a7c3f2468
             */
            readonly version: string;
            /**
             * @description Why this process can not take it in, a line each; empty until it has tried.
             * @example []
             */
            readonly errors: readonly string[];
        };
        readonly DatasetsFileDto: {
            /**
             * @description The version in use: a hash of the text of the file.
             * @example 3f9c2a71d04be856
             */
            readonly version: string;
            /**
             * @description The version of the file as it is now: another one is taken in by a reload or a restart. Null if it can not be read.
             * @example 3f9c2a71d04be856
             */
            readonly on_disk: string | null;
            /**
             * @description The newest file of the installation, while this process has another one, or reads other datasets out of it with its environment: then it does not run those that differ.
             * @example null
             */
            readonly newer: components["schemas"]["NewerFileDto"] | null;
        };
        readonly BooleanWordsDto: {
            /**
             * @description The words for true.
             * @example [
             *       "Yes",
             *       "Y"
             *     ]
             */
            readonly true: readonly string[];
            /**
             * @description The words for false.
             * @example [
             *       "No",
             *       "N"
             *     ]
             */
            readonly false: readonly string[];
        };
        readonly IndexedFileDto: {
            /**
             * @description Between a number and its fraction, if set.
             * @example ,
             */
            readonly decimal?: string;
            /**
             * @description Between groups of digits, if set.
             * @example .
             */
            readonly thousands?: string;
            /**
             * @description The values that stand for a missing one, if set.
             * @example [
             *       "",
             *       "NA",
             *       "-"
             *     ]
             */
            readonly nulls?: readonly string[];
            /**
             * @description The words of boolean columns, if set.
             * @example {
             *       "true": [
             *         "Yes",
             *         "Y"
             *       ],
             *       "false": [
             *         "No",
             *         "N"
             *       ]
             *     }
             */
            readonly booleans?: components["schemas"]["BooleanWordsDto"];
            /**
             * @description The kind of the source.
             * @example csv
             * @enum {string}
             */
            readonly kind: "csv" | "json" | "ndjson" | "parquet";
            /**
             * @description The path, as in the datasets file.
             * @example data/weather.csv
             */
            readonly path: string;
            /**
             * @description The column with the day of a row, or the JSON pointer to it; several columns as in `year, month, day`.
             * @example date
             */
            readonly day_column: string;
            /**
             * @description How the day is written, if not as ISO 8601 has it.
             * @example dd.MM.yyyy
             */
            readonly day_format?: string;
            /**
             * @description The JSON pointer to the list of rows, if not the whole file.
             * @example /features
             */
            readonly rows?: string;
            /**
             * @description The encoding, if not UTF-8.
             * @example windows-1252
             */
            readonly encoding?: string;
        };
        readonly DayFilesDto: {
            /**
             * @description Between a number and its fraction, if set.
             * @example ,
             */
            readonly decimal?: string;
            /**
             * @description Between groups of digits, if set.
             * @example .
             */
            readonly thousands?: string;
            /**
             * @description The values that stand for a missing one, if set.
             * @example [
             *       "",
             *       "NA",
             *       "-"
             *     ]
             */
            readonly nulls?: readonly string[];
            /**
             * @description The words of boolean columns, if set.
             * @example {
             *       "true": [
             *         "Yes",
             *         "Y"
             *       ],
             *       "false": [
             *         "No",
             *         "N"
             *       ]
             *     }
             */
            readonly booleans?: components["schemas"]["BooleanWordsDto"];
            /**
             * @description The kind of the source.
             * @example json
             * @enum {string}
             */
            readonly kind: "csv" | "json" | "ndjson" | "parquet";
            /**
             * @description The path with placeholders for the day, as in the datasets file.
             * @example events-{day}.json
             */
            readonly path: string;
            /**
             * @description The JSON pointer to the list of rows; empty for the whole file.
             * @example /items
             */
            readonly rows: string;
            /**
             * @description The encoding, if not UTF-8.
             * @example windows-1252
             */
            readonly encoding?: string;
        };
        readonly HttpPageDto: {
            /**
             * @description The kind of paging.
             * @example cursor
             * @enum {string}
             */
            readonly kind: "cursor" | "link" | "number" | "offset";
            /**
             * @description For a cursor: the JSON pointer to it.
             * @example /next
             */
            readonly pointer?: string;
            /**
             * @description The query parameter for the cursor, the page or the offset.
             * @example cursor
             */
            readonly parameter?: string;
            /**
             * @description For a number or an offset: its value for the first page.
             * @example 1
             */
            readonly first?: number;
            /**
             * @description For a number or an offset: rows per page, if known.
             * @example 100
             */
            readonly size?: number;
            /**
             * @description The query parameter for the page size.
             * @example per_page
             */
            readonly size_parameter?: string;
        };
        readonly HttpSourceDto: {
            /**
             * @description Between a number and its fraction, if set.
             * @example ,
             */
            readonly decimal?: string;
            /**
             * @description Between groups of digits, if set.
             * @example .
             */
            readonly thousands?: string;
            /**
             * @description The values that stand for a missing one, if set.
             * @example [
             *       "",
             *       "NA",
             *       "-"
             *     ]
             */
            readonly nulls?: readonly string[];
            /**
             * @description The words of boolean columns, if set.
             * @example {
             *       "true": [
             *         "Yes",
             *         "Y"
             *       ],
             *       "false": [
             *         "No",
             *         "N"
             *       ]
             *     }
             */
            readonly booleans?: components["schemas"]["BooleanWordsDto"];
            /**
             * @description The kind of the source.
             * @example http
             * @enum {string}
             */
            readonly kind: "http";
            /**
             * @description The method.
             * @example GET
             * @enum {string}
             */
            readonly method: "GET" | "POST";
            /**
             * @description The URL, as in the datasets file.
             * @example https://api.example.com/v1/trades?day={day}
             */
            readonly url: string;
            /**
             * @description The headers, as in the datasets file.
             * @example {
             *       "authorization": "Bearer ${TRADES_TOKEN}"
             *     }
             */
            readonly headers: {
                readonly [key: string]: string;
            };
            /**
             * @description The body, as in the datasets file; null for none.
             * @example {
             *       "day": "{day}",
             *       "key": "${TRADES_KEY}"
             *     }
             */
            readonly body: (string | {
                readonly [key: string]: unknown;
            } | readonly unknown[]) | null;
            /**
             * @description The format of the response body.
             * @example json
             * @enum {string}
             */
            readonly format: "json" | "ndjson" | "csv";
            /**
             * @description The JSON pointer to the rows; empty for the whole body.
             * @example /data/items
             */
            readonly rows: string;
            /**
             * @description The column with the day of a row, or the JSON pointer to it; several columns as in `year, month, day`.
             * @example date
             */
            readonly day_column?: string;
            /**
             * @description How the day is written, if not as ISO 8601 has it.
             * @example epoch_ms
             */
            readonly day_format?: string;
            /**
             * @description How to get the next page; null without paging.
             * @example {
             *       "kind": "cursor",
             *       "pointer": "/next",
             *       "parameter": "cursor"
             *     }
             */
            readonly page: components["schemas"]["HttpPageDto"] | null;
            /**
             * @description The maximum number of requests per second; null without a limit.
             * @example 5
             */
            readonly requests_per_second: number | null;
            /**
             * @description The statuses that mean no data, besides 204.
             * @example [
             *       404
             *     ]
             */
            readonly no_data_status: readonly number[];
        };
        readonly ProviderSourceDto: {
            /**
             * @description The kind of the source.
             * @example provider
             * @enum {string}
             */
            readonly kind: "provider";
            /**
             * @description The module, as in the datasets file.
             * @example ./sources/trades.ts
             */
            readonly module: string;
            /**
             * @description The options of the provider, with the names of variables instead of their values.
             * @example {
             *       "region": "eu",
             *       "key": "${TRADES_KEY}"
             *     }
             */
            readonly options: {
                readonly [key: string]: unknown;
            };
        };
        readonly SqlSourceDto: {
            /**
             * @description Between a number and its fraction, if set.
             * @example ,
             */
            readonly decimal?: string;
            /**
             * @description Between groups of digits, if set.
             * @example .
             */
            readonly thousands?: string;
            /**
             * @description The values that stand for a missing one, if set.
             * @example [
             *       "",
             *       "NA",
             *       "-"
             *     ]
             */
            readonly nulls?: readonly string[];
            /**
             * @description The words of boolean columns, if set.
             * @example {
             *       "true": [
             *         "Yes",
             *         "Y"
             *       ],
             *       "false": [
             *         "No",
             *         "N"
             *       ]
             *     }
             */
            readonly booleans?: components["schemas"]["BooleanWordsDto"];
            /**
             * @description The kind of the source.
             * @example sql
             * @enum {string}
             */
            readonly kind: "sql";
            /**
             * @description The URL of the database, as in the datasets file.
             * @example ${WAREHOUSE_URL}
             */
            readonly url: string;
            /**
             * @description The query for each day.
             * @example select * from trades where day = :day
             */
            readonly query: string;
        };
        readonly TitleDto: {
            /**
             * @description In Chinese.
             * @example 西雅图与纽约天气
             */
            readonly zh: string;
            /**
             * @description In English.
             * @example Seattle and New York weather
             */
            readonly en: string;
        };
        readonly TargetHealthDto: {
            /**
             * Format: date-time
             * @description When it was asked.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly checked_at: string;
            /**
             * @description Why it could not be reached, for programs; null if it could.
             * @example null
             */
            readonly code: string | null;
            /**
             * @description The same for people.
             * @example null
             */
            readonly text: string | null;
        };
        readonly TargetColumnDto: {
            /**
             * @description The name in the target table.
             * @example temp_max
             */
            readonly name: string;
            /**
             * @description The name in the source.
             * @example temp_max
             */
            readonly from: string;
            /**
             * @description The JSON pointer to a value inside the row, if set.
             * @example /address/city
             */
            readonly pointer?: string;
            /**
             * @description The constant of the column, if set.
             * @example eu
             */
            readonly value?: (string | number | boolean | {
                readonly [key: string]: unknown;
            } | readonly unknown[]) | null;
            /**
             * @description The type.
             * @example real
             * @enum {string}
             */
            readonly type: "text" | "integer" | "real" | "decimal" | "boolean" | "date" | "timestamp" | "json";
            /**
             * @description How a date or a time is written, if set.
             * @example dd.MM.yyyy
             */
            readonly format?: string;
            /**
             * @description The time zone of times without an offset, with a format.
             * @example Europe/Berlin
             */
            readonly time_zone?: string;
            /**
             * @description Whether it may be null.
             * @example false
             */
            readonly nullable: boolean;
            /**
             * @description What stands where the source has no value, if set.
             * @example 0
             */
            readonly default?: (string | number | boolean | {
                readonly [key: string]: unknown;
            } | readonly unknown[]) | null;
            /**
             * @description Whether white space at both ends is cut, if set.
             * @example true
             */
            readonly trim?: boolean;
            /**
             * @description What replaces values of the source, if set.
             * @example {
             *       "1": "open",
             *       "2": "closed"
             *     }
             */
            readonly map?: {
                readonly [key: string]: unknown;
            };
        };
        readonly TargetDto: {
            /**
             * @description Where it is: `table` is in Daysync’s own database.
             * @example table
             * @enum {string}
             */
            readonly kind: "table" | "postgres" | "duckdb" | "parquet";
            /**
             * @description The table; of Parquet files, their folder.
             * @example weather_daily
             */
            readonly table: string;
            /**
             * @description Where it is, without secrets.
             * @example weather_daily
             */
            readonly place: string;
            /**
             * @description Whether a target elsewhere can be reached; null if it was not asked yet, and for a table.
             * @example null
             */
            readonly health: components["schemas"]["TargetHealthDto"] | null;
            /**
             * @description Its columns, besides sync_day.
             * @example []
             */
            readonly columns: readonly components["schemas"]["TargetColumnDto"][];
        };
        readonly RowTestDto: {
            /**
             * @description The name in the source.
             * @example region
             */
            readonly column?: string;
            /**
             * @description The JSON pointer to a value inside the row.
             * @example /properties/type
             */
            readonly pointer?: string;
            /**
             * @description The value that it has to be.
             * @example north
             */
            readonly equals?: string;
            /**
             * @description The values of which it has to be one.
             * @example [
             *       "north",
             *       "south"
             *     ]
             */
            readonly in?: readonly string[];
            /**
             * @description The values that it may not be.
             * @example [
             *       "test"
             *     ]
             */
            readonly not_in?: readonly string[];
            /**
             * @description What it has to begin with.
             * @example DE
             */
            readonly starts_with?: string;
        };
        readonly ThrottleDto: {
            /**
             * @description The maximum number of days that start per minute.
             * @example 120
             */
            readonly days_per_minute: number;
        };
        readonly ExpectedDto: {
            /**
             * @description A rule of RFC 5545 for whole days.
             * @example FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
             */
            readonly rule: string;
            /**
             * @description The file of days that are not expected all the same.
             * @example holidays.txt
             */
            readonly except: string | null;
            /**
             * @description The number of days in that file.
             * @example 11
             */
            readonly except_days: number;
            /**
             * Format: date
             * @description The first day that may be expected.
             * @example null
             */
            readonly from: string | null;
            /**
             * Format: date
             * @description The last day that may be expected.
             * @example null
             */
            readonly until: string | null;
        };
        readonly QuarantineBoundDto: {
            /**
             * @description So many rows.
             * @example 100
             */
            readonly rows: number | null;
            /**
             * @description So many percent of the rows.
             * @example null
             */
            readonly percent: number | null;
        };
        readonly SourceDaysDto: {
            /**
             * Format: date
             * @description The first day of the source.
             * @example 2012-01-01
             */
            readonly first: string;
            /**
             * Format: date
             * @description The last day of the source.
             * @example 2015-12-31
             */
            readonly last: string;
            /**
             * @description The range of the last ten days of the source.
             * @example {
             *       "start_date": "2015-12-22",
             *       "end_date": "2015-12-31"
             *     }
             */
            readonly recent: components["schemas"]["DayRangeDto"];
        };
        readonly SourceFailureDto: {
            /**
             * @description For programs.
             * @example SOURCE_FILE_MISSING
             */
            readonly code: string;
            /**
             * @description For people.
             * @example data/weather.csv: expected a file, got nothing
             */
            readonly text: string;
        };
        readonly UnreadableRowsDto: {
            /**
             * @description All of them. Of each file, only the first 200 are listed.
             * @example 0
             */
            readonly count: number;
            /**
             * @description How many of them are in quarantine; 0 where `on_bad_row` is `fail`.
             * @example 0
             */
            readonly quarantined: number;
            /**
             * Format: date-time
             * @description When they were found first; null without any.
             * @example null
             */
            readonly found_at: string | null;
            /**
             * @description The first five.
             * @example []
             */
            readonly items: readonly components["schemas"]["UnreadableRowDto"][];
        };
        readonly ScheduleRunDto: {
            /**
             * Format: date-time
             * @description The scheduled time of the run: the last one, if several were missed.
             * @example 2025-10-16T22:30:00.000Z
             */
            readonly due_at: string;
            /**
             * Format: date-time
             * @description When it started, or was skipped.
             * @example 2025-10-16T22:30:00.012Z
             */
            readonly at: string;
            /**
             * @description Whether it started a batch, or was skipped because an active batch has some of its days.
             * @example started
             * @enum {string}
             */
            readonly outcome: "started" | "skipped_overlap";
            /**
             * @description The batch that it started, or the active one that has some of its days; null once that was deleted.
             * @example 2025-10-14_2025-10-16_1760653800
             */
            readonly task_id: string | null;
        };
        readonly SchedulePauseDto: {
            /**
             * Format: date-time
             * @description When it was paused.
             * @example 2025-10-16T08:00:00.000Z
             */
            readonly at: string;
            /**
             * @description The name of the token that paused it; null without tokens.
             * @example ops
             */
            readonly by: string | null;
        };
        readonly ScheduleDto: {
            /**
             * @description Minute, hour, day of the month, month, day of the week.
             * @example 30 6 * * *
             */
            readonly cron: string;
            /**
             * @description The IANA time zone of these times.
             * @example Asia/Shanghai
             */
            readonly time_zone: string;
            /**
             * @description How many days a run syncs; the last is the day before it.
             * @example 3
             */
            readonly lookback_days: number;
            /**
             * @description Which of these days run.
             * @example missing_and_failed
             * @enum {string}
             */
            readonly mode: "missing" | "missing_and_failed" | "incomplete" | "all" | "verify" | "move";
            /**
             * @description The ages at which synced days are verified, in days; empty for none.
             * @example [
             *       3,
             *       30
             *     ]
             */
            readonly recheck_days: readonly number[];
            /**
             * @description The next runs, up to 5, as instants in UTC; none while it is paused.
             * @example [
             *       "2025-10-17T22:30:00.000Z"
             *     ]
             */
            readonly next_runs: readonly string[];
            /**
             * @description The last run; null before the first one.
             * @example null
             */
            readonly last_run: components["schemas"]["ScheduleRunDto"] | null;
            /**
             * @description Who has paused it; null while it is not paused.
             * @example null
             */
            readonly paused: components["schemas"]["SchedulePauseDto"] | null;
        };
        readonly FreshnessDto: {
            /**
             * @description The time of the day by which a day has to be synced, in the time zone of the dataset.
             * @example 08:00
             */
            readonly time: string;
            /**
             * @description How many days after the day itself.
             * @example 1
             */
            readonly days: number;
            /**
             * @description Whether the day that is due is not synced.
             * @example false
             */
            readonly late: boolean;
            /**
             * Format: date-time
             * @description The first deadline that was missed; null while it is not late.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly late_since: string | null;
            /**
             * Format: date
             * @description The day that is due: the latest expected day whose deadline has passed. Null before the first deadline.
             * @example 2025-10-15
             */
            readonly due_day: string | null;
            /**
             * Format: date-time
             * @description Its deadline.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly due_at: string | null;
            /**
             * Format: date
             * @description The next day that will be due.
             * @example 2025-10-16
             */
            readonly next_day: string | null;
            /**
             * Format: date-time
             * @description Its deadline.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly next_at: string | null;
        };
        readonly LastFailureDto: {
            /**
             * Format: date
             * @description The day.
             * @example 2012-02-04
             */
            readonly day: string;
            /**
             * @description The batch of its last try.
             * @example 2012-02-01_2012-02-29_1760716800
             */
            readonly task_id: string;
            /**
             * Format: date-time
             * @description The time of the failure.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly at: string;
            /**
             * @description The error.
             * @example {
             *       "code": "TIMEOUT",
             *       "text": "no answer within 60 s",
             *       "row": null,
             *       "column": null
             *     }
             */
            readonly error: components["schemas"]["DayErrorDto"];
        };
        readonly LastSuccessDto: {
            /**
             * Format: date
             * @description The day.
             * @example 2012-03-31
             */
            readonly day: string;
            /**
             * Format: date-time
             * @description When it was synced.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly at: string;
        };
        readonly CoverageDto: {
            /**
             * @description Synced days that are not in the target table, because it is new or was created again: they are missing. Null without.
             * @example null
             */
            readonly elsewhere: components["schemas"]["ElsewhereDaysDto"] | null;
            /**
             * @description Synced days whose rows lack a column that was added since. The mode `incomplete` syncs them again. Null without.
             * @example null
             */
            readonly incomplete: components["schemas"]["IncompleteDaysDto"] | null;
            /**
             * Format: date
             * @description The first synced day.
             * @example 2012-01-01
             */
            readonly first_synced: string | null;
            /**
             * Format: date
             * @description The last synced day.
             * @example 2012-03-31
             */
            readonly last_synced: string | null;
            /**
             * @description Days that are in the target, including those that failed later.
             * @example 88
             */
            readonly synced: number;
            /**
             * @description Expected days whose last try failed.
             * @example 0
             */
            readonly failed: number;
            /**
             * @description Days without data in the source.
             * @example 0
             */
            readonly empty: number;
            /**
             * @description Expected days after the last synced one, up to yesterday, or to the last day of the source if that is earlier.
             * @example 0
             */
            readonly behind: number;
            /**
             * @description Missing expected days between the first and the last day that was ever synced.
             * @example {
             *       "count": 0,
             *       "days": 0,
             *       "first": null,
             *       "range": null
             *     }
             */
            readonly gaps: components["schemas"]["GapsDto"];
            /**
             * @description The latest batch.
             * @example null
             */
            readonly last_batch: components["schemas"]["ProgressDto"] | null;
            /**
             * @description The latest failure among the days that are still failed.
             * @example null
             */
            readonly last_failure: components["schemas"]["LastFailureDto"] | null;
            /**
             * @description The day that was synced last.
             * @example null
             */
            readonly last_success: components["schemas"]["LastSuccessDto"] | null;
        };
        readonly AttentionDto: {
            /**
             * @description Whether there is any of these.
             * @example false
             */
            readonly needed: boolean;
            /**
             * @description Which of these it has first: 0 if it is late, then 1 to 4 in this order. A list begins with the lowest. Null for none.
             * @example null
             */
            readonly rank: number | null;
            /**
             * @description Whether the day that is due is not synced.
             * @example false
             */
            readonly late: boolean;
            /**
             * @description Expected days that failed, are gaps, or came without rows although `expected` names them, and have no rows in the target.
             * @example 0
             */
            readonly uncovered_days: number;
            /**
             * @description Days that are marked by a check, or as unusual, and are not accepted.
             * @example 0
             */
            readonly unusual_days: number;
            /**
             * @description Rows in quarantine.
             * @example 0
             */
            readonly quarantined_rows: number;
            /**
             * @description Days whose latest comparison has found a difference that is not repaired.
             * @example 0
             */
            readonly drifted_days: number;
        };
        readonly DatasetDto: {
            /**
             * @description The name.
             * @example weather
             */
            readonly name: string;
            /**
             * @description The title.
             * @example {
             *       "zh": "天气",
             *       "en": "Weather"
             *     }
             */
            readonly title: components["schemas"]["TitleDto"];
            /**
             * @description Where the rows come from.
             * @example {
             *       "kind": "csv",
             *       "path": "data/weather.csv",
             *       "day_column": "date"
             *     }
             */
            readonly source: components["schemas"]["IndexedFileDto"] | components["schemas"]["DayFilesDto"] | components["schemas"]["HttpSourceDto"] | components["schemas"]["ProviderSourceDto"] | components["schemas"]["SqlSourceDto"];
            /**
             * @description Where the rows go.
             * @example {
             *       "kind": "table",
             *       "table": "weather_daily",
             *       "place": "weather_daily",
             *       "health": null,
             *       "columns": []
             *     }
             */
            readonly target: components["schemas"]["TargetDto"];
            /**
             * @description The tests that a row has to pass to be one of the dataset, if set.
             * @example [
             *       {
             *         "column": "region",
             *         "equals": "north"
             *       }
             *     ]
             */
            readonly where?: readonly components["schemas"]["RowTestDto"][];
            /**
             * @description The limit on starting days; null without one.
             * @example null
             */
            readonly throttle: components["schemas"]["ThrottleDto"] | null;
            /**
             * @description Which days are expected to have data (`expected`); null for every day.
             * @example null
             */
            readonly expected: components["schemas"]["ExpectedDto"] | null;
            /**
             * @description The IANA time zone that defines "today".
             * @example UTC
             */
            readonly time_zone: string;
            /**
             * @description The number of days at a time.
             * @example 1
             */
            readonly concurrency: number;
            /**
             * @description The timeout of an attempt, in seconds.
             * @example 60
             */
            readonly timeout_seconds: number;
            /**
             * @description The maximum number of attempts at a day with temporary errors.
             * @example 3
             */
            readonly attempts: number;
            /**
             * @description A batch pauses after so many days that failed with the same code and column; 0 for never.
             * @example 20
             */
            readonly pause_after_failures: number;
            /**
             * @description The outcome of a day without rows.
             * @example skip
             * @enum {string}
             */
            readonly on_empty: "skip" | "fail" | "success";
            /**
             * @description How many rows of a day may not fit and are put in quarantine (`on_bad_row`); null if the first one fails the day.
             * @example null
             */
            readonly quarantine: components["schemas"]["QuarantineBoundDto"] | null;
            /**
             * @description The days of the source, if it can list them.
             * @example {
             *       "first": "2012-01-01",
             *       "last": "2015-12-31",
             *       "recent": {
             *         "start_date": "2015-12-22",
             *         "end_date": "2015-12-31"
             *       }
             *     }
             */
            readonly source_days: components["schemas"]["SourceDaysDto"] | null;
            /**
             * @description Why the source can not be read.
             * @example null
             */
            readonly source_error: components["schemas"]["SourceFailureDto"] | null;
            /**
             * @description Rows whose day can not be read: they belong to no day, and fail none.
             * @example {
             *       "count": 0,
             *       "quarantined": 0,
             *       "found_at": null,
             *       "items": []
             *     }
             */
            readonly unreadable_rows: components["schemas"]["UnreadableRowsDto"];
            /**
             * @description When its batches start automatically; null without a schedule.
             * @example null
             */
            readonly schedule: components["schemas"]["ScheduleDto"] | null;
            /**
             * @description Whether its days are synced by their deadlines; null without `fresh_by`.
             * @example null
             */
            readonly freshness: components["schemas"]["FreshnessDto"] | null;
            /** @description The days that it has. */
            readonly coverage: components["schemas"]["CoverageDto"];
            /** @description What of it needs a person. */
            readonly attention: components["schemas"]["AttentionDto"];
        };
        readonly DatasetListDto: {
            /**
             * @description The datasets file; null in an embedding app, whose datasets stand in code.
             * @example {
             *       "version": "3f9c2a71d04be856",
             *       "on_disk": "3f9c2a71d04be856",
             *       "newer": null
             *     }
             */
            readonly file: components["schemas"]["DatasetsFileDto"] | null;
            /**
             * @description The datasets, in the order of the file.
             * @example []
             */
            readonly items: readonly components["schemas"]["DatasetDto"][];
        };
        readonly DatasetPageDto: {
            /**
             * @description The name.
             * @example weather
             */
            readonly name: string;
            /**
             * @description The title.
             * @example {
             *       "zh": "天气",
             *       "en": "Weather"
             *     }
             */
            readonly title: components["schemas"]["TitleDto"];
            /**
             * @description Where the rows come from.
             * @example {
             *       "kind": "csv",
             *       "path": "data/weather.csv",
             *       "day_column": "date"
             *     }
             */
            readonly source: components["schemas"]["IndexedFileDto"] | components["schemas"]["DayFilesDto"] | components["schemas"]["HttpSourceDto"] | components["schemas"]["ProviderSourceDto"] | components["schemas"]["SqlSourceDto"];
            /**
             * @description Where the rows go.
             * @example {
             *       "kind": "table",
             *       "table": "weather_daily",
             *       "place": "weather_daily",
             *       "health": null,
             *       "columns": []
             *     }
             */
            readonly target: components["schemas"]["TargetDto"];
            /**
             * @description The tests that a row has to pass to be one of the dataset, if set.
             * @example [
             *       {
             *         "column": "region",
             *         "equals": "north"
             *       }
             *     ]
             */
            readonly where?: readonly components["schemas"]["RowTestDto"][];
            /**
             * @description The limit on starting days; null without one.
             * @example null
             */
            readonly throttle: components["schemas"]["ThrottleDto"] | null;
            /**
             * @description Which days are expected to have data (`expected`); null for every day.
             * @example null
             */
            readonly expected: components["schemas"]["ExpectedDto"] | null;
            /**
             * @description The IANA time zone that defines "today".
             * @example UTC
             */
            readonly time_zone: string;
            /**
             * @description The number of days at a time.
             * @example 1
             */
            readonly concurrency: number;
            /**
             * @description The timeout of an attempt, in seconds.
             * @example 60
             */
            readonly timeout_seconds: number;
            /**
             * @description The maximum number of attempts at a day with temporary errors.
             * @example 3
             */
            readonly attempts: number;
            /**
             * @description A batch pauses after so many days that failed with the same code and column; 0 for never.
             * @example 20
             */
            readonly pause_after_failures: number;
            /**
             * @description The outcome of a day without rows.
             * @example skip
             * @enum {string}
             */
            readonly on_empty: "skip" | "fail" | "success";
            /**
             * @description How many rows of a day may not fit and are put in quarantine (`on_bad_row`); null if the first one fails the day.
             * @example null
             */
            readonly quarantine: components["schemas"]["QuarantineBoundDto"] | null;
            /**
             * @description The days of the source, if it can list them.
             * @example {
             *       "first": "2012-01-01",
             *       "last": "2015-12-31",
             *       "recent": {
             *         "start_date": "2015-12-22",
             *         "end_date": "2015-12-31"
             *       }
             *     }
             */
            readonly source_days: components["schemas"]["SourceDaysDto"] | null;
            /**
             * @description Why the source can not be read.
             * @example null
             */
            readonly source_error: components["schemas"]["SourceFailureDto"] | null;
            /**
             * @description Rows whose day can not be read: they belong to no day, and fail none.
             * @example {
             *       "count": 0,
             *       "quarantined": 0,
             *       "found_at": null,
             *       "items": []
             *     }
             */
            readonly unreadable_rows: components["schemas"]["UnreadableRowsDto"];
            /**
             * @description When its batches start automatically; null without a schedule.
             * @example null
             */
            readonly schedule: components["schemas"]["ScheduleDto"] | null;
            /**
             * @description Whether its days are synced by their deadlines; null without `fresh_by`.
             * @example null
             */
            readonly freshness: components["schemas"]["FreshnessDto"] | null;
            /** @description The days that it has. */
            readonly coverage: components["schemas"]["CoverageDto"];
            /** @description What of it needs a person. */
            readonly attention: components["schemas"]["AttentionDto"];
            /**
             * @description Its entry in the datasets file, as it is written there; null for a dataset that stands in code.
             * @example - name: weather
             *       source: { kind: csv, path: data/weather.csv, day_column: date }
             */
            readonly yaml: string | null;
        };
        readonly SettledCountDto: {
            /**
             * @description The dataset.
             * @example weather
             */
            readonly dataset: string;
            /**
             * Format: date
             * @description The first day that was asked for.
             * @example 2012-02-03
             */
            readonly start_date: string;
            /**
             * Format: date
             * @description The last one, included.
             * @example 2012-02-05
             */
            readonly end_date: string;
            /**
             * @description How many days are settled now, or no longer are.
             * @example 3
             */
            readonly days: number;
        };
        readonly SettleDaysDto: {
            /**
             * Format: date
             * @description The first day.
             * @example 2012-02-03
             */
            readonly start_date: string;
            /**
             * Format: date
             * @description The last day, included.
             * @example 2012-02-05
             */
            readonly end_date: string;
            /**
             * @description Why the source will never have these days.
             * @example The source keeps 90 days
             */
            readonly reason: string;
        };
        readonly RowColumnDto: {
            /**
             * @description The name in the target table.
             * @example temp_max
             */
            readonly name: string;
            /**
             * @description The type.
             * @example real
             * @enum {string}
             */
            readonly type: "text" | "integer" | "real" | "decimal" | "boolean" | "date" | "timestamp" | "json";
        };
        readonly CutValueDto: {
            /**
             * @description The index of its row in `items`, starting at 0.
             * @example 0
             */
            readonly row: number;
            /**
             * @description Its column.
             * @example location
             */
            readonly column: string;
            /**
             * @description The size of the whole value, in bytes of UTF-8.
             * @example 1048576
             */
            readonly bytes: number;
        };
        readonly DayRowsDto: {
            /**
             * @description The page, starting at 1.
             * @example 1
             */
            readonly page: number;
            /**
             * @description Entries per page.
             * @example 50
             */
            readonly page_size: number;
            /**
             * @description Entries in the whole list.
             * @example 31
             */
            readonly total: number;
            /**
             * @description The dataset.
             * @example weather
             */
            readonly dataset: string;
            /**
             * Format: date
             * @description The day.
             * @example 2012-03-01
             */
            readonly day: string;
            /**
             * @description The columns, in the order of the dataset.
             * @example [
             *       {
             *         "name": "location",
             *         "type": "text"
             *       }
             *     ]
             */
            readonly columns: readonly components["schemas"]["RowColumnDto"][];
            /**
             * @description The rows in the order in which they were written, with their columns by name. Values are complete, except those in `cut`.
             * @example [
             *       {
             *         "location": "Seattle"
             *       }
             *     ]
             */
            readonly items: readonly {
                readonly [key: string]: unknown;
            }[];
            /**
             * @description If the values of a page exceed 8 MiB, the longest are cut to an equal share of that, and listed here. A single row on a page is never cut.
             * @example []
             */
            readonly cut: readonly components["schemas"]["CutValueDto"][];
        };
        readonly TestedColumnDto: {
            /**
             * @description Its name in the source, or the pointer into a row; null for a constant.
             * @example temp_max
             */
            readonly source: string | null;
            /**
             * @description What its values look like.
             * @example real
             */
            readonly inferred: string;
            /**
             * @description The column of the target; null where the target takes no such column.
             * @example temp_max
             */
            readonly name: string | null;
            /**
             * @description The type of the column of the target.
             * @example real
             */
            readonly type: string | null;
        };
        readonly TestedRowDto: {
            /**
             * @description The row of the source, as errors name it.
             * @example 2
             */
            readonly row: number;
            /**
             * @description A value for each of `columns`, as the source has it and cut to 200 characters; null where the row has none.
             * @example [
             *       "12.8"
             *     ]
             */
            readonly values: readonly (string | null)[];
        };
        readonly MisfitDto: {
            /**
             * @description The column; null for whole rows that can not be read.
             * @example temp_max
             */
            readonly column: string | null;
            /**
             * @description For programs.
             * @example VALUE_INVALID
             */
            readonly code: string;
            /**
             * @description What was expected and what came.
             * @example expected a finite number, got "n/a" (text)
             */
            readonly text: string;
            /**
             * @description How many values do not fit for this reason.
             * @example 1
             */
            readonly count: number;
            /**
             * @description The first row with such a value.
             * @example 12
             */
            readonly row: number | null;
        };
        readonly DayTestDto: {
            /**
             * @description The dataset.
             * @example weather
             */
            readonly dataset: string;
            /**
             * Format: date
             * @description The day.
             * @example 2012-03-01
             */
            readonly day: string;
            /**
             * @description The rows of the day.
             * @example 2
             */
            readonly rows: number;
            /**
             * @description Rows that `where` leaves out.
             * @example 0
             */
            readonly left_out: number;
            /**
             * @description Whether all of it would fit.
             * @example true
             */
            readonly fits: boolean;
            /**
             * @description The columns, at most 100.
             * @example []
             */
            readonly columns: readonly components["schemas"]["TestedColumnDto"][];
            /**
             * @description The first rows, at most 10.
             * @example []
             */
            readonly first_rows: readonly components["schemas"]["TestedRowDto"][];
            /**
             * @description The first values that do not fit, by column and reason.
             * @example []
             */
            readonly misfits: readonly components["schemas"]["MisfitDto"][];
            /**
             * @description How many values do not fit.
             * @example 0
             */
            readonly misfit_count: number;
            /**
             * @description What ended the day before its last row.
             * @example null
             */
            readonly failure: components["schemas"]["SourceFailureDto"] | null;
        };
        readonly QuarantinedRowDto: {
            /**
             * @description The dataset.
             * @example weather
             */
            readonly dataset: string;
            /**
             * Format: date
             * @description The day; null for a row whose day can not be read (`SOURCE_DAY_UNREADABLE`).
             * @example 2012-03-01
             */
            readonly day: string | null;
            /**
             * @description The file, or what else the source is.
             * @example data/weather.csv
             */
            readonly file: string;
            /**
             * @description The row of the source, starting at 1.
             * @example 12
             */
            readonly row: number;
            /**
             * @description For programs.
             * @example VALUE_INVALID
             */
            readonly code: string;
            /**
             * @description The column.
             * @example temp_max
             */
            readonly column: string | null;
            /**
             * @description The expected and the received value.
             * @example row 12, column temp_max: expected a finite number, got "n/a" (text)
             */
            readonly text: string;
            /**
             * @description The text of the row, up to 4 kB.
             * @example Seattle,2012-03-01,0.0,n/a,sun
             */
            readonly content: string;
            /**
             * @description The batch that put it in quarantine.
             * @example 2025-10-01_2025-10-10_1760716800
             */
            readonly task_id: string | null;
            /**
             * Format: date-time
             * @description When it was put in quarantine.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly quarantined_at: string;
        };
        readonly QuarantinePageDto: {
            /**
             * @description The page, starting at 1.
             * @example 1
             */
            readonly page: number;
            /**
             * @description Entries per page.
             * @example 50
             */
            readonly page_size: number;
            /**
             * @description Entries in the whole list.
             * @example 31
             */
            readonly total: number;
            /**
             * @description The rows.
             * @example []
             */
            readonly items: readonly components["schemas"]["QuarantinedRowDto"][];
        };
        readonly RetryQuarantineDto: {
            /**
             * @description The dataset.
             * @example weather
             */
            readonly dataset: string;
            /**
             * Format: date
             * @description The first day.
             * @example 2012-03-01
             */
            readonly start_date?: string;
            /**
             * Format: date
             * @description The last day, included.
             * @example 2012-03-31
             */
            readonly end_date?: string;
            /**
             * @description Only days with rows that have one of these codes. Default: all days with rows in quarantine.
             * @example [
             *       "VALUE_INVALID"
             *     ]
             */
            readonly codes?: readonly string[];
        };
        readonly ChangedEntryDto: {
            /**
             * @description The name.
             * @example weather
             */
            readonly name: string;
            /**
             * @description The keys of the file that have changed.
             * @example [
             *       "throttle",
             *       "target.columns.price"
             *     ]
             */
            readonly keys: readonly string[];
        };
        readonly ListChangesDto: {
            /**
             * @description The names that are new.
             * @example [
             *       "orders"
             *     ]
             */
            readonly added: readonly string[];
            /**
             * @description The names that are gone.
             * @example []
             */
            readonly removed: readonly string[];
            /**
             * @description Those that have changed.
             * @example [
             *       {
             *         "name": "weather",
             *         "keys": [
             *           "throttle"
             *         ]
             *       }
             *     ]
             */
            readonly changed: readonly components["schemas"]["ChangedEntryDto"][];
        };
        readonly ReloadDto: {
            /**
             * @description The version that is in use now: a hash of the text of the file.
             * @example 3f9c2a71d04be856
             */
            readonly version: string;
            /**
             * @description Whether it is another one than before, or has other datasets with the environment of this process.
             * @example true
             */
            readonly is_new: boolean;
            /**
             * @description What has changed in the datasets.
             * @example {
             *       "added": [],
             *       "removed": [],
             *       "changed": []
             *     }
             */
            readonly datasets: components["schemas"]["ListChangesDto"];
            /**
             * @description What has changed in the webhooks.
             * @example {
             *       "added": [],
             *       "removed": [],
             *       "changed": []
             *     }
             */
            readonly webhooks: components["schemas"]["ListChangesDto"];
            /**
             * @description What the file does to what is stored, as check and start say it.
             * @example [
             *       "dataset weather: the column `price` is added to `weather_daily`"
             *     ]
             */
            readonly effects: readonly string[];
            /**
             * @description What works only later.
             * @example []
             */
            readonly warnings: readonly string[];
        };
        readonly DeliveryErrorDto: {
            /**
             * @description For programs.
             * @example WEBHOOK_REFUSED
             * @enum {string}
             */
            readonly code: "WEBHOOK_BLOCKED" | "WEBHOOK_ENDPOINT_GONE" | "WEBHOOK_ENDPOINT_UNKNOWN" | "WEBHOOK_REFUSED" | "WEBHOOK_TIMEOUT" | "WEBHOOK_UNREACHABLE";
            /**
             * @description The expected and the received value.
             * @example expected a status of 2xx, got 500
             */
            readonly text: string;
        };
        readonly DeliveryDto: {
            /**
             * @description The `webhook-id`, the same for each attempt.
             * @example msg_8e03978e-40d5-43e8-bc93-6894a57f9324
             */
            readonly id: string;
            /**
             * @description The name of the endpoint.
             * @example ops
             */
            readonly endpoint: string;
            /**
             * @description The event: its `type` without `batch.`, `day.` or `dataset.`.
             * @example failed_days
             * @enum {string}
             */
            readonly event: "completed" | "failed_days" | "failed" | "cancelled" | "paused_by_itself" | "late" | "recovered" | "check_failed" | "check_warned" | "unusual";
            /**
             * @description The batch; null for an event of a dataset.
             * @example 2025-10-01_2025-10-10_1760716800
             */
            readonly task_id: string | null;
            /**
             * @description The dataset.
             * @example weather
             */
            readonly dataset: string;
            /**
             * Format: date-time
             * @description The time of the event.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly created_at: string;
            /**
             * @description Still to be sent, accepted by the endpoint, or not tried again.
             * @example pending
             * @enum {string}
             */
            readonly state: "pending" | "delivered" | "failed";
            /**
             * @description Attempts since it was created or last redelivered.
             * @example 2
             */
            readonly attempts: number;
            /**
             * Format: date-time
             * @description When the next attempt is due; null if it is due now or there is none.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly next_attempt_at: string | null;
            /**
             * Format: date-time
             * @description When the last attempt started.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly last_attempt_at: string | null;
            /**
             * @description The HTTP status of the last attempt; null without a response.
             * @example 500
             */
            readonly last_status: number | null;
            /**
             * @description Why the last attempt failed.
             * @example {
             *       "code": "WEBHOOK_REFUSED",
             *       "text": "expected a status of 2xx, got 500"
             *     }
             */
            readonly error: components["schemas"]["DeliveryErrorDto"] | null;
        };
        readonly WebhookEndpointDto: {
            /**
             * @description Its name.
             * @example ops
             */
            readonly name: string;
            /**
             * @description The URL, as in the datasets file.
             * @example https://hooks.example.com/${HOOK}
             */
            readonly url: string;
            /**
             * @description The events that it gets.
             * @example [
             *       "failed_days",
             *       "failed"
             *     ]
             */
            readonly on: readonly ("completed" | "failed_days" | "failed" | "cancelled" | "paused_by_itself" | "late" | "recovered" | "check_failed" | "check_warned" | "unusual")[];
            /**
             * @description The datasets whose events it gets; null for all.
             * @example null
             */
            readonly datasets: readonly string[] | null;
            /**
             * @description Whether it has answered 410 Gone, and gets nothing since.
             * @example false
             */
            readonly gone: boolean;
        };
        readonly DeliveryPageDto: {
            /**
             * @description The page, starting at 1.
             * @example 1
             */
            readonly page: number;
            /**
             * @description Entries per page.
             * @example 50
             */
            readonly page_size: number;
            /**
             * @description Entries in the whole list.
             * @example 31
             */
            readonly total: number;
            /**
             * @description The deliveries, newest first.
             * @example []
             */
            readonly items: readonly components["schemas"]["DeliveryDto"][];
            /**
             * @description The endpoints of the datasets file.
             * @example []
             */
            readonly endpoints: readonly components["schemas"]["WebhookEndpointDto"][];
        };
        readonly DeliveryDetailDto: {
            /**
             * @description The `webhook-id`, the same for each attempt.
             * @example msg_8e03978e-40d5-43e8-bc93-6894a57f9324
             */
            readonly id: string;
            /**
             * @description The name of the endpoint.
             * @example ops
             */
            readonly endpoint: string;
            /**
             * @description The event: its `type` without `batch.`, `day.` or `dataset.`.
             * @example failed_days
             * @enum {string}
             */
            readonly event: "completed" | "failed_days" | "failed" | "cancelled" | "paused_by_itself" | "late" | "recovered" | "check_failed" | "check_warned" | "unusual";
            /**
             * @description The batch; null for an event of a dataset.
             * @example 2025-10-01_2025-10-10_1760716800
             */
            readonly task_id: string | null;
            /**
             * @description The dataset.
             * @example weather
             */
            readonly dataset: string;
            /**
             * Format: date-time
             * @description The time of the event.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly created_at: string;
            /**
             * @description Still to be sent, accepted by the endpoint, or not tried again.
             * @example pending
             * @enum {string}
             */
            readonly state: "pending" | "delivered" | "failed";
            /**
             * @description Attempts since it was created or last redelivered.
             * @example 2
             */
            readonly attempts: number;
            /**
             * Format: date-time
             * @description When the next attempt is due; null if it is due now or there is none.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly next_attempt_at: string | null;
            /**
             * Format: date-time
             * @description When the last attempt started.
             * @example 2025-10-17T16:00:00.000Z
             */
            readonly last_attempt_at: string | null;
            /**
             * @description The HTTP status of the last attempt; null without a response.
             * @example 500
             */
            readonly last_status: number | null;
            /**
             * @description Why the last attempt failed.
             * @example {
             *       "code": "WEBHOOK_REFUSED",
             *       "text": "expected a status of 2xx, got 500"
             *     }
             */
            readonly error: components["schemas"]["DeliveryErrorDto"] | null;
            /**
             * @description The body that is sent, to the character: the signature is about it.
             * @example {"type":"batch.completed","timestamp":"2025-10-17T16:00:00.000Z","data":{}}
             */
            readonly payload: string;
        };
        readonly WebhookTestDto: {
            /**
             * @description The `webhook-id`.
             * @example msg_8e03978e-40d5-43e8-bc93-6894a57f9324
             */
            readonly id: string;
            /**
             * @description The name of the endpoint.
             * @example ops
             */
            readonly endpoint: string;
            /**
             * @description Whether the endpoint has accepted it.
             * @example true
             */
            readonly delivered: boolean;
            /**
             * @description The HTTP status of the answer; null without one.
             * @example 204
             */
            readonly status: number | null;
            /**
             * @description Why it was not accepted.
             * @example null
             */
            readonly error: components["schemas"]["DeliveryErrorDto"] | null;
            /**
             * @description How long it took, in milliseconds.
             * @example 82
             */
            readonly duration_ms: number;
            /**
             * @description The body that was sent.
             * @example {"type":"test","timestamp":"2025-10-17T16:00:00.000Z","data":{"endpoint":"ops"}}
             */
            readonly payload: string;
        };
        readonly SessionDto: {
            /**
             * @description Whether `AUTH_TOKENS` is set. Without it, every caller is an operator.
             * @example true
             */
            readonly login_needed: boolean;
            /**
             * @description The name of the token; null without `AUTH_TOKENS`.
             * @example ana
             */
            readonly name: string | null;
            /**
             * @description A viewer can read, an operator can do everything.
             * @example operator
             * @enum {string}
             */
            readonly role: "viewer" | "operator";
        };
        readonly LoginDto: {
            /**
             * @description A token of `AUTH_TOKENS`.
             * @example c0ffee0123456789c0ffee0123456789
             */
            readonly token: string;
        };
        readonly LivenessDto: {
            /**
             * @description Always `live`.
             * @example live
             * @enum {string}
             */
            readonly state: "live";
        };
        readonly ReadinessCheckDto: {
            /**
             * @description The part of the program.
             * @example disk
             */
            readonly name: string;
            /**
             * @description Whether it works.
             * @example false
             */
            readonly ok: boolean;
            /**
             * @description Its state in words.
             * @example 12 MB free
             */
            readonly detail: string;
        };
        readonly DatasetsStateDto: {
            /**
             * @description The version in use: a hash of the text of the file.
             * @example 3f9c2a71d04be856
             */
            readonly version: string | null;
            /**
             * @description The newest version of the installation, while this process has another one, or reads other datasets out of it with its environment: then it does not run those that differ. `GET datasets` and the log have the reason.
             * @example null
             */
            readonly newer_version: string | null;
        };
        readonly ReadinessDto: {
            /**
             * @description Always `ready`.
             * @example ready
             * @enum {string}
             */
            readonly state: "ready";
            /**
             * @description The checks, at most a second old.
             * @example [
             *       {
             *         "name": "disk",
             *         "ok": true,
             *         "detail": "73241 MB free"
             *       }
             *     ]
             */
            readonly checks: readonly components["schemas"]["ReadinessCheckDto"][];
            /**
             * @description The datasets file.
             * @example {
             *       "version": "3f9c2a71d04be856",
             *       "newer_version": null
             *     }
             */
            readonly datasets: components["schemas"]["DatasetsStateDto"];
        };
        readonly InputErrorDto: {
            /**
             * @description The place: a JSON pointer (RFC 6901) into the body or the query, or `/headers/` or `/path/` and a name.
             * @example /start_date
             */
            readonly pointer: string;
            /**
             * @description The expected value.
             * @example a date written YYYY-MM-DD
             */
            readonly expected: string;
            /**
             * @description The received value and its type.
             * @example "2025-02-30" (text)
             */
            readonly received: string;
        };
        readonly ProblemDto: {
            /**
             * Format: uri-reference
             * @description Identifies the kind of the error, and links to its description.
             * @example /docs/errors#VALIDATION_FAILED
             */
            readonly type: string;
            /**
             * @description The kind of the error in words.
             * @example Invalid request
             */
            readonly title: string;
            /**
             * @description The HTTP status.
             * @example 400
             */
            readonly status: number;
            /**
             * @description This error in words.
             * @example start_date: expected a date written YYYY-MM-DD, got "2025-02-30" (text)
             */
            readonly detail: string;
            /**
             * @description The path of the request.
             * @example /api/v1/sync-status/sync/batch
             */
            readonly instance: string;
            /**
             * @description The kind of the error, for programs.
             * @example VALIDATION_FAILED
             * @enum {string}
             */
            readonly code: "VALIDATION_FAILED" | "RANGE_REVERSED" | "RANGE_SHRINKS" | "UNAUTHENTICATED" | "FORBIDDEN" | "CROSS_SITE" | "PROXY_NEEDS_TOKENS" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "BATCH_NOT_FOUND" | "DATASET_NOT_FOUND" | "ENDPOINT_NOT_FOUND" | "DELIVERY_NOT_FOUND" | "BATCH_OVERLAPS" | "BATCH_STATE" | "BATCH_NOT_EXTENDABLE" | "DATASETS_FILE_INVALID" | "DATASET_IN_USE" | "DATASETS_OUTDATED" | "TARGET_UNAVAILABLE" | "NO_SCHEDULE" | "NOTHING_TO_RETRY" | "NOTHING_TO_ACCEPT" | "NOTHING_TO_SETTLE" | "PLAN_CHANGED" | "REQUEST_TIMEOUT" | "BODY_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "WRONG_HOST" | "RANGE_TOO_LARGE" | "IDEMPOTENCY_KEY_REUSED" | "RATE_LIMITED" | "HEADERS_TOO_LARGE" | "BAD_REQUEST" | "DATABASE_UNAVAILABLE" | "BUSY" | "STREAMS_EXHAUSTED" | "NOT_READY" | "STOPPING" | "INTERNAL";
            /**
             * @description The id of the request in the log.
             * @example 5f0c2a34-6a52-4b8e-9d0b-7f3a5f0f6f11
             */
            readonly request_id: string;
            /**
             * @description With VALIDATION_FAILED: every invalid place.
             * @example [
             *       {
             *         "pointer": "/start_date",
             *         "expected": "a date written YYYY-MM-DD",
             *         "received": "\"2025-02-30\" (text)"
             *       }
             *     ]
             */
            readonly errors?: readonly components["schemas"]["InputErrorDto"][];
            /**
             * @description With BATCH_OVERLAPS and DATASET_IN_USE: the active batch.
             * @example 2025-10-01_2025-10-10_1760716800
             */
            readonly task_id?: string;
            /**
             * @description With RANGE_TOO_LARGE: the maximum number of days in a range. With RATE_LIMITED: the maximum number of requests or wrong tokens in the window that `detail` names, or of open event streams of one caller. With BUSY: the maximum number of reads that run or wait, as `detail` says.
             * @example 3660
             */
            readonly limit?: number;
            /**
             * @description With BATCH_STATE: the state of the batch.
             * @example completed
             * @enum {string}
             */
            readonly state?: "queued" | "running" | "paused" | "cancelling" | "cancelled" | "completed" | "failed";
            /**
             * @description With NOT_READY: each part of the program that was checked.
             * @example [
             *       {
             *         "name": "disk",
             *         "ok": false,
             *         "detail": "expected at least 100 MB free, got 12 MB free"
             *       }
             *     ]
             */
            readonly checks?: readonly components["schemas"]["ReadinessCheckDto"][];
            /**
             * @description With DATASETS_FILE_INVALID: every error of the file. With DATASET_IN_USE: every active batch of a dataset that it changes.
             * @example [
             *       "datasets.yaml:4:11 datasets[0].source: expected a mapping, got nothing"
             *     ]
             */
            readonly lines?: readonly string[];
            /**
             * @description With METHOD_NOT_ALLOWED: the methods of the path, as in `Allow`.
             * @example [
             *       "GET",
             *       "HEAD"
             *     ]
             */
            readonly allow?: readonly string[];
        };
    };
    responses: {
        /** @description `VALIDATION_FAILED`: Invalid request. `BAD_REQUEST`: Malformed request */
        readonly "VALIDATION_FAILED.BAD_REQUEST": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "VALIDATION_FAILED" | "BAD_REQUEST";
                };
            };
        };
        /** @description `UNAUTHENTICATED`: Authentication required */
        readonly UNAUTHENTICATED: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "UNAUTHENTICATED";
                };
            };
        };
        /** @description `PROXY_NEEDS_TOKENS`: A proxy needs tokens */
        readonly PROXY_NEEDS_TOKENS: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "PROXY_NEEDS_TOKENS";
                };
            };
        };
        /** @description `REQUEST_TIMEOUT`: The request took too long */
        readonly REQUEST_TIMEOUT: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "REQUEST_TIMEOUT";
                };
            };
        };
        /** @description `WRONG_HOST`: Unknown host */
        readonly WRONG_HOST: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "WRONG_HOST";
                };
            };
        };
        /** @description `RATE_LIMITED`: Too many requests */
        readonly RATE_LIMITED: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly "Retry-After": components["headers"]["Retry-After"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "RATE_LIMITED";
                };
            };
        };
        /** @description `HEADERS_TOO_LARGE`: The headers are too large */
        readonly HEADERS_TOO_LARGE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "HEADERS_TOO_LARGE";
                };
            };
        };
        /** @description `DATABASE_UNAVAILABLE`: The database is not available */
        readonly DATABASE_UNAVAILABLE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "DATABASE_UNAVAILABLE";
                };
            };
        };
        /** @description `INTERNAL`: Internal error */
        readonly INTERNAL: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "INTERNAL";
                };
            };
        };
        /** @description `VALIDATION_FAILED`: Invalid request. `RANGE_REVERSED`: The range ends before it starts. `BAD_REQUEST`: Malformed request */
        readonly "VALIDATION_FAILED.RANGE_REVERSED.BAD_REQUEST": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "VALIDATION_FAILED" | "RANGE_REVERSED" | "BAD_REQUEST";
                };
            };
        };
        /** @description `FORBIDDEN`: The role does not allow this. `CROSS_SITE`: The request comes from another site. `PROXY_NEEDS_TOKENS`: A proxy needs tokens */
        readonly "FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "FORBIDDEN" | "CROSS_SITE" | "PROXY_NEEDS_TOKENS";
                };
            };
        };
        /** @description `DATASET_NOT_FOUND`: No such dataset */
        readonly DATASET_NOT_FOUND: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "DATASET_NOT_FOUND";
                };
            };
        };
        /** @description `BATCH_OVERLAPS`: An active batch has days of this range. `PLAN_CHANGED`: The plan has changed since its preview */
        readonly "BATCH_OVERLAPS.PLAN_CHANGED": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "BATCH_OVERLAPS" | "PLAN_CHANGED";
                };
            };
        };
        /** @description `DATASETS_OUTDATED`: This process has an older datasets file. `DATABASE_UNAVAILABLE`: The database is not available */
        readonly "DATASETS_OUTDATED.DATABASE_UNAVAILABLE": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "DATASETS_OUTDATED" | "DATABASE_UNAVAILABLE";
                };
            };
        };
        /** @description `BODY_TOO_LARGE`: The body is too large */
        readonly BODY_TOO_LARGE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "BODY_TOO_LARGE";
                };
            };
        };
        /** @description `UNSUPPORTED_MEDIA_TYPE`: The body must be JSON */
        readonly UNSUPPORTED_MEDIA_TYPE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "UNSUPPORTED_MEDIA_TYPE";
                };
            };
        };
        /** @description `RANGE_TOO_LARGE`: The range has too many days. `IDEMPOTENCY_KEY_REUSED`: Another request used this Idempotency-Key */
        readonly "RANGE_TOO_LARGE.IDEMPOTENCY_KEY_REUSED": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "RANGE_TOO_LARGE" | "IDEMPOTENCY_KEY_REUSED";
                };
            };
        };
        /** @description `DATASETS_OUTDATED`: This process has an older datasets file. `DATABASE_UNAVAILABLE`: The database is not available. `BUSY`: Too many expensive reads */
        readonly "DATASETS_OUTDATED.DATABASE_UNAVAILABLE.BUSY": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "DATASETS_OUTDATED" | "DATABASE_UNAVAILABLE" | "BUSY";
                };
            };
        };
        /** @description `RANGE_TOO_LARGE`: The range has too many days */
        readonly RANGE_TOO_LARGE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "RANGE_TOO_LARGE";
                };
            };
        };
        /** @description `BATCH_NOT_FOUND`: No such batch */
        readonly BATCH_NOT_FOUND: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "BATCH_NOT_FOUND";
                };
            };
        };
        /** @description `BAD_REQUEST`: Malformed request */
        readonly BAD_REQUEST: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "BAD_REQUEST";
                };
            };
        };
        /** @description `DATABASE_UNAVAILABLE`: The database is not available. `STREAMS_EXHAUSTED`: Too many event streams are open. `STOPPING`: The program is stopping */
        readonly "DATABASE_UNAVAILABLE.STREAMS_EXHAUSTED.STOPPING": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "DATABASE_UNAVAILABLE" | "STREAMS_EXHAUSTED" | "STOPPING";
                };
            };
        };
        /** @description `DATABASE_UNAVAILABLE`: The database is not available. `BUSY`: Too many expensive reads */
        readonly "DATABASE_UNAVAILABLE.BUSY": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "DATABASE_UNAVAILABLE" | "BUSY";
                };
            };
        };
        /** @description `DATABASE_UNAVAILABLE`: The database is not available. `BUSY`: Too many expensive reads. `STREAMS_EXHAUSTED`: Too many event streams are open. `STOPPING`: The program is stopping */
        readonly "DATABASE_UNAVAILABLE.BUSY.STREAMS_EXHAUSTED.STOPPING": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "DATABASE_UNAVAILABLE" | "BUSY" | "STREAMS_EXHAUSTED" | "STOPPING";
                };
            };
        };
        /** @description `BATCH_STATE`: The state of the batch does not allow this */
        readonly BATCH_STATE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "BATCH_STATE";
                };
            };
        };
        /** @description `BATCH_NOT_FOUND`: No such batch. `DATASET_NOT_FOUND`: No such dataset */
        readonly "BATCH_NOT_FOUND.DATASET_NOT_FOUND": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "BATCH_NOT_FOUND" | "DATASET_NOT_FOUND";
                };
            };
        };
        /** @description `BATCH_OVERLAPS`: An active batch has days of this range. `BATCH_STATE`: The state of the batch does not allow this. `NOTHING_TO_RETRY`: No day is left to retry */
        readonly "BATCH_OVERLAPS.BATCH_STATE.NOTHING_TO_RETRY": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "BATCH_OVERLAPS" | "BATCH_STATE" | "NOTHING_TO_RETRY";
                };
            };
        };
        /** @description `IDEMPOTENCY_KEY_REUSED`: Another request used this Idempotency-Key */
        readonly IDEMPOTENCY_KEY_REUSED: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "IDEMPOTENCY_KEY_REUSED";
                };
            };
        };
        /** @description `VALIDATION_FAILED`: Invalid request. `RANGE_REVERSED`: The range ends before it starts. `RANGE_SHRINKS`: An extension cannot shorten the range. `BAD_REQUEST`: Malformed request */
        readonly "VALIDATION_FAILED.RANGE_REVERSED.RANGE_SHRINKS.BAD_REQUEST": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "VALIDATION_FAILED" | "RANGE_REVERSED" | "RANGE_SHRINKS" | "BAD_REQUEST";
                };
            };
        };
        /** @description `BATCH_OVERLAPS`: An active batch has days of this range. `BATCH_STATE`: The state of the batch does not allow this. `BATCH_NOT_EXTENDABLE`: A batch of chosen days cannot be extended */
        readonly "BATCH_OVERLAPS.BATCH_STATE.BATCH_NOT_EXTENDABLE": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "BATCH_OVERLAPS" | "BATCH_STATE" | "BATCH_NOT_EXTENDABLE";
                };
            };
        };
        /** @description `DATABASE_UNAVAILABLE`: The database is not available. `BUSY`: Too many expensive reads. `STOPPING`: The program is stopping */
        readonly "DATABASE_UNAVAILABLE.BUSY.STOPPING": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "DATABASE_UNAVAILABLE" | "BUSY" | "STOPPING";
                };
            };
        };
        /** @description `BATCH_OVERLAPS`: An active batch has days of this range. `NOTHING_TO_RETRY`: No day is left to retry */
        readonly "BATCH_OVERLAPS.NOTHING_TO_RETRY": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "BATCH_OVERLAPS" | "NOTHING_TO_RETRY";
                };
            };
        };
        /** @description `NOTHING_TO_ACCEPT`: The day is not marked */
        readonly NOTHING_TO_ACCEPT: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "NOTHING_TO_ACCEPT";
                };
            };
        };
        /** @description `BATCH_OVERLAPS`: An active batch has days of this range. `NOTHING_TO_SETTLE`: No day of the range is missing */
        readonly "BATCH_OVERLAPS.NOTHING_TO_SETTLE": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "BATCH_OVERLAPS" | "NOTHING_TO_SETTLE";
                };
            };
        };
        /** @description `TARGET_UNAVAILABLE`: The target can not be read. `DATABASE_UNAVAILABLE`: The database is not available */
        readonly "TARGET_UNAVAILABLE.DATABASE_UNAVAILABLE": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "TARGET_UNAVAILABLE" | "DATABASE_UNAVAILABLE";
                };
            };
        };
        /** @description `NO_SCHEDULE`: The dataset has no schedule */
        readonly NO_SCHEDULE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "NO_SCHEDULE";
                };
            };
        };
        /** @description `BATCH_OVERLAPS`: An active batch has days of this range. `NO_SCHEDULE`: The dataset has no schedule */
        readonly "BATCH_OVERLAPS.NO_SCHEDULE": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "BATCH_OVERLAPS" | "NO_SCHEDULE";
                };
            };
        };
        /** @description `DATASETS_FILE_INVALID`: The datasets file has errors */
        readonly DATASETS_FILE_INVALID: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "DATASETS_FILE_INVALID";
                };
            };
        };
        /** @description `DATASET_IN_USE`: An active batch has a dataset that the file changes */
        readonly DATASET_IN_USE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "DATASET_IN_USE";
                };
            };
        };
        /** @description `DELIVERY_NOT_FOUND`: No such delivery */
        readonly DELIVERY_NOT_FOUND: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "DELIVERY_NOT_FOUND";
                };
            };
        };
        /** @description `ENDPOINT_NOT_FOUND`: No such endpoint */
        readonly ENDPOINT_NOT_FOUND: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "ENDPOINT_NOT_FOUND";
                };
            };
        };
        /** @description `DATABASE_UNAVAILABLE`: The database is not available. `NOT_READY`: Not ready */
        readonly "DATABASE_UNAVAILABLE.NOT_READY": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    /** @enum {string} */
                    readonly code?: "DATABASE_UNAVAILABLE" | "NOT_READY";
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description The id of the request in the log. */
        readonly "X-Request-Id": string;
        /** @description The strong entity tag of the body. Sent as `If-None-Match`, it is answered with 304 as long as nothing has changed. */
        readonly ETag: string;
        /** @description The progress of the batch. */
        readonly Location: string;
        /** @description After how many seconds to try again. */
        readonly "Retry-After": number;
        /** @description Set if an earlier request with the same `Idempotency-Key` started the batch. */
        readonly "Idempotency-Replayed": "true";
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly listBatches: {
        readonly parameters: {
            readonly query?: {
                /** @description The page, starting at 1. */
                readonly page?: number;
                /** @description Entries per page. */
                readonly page_size?: number;
                /** @description Only batches of this dataset. */
                readonly dataset?: string;
                /** @description Only batches in this state. */
                readonly status?: "queued" | "running" | "paused" | "cancelling" | "cancelled" | "completed" | "failed";
                /** @description Only batches in this state, as people see it. `running`: also those that are being cancelled. `completed`: all days that were tried have succeeded or have no data; otherwise `partly_failed` or `all_failed`. `failed_to_run`: the batch could not go on, for example because its dataset has changed. `needs_attention`: paused automatically, or with failed days that nothing has repaired since, or failed to run and no later batch of its dataset has. */
                readonly state?: "running" | "queued" | "paused" | "completed" | "partly_failed" | "all_failed" | "failed_to_run" | "cancelled" | "needs_attention";
                /** @description Only the retries of this batch. */
                readonly retry_of?: string;
            };
            readonly header?: {
                /** @description The language of `message`: zh (the default) or en. */
                readonly "Accept-Language"?: string;
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of batches. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["BatchPageDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly startBatch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Any text of 1 to 255 visible ASCII characters, quoted or not, such as a UUID. For 24 hours, the same request with the same key does not start another batch: the answer is the first one. */
                readonly "Idempotency-Key"?: string;
                /** @description The language of `message`: zh (the default) or en. */
                readonly "Accept-Language"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["StartBatchDto"];
            };
        };
        readonly responses: {
            /** @description The batch is stored and will run. */
            readonly 202: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly Location: components["headers"]["Location"];
                    readonly "Retry-After": components["headers"]["Retry-After"];
                    readonly "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ProgressDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.RANGE_REVERSED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["BATCH_OVERLAPS.PLAN_CHANGED"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 422: components["responses"]["RANGE_TOO_LARGE.IDEMPOTENCY_KEY_REUSED"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATASETS_OUTDATED.DATABASE_UNAVAILABLE"];
        };
    };
    readonly previewBatch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["StartBatchDto"];
            };
        };
        readonly responses: {
            /** @description The plan. Nothing starts. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["PreviewDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.RANGE_REVERSED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["BATCH_OVERLAPS.PLAN_CHANGED"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 422: components["responses"]["RANGE_TOO_LARGE"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATASETS_OUTDATED.DATABASE_UNAVAILABLE.BUSY"];
        };
    };
    readonly getProgress: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The language of `message`: zh (the default) or en. */
                readonly "Accept-Language"?: string;
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description The id of the batch, from the response to its start. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The progress, also of an ended or failed batch. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ProgressDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["BATCH_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly watchProgress: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The `id` of the last event that the client received. Browsers send it automatically. */
                readonly "Last-Event-ID"?: string;
                /** @description The language of `message`: zh (the default) or en. */
                readonly "Accept-Language"?: string;
            };
            readonly path: {
                /** @description The id of the batch, from the response to its start. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The current progress, then each change. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": string;
                };
            };
            /** @description The batch has ended, and the client has received its last event. */
            readonly 204: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["BATCH_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.STREAMS_EXHAUSTED.STOPPING"];
        };
    };
    readonly listBatchDays: {
        readonly parameters: {
            readonly query?: {
                /** @description Only days that changed since the response with this `cursor`. Default: every day. */
                readonly since?: string;
            };
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description The id of the batch, from the response to its start. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The days, in the order of the batch. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["BatchDaysDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["BATCH_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY"];
        };
    };
    readonly batchLog: {
        readonly parameters: {
            readonly query?: {
                /** @description Only days that changed since the response with this `cursor`. Default: every day. */
                readonly since?: string;
                /** @description Only entries of these kinds, separated by commas. Default: all. */
                readonly kinds?: string;
                /** @description At most so many entries, the latest. */
                readonly limit?: number;
            };
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description The id of the batch, from the response to its start. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The latest entries, in the order of time. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["BatchLogDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["BATCH_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY"];
        };
    };
    readonly watchBatchLog: {
        readonly parameters: {
            readonly query?: {
                /** @description Only days that changed since the response with this `cursor`. Default: every day. */
                readonly since?: string;
                /** @description Only entries of these kinds, separated by commas. Default: all. */
                readonly kinds?: string;
                /** @description At most so many entries, the latest. */
                readonly limit?: number;
            };
            readonly header?: {
                /** @description The `id` of the last event that the client received. Browsers send it automatically. */
                readonly "Last-Event-ID"?: string;
            };
            readonly path: {
                /** @description The id of the batch, from the response to its start. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The latest entries, then what changes. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": string;
                };
            };
            /** @description The batch has ended, and the client has received its last event. */
            readonly 204: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["BATCH_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY.STREAMS_EXHAUSTED.STOPPING"];
        };
    };
    readonly listBatchUnreadableRows: {
        readonly parameters: {
            readonly query?: {
                /** @description The page, starting at 1. */
                readonly page?: number;
                /** @description Entries per page. */
                readonly page_size?: number;
            };
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description The id of the batch, from the response to its start. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of rows, as the file had them then. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["UnreadableRowPageDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["BATCH_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly pauseBatch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The language of `message`: zh (the default) or en. */
                readonly "Accept-Language"?: string;
            };
            readonly path: {
                /** @description The id of the batch, from the response to its start. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The batch is paused. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ProgressDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["BATCH_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["BATCH_STATE"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly resumeBatch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The language of `message`: zh (the default) or en. */
                readonly "Accept-Language"?: string;
            };
            readonly path: {
                /** @description The id of the batch, from the response to its start. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The batch is queued or running. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ProgressDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["BATCH_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["BATCH_STATE"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly cancelBatch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The language of `message`: zh (the default) or en. */
                readonly "Accept-Language"?: string;
            };
            readonly path: {
                /** @description The id of the batch, from the response to its start. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The batch is cancelled, or will be when its days in flight end. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ProgressDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["BATCH_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["BATCH_STATE"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly retryBatch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Any text of 1 to 255 visible ASCII characters, quoted or not, such as a UUID. For 24 hours, the same request with the same key does not start another batch: the answer is the first one. */
                readonly "Idempotency-Key"?: string;
                /** @description The language of `message`: zh (the default) or en. */
                readonly "Accept-Language"?: string;
            };
            readonly path: {
                /** @description The id of the batch, from the response to its start. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": components["schemas"]["RetryBatchDto"];
            };
        };
        readonly responses: {
            /** @description The retry of this batch that is still active. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly Location: components["headers"]["Location"];
                    readonly "Retry-After": components["headers"]["Retry-After"];
                    readonly "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ProgressDto"];
                    };
                };
            };
            /** @description The new batch is stored and will run. */
            readonly 202: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly Location: components["headers"]["Location"];
                    readonly "Retry-After": components["headers"]["Retry-After"];
                    readonly "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ProgressDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["BATCH_NOT_FOUND.DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["BATCH_OVERLAPS.BATCH_STATE.NOTHING_TO_RETRY"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 422: components["responses"]["IDEMPOTENCY_KEY_REUSED"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATASETS_OUTDATED.DATABASE_UNAVAILABLE"];
        };
    };
    readonly extendBatch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The language of `message`: zh (the default) or en. */
                readonly "Accept-Language"?: string;
            };
            readonly path: {
                /** @description The id of the batch, from the response to its start. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ExtendBatchDto"];
            };
        };
        readonly responses: {
            /** @description The batch has the days of the larger range. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ProgressDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.RANGE_REVERSED.RANGE_SHRINKS.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["BATCH_NOT_FOUND.DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["BATCH_OVERLAPS.BATCH_STATE.BATCH_NOT_EXTENDABLE"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 422: components["responses"]["RANGE_TOO_LARGE"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATASETS_OUTDATED.DATABASE_UNAVAILABLE"];
        };
    };
    readonly listRecords: {
        readonly parameters: {
            readonly query?: {
                /** @description Only records of this dataset. */
                readonly dataset?: string;
                /** @description Only days with this outcome of their last try. */
                readonly status?: "success" | "failed" | "skipped";
                /** @description Only days whose last try failed with this code. */
                readonly code?: string;
                /** @description Only days whose error has this text, in any case. */
                readonly text?: string;
                /** @description Only marked days that no operator has accepted, or only the others. */
                readonly unusual?: "true" | "false";
                /** @description The first day. */
                readonly start_date?: string;
                /** @description The last day, included. */
                readonly end_date?: string;
                /** @description The sort order; a leading `-` means descending. */
                readonly sort?: "day" | "-day" | "dataset" | "-dataset" | "status" | "-status" | "rows" | "-rows" | "duration_ms" | "-duration_ms" | "last_tried_at" | "-last_tried_at";
                /** @description The page, starting at 1. */
                readonly page?: number;
                /** @description Entries per page. */
                readonly page_size?: number;
            };
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of records. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["RecordPageDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.RANGE_REVERSED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY"];
        };
    };
    readonly recordCalendar: {
        readonly parameters: {
            readonly query?: {
                /** @description The dataset. Default: the first one. */
                readonly dataset?: string;
                /** @description The first day. Default: the first one with a record, within `MAX_RANGE_DAYS` days. */
                readonly start_date?: string;
                /** @description The last day, included. Default: the last one with a record, within `MAX_RANGE_DAYS` days. */
                readonly end_date?: string;
            };
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The days with a record, and the gaps. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["CalendarDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.RANGE_REVERSED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 422: components["responses"]["RANGE_TOO_LARGE"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY"];
        };
    };
    readonly exportRecords: {
        readonly parameters: {
            readonly query?: {
                /** @description Only records of this dataset. */
                readonly dataset?: string;
                /** @description Only days with this outcome of their last try. */
                readonly status?: "success" | "failed" | "skipped";
                /** @description Only days whose last try failed with this code. */
                readonly code?: string;
                /** @description Only days whose error has this text, in any case. */
                readonly text?: string;
                /** @description Only marked days that no operator has accepted, or only the others. */
                readonly unusual?: "true" | "false";
                /** @description The first day. */
                readonly start_date?: string;
                /** @description The last day, included. */
                readonly end_date?: string;
                /** @description The sort order; a leading `-` means descending. */
                readonly sort?: "day" | "-day" | "dataset" | "-dataset" | "status" | "-status" | "rows" | "-rows" | "duration_ms" | "-duration_ms" | "last_tried_at" | "-last_tried_at";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The file. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/csv": string;
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.RANGE_REVERSED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY.STOPPING"];
        };
    };
    readonly recordLog: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description The dataset. */
                readonly dataset: string;
                /** @description The day. */
                readonly day: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The entries, in the order of time. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["DayLogDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY"];
        };
    };
    readonly retryRecords: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Any text of 1 to 255 visible ASCII characters, quoted or not, such as a UUID. For 24 hours, the same request with the same key does not start another batch: the answer is the first one. */
                readonly "Idempotency-Key"?: string;
                /** @description The language of `message`: zh (the default) or en. */
                readonly "Accept-Language"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RetryRecordsDto"];
            };
        };
        readonly responses: {
            /** @description The new batch is stored and will run. */
            readonly 202: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly Location: components["headers"]["Location"];
                    readonly "Retry-After": components["headers"]["Retry-After"];
                    readonly "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ProgressDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["BATCH_OVERLAPS.NOTHING_TO_RETRY"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 422: components["responses"]["RANGE_TOO_LARGE.IDEMPOTENCY_KEY_REUSED"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATASETS_OUTDATED.DATABASE_UNAVAILABLE"];
        };
    };
    readonly acceptDay: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The dataset. */
                readonly dataset: string;
                /** @description The day. */
                readonly day: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The record of the day. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["RecordDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["NOTHING_TO_ACCEPT"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly recordHistory: {
        readonly parameters: {
            readonly query?: {
                /** @description The page, starting at 1. */
                readonly page?: number;
                /** @description Entries per page. */
                readonly page_size?: number;
            };
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description The dataset. */
                readonly dataset: string;
                /** @description The day. */
                readonly day: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The record of the day, and a page of its outcomes. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["DayHistoryPageDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY"];
        };
    };
    readonly exportFinding: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The dataset. */
                readonly dataset: string;
                /** @description The day. */
                readonly day: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The file; only its head where nothing was found. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/csv": string;
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY.STOPPING"];
        };
    };
    readonly exportBatchLog: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id of the batch, from the response to its start. */
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The file, in the order of time. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/csv": string;
                };
            };
            readonly 400: components["responses"]["BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["BATCH_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY.STOPPING"];
        };
    };
    readonly listDatasets: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The language of `message`: zh (the default) or en. */
                readonly "Accept-Language"?: string;
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The datasets. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["DatasetListDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY"];
        };
    };
    readonly getDataset: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The language of `message`: zh (the default) or en. */
                readonly "Accept-Language"?: string;
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description The dataset. */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The dataset. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["DatasetPageDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY"];
        };
    };
    readonly settleDays: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The dataset. */
                readonly dataset: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SettleDaysDto"];
            };
        };
        readonly responses: {
            /** @description How many days of the range are settled. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["SettledCountDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.RANGE_REVERSED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["BATCH_OVERLAPS.NOTHING_TO_SETTLE"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 422: components["responses"]["RANGE_TOO_LARGE"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATASETS_OUTDATED.DATABASE_UNAVAILABLE"];
        };
    };
    readonly unsettleDays: {
        readonly parameters: {
            readonly query: {
                /** @description The first day. */
                readonly start_date: string;
                /** @description The last day, included. */
                readonly end_date: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description The dataset. */
                readonly dataset: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description How many days were settled. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["SettledCountDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.RANGE_REVERSED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 422: components["responses"]["RANGE_TOO_LARGE"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly listDayRows: {
        readonly parameters: {
            readonly query?: {
                /** @description The page, starting at 1. */
                readonly page?: number;
                /** @description Entries per page. */
                readonly page_size?: number;
            };
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description The dataset. */
                readonly name: string;
                /** @description The day. */
                readonly day: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of rows. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["DayRowsDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["TARGET_UNAVAILABLE.DATABASE_UNAVAILABLE"];
        };
    };
    readonly listUnreadableRows: {
        readonly parameters: {
            readonly query?: {
                /** @description The page, starting at 1. */
                readonly page?: number;
                /** @description Entries per page. */
                readonly page_size?: number;
            };
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description The dataset. */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of rows. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["UnreadableRowPageDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly testDay: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The dataset. */
                readonly name: string;
                /** @description The day. */
                readonly day: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What came of the day. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["DayTestDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY.STOPPING"];
        };
    };
    readonly pauseSchedule: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The dataset. */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The schedule, paused. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ScheduleDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["NO_SCHEDULE"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATASETS_OUTDATED.DATABASE_UNAVAILABLE"];
        };
    };
    readonly resumeSchedule: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The dataset. */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The schedule, with its next runs. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ScheduleDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["NO_SCHEDULE"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATASETS_OUTDATED.DATABASE_UNAVAILABLE"];
        };
    };
    readonly runSchedule: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Any text of 1 to 255 visible ASCII characters, quoted or not, such as a UUID. For 24 hours, the same request with the same key does not start another batch: the answer is the first one. */
                readonly "Idempotency-Key"?: string;
                /** @description The language of `message`: zh (the default) or en. */
                readonly "Accept-Language"?: string;
            };
            readonly path: {
                /** @description The dataset. */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The new batch is stored and will run. */
            readonly 202: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly Location: components["headers"]["Location"];
                    readonly "Retry-After": components["headers"]["Retry-After"];
                    readonly "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ProgressDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["BATCH_OVERLAPS.NO_SCHEDULE"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 422: components["responses"]["IDEMPOTENCY_KEY_REUSED"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATASETS_OUTDATED.DATABASE_UNAVAILABLE"];
        };
    };
    readonly listQuarantine: {
        readonly parameters: {
            readonly query?: {
                /** @description Only rows of this dataset. */
                readonly dataset?: string;
                /** @description The first day. */
                readonly start_date?: string;
                /** @description The last day, included. */
                readonly end_date?: string;
                /** @description Only rows with this code. */
                readonly code?: string;
                /** @description Only rows that this batch put in quarantine. */
                readonly task_id?: string;
                /** @description The sort order; a leading `-` means descending. The rows of a day stay in the order of the source. */
                readonly sort?: "day" | "-day" | "dataset" | "-dataset" | "code" | "-code" | "quarantined_at" | "-quarantined_at";
                /** @description The page, starting at 1. */
                readonly page?: number;
                /** @description Entries per page. */
                readonly page_size?: number;
            };
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of rows. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["QuarantinePageDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.RANGE_REVERSED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY"];
        };
    };
    readonly exportQuarantine: {
        readonly parameters: {
            readonly query?: {
                /** @description Only rows of this dataset. */
                readonly dataset?: string;
                /** @description The first day. */
                readonly start_date?: string;
                /** @description The last day, included. */
                readonly end_date?: string;
                /** @description Only rows with this code. */
                readonly code?: string;
                /** @description Only rows that this batch put in quarantine. */
                readonly task_id?: string;
                /** @description The sort order; a leading `-` means descending. The rows of a day stay in the order of the source. */
                readonly sort?: "day" | "-day" | "dataset" | "-dataset" | "code" | "-code" | "quarantined_at" | "-quarantined_at";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The file. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/csv": string;
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.RANGE_REVERSED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY.STOPPING"];
        };
    };
    readonly retryQuarantine: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Any text of 1 to 255 visible ASCII characters, quoted or not, such as a UUID. For 24 hours, the same request with the same key does not start another batch: the answer is the first one. */
                readonly "Idempotency-Key"?: string;
                /** @description The language of `message`: zh (the default) or en. */
                readonly "Accept-Language"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RetryQuarantineDto"];
            };
        };
        readonly responses: {
            /** @description The new batch is stored and will run. */
            readonly 202: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly Location: components["headers"]["Location"];
                    readonly "Retry-After": components["headers"]["Retry-After"];
                    readonly "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ProgressDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.RANGE_REVERSED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DATASET_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["BATCH_OVERLAPS.NOTHING_TO_RETRY"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 422: components["responses"]["IDEMPOTENCY_KEY_REUSED"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATASETS_OUTDATED.DATABASE_UNAVAILABLE"];
        };
    };
    readonly reloadDatasets: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The file is in use. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ReloadDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 409: components["responses"]["DATASET_IN_USE"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 422: components["responses"]["DATASETS_FILE_INVALID"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly listWebhookDeliveries: {
        readonly parameters: {
            readonly query?: {
                /** @description Only deliveries in this state. */
                readonly state?: "pending" | "delivered" | "failed";
                /** @description Only deliveries of this batch. */
                readonly task_id?: string;
                /** @description Only deliveries to this endpoint. */
                readonly endpoint?: string;
                /** @description The page, starting at 1. */
                readonly page?: number;
                /** @description Entries per page. */
                readonly page_size?: number;
            };
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of deliveries. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["DeliveryPageDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly getWebhookDelivery: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /** @description The id of the delivery. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The delivery. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["DeliveryDetailDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DELIVERY_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly testWebhookEndpoint: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The name of the endpoint. */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What came of it. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["WebhookTestDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["ENDPOINT_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly redeliverWebhook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id of the delivery. */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The delivery will be sent. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["DeliveryDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 404: components["responses"]["DELIVERY_NOT_FOUND"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly getSession: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The name and role of the caller, or that no login is needed. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["SessionDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly login: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["LoginDto"];
            };
        };
        readonly responses: {
            /** @description The name and role of the token. Without `AUTH_TOKENS`, no session starts. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["SessionDto"];
                    };
                };
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly logout: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The session has ended. */
            readonly 204: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["VALIDATION_FAILED.BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 413: components["responses"]["BODY_TOO_LARGE"];
            readonly 415: components["responses"]["UNSUPPORTED_MEDIA_TYPE"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly getLiveness: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The process answers. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["LivenessDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE"];
        };
    };
    readonly getReadiness: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The `ETag` of an earlier response: answered with 304 as long as nothing has changed. */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Ready. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description Always `success`.
                         * @example success
                         * @enum {string}
                         */
                        readonly status: "success";
                        readonly data: components["schemas"]["ReadinessDto"];
                    };
                };
            };
            /** @description Not modified: the `ETag` is still current. */
            readonly 304: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.NOT_READY"];
        };
    };
    readonly getMetrics: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The metrics, in the text format of Prometheus. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": string;
                };
            };
            readonly 400: components["responses"]["BAD_REQUEST"];
            readonly 401: components["responses"]["UNAUTHENTICATED"];
            readonly 403: components["responses"]["PROXY_NEEDS_TOKENS"];
            readonly 408: components["responses"]["REQUEST_TIMEOUT"];
            readonly 421: components["responses"]["WRONG_HOST"];
            readonly 429: components["responses"]["RATE_LIMITED"];
            readonly 431: components["responses"]["HEADERS_TOO_LARGE"];
            readonly 500: components["responses"]["INTERNAL"];
            readonly 503: components["responses"]["DATABASE_UNAVAILABLE.BUSY"];
        };
    };
}
