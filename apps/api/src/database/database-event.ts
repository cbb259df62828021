/** What a commit has changed that other parts, and other processes, keep in memory. */
export type DatabaseEvent =
  /** A batch was started, or has come to another state. */
  | { readonly kind: 'batch_changed'; readonly batch_id: string }
  /** Lanes were enqueued that may be acquired at once. */
  | { readonly kind: 'lanes_free' }
  /** Batches left the database. */
  | { readonly kind: 'batches_forgotten'; readonly batch_ids: readonly string[] }
  /** A session of the console was begun; its row has all of it. */
  | { readonly kind: 'session_begun'; readonly id: string }
  | { readonly kind: 'sessions_ended'; readonly ids: readonly string[] }
  /** The connection was lost and is there again: what was published meanwhile was not heard. Never published. */
  | { readonly kind: 'reconnected' };
