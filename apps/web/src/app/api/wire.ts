// The wire as the console reads it: `/api/v1/sync-status`, snake_case. `Progress` comes from the library.
import type {
  CalendarDay,
  DurationEstimate,
  Instant,
  Outcome,
  Progress,
  SyncMode,
} from '@daysync/progress';

export const API = '/api/v1/sync-status';

/** What every successful answer is wrapped in. */
export interface Envelope<T> {
  readonly status: 'success';
  readonly data: T;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly page: number;
  readonly page_size: number;
  readonly total: number;
}

export interface StartRequest {
  readonly start_date: CalendarDay;
  readonly end_date: CalendarDay;
  readonly dataset: string;
  readonly mode: SyncMode;
  /** The plan that was shown: where it has changed since, nothing starts. */
  readonly plan_hash?: string;
}

/** How many days of a plan have the same reason. */
export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
}

/** What a start would do, without its days one by one. */
export interface Plan {
  /** Names this plan: a start that sends it does just this, or nothing. */
  readonly plan_hash: string;
  readonly total: number;
  /** Days that would be tried. */
  readonly run: number;
  /** Why they would be: `missing`, `failed`, or `synced` before and run again. A server of before tells none. */
  readonly run_reasons?: readonly ReasonCount[];
  readonly skip: number;
  readonly skip_reasons: readonly ReasonCount[];
  /** Null until three days of the dataset are known. */
  readonly estimate: DurationEstimate | null;
}

/** Why a day failed. */
export interface DayError {
  readonly code: string;
  readonly text: string;
  readonly row: number | null;
  readonly column: string | null;
}

export interface BatchDay {
  readonly day: CalendarDay;
  readonly state: 'pending' | 'running' | Outcome;
  readonly reason: string | null;
  readonly rows: number | null;
  readonly attempts: number;
  readonly duration_ms: number | null;
  readonly started_at: Instant | null;
  readonly finished_at: Instant | null;
  readonly error: DayError | null;
}

export interface SyncRecord {
  readonly dataset: string;
  readonly day: CalendarDay;
  readonly status: Outcome;
  readonly reason: string | null;
  readonly rows: number | null;
  readonly attempts: number;
  readonly duration_ms: number | null;
  readonly error: DayError | null;
  readonly last_task_id: string;
  readonly last_tried_at: Instant;
  readonly last_success_at: Instant | null;
}

export interface DayRange {
  readonly start_date: CalendarDay;
  readonly end_date: CalendarDay;
}

export interface SourceDays {
  readonly first: CalendarDay;
  readonly last: CalendarDay;
  readonly recent: DayRange;
}

export interface Dataset {
  readonly name: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly time_zone: string;
  readonly throttle: { readonly days_per_minute: number } | null;
  readonly source_days: SourceDays | null;
  readonly source_error: { readonly code: string; readonly text: string } | null;
}

export type BatchPage = Page<Progress>;
export type RecordPage = Page<SyncRecord>;
