import type { ProgressChange } from '@daysync/progress';

/** What a commit has changed that others hold in memory: the nodes of an installation tell each other. */
export type News =
  /** A batch was written, or changed by more than one commit tells; its row has all of it. */
  | BatchWritten
  | BatchMoved
  /** Batches left the database. */
  | { readonly kind: 'batches_forgotten'; readonly task_ids: readonly string[] }
  /** A session of the console was begun; its row has all of it. */
  | { readonly kind: 'session_begun'; readonly id: string }
  | { readonly kind: 'sessions_ended'; readonly ids: readonly string[] };

export interface BatchWritten {
  readonly kind: 'batch_written';
  readonly task_id: string;
  /** Whether it may have its turn now. */
  readonly waits: boolean;
}

/** A batch was changed by the events of one commit. */
export interface BatchMoved {
  readonly kind: 'batch_moved';
  readonly task_id: string;
  /** The batch's `rev` by this change. */
  readonly rev: number;
  readonly change: ProgressChange;
  /** How long the days took that took their outcome by being tried, in milliseconds. */
  readonly tried_ms: readonly number[];
}
