import type { LaneQueue } from '../batches/lane-queue.js';
import type { PostgresDatabase } from '../database/postgres/postgres-database.js';
import type { CrashMarker } from '../database/sqlite/data-dir.js';
import type { SqliteDatabase } from '../database/sqlite/sqlite-database.js';

/** What batches are kept in and run by: one process on SQLite, or any number on PostgreSQL. */
export type Installation =
  | {
      readonly kind: 'sqlite';
      readonly database: SqliteDatabase;
      readonly queue: LaneQueue;
      readonly crashMarker: CrashMarker;
    }
  | {
      readonly kind: 'postgres';
      readonly database: PostgresDatabase;
      readonly queue: LaneQueue;
    };

/** The token of the `Installation`. */
export const INSTALLATION = Symbol('INSTALLATION');
