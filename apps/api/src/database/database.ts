import type { Kysely, Transaction } from 'kysely';
import type { PoolClient } from 'pg';
import type { FaultPoint, WriteName } from './fault-points.js';
import type { Schema } from './schema.js';
import type { SqliteConnection } from './sqlite-connection.js';
import type { Staging } from './staging.js';

/** What a commit has changed, for other parts and other processes that keep it in memory. */
export type DatabaseEvent =
  /** A batch was created, or its state has changed. */
  | { readonly kind: 'batch_changed'; readonly batch_id: string }
  /** Lanes were enqueued that can be acquired at once. */
  | { readonly kind: 'lanes_free' }
  /** Batches were deleted. */
  | { readonly kind: 'batches_forgotten'; readonly batch_ids: readonly string[] }
  /** A session of the console was created; its row has the rest. */
  | { readonly kind: 'session_begun'; readonly id: string }
  | { readonly kind: 'sessions_ended'; readonly ids: readonly string[] }
  /** A start or a reload has taken in another datasets file. */
  | { readonly kind: 'datasets_changed' }
  /** The connection was lost and is back: events of the meantime are lost. Never published. */
  | { readonly kind: 'reconnected' };

/** The exclusive locks: one transaction at a time has each of them, over all processes. */
export type ExclusiveLock =
  | 'start'
  | 'admission'
  | 'recovery'
  | 'boot'
  | 'forget'
  | 'unreadable'
  | 'freshness';

/** A query that returns the rowid of each row as `id`. */
export interface RowIdQuery {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export type Dialect = 'sqlite' | 'postgres';

interface OpenTransaction {
  /**
   * Locks until the end of the transaction: others with the same lock, in any process, wait. On SQLite it does nothing,
   * because only one transaction is open at a time.
   */
  readonly lockExclusive: (name: ExclusiveLock) => Promise<void>;
  readonly db: Transaction<Schema>;
  /** Yields to the event loop. A long transaction does that every 10 ms or so. */
  readonly turn: () => Promise<void>;
  /**
   * Runs `work` after the commit, and not if the transaction is undone. On SQLite it runs before the next transaction
   * begins.
   */
  readonly afterCommit: (work: () => void) => void;
  /** Publishes an event with the commit, to every process of the installation, this one included. */
  readonly publish: (event: DatabaseEvent) => Promise<void>;
}

/** A write transaction on SQLite, with its connection for prepared statements. */
export interface SqliteTransaction extends OpenTransaction {
  readonly dialect: 'sqlite';
  readonly connection: SqliteConnection;
}

/** A write transaction on PostgreSQL, with its client for `COPY`. Others run beside it. */
export interface PostgresTransaction extends OpenTransaction {
  readonly dialect: 'postgres';
  readonly client: PoolClient;
}

export type WriteTransaction = SqliteTransaction | PostgresTransaction;

/** Daysync's own database: SQLite in the data folder, or PostgreSQL by `DATABASE_URL`. */
export abstract class Database {
  abstract readonly dialect: Dialect;
  /** For reading: it sees committed states only, and waits for no writer. */
  abstract readonly read: Kysely<Schema>;
  /**
   * The same for reads of many rows, such as a page far down a list. They block neither the event loop nor the connections
   * of commits and polls; only a few run at a time.
   */
  abstract readonly longRead: Kysely<Schema>;
  /** For the rows of days that are too large for memory. */
  abstract readonly staging: Staging;
  /** Grows with each commit and each `turn`: it stands still while nothing is written. */
  abstract readonly advances: number;

  /**
   * Runs `work` as one transaction, which an error undoes. After a conflict with other transactions, `work` runs again.
   * @throws {DatabaseUnavailableError} if the database can't be written for now: nothing is written
   */
  abstract write<T>(
    name: WriteName,
    work: (transaction: WriteTransaction) => Promise<T>,
  ): Promise<T>;

  /** Passes a fault point that is not around a commit: see `fault-points.ts`. */
  abstract reach(point: FaultPoint): void;

  /** Calls `listener` with the events of all processes, while the connection is there. */
  abstract onEvent(listener: (event: DatabaseEvent) => void): void;

  /**
   * Checks by a commit that the database can be written.
   * @throws {DatabaseUnavailableError} if it can't
   */
  abstract probe(): Promise<void>;

  /**
   * The rowids that a query returns as `id`, in its order, as a long read.
   * @throws an `AbortError` once `signal` is aborted
   */
  abstract rowIds(query: RowIdQuery, signal: AbortSignal): Promise<Float64Array>;

  /** Waits for open transactions, then closes. */
  abstract close(): Promise<void>;
}
