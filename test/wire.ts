// The types of the API's answers, as clients see them.
import type { Progress } from '@daysync/progress';

export type { Progress };

export interface DateRange {
  readonly start_date: string;
  readonly end_date: string;
}

export interface WirePage<Item> {
  readonly items: readonly Item[];
  readonly page: number;
  readonly page_size: number;
  readonly total: number;
}

interface WireError {
  readonly code: string;
  readonly text: string;
  readonly row: number | null;
  readonly column: string | null;
}

/** What a day is marked for. */
interface WireMark {
  readonly kind: string;
  readonly of: string;
  readonly text: string;
}

export interface BatchDay {
  readonly day: string;
  readonly state: string;
  readonly reason: string | null;
  readonly rows: number | null;
  readonly attempts: number;
  readonly next_at: string | null;
  readonly duration_ms: number | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly error: WireError | null;
  readonly marks: readonly WireMark[];
}

export interface SyncRecord {
  readonly finding?: unknown;
  readonly dataset: string;
  readonly day: string;
  readonly status: string;
  readonly reason: string | null;
  readonly rows: number | null;
  readonly attempts: number;
  readonly error: WireError | null;
  readonly last_task_id: string;
  readonly last_tried_at: string;
  readonly last_success_at: string | null;
  readonly elsewhere: boolean;
}

/** A problem of RFC 9457 with Daysync's fields. */
export interface WireProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly request_id: string;
  readonly errors?: readonly {
    readonly pointer: string;
    readonly expected: string;
    readonly received: string;
  }[];
  readonly limit?: number;
  readonly task_id?: string;
}
