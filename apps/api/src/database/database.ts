import type { Kysely, Transaction } from 'kysely';
import type { PoolClient } from 'pg';
import type { WriteName } from './fault-points.js';
import type { RowIdQuery } from './row-ids.js';
import type { Schema } from './schema.js';
import type { SqliteConnection } from './sqlite-connection.js';
import type { Staging } from './staging.js';

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

/** What one transaction at a time does, over all processes: batches are written, or have their turn. */
export type ExclusiveLock = 'start' | 'admission' | 'recovery' | 'boot' | 'forget';

/** Which database it is. */
export type Dialect = 'sqlite' | 'postgres';

interface OpenTransaction {
  /**
   * Waits until no other transaction of this name is open, in whatever process, and keeps others waiting to its end.
   * On SQLite there is one transaction at a time as it is.
   */
  readonly lockExclusive: (name: ExclusiveLock) => Promise<void>;
  /** For what is written once a day. */
  readonly db: Transaction<Schema>;
  /** Lets everybody else have a turn: for a transaction that takes long, every 10 ms or so. */
  readonly turn: () => Promise<void>;
  /**
   * Runs `work` once the transaction is durable, and not at all where it is undone. On SQLite that is before the next
   * transaction begins.
   */
  readonly afterCommit: (work: () => void) => void;
  /** Has every process of the installation hear of something once the transaction is durable, this one included. */
  readonly publish: (event: DatabaseEvent) => Promise<void>;
}

/** A write transaction on SQLite, with the connection's prepared statements for rows. */
export interface SqliteTransaction extends OpenTransaction {
  readonly dialect: 'sqlite';
  readonly connection: SqliteConnection;
}

/** A write transaction on PostgreSQL, with the client that it is open on for `COPY`. Others go on beside it. */
export interface PostgresTransaction extends OpenTransaction {
  readonly dialect: 'postgres';
  readonly client: PoolClient;
}

export type WriteTransaction = SqliteTransaction | PostgresTransaction;

/** Daysync's own database: SQLite in the data folder, or PostgreSQL by `DATABASE_URL`. */
export abstract class Database {
  abstract readonly dialect: Dialect;
  /** For reading; sees committed states only, and waits for no writer. */
  abstract readonly read: Kysely<Schema>;
  /** For the rows of days that are too large for memory. */
  abstract readonly staging: Staging;
  /** Grows with each commit and with each turn of a long transaction: it stands still where nothing is written. */
  abstract readonly advances: number;

  /**
   * Runs `work` as one transaction. What it throws undoes it. Where the database asks for that, `work` runs again a
   * little later.
   * @throws {DatabaseUnavailableError} if the database can't be written for now; nothing was written
   */
  abstract write<T>(
    name: WriteName,
    work: (transaction: WriteTransaction) => Promise<T>,
  ): Promise<T>;

  /** Calls `listener` with what transactions of any process have published, as long as the connection is there. */
  abstract onEvent(listener: (event: DatabaseEvent) => void): void;

  /**
   * Commits something that nobody reads: whether the database can be written.
   * @throws {DatabaseUnavailableError} if it can't
   */
  abstract probe(): Promise<void>;

  /**
   * The rowids that a query gives as `id`, in its order: for one that takes long, without holding anyone up.
   * @throws an `AbortError` once `signal` is aborted
   */
  abstract rowIds(query: RowIdQuery, signal: AbortSignal): Promise<Float64Array>;

  /** Closes it once what was begun has ended. */
  abstract close(): Promise<void>;
}
