// Generated from docs/openapi.json: npm run openapi:client
export interface paths {
    readonly "/api/v1/sync-status/sync/batch": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get: operations["listBatches"];
        readonly put?: never;
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
        readonly post: operations["settleDays"];
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
        readonly get: operations["getSession"];
        readonly put?: never;
        readonly post: operations["login"];
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
            readonly reason: "already_synced" | "failed_before" | "future_date" | "no_data" | "not_expected" | "cancelled" | "not_run" | "unchanged" | "not_synced";
            readonly count: number;
        };
        readonly ControlDto: {
            readonly verb: "pause" | "resume" | "cancel";
            readonly by: string | null;
            readonly at: string;
        };
        readonly EtaDto: {
            readonly likely: string;
            readonly late: string;
        };
        readonly WaitingForDto: {
            readonly kind: "retry" | "throttle" | "rate_limit" | "queue" | "paused" | "source" | "failures" | "disk" | "database" | "target";
            readonly until: string | null;
            readonly detail: string | null;
        };
        readonly ProgressErrorDto: {
            readonly code: string;
            readonly text: string;
        };
        readonly ProgressDto: {
            readonly task_id: string;
            readonly dataset: string;
            readonly status: "queued" | "running" | "paused" | "cancelling" | "cancelled" | "completed" | "failed";
            readonly total: number;
            readonly current: number;
            readonly success: number;
            readonly failed: number;
            readonly skipped: number;
            readonly skip_reasons: readonly components["schemas"]["SkipCountDto"][];
            readonly repaired: number;
            readonly finished: number;
            readonly running: number;
            readonly percent: number;
            readonly current_date: string | null;
            readonly message: string;
            readonly message_code: "BATCH_STARTED" | "BATCH_QUEUED" | "DAY_STARTED" | "BATCH_PAUSED" | "BATCH_CANCELLING" | "BATCH_CANCELLED" | "BATCH_COMPLETED" | "BATCH_FAILED";
            readonly start_date: string;
            readonly end_date: string;
            readonly mode: "missing" | "missing_and_failed" | "incomplete" | "all" | "verify" | "move";
            readonly verify: "repair" | "report" | null;
            readonly order: "asc" | "desc";
            readonly chosen_days: boolean;
            readonly retry_of: string | null;
            readonly started_by: string | null;
            readonly last_control: components["schemas"]["ControlDto"] | null;
            readonly started_at: string | null;
            readonly updated_at: string;
            readonly finished_at: string | null;
            readonly eta: components["schemas"]["EtaDto"] | null;
            readonly days_per_minute: number | null;
            readonly rows_per_minute: number | null;
            readonly waiting_for: components["schemas"]["WaitingForDto"] | null;
            readonly error: components["schemas"]["ProgressErrorDto"] | null;
            readonly rows: number;
            readonly unreadable_rows: number;
            readonly quarantined_rows: number;
            readonly rev: number;
            readonly poll_after_ms: number;
        };
        readonly StartBatchDto: {
            readonly start_date: string;
            readonly end_date: string;
            readonly dataset?: string;
            readonly mode?: "missing" | "missing_and_failed" | "incomplete" | "all" | "verify" | "move";
            readonly verify?: "repair" | "report";
            readonly order?: "asc" | "desc";
            readonly plan_hash?: string;
        };
        readonly DayRangeDto: {
            readonly start_date: string;
            readonly end_date: string;
        };
        readonly ElsewhereDaysDto: {
            readonly table: string;
            readonly days: number;
            readonly tables: readonly string[];
            readonly range: components["schemas"]["DayRangeDto"];
        };
        readonly IncompleteDaysDto: {
            readonly table: string;
            readonly days: number;
            readonly columns: readonly string[];
            readonly range: components["schemas"]["DayRangeDto"];
        };
        readonly RunCountDto: {
            readonly reason: "missing" | "failed" | "incomplete" | "synced" | "verify" | "move";
            readonly count: number;
        };
        readonly DurationEstimateDto: {
            readonly likely_ms: number;
            readonly late_ms: number;
        };
        readonly PlannedDayDto: {
            readonly day: string;
            readonly action: "run" | "skip";
            readonly reason: "missing" | "failed" | "incomplete" | "synced" | "verify" | "move" | "already_synced" | "failed_before" | "future_date" | "no_data" | "not_expected" | "cancelled" | "not_run" | "unchanged" | "not_synced";
        };
        readonly PreviewDto: {
            readonly elsewhere: components["schemas"]["ElsewhereDaysDto"] | null;
            readonly incomplete: components["schemas"]["IncompleteDaysDto"] | null;
            readonly dataset: string;
            readonly plan_hash: string;
            readonly total: number;
            readonly run: number;
            readonly skip: number;
            readonly run_reasons: readonly components["schemas"]["RunCountDto"][];
            readonly skip_reasons: readonly components["schemas"]["SkipCountDto"][];
            readonly estimate: components["schemas"]["DurationEstimateDto"] | null;
            readonly days: readonly components["schemas"]["PlannedDayDto"][];
        };
        readonly ListedBatchDto: {
            readonly task_id: string;
            readonly dataset: string;
            readonly status: "queued" | "running" | "paused" | "cancelling" | "cancelled" | "completed" | "failed";
            readonly total: number;
            readonly current: number;
            readonly success: number;
            readonly failed: number;
            readonly skipped: number;
            readonly skip_reasons: readonly components["schemas"]["SkipCountDto"][];
            readonly repaired: number;
            readonly finished: number;
            readonly running: number;
            readonly percent: number;
            readonly current_date: string | null;
            readonly message: string;
            readonly message_code: "BATCH_STARTED" | "BATCH_QUEUED" | "DAY_STARTED" | "BATCH_PAUSED" | "BATCH_CANCELLING" | "BATCH_CANCELLED" | "BATCH_COMPLETED" | "BATCH_FAILED";
            readonly start_date: string;
            readonly end_date: string;
            readonly mode: "missing" | "missing_and_failed" | "incomplete" | "all" | "verify" | "move";
            readonly verify: "repair" | "report" | null;
            readonly order: "asc" | "desc";
            readonly chosen_days: boolean;
            readonly retry_of: string | null;
            readonly started_by: string | null;
            readonly last_control: components["schemas"]["ControlDto"] | null;
            readonly started_at: string | null;
            readonly updated_at: string;
            readonly finished_at: string | null;
            readonly eta: components["schemas"]["EtaDto"] | null;
            readonly days_per_minute: number | null;
            readonly rows_per_minute: number | null;
            readonly waiting_for: components["schemas"]["WaitingForDto"] | null;
            readonly error: components["schemas"]["ProgressErrorDto"] | null;
            readonly rows: number;
            readonly unreadable_rows: number;
            readonly quarantined_rows: number;
            readonly rev: number;
            readonly poll_after_ms: number;
            readonly queue_place: number | null;
        };
        readonly BatchPageDto: {
            readonly page: number;
            readonly page_size: number;
            readonly total: number;
            readonly items: readonly components["schemas"]["ListedBatchDto"][];
        };
        readonly SourceAnswerDto: {
            readonly status: number;
            readonly body?: string | null;
        };
        readonly DayErrorDto: {
            readonly code: string;
            readonly text: string;
            readonly row: number | null;
            readonly column: string | null;
            readonly answer?: components["schemas"]["SourceAnswerDto"];
        };
        readonly DayMarkDto: {
            readonly kind: "check_warned" | "unusual";
            readonly of: "rows.min" | "rows.max" | "rows.within" | "unique" | "day" | "rows" | "duration";
            readonly text: string;
            readonly value: number | null;
            readonly median: number | null;
            readonly days: number | null;
        };
        readonly BatchDayDto: {
            readonly day: string;
            readonly state: "pending" | "running" | "success" | "failed" | "skipped";
            readonly reason: "already_synced" | "failed_before" | "future_date" | "no_data" | "not_expected" | "cancelled" | "not_run" | "unchanged" | "not_synced" | null;
            readonly rows: number | null;
            readonly quarantined_rows: number | null;
            readonly attempts: number;
            readonly next_at: string | null;
            readonly duration_ms: number | null;
            readonly started_at: string | null;
            readonly finished_at: string | null;
            readonly error: components["schemas"]["DayErrorDto"] | null;
            readonly marks: readonly components["schemas"]["DayMarkDto"][];
        };
        readonly BatchDaysDto: {
            readonly items: readonly components["schemas"]["BatchDayDto"][];
            readonly cursor: string;
        };
        readonly LogEntryDto: {
            readonly at: string;
            readonly day: string | null;
            readonly kind: "created" | "started" | "failed_attempt" | "waiting" | "requeued" | "succeeded" | "failed" | "skipped" | "paused" | "resumed" | "cancelled" | "extended" | "ended";
            readonly attempt: number | null;
            readonly code: string | null;
            readonly text: string | null;
            readonly until: string | null;
            readonly by: string | null;
            readonly rows: number | null;
        };
        readonly BatchLogDto: {
            readonly items: readonly components["schemas"]["LogEntryDto"][];
            readonly truncated: boolean;
            readonly cursor: string;
        };
        readonly UnreadableRowDto: {
            readonly file: string;
            readonly row: number;
            readonly column: string;
            readonly code: "SOURCE_DAY_UNREADABLE";
            readonly text: string;
            readonly content: string;
        };
        readonly UnreadableRowPageDto: {
            readonly page: number;
            readonly page_size: number;
            readonly total: number;
            readonly count: number;
            readonly quarantined: number;
            readonly found_at: string | null;
            readonly items: readonly components["schemas"]["UnreadableRowDto"][];
        };
        readonly RetryBatchDto: {
            readonly codes?: readonly string[];
        };
        readonly ExtendBatchDto: {
            readonly start_date?: string;
            readonly end_date?: string;
        };
        readonly FindingDto: {
            readonly code: "SOURCE_CHANGED" | "TARGET_CHANGED";
            readonly added: number;
            readonly removed: number;
            readonly changed: number | null;
            readonly repaired: boolean;
        };
        readonly RecordDto: {
            readonly dataset: string;
            readonly day: string;
            readonly status: "success" | "failed" | "skipped";
            readonly reason: "already_synced" | "failed_before" | "future_date" | "no_data" | "not_expected" | "cancelled" | "not_run" | "unchanged" | "not_synced" | null;
            readonly rows: number | null;
            readonly fetched_rows: number | null;
            readonly quarantined_rows: number | null;
            readonly attempts: number;
            readonly duration_ms: number | null;
            readonly error: components["schemas"]["DayErrorDto"] | null;
            readonly last_task_id: string;
            readonly last_tried_at: string;
            readonly last_success_at: string | null;
            readonly fingerprint: string | null;
            readonly verified_at: string | null;
            readonly finding: components["schemas"]["FindingDto"] | null;
            readonly marks: readonly components["schemas"]["DayMarkDto"][];
            readonly accepted_at: string | null;
            readonly accepted_by: string | null;
            readonly elsewhere: boolean;
        };
        readonly RecordPageDto: {
            readonly page: number;
            readonly page_size: number;
            readonly total: number;
            readonly items: readonly components["schemas"]["RecordDto"][];
        };
        readonly GapsDto: {
            readonly count: number;
            readonly days: number;
            readonly first: components["schemas"]["DayRangeDto"] | null;
            readonly range: components["schemas"]["DayRangeDto"] | null;
        };
        readonly SettledDaysDto: {
            readonly reason: string;
            readonly settled_by: string | null;
            readonly settled_at: string;
            readonly start_date: string;
            readonly end_date: string;
        };
        readonly CalendarDayDto: {
            readonly day: string;
            readonly status: "success" | "failed" | "skipped";
            readonly reason: "already_synced" | "failed_before" | "future_date" | "no_data" | "not_expected" | "cancelled" | "not_run" | "unchanged" | "not_synced" | null;
            readonly rows: number | null;
            readonly duration_ms: number | null;
            readonly error_code: string | null;
            readonly unusual: readonly ("rows.min" | "rows.max" | "rows.within" | "unique" | "day" | "rows" | "duration")[];
            readonly synced: boolean;
            readonly elsewhere: boolean;
        };
        readonly CalendarDto: {
            readonly dataset: string;
            readonly start_date: string | null;
            readonly end_date: string | null;
            readonly today: string;
            readonly synced: number;
            readonly failed: number;
            readonly empty: number;
            readonly gaps: components["schemas"]["GapsDto"];
            readonly not_expected: readonly components["schemas"]["DayRangeDto"][];
            readonly settled: readonly components["schemas"]["SettledDaysDto"][];
            readonly items: readonly components["schemas"]["CalendarDayDto"][];
        };
        readonly DayLogEntryDto: {
            readonly at: string;
            readonly day: string | null;
            readonly kind: "created" | "started" | "failed_attempt" | "waiting" | "requeued" | "succeeded" | "failed" | "skipped" | "paused" | "resumed" | "cancelled" | "extended" | "ended";
            readonly attempt: number | null;
            readonly code: string | null;
            readonly text: string | null;
            readonly until: string | null;
            readonly by: string | null;
            readonly rows: number | null;
            readonly task_id: string;
        };
        readonly DayLogDto: {
            readonly items: readonly components["schemas"]["DayLogEntryDto"][];
        };
        readonly RetryRecordsDto: {
            readonly dataset: string;
            readonly days: readonly string[];
        };
        readonly SettlementDto: {
            readonly reason: string;
            readonly settled_by: string | null;
            readonly settled_at: string;
        };
        readonly ChangedRowDto: {
            readonly before: {
                readonly [key: string]: unknown;
            };
            readonly after: {
                readonly [key: string]: unknown;
            };
        };
        readonly FindingRowsDto: {
            readonly added: readonly {
                readonly [key: string]: unknown;
            }[];
            readonly removed: readonly {
                readonly [key: string]: unknown;
            }[];
            readonly changed: readonly components["schemas"]["ChangedRowDto"][];
        };
        readonly DayHistoryDto: {
            readonly state: "pending" | "running" | "success" | "failed" | "skipped";
            readonly reason: "already_synced" | "failed_before" | "future_date" | "no_data" | "not_expected" | "cancelled" | "not_run" | "unchanged" | "not_synced" | null;
            readonly rows: number | null;
            readonly quarantined_rows: number | null;
            readonly attempts: number;
            readonly duration_ms: number | null;
            readonly started_at: string | null;
            readonly finished_at: string | null;
            readonly error: components["schemas"]["DayErrorDto"] | null;
            readonly marks: readonly components["schemas"]["DayMarkDto"][];
            readonly task_id: string;
            readonly start_date: string;
            readonly end_date: string;
            readonly total: number;
            readonly mode: "missing" | "missing_and_failed" | "incomplete" | "all" | "verify" | "move";
            readonly verify: "repair" | "report" | null;
            readonly retry_of: string | null;
            readonly started_by: string | null;
        };
        readonly DayHistoryPageDto: {
            readonly page: number;
            readonly page_size: number;
            readonly total: number;
            readonly expected: boolean;
            readonly settlement: components["schemas"]["SettlementDto"] | null;
            readonly missing: boolean;
            readonly record: components["schemas"]["RecordDto"] | null;
            readonly finding_rows: components["schemas"]["FindingRowsDto"] | null;
            readonly items: readonly components["schemas"]["DayHistoryDto"][];
        };
        readonly NewerFileDto: {
            readonly version: string;
            readonly errors: readonly string[];
        };
        readonly DatasetsFileDto: {
            readonly version: string;
            readonly on_disk: string | null;
            readonly newer: components["schemas"]["NewerFileDto"] | null;
        };
        readonly BooleanWordsDto: {
            readonly true: readonly string[];
            readonly false: readonly string[];
        };
        readonly IndexedFileDto: {
            readonly decimal?: string;
            readonly thousands?: string;
            readonly nulls?: readonly string[];
            readonly booleans?: components["schemas"]["BooleanWordsDto"];
            readonly kind: "csv" | "json" | "ndjson" | "parquet";
            readonly path: string;
            readonly day_column: string;
            readonly day_format?: string;
            readonly rows?: string;
            readonly encoding?: string;
        };
        readonly DayFilesDto: {
            readonly decimal?: string;
            readonly thousands?: string;
            readonly nulls?: readonly string[];
            readonly booleans?: components["schemas"]["BooleanWordsDto"];
            readonly kind: "csv" | "json" | "ndjson" | "parquet";
            readonly path: string;
            readonly rows: string;
            readonly encoding?: string;
        };
        readonly HttpPageDto: {
            readonly kind: "cursor" | "link" | "number" | "offset";
            readonly pointer?: string;
            readonly parameter?: string;
            readonly first?: number;
            readonly size?: number;
            readonly size_parameter?: string;
        };
        readonly HttpSourceDto: {
            readonly decimal?: string;
            readonly thousands?: string;
            readonly nulls?: readonly string[];
            readonly booleans?: components["schemas"]["BooleanWordsDto"];
            readonly kind: "http";
            readonly method: "GET" | "POST";
            readonly url: string;
            readonly headers: {
                readonly [key: string]: string;
            };
            readonly body: (string | {
                readonly [key: string]: unknown;
            } | readonly unknown[]) | null;
            readonly format: "json" | "ndjson" | "csv";
            readonly rows: string;
            readonly day_column?: string;
            readonly day_format?: string;
            readonly page: components["schemas"]["HttpPageDto"] | null;
            readonly requests_per_second: number | null;
            readonly no_data_status: readonly number[];
        };
        readonly ProviderSourceDto: {
            readonly kind: "provider";
            readonly module: string;
            readonly options: {
                readonly [key: string]: unknown;
            };
        };
        readonly SqlSourceDto: {
            readonly decimal?: string;
            readonly thousands?: string;
            readonly nulls?: readonly string[];
            readonly booleans?: components["schemas"]["BooleanWordsDto"];
            readonly kind: "sql";
            readonly url: string;
            readonly query: string;
        };
        readonly TitleDto: {
            readonly zh: string;
            readonly en: string;
        };
        readonly TargetHealthDto: {
            readonly checked_at: string;
            readonly code: string | null;
            readonly text: string | null;
        };
        readonly TargetColumnDto: {
            readonly name: string;
            readonly from: string;
            readonly pointer?: string;
            readonly value?: (string | number | boolean | {
                readonly [key: string]: unknown;
            } | readonly unknown[]) | null;
            readonly type: "text" | "integer" | "real" | "decimal" | "boolean" | "date" | "timestamp" | "json";
            readonly format?: string;
            readonly time_zone?: string;
            readonly nullable: boolean;
            readonly default?: (string | number | boolean | {
                readonly [key: string]: unknown;
            } | readonly unknown[]) | null;
            readonly trim?: boolean;
            readonly map?: {
                readonly [key: string]: unknown;
            };
        };
        readonly TargetDto: {
            readonly kind: "table" | "postgres" | "duckdb" | "parquet";
            readonly table: string;
            readonly place: string;
            readonly health: components["schemas"]["TargetHealthDto"] | null;
            readonly columns: readonly components["schemas"]["TargetColumnDto"][];
        };
        readonly RowTestDto: {
            readonly column?: string;
            readonly pointer?: string;
            readonly equals?: string;
            readonly in?: readonly string[];
            readonly not_in?: readonly string[];
            readonly starts_with?: string;
        };
        readonly ThrottleDto: {
            readonly days_per_minute: number;
        };
        readonly ExpectedDto: {
            readonly rule: string;
            readonly except: string | null;
            readonly except_days: number;
            readonly from: string | null;
            readonly until: string | null;
        };
        readonly QuarantineBoundDto: {
            readonly rows: number | null;
            readonly percent: number | null;
        };
        readonly SourceDaysDto: {
            readonly first: string;
            readonly last: string;
            readonly recent: components["schemas"]["DayRangeDto"];
        };
        readonly SourceFailureDto: {
            readonly code: string;
            readonly text: string;
        };
        readonly UnreadableRowsDto: {
            readonly count: number;
            readonly quarantined: number;
            readonly found_at: string | null;
            readonly items: readonly components["schemas"]["UnreadableRowDto"][];
        };
        readonly ScheduleRunDto: {
            readonly due_at: string;
            readonly at: string;
            readonly outcome: "started" | "skipped_overlap";
            readonly task_id: string | null;
        };
        readonly SchedulePauseDto: {
            readonly at: string;
            readonly by: string | null;
        };
        readonly ScheduleDto: {
            readonly cron: string;
            readonly time_zone: string;
            readonly lookback_days: number;
            readonly mode: "missing" | "missing_and_failed" | "incomplete" | "all" | "verify" | "move";
            readonly recheck_days: readonly number[];
            readonly next_runs: readonly string[];
            readonly last_run: components["schemas"]["ScheduleRunDto"] | null;
            readonly paused: components["schemas"]["SchedulePauseDto"] | null;
        };
        readonly FreshnessDto: {
            readonly time: string;
            readonly days: number;
            readonly late: boolean;
            readonly late_since: string | null;
            readonly due_day: string | null;
            readonly due_at: string | null;
            readonly next_day: string | null;
            readonly next_at: string | null;
        };
        readonly LastFailureDto: {
            readonly day: string;
            readonly task_id: string;
            readonly at: string;
            readonly error: components["schemas"]["DayErrorDto"];
        };
        readonly LastSuccessDto: {
            readonly day: string;
            readonly at: string;
        };
        readonly CoverageDto: {
            readonly elsewhere: components["schemas"]["ElsewhereDaysDto"] | null;
            readonly incomplete: components["schemas"]["IncompleteDaysDto"] | null;
            readonly first_synced: string | null;
            readonly last_synced: string | null;
            readonly synced: number;
            readonly failed: number;
            readonly empty: number;
            readonly behind: number;
            readonly gaps: components["schemas"]["GapsDto"];
            readonly last_batch: components["schemas"]["ProgressDto"] | null;
            readonly last_failure: components["schemas"]["LastFailureDto"] | null;
            readonly last_success: components["schemas"]["LastSuccessDto"] | null;
        };
        readonly AttentionDto: {
            readonly needed: boolean;
            readonly rank: number | null;
            readonly late: boolean;
            readonly uncovered_days: number;
            readonly unusual_days: number;
            readonly quarantined_rows: number;
            readonly drifted_days: number;
        };
        readonly DatasetDto: {
            readonly name: string;
            readonly title: components["schemas"]["TitleDto"];
            readonly source: components["schemas"]["IndexedFileDto"] | components["schemas"]["DayFilesDto"] | components["schemas"]["HttpSourceDto"] | components["schemas"]["ProviderSourceDto"] | components["schemas"]["SqlSourceDto"];
            readonly target: components["schemas"]["TargetDto"];
            readonly where?: readonly components["schemas"]["RowTestDto"][];
            readonly throttle: components["schemas"]["ThrottleDto"] | null;
            readonly expected: components["schemas"]["ExpectedDto"] | null;
            readonly time_zone: string;
            readonly concurrency: number;
            readonly timeout_seconds: number;
            readonly attempts: number;
            readonly pause_after_failures: number;
            readonly on_empty: "skip" | "fail" | "success";
            readonly quarantine: components["schemas"]["QuarantineBoundDto"] | null;
            readonly source_days: components["schemas"]["SourceDaysDto"] | null;
            readonly source_error: components["schemas"]["SourceFailureDto"] | null;
            readonly unreadable_rows: components["schemas"]["UnreadableRowsDto"];
            readonly schedule: components["schemas"]["ScheduleDto"] | null;
            readonly freshness: components["schemas"]["FreshnessDto"] | null;
            readonly coverage: components["schemas"]["CoverageDto"];
            readonly attention: components["schemas"]["AttentionDto"];
        };
        readonly DatasetListDto: {
            readonly file: components["schemas"]["DatasetsFileDto"] | null;
            readonly items: readonly components["schemas"]["DatasetDto"][];
        };
        readonly DatasetPageDto: {
            readonly name: string;
            readonly title: components["schemas"]["TitleDto"];
            readonly source: components["schemas"]["IndexedFileDto"] | components["schemas"]["DayFilesDto"] | components["schemas"]["HttpSourceDto"] | components["schemas"]["ProviderSourceDto"] | components["schemas"]["SqlSourceDto"];
            readonly target: components["schemas"]["TargetDto"];
            readonly where?: readonly components["schemas"]["RowTestDto"][];
            readonly throttle: components["schemas"]["ThrottleDto"] | null;
            readonly expected: components["schemas"]["ExpectedDto"] | null;
            readonly time_zone: string;
            readonly concurrency: number;
            readonly timeout_seconds: number;
            readonly attempts: number;
            readonly pause_after_failures: number;
            readonly on_empty: "skip" | "fail" | "success";
            readonly quarantine: components["schemas"]["QuarantineBoundDto"] | null;
            readonly source_days: components["schemas"]["SourceDaysDto"] | null;
            readonly source_error: components["schemas"]["SourceFailureDto"] | null;
            readonly unreadable_rows: components["schemas"]["UnreadableRowsDto"];
            readonly schedule: components["schemas"]["ScheduleDto"] | null;
            readonly freshness: components["schemas"]["FreshnessDto"] | null;
            readonly coverage: components["schemas"]["CoverageDto"];
            readonly attention: components["schemas"]["AttentionDto"];
            readonly yaml: string | null;
        };
        readonly SettledCountDto: {
            readonly dataset: string;
            readonly start_date: string;
            readonly end_date: string;
            readonly days: number;
        };
        readonly SettleDaysDto: {
            readonly start_date: string;
            readonly end_date: string;
            readonly reason: string;
        };
        readonly RowColumnDto: {
            readonly name: string;
            readonly type: "text" | "integer" | "real" | "decimal" | "boolean" | "date" | "timestamp" | "json";
        };
        readonly CutValueDto: {
            readonly row: number;
            readonly column: string;
            readonly bytes: number;
        };
        readonly DayRowsDto: {
            readonly page: number;
            readonly page_size: number;
            readonly total: number;
            readonly dataset: string;
            readonly day: string;
            readonly columns: readonly components["schemas"]["RowColumnDto"][];
            readonly items: readonly {
                readonly [key: string]: unknown;
            }[];
            readonly cut: readonly components["schemas"]["CutValueDto"][];
        };
        readonly TestedColumnDto: {
            readonly source: string | null;
            readonly inferred: string;
            readonly name: string | null;
            readonly type: string | null;
        };
        readonly TestedRowDto: {
            readonly row: number;
            readonly values: readonly (string | null)[];
        };
        readonly MisfitDto: {
            readonly column: string | null;
            readonly code: string;
            readonly text: string;
            readonly count: number;
            readonly row: number | null;
        };
        readonly DayTestDto: {
            readonly dataset: string;
            readonly day: string;
            readonly rows: number;
            readonly left_out: number;
            readonly fits: boolean;
            readonly columns: readonly components["schemas"]["TestedColumnDto"][];
            readonly first_rows: readonly components["schemas"]["TestedRowDto"][];
            readonly misfits: readonly components["schemas"]["MisfitDto"][];
            readonly misfit_count: number;
            readonly failure: components["schemas"]["SourceFailureDto"] | null;
        };
        readonly QuarantinedRowDto: {
            readonly dataset: string;
            readonly day: string | null;
            readonly file: string;
            readonly row: number;
            readonly code: string;
            readonly column: string | null;
            readonly text: string;
            readonly content: string;
            readonly task_id: string | null;
            readonly quarantined_at: string;
        };
        readonly QuarantinePageDto: {
            readonly page: number;
            readonly page_size: number;
            readonly total: number;
            readonly items: readonly components["schemas"]["QuarantinedRowDto"][];
        };
        readonly RetryQuarantineDto: {
            readonly dataset: string;
            readonly start_date?: string;
            readonly end_date?: string;
            readonly codes?: readonly string[];
        };
        readonly ChangedEntryDto: {
            readonly name: string;
            readonly keys: readonly string[];
        };
        readonly ListChangesDto: {
            readonly added: readonly string[];
            readonly removed: readonly string[];
            readonly changed: readonly components["schemas"]["ChangedEntryDto"][];
        };
        readonly ReloadDto: {
            readonly version: string;
            readonly is_new: boolean;
            readonly datasets: components["schemas"]["ListChangesDto"];
            readonly webhooks: components["schemas"]["ListChangesDto"];
            readonly effects: readonly string[];
            readonly warnings: readonly string[];
        };
        readonly DeliveryErrorDto: {
            readonly code: "WEBHOOK_BLOCKED" | "WEBHOOK_ENDPOINT_GONE" | "WEBHOOK_ENDPOINT_UNKNOWN" | "WEBHOOK_REFUSED" | "WEBHOOK_TIMEOUT" | "WEBHOOK_UNREACHABLE";
            readonly text: string;
        };
        readonly DeliveryDto: {
            readonly id: string;
            readonly endpoint: string;
            readonly event: "completed" | "failed_days" | "failed" | "cancelled" | "paused_by_itself" | "late" | "recovered" | "check_failed" | "check_warned" | "unusual";
            readonly task_id: string | null;
            readonly dataset: string;
            readonly created_at: string;
            readonly state: "pending" | "delivered" | "failed";
            readonly attempts: number;
            readonly next_attempt_at: string | null;
            readonly last_attempt_at: string | null;
            readonly last_status: number | null;
            readonly error: components["schemas"]["DeliveryErrorDto"] | null;
        };
        readonly WebhookEndpointDto: {
            readonly name: string;
            readonly url: string;
            readonly on: readonly ("completed" | "failed_days" | "failed" | "cancelled" | "paused_by_itself" | "late" | "recovered" | "check_failed" | "check_warned" | "unusual")[];
            readonly datasets: readonly string[] | null;
            readonly gone: boolean;
        };
        readonly DeliveryPageDto: {
            readonly page: number;
            readonly page_size: number;
            readonly total: number;
            readonly items: readonly components["schemas"]["DeliveryDto"][];
            readonly endpoints: readonly components["schemas"]["WebhookEndpointDto"][];
        };
        readonly DeliveryDetailDto: {
            readonly id: string;
            readonly endpoint: string;
            readonly event: "completed" | "failed_days" | "failed" | "cancelled" | "paused_by_itself" | "late" | "recovered" | "check_failed" | "check_warned" | "unusual";
            readonly task_id: string | null;
            readonly dataset: string;
            readonly created_at: string;
            readonly state: "pending" | "delivered" | "failed";
            readonly attempts: number;
            readonly next_attempt_at: string | null;
            readonly last_attempt_at: string | null;
            readonly last_status: number | null;
            readonly error: components["schemas"]["DeliveryErrorDto"] | null;
            readonly payload: string;
        };
        readonly WebhookTestDto: {
            readonly id: string;
            readonly endpoint: string;
            readonly delivered: boolean;
            readonly status: number | null;
            readonly error: components["schemas"]["DeliveryErrorDto"] | null;
            readonly duration_ms: number;
            readonly payload: string;
        };
        readonly SessionDto: {
            readonly login_needed: boolean;
            readonly name: string | null;
            readonly role: "viewer" | "operator";
        };
        readonly LoginDto: {
            readonly token: string;
        };
        readonly LivenessDto: {
            readonly state: "live";
        };
        readonly ReadinessCheckDto: {
            readonly name: string;
            readonly ok: boolean;
            readonly detail: string;
        };
        readonly DatasetsStateDto: {
            readonly version: string | null;
            readonly newer_version: string | null;
        };
        readonly ReadinessDto: {
            readonly state: "ready";
            readonly checks: readonly components["schemas"]["ReadinessCheckDto"][];
            readonly datasets: components["schemas"]["DatasetsStateDto"];
        };
        readonly InputErrorDto: {
            readonly pointer: string;
            readonly expected: string;
            readonly received: string;
        };
        readonly ProblemDto: {
            readonly type: string;
            readonly title: string;
            readonly status: number;
            readonly detail: string;
            readonly instance: string;
            readonly code: "VALIDATION_FAILED" | "RANGE_REVERSED" | "RANGE_SHRINKS" | "UNAUTHENTICATED" | "FORBIDDEN" | "CROSS_SITE" | "PROXY_NEEDS_TOKENS" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "BATCH_NOT_FOUND" | "DATASET_NOT_FOUND" | "ENDPOINT_NOT_FOUND" | "DELIVERY_NOT_FOUND" | "BATCH_OVERLAPS" | "BATCH_STATE" | "BATCH_NOT_EXTENDABLE" | "DATASETS_FILE_INVALID" | "DATASET_IN_USE" | "DATASETS_OUTDATED" | "TARGET_UNAVAILABLE" | "NO_SCHEDULE" | "NOTHING_TO_RETRY" | "NOTHING_TO_ACCEPT" | "NOTHING_TO_SETTLE" | "PLAN_CHANGED" | "REQUEST_TIMEOUT" | "BODY_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "WRONG_HOST" | "RANGE_TOO_LARGE" | "IDEMPOTENCY_KEY_REUSED" | "RATE_LIMITED" | "HEADERS_TOO_LARGE" | "BAD_REQUEST" | "DATABASE_UNAVAILABLE" | "BUSY" | "STREAMS_EXHAUSTED" | "NOT_READY" | "STOPPING" | "INTERNAL";
            readonly request_id: string;
            readonly errors?: readonly components["schemas"]["InputErrorDto"][];
            readonly task_id?: string;
            readonly limit?: number;
            readonly state?: "queued" | "running" | "paused" | "cancelling" | "cancelled" | "completed" | "failed";
            readonly checks?: readonly components["schemas"]["ReadinessCheckDto"][];
            readonly lines?: readonly string[];
            readonly allow?: readonly string[];
        };
    };
    responses: {
        readonly "VALIDATION_FAILED.BAD_REQUEST": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "VALIDATION_FAILED" | "BAD_REQUEST";
                };
            };
        };
        readonly UNAUTHENTICATED: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "UNAUTHENTICATED";
                };
            };
        };
        readonly PROXY_NEEDS_TOKENS: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "PROXY_NEEDS_TOKENS";
                };
            };
        };
        readonly REQUEST_TIMEOUT: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "REQUEST_TIMEOUT";
                };
            };
        };
        readonly WRONG_HOST: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "WRONG_HOST";
                };
            };
        };
        readonly RATE_LIMITED: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly "Retry-After": components["headers"]["Retry-After"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "RATE_LIMITED";
                };
            };
        };
        readonly HEADERS_TOO_LARGE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "HEADERS_TOO_LARGE";
                };
            };
        };
        readonly DATABASE_UNAVAILABLE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "DATABASE_UNAVAILABLE";
                };
            };
        };
        readonly INTERNAL: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "INTERNAL";
                };
            };
        };
        readonly "VALIDATION_FAILED.RANGE_REVERSED.BAD_REQUEST": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "VALIDATION_FAILED" | "RANGE_REVERSED" | "BAD_REQUEST";
                };
            };
        };
        readonly "FORBIDDEN.CROSS_SITE.PROXY_NEEDS_TOKENS": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "FORBIDDEN" | "CROSS_SITE" | "PROXY_NEEDS_TOKENS";
                };
            };
        };
        readonly DATASET_NOT_FOUND: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "DATASET_NOT_FOUND";
                };
            };
        };
        readonly "BATCH_OVERLAPS.PLAN_CHANGED": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "BATCH_OVERLAPS" | "PLAN_CHANGED";
                };
            };
        };
        readonly "DATASETS_OUTDATED.DATABASE_UNAVAILABLE": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "DATASETS_OUTDATED" | "DATABASE_UNAVAILABLE";
                };
            };
        };
        readonly BODY_TOO_LARGE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "BODY_TOO_LARGE";
                };
            };
        };
        readonly UNSUPPORTED_MEDIA_TYPE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "UNSUPPORTED_MEDIA_TYPE";
                };
            };
        };
        readonly "RANGE_TOO_LARGE.IDEMPOTENCY_KEY_REUSED": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "RANGE_TOO_LARGE" | "IDEMPOTENCY_KEY_REUSED";
                };
            };
        };
        readonly "DATASETS_OUTDATED.DATABASE_UNAVAILABLE.BUSY": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "DATASETS_OUTDATED" | "DATABASE_UNAVAILABLE" | "BUSY";
                };
            };
        };
        readonly RANGE_TOO_LARGE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "RANGE_TOO_LARGE";
                };
            };
        };
        readonly BATCH_NOT_FOUND: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "BATCH_NOT_FOUND";
                };
            };
        };
        readonly BAD_REQUEST: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "BAD_REQUEST";
                };
            };
        };
        readonly "DATABASE_UNAVAILABLE.STREAMS_EXHAUSTED.STOPPING": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "DATABASE_UNAVAILABLE" | "STREAMS_EXHAUSTED" | "STOPPING";
                };
            };
        };
        readonly "DATABASE_UNAVAILABLE.BUSY": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "DATABASE_UNAVAILABLE" | "BUSY";
                };
            };
        };
        readonly "DATABASE_UNAVAILABLE.BUSY.STREAMS_EXHAUSTED.STOPPING": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "DATABASE_UNAVAILABLE" | "BUSY" | "STREAMS_EXHAUSTED" | "STOPPING";
                };
            };
        };
        readonly BATCH_STATE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "BATCH_STATE";
                };
            };
        };
        readonly "BATCH_NOT_FOUND.DATASET_NOT_FOUND": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "BATCH_NOT_FOUND" | "DATASET_NOT_FOUND";
                };
            };
        };
        readonly "BATCH_OVERLAPS.BATCH_STATE.NOTHING_TO_RETRY": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "BATCH_OVERLAPS" | "BATCH_STATE" | "NOTHING_TO_RETRY";
                };
            };
        };
        readonly IDEMPOTENCY_KEY_REUSED: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "IDEMPOTENCY_KEY_REUSED";
                };
            };
        };
        readonly "VALIDATION_FAILED.RANGE_REVERSED.RANGE_SHRINKS.BAD_REQUEST": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "VALIDATION_FAILED" | "RANGE_REVERSED" | "RANGE_SHRINKS" | "BAD_REQUEST";
                };
            };
        };
        readonly "BATCH_OVERLAPS.BATCH_STATE.BATCH_NOT_EXTENDABLE": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "BATCH_OVERLAPS" | "BATCH_STATE" | "BATCH_NOT_EXTENDABLE";
                };
            };
        };
        readonly "DATABASE_UNAVAILABLE.BUSY.STOPPING": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "DATABASE_UNAVAILABLE" | "BUSY" | "STOPPING";
                };
            };
        };
        readonly "BATCH_OVERLAPS.NOTHING_TO_RETRY": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "BATCH_OVERLAPS" | "NOTHING_TO_RETRY";
                };
            };
        };
        readonly NOTHING_TO_ACCEPT: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "NOTHING_TO_ACCEPT";
                };
            };
        };
        readonly "BATCH_OVERLAPS.NOTHING_TO_SETTLE": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "BATCH_OVERLAPS" | "NOTHING_TO_SETTLE";
                };
            };
        };
        readonly "TARGET_UNAVAILABLE.DATABASE_UNAVAILABLE": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "TARGET_UNAVAILABLE" | "DATABASE_UNAVAILABLE";
                };
            };
        };
        readonly NO_SCHEDULE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "NO_SCHEDULE";
                };
            };
        };
        readonly "BATCH_OVERLAPS.NO_SCHEDULE": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "BATCH_OVERLAPS" | "NO_SCHEDULE";
                };
            };
        };
        readonly DATASETS_FILE_INVALID: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "DATASETS_FILE_INVALID";
                };
            };
        };
        readonly DATASET_IN_USE: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "DATASET_IN_USE";
                };
            };
        };
        readonly DELIVERY_NOT_FOUND: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "DELIVERY_NOT_FOUND";
                };
            };
        };
        readonly ENDPOINT_NOT_FOUND: {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "ENDPOINT_NOT_FOUND";
                };
            };
        };
        readonly "DATABASE_UNAVAILABLE.NOT_READY": {
            headers: {
                readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDto"] & {
                    readonly code?: "DATABASE_UNAVAILABLE" | "NOT_READY";
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        readonly "X-Request-Id": string;
        readonly ETag: string;
        readonly Location: string;
        readonly "Retry-After": number;
        readonly "Idempotency-Replayed": "true";
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly listBatches: {
        readonly parameters: {
            readonly query?: {
                readonly page?: number;
                readonly page_size?: number;
                readonly dataset?: string;
                readonly status?: "queued" | "running" | "paused" | "cancelling" | "cancelled" | "completed" | "failed";
                readonly state?: "running" | "queued" | "paused" | "completed" | "partly_failed" | "all_failed" | "failed_to_run" | "cancelled" | "needs_attention";
                readonly retry_of?: string;
            };
            readonly header?: {
                readonly "Accept-Language"?: string;
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["BatchPageDto"];
                    };
                };
            };
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
                readonly "Idempotency-Key"?: string;
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
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly "Accept-Language"?: string;
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["ProgressDto"];
                    };
                };
            };
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
                readonly "Last-Event-ID"?: string;
                readonly "Accept-Language"?: string;
            };
            readonly path: {
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": string;
                };
            };
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
                readonly since?: string;
            };
            readonly header?: {
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["BatchDaysDto"];
                    };
                };
            };
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
                readonly since?: string;
                readonly kinds?: string;
                readonly limit?: number;
            };
            readonly header?: {
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["BatchLogDto"];
                    };
                };
            };
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
                readonly since?: string;
                readonly kinds?: string;
                readonly limit?: number;
            };
            readonly header?: {
                readonly "Last-Event-ID"?: string;
            };
            readonly path: {
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": string;
                };
            };
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
                readonly page?: number;
                readonly page_size?: number;
            };
            readonly header?: {
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["UnreadableRowPageDto"];
                    };
                };
            };
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
                readonly "Accept-Language"?: string;
            };
            readonly path: {
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly "Accept-Language"?: string;
            };
            readonly path: {
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly "Accept-Language"?: string;
            };
            readonly path: {
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly "Idempotency-Key"?: string;
                readonly "Accept-Language"?: string;
            };
            readonly path: {
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
                        readonly status: "success";
                        readonly data: components["schemas"]["ProgressDto"];
                    };
                };
            };
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
                readonly "Accept-Language"?: string;
            };
            readonly path: {
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
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly dataset?: string;
                readonly status?: "success" | "failed" | "skipped";
                readonly code?: string;
                readonly text?: string;
                readonly unusual?: "true" | "false";
                readonly start_date?: string;
                readonly end_date?: string;
                readonly sort?: "day" | "-day" | "dataset" | "-dataset" | "status" | "-status" | "rows" | "-rows" | "duration_ms" | "-duration_ms" | "last_tried_at" | "-last_tried_at";
                readonly page?: number;
                readonly page_size?: number;
            };
            readonly header?: {
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["RecordPageDto"];
                    };
                };
            };
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
                readonly dataset?: string;
                readonly start_date?: string;
                readonly end_date?: string;
            };
            readonly header?: {
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["CalendarDto"];
                    };
                };
            };
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
                readonly dataset?: string;
                readonly status?: "success" | "failed" | "skipped";
                readonly code?: string;
                readonly text?: string;
                readonly unusual?: "true" | "false";
                readonly start_date?: string;
                readonly end_date?: string;
                readonly sort?: "day" | "-day" | "dataset" | "-dataset" | "status" | "-status" | "rows" | "-rows" | "duration_ms" | "-duration_ms" | "last_tried_at" | "-last_tried_at";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
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
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly dataset: string;
                readonly day: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["DayLogDto"];
                    };
                };
            };
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
                readonly "Idempotency-Key"?: string;
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
                readonly dataset: string;
                readonly day: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly page?: number;
                readonly page_size?: number;
            };
            readonly header?: {
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly dataset: string;
                readonly day: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["DayHistoryPageDto"];
                    };
                };
            };
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
                readonly dataset: string;
                readonly day: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
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
                readonly task_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
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
                readonly "Accept-Language"?: string;
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["DatasetListDto"];
                    };
                };
            };
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
                readonly "Accept-Language"?: string;
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["DatasetPageDto"];
                    };
                };
            };
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
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly start_date: string;
                readonly end_date: string;
            };
            readonly header?: never;
            readonly path: {
                readonly dataset: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly page?: number;
                readonly page_size?: number;
            };
            readonly header?: {
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly name: string;
                readonly day: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["DayRowsDto"];
                    };
                };
            };
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
                readonly page?: number;
                readonly page_size?: number;
            };
            readonly header?: {
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["UnreadableRowPageDto"];
                    };
                };
            };
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
                readonly name: string;
                readonly day: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly "Idempotency-Key"?: string;
                readonly "Accept-Language"?: string;
            };
            readonly path: {
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
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
                readonly dataset?: string;
                readonly start_date?: string;
                readonly end_date?: string;
                readonly code?: string;
                readonly task_id?: string;
                readonly sort?: "day" | "-day" | "dataset" | "-dataset" | "code" | "-code" | "quarantined_at" | "-quarantined_at";
                readonly page?: number;
                readonly page_size?: number;
            };
            readonly header?: {
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["QuarantinePageDto"];
                    };
                };
            };
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
                readonly dataset?: string;
                readonly start_date?: string;
                readonly end_date?: string;
                readonly code?: string;
                readonly task_id?: string;
                readonly sort?: "day" | "-day" | "dataset" | "-dataset" | "code" | "-code" | "quarantined_at" | "-quarantined_at";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
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
                readonly "Idempotency-Key"?: string;
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
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly state?: "pending" | "delivered" | "failed";
                readonly task_id?: string;
                readonly endpoint?: string;
                readonly page?: number;
                readonly page_size?: number;
            };
            readonly header?: {
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["DeliveryPageDto"];
                    };
                };
            };
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
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["DeliveryDetailDto"];
                    };
                };
            };
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
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["SessionDto"];
                    };
                };
            };
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
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
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
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["LivenessDto"];
                    };
                };
            };
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
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["X-Request-Id"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: "success";
                        readonly data: components["schemas"]["ReadinessDto"];
                    };
                };
            };
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
