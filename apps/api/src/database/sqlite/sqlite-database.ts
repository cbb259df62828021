import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Kysely, SqliteDialect } from 'kysely';
import type { DatabaseEvent, Database, RowIdQuery, SqliteTransaction } from '../database.js';
import { NO_FAULTS, type FaultPoint, type FaultPoints, type WriteName } from '../fault-points.js';
import { migrationsOf } from '../migrations.js';
import { createPrivate } from '../private-files.js';
import type { Schema } from '../schema.js';
import { OWN_MIGRATIONS, type MigrationTables } from '../schema-version.js';
import { ReadThreads } from './read-threads.js';
import { migrate } from './sqlite-migration.js';
import { SqliteConnection } from '../sqlite-connection.js';
import { Staging, STAGING } from '../staging.js';
import { classifyFailure, isBusy } from '../unavailable.js';
import { WriteAheadLog } from './write-ahead-log.js';

/** node:sqlite waits on the thread of the event loop: a longer wait would delay every request. */
const BUSY_TIMEOUT_MS = 20;
/** After that another program's lock is tried again, without blocking, for about 5 s. */
const BUSY_RETRY_MS = 50;
const BUSY_TRIES = 70;
/**
 * With a smaller cache, a large transaction changes pages again that it has already written to the log, and its commit
 * reads all of the log for new checksums.
 */
const CACHE_KIB = 4_000;
/** A flush after each turn would slow the transaction down. */
const TURNS_A_FLUSH = 8;

/** Names that differ in a file that belongs to an app. */
export interface SqliteNames {
  /** The file for the rows of large days; emptied at each start. */
  readonly staging: string;
  readonly migrations: MigrationTables;
}

/**
 * Daysync's own database in SQLite: one connection writes, one transaction after another; another one reads, sees committed
 * states only, and never waits (WAL). Long reads have connections on threads of their own.
 */
export class SqliteDatabase implements Database {
  readonly dialect = 'sqlite';
  private tail: Promise<unknown> = Promise.resolve();
  private advanced = 0;
  private readonly listeners: ((event: DatabaseEvent) => void)[] = [];

  private constructor(
    private readonly writer: Kysely<Schema>,
    private readonly connection: SqliteConnection,
    private readonly log: WriteAheadLog,
    readonly read: Kysely<Schema>,
    private readonly faults: FaultPoints,
    readonly staging: Staging,
    private readonly threads: ReadThreads,
    private readonly migrations: MigrationTables,
  ) {}

  /**
   * Opens the file, creates it if it is missing, and migrates its schema.
   * @throws {NewerDatabaseError | RetiredDatabaseError} for the database of another version; and if the file is no
   *   database or can't be opened
   */
  static async open(
    file: string,
    faults = NO_FAULTS,
    names: SqliteNames = { staging: `${file}-staging`, migrations: OWN_MIGRATIONS },
  ): Promise<SqliteDatabase> {
    createPrivate(file);
    const handle = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    handle.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on');
    handle.exec(`pragma cache_size = -${CACHE_KIB}`);
    const staging = new Staging(names.staging);
    handle.prepare(`attach database ? as ${STAGING}`).run(staging.file);
    const connection = new SqliteConnection(handle);
    const writer = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) });
    try {
      await migrate({ file, handle, db: writer }, migrationsOf('sqlite'), names.migrations);
    } catch (error) {
      await writer.destroy();
      connection.close();
      staging.close();
      throw error;
    }
    const reader = new SqliteConnection(
      new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS }),
    );
    const read = new Kysely<Schema>({ dialect: new SqliteDialect({ database: reader }) });
    const log = await WriteAheadLog.open(file, connection);
    const { migrations } = names;
    const threads = new ReadThreads(file);
    return new SqliteDatabase(writer, connection, log, read, faults, staging, threads, migrations);
  }

  get longRead(): Kysely<Schema> {
    return this.threads.db;
  }

  get advances(): number {
    return this.advanced;
  }

  /** Transactions run in the order of the calls. While another program locks the file, `work` runs again a little later. */
  write<T>(name: WriteName, work: (transaction: SqliteTransaction) => Promise<T>): Promise<T> {
    return this.inTurn(name, work, BUSY_TRIES);
  }

  onEvent(listener: (event: DatabaseEvent) => void): void {
    this.listeners.push(listener);
  }

  private inTurn<T>(
    name: WriteName,
    work: (transaction: SqliteTransaction) => Promise<T>,
    mostTries: number,
  ): Promise<T> {
    const result = this.tail.then(async () => {
      const { written, after } = await this.tryWrite(name, work, mostTries);
      this.advanced += 1;
      for (const run of after) run();
      this.log.checkpoint();
      return written;
    });
    this.tail = result.catch(() => undefined);
    return result;
  }

  /** Fails at once while another program locks the file. */
  reach(point: FaultPoint): void {
    this.faults.reach(point);
  }

  probe(): Promise<void> {
    const touch = ({ connection }: SqliteTransaction): Promise<void> => {
      // It writes a table of ours: fields of the file's header may belong to the app.
      connection.runOnce(`update ${this.migrations.lock} set is_locked = is_locked`, []);
      return Promise.resolve();
    };
    return this.inTurn('probe', touch, 1);
  }

  private async tryWrite<T>(
    name: WriteName,
    work: (transaction: SqliteTransaction) => Promise<T>,
    mostTries: number,
  ): Promise<{ readonly written: T; readonly after: readonly (() => void)[] }> {
    for (let tries = 1; ; tries++) {
      const after: (() => void)[] = [];
      try {
        const written = await this.writer.transaction().execute(async (db) => {
          let turns = 0;
          const turn = (): Promise<void> => {
            turns += 1;
            this.advanced += 1;
            if (turns % TURNS_A_FLUSH === 0) this.log.beginFlush();
            return nextTurn();
          };
          const result = await work({
            dialect: 'sqlite',
            db,
            connection: this.connection,
            turn,
            lockExclusive: () => Promise.resolve(),
            afterCommit: (run) => {
              after.push(run);
            },
            publish: (event) => {
              after.push(() => {
                for (const listener of this.listeners) listener(event);
              });
              return Promise.resolve();
            },
          });
          if (turns >= TURNS_A_FLUSH) await this.log.flush();
          this.faults.reach(`${name}:before_commit`);
          return result;
        });
        this.faults.reach(`${name}:after_commit`);
        return { written, after };
      } catch (error) {
        if (!isBusy(error) || tries === mostTries) throw classifyFailure(error);
        await sleep(BUSY_RETRY_MS);
      }
    }
  }

  rowIds(query: RowIdQuery, signal: AbortSignal): Promise<Float64Array> {
    return this.threads.rowIds(query, signal);
  }

  async close(): Promise<void> {
    await this.tail;
    await this.log.close();
    await this.writer.destroy();
    await this.read.destroy();
    await this.threads.destroy();
    this.staging.close();
  }
}
