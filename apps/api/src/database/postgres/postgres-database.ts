import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { ExponentialBackoff } from 'cockatiel';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import Cursor from 'pg-cursor';
import { systemClock, type Clock } from '../../config/clock.js';
import type {
  DatabaseEvent,
  Database,
  ExclusiveLock,
  PostgresTransaction,
  RowIdQuery,
} from '../database.js';
import { NO_FAULTS, type FaultPoint, type FaultPoints, type WriteName } from '../fault-points.js';
import { migrationsOf } from '../migrations.js';
import {
  breakIfSilent,
  connectionOf,
  LOCK_CLASS,
  openPool,
  withSettings,
  type PostgresAddress,
} from './postgres-connection.js';
import { PostgresEvents, publishEvent } from './postgres-events.js';
import {
  classifyPostgresFailure,
  isCollision,
  isLockTimeout,
  isOutdatedPlan,
} from './postgres-failure.js';
import { isUndone, runPipelined } from './postgres-pipeline.js';
import { readerOf, sessionOf, unlessAway } from './postgres-session.js';
import { type Statement } from '../prepared-statement.js';
import type { Schema } from '../schema.js';
import { migratePostgres, OWN_MIGRATIONS, type MigrationTables } from '../schema-version.js';
import { Staging } from '../staging.js';

/** A transaction that collides with another is tried so often, after random delays. */
const COLLISION_TRIES = 20;
const COLLISION_BACKOFF = new ExponentialBackoff({ initialDelay: 5, maxDelay: 100 });
/**
 * A transaction that is idle for so long belongs to a dead process, and blocks others: the server ends it before the lease
 * of its lane expires.
 */
const IDLE_TRANSACTION_MS = 8_000;
/** The server probes a silent client after 5 s, and drops its connection after 11 s. */
const SESSION_SETTINGS = [
  `-c idle_in_transaction_session_timeout=${IDLE_TRANSACTION_MS}`,
  '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3',
].join(' ');
/** How many connections long reads have, apart from those of commits and polls. */
const LONG_READS = 2;
const ROW_IDS_AT_A_TIME = 10_000;
/** The server's time is read again after a longer round trip, up to so many times. */
const CLOCK_ROUND_TRIP_MS = 5;
const CLOCK_TRIES = 5;

/** How long a connection may be silent while a statement runs, in milliseconds. A long `COPY` is not silent. */
interface Patience {
  readonly reads: number;
  /** Also for long reads: a large sort comes before its first row. */
  readonly writes: number;
  /** For creating tables and indices, or waiting until another process has. */
  readonly changesOfTables: number;
}

const PATIENCE: Patience = { reads: 15_000, writes: 60_000, changesOfTables: 600_000 };
const PATIENCE_OF: Readonly<Partial<Record<WriteName, keyof Patience>>> = {
  probe: 'reads',
  targets: 'changesOfTables',
  move: 'changesOfTables',
};
const LOCKS: Readonly<Record<ExclusiveLock, number>> = {
  start: 1,
  admission: 2,
  recovery: 3,
  boot: 4,
  forget: 5,
  unreadable: 6,
  freshness: 7,
};

export interface PostgresOptions {
  readonly address: PostgresAddress;
  /** How many connections at most, in addition to those of long reads. */
  readonly connections: number;
  /** The name of our connections in the server's own lists. */
  readonly applicationName: string;
  /**
   * Identifies this process to the others of the installation.
   * @default that of the application
   */
  readonly processName?: string;
  readonly faults?: FaultPoints;
  /** @default 15 s for reads, a minute for writes, and ten minutes for changes of tables */
  readonly patience?: Patience;
  /** @default those of a database that belongs to Daysync alone */
  readonly migrations?: MigrationTables;
  /** Checks the database before it is changed. An error refuses it. */
  readonly check?: (read: Kysely<Schema>) => Promise<void>;
}

/** Daysync's own database in PostgreSQL, for any number of processes. */
export class PostgresDatabase implements Database {
  /** Shows the server's time, as exactly as the round trip allows, whatever this machine's clock says. */
  readonly clock: Clock = {
    now: () => Math.floor(this.clock.steady()),
    monotonic: () => systemClock.monotonic(),
    steady: () => this.serverOrigin + performance.now(),
  };
  private serverOrigin = performance.timeOrigin;
  readonly dialect = 'postgres';
  private advanced = 0;
  private closing: Promise<void> | undefined;

  readonly read: Kysely<Schema>;
  readonly longRead: Kysely<Schema>;

  private constructor(
    private readonly pool: Pool,
    private readonly longReads: Pool,
    private readonly options: Required<Pick<PostgresOptions, 'faults' | 'patience'>>,
    readonly staging: Staging,
    readonly events: PostgresEvents,
  ) {
    this.read = readerOf(pool);
    this.longRead = readerOf(longReads);
  }

  /**
   * Connects, and migrates the schema. Of several processes that start together, one migrates.
   * @throws {NewerDatabaseError | RetiredDatabaseError} for the database of another version; and errors of the server
   */
  static async open({
    address,
    connections,
    applicationName,
    processName = applicationName,
    faults = NO_FAULTS,
    patience = PATIENCE,
    migrations = OWN_MIGRATIONS,
    check,
  }: PostgresOptions): Promise<PostgresDatabase> {
    const connection = withSettings(connectionOf(address, applicationName), SESSION_SETTINGS);
    const pool = openPool(connection, connections, patience.reads);
    const longReads = openPool(connection, LONG_READS, patience.writes);
    try {
      await check?.(readerOf(pool));
      await migrateThrough(pool, migrations, patience);
    } catch (error) {
      await pool.end();
      throw error;
    }
    const events = new PostgresEvents({ address, applicationName, processName });
    const database = new PostgresDatabase(
      pool,
      longReads,
      { faults, patience },
      new Staging(null),
      events,
    );
    await database.setClock();
    return database;
  }

  /** Sets the clock to the server's time, which all processes of an installation share. */
  async setClock(): Promise<void> {
    let best = await this.compareClocks();
    // The error is up to half of the round trip: a slow one says little.
    for (let tries = 1; tries < CLOCK_TRIES && best.roundTripMs > CLOCK_ROUND_TRIP_MS; tries++) {
      const other = await this.compareClocks();
      if (other.roundTripMs < best.roundTripMs) best = other;
    }
    this.serverOrigin = best.origin;
  }

  private async compareClocks(): Promise<{
    readonly origin: number;
    readonly roundTripMs: number;
  }> {
    const asked = performance.now();
    const { rows } = await sql<{ now: number }>`
      select extract(epoch from clock_timestamp())::float8 * 1000 as now
    `.execute(this.read);
    const answered = performance.now();
    const now = rows[0]?.now;
    if (now === undefined) throw new TypeError('expected the time of the server, got none');
    return { origin: now - (asked + answered) / 2, roundTripMs: answered - asked };
  }

  get advances(): number {
    return this.advanced;
  }

  onEvent(listener: (event: DatabaseEvent) => void): void {
    this.events.onEvent(listener);
  }

  async write<T>(
    name: WriteName,
    work: (transaction: PostgresTransaction) => Promise<T>,
  ): Promise<T> {
    let backoff = COLLISION_BACKOFF.next();
    for (let tries = 1; ; tries++) {
      const after: (() => void)[] = [];
      let result: T;
      try {
        result = await this.tryWrite(name, work, after);
      } catch (error) {
        if (!isCollision(error) || tries === COLLISION_TRIES) throw classifyPostgresFailure(error);
        backoff = backoff.next(undefined);
        await sleep(backoff.duration);
        continue;
      }
      this.advance(after);
      return result;
    }
  }

  private advance(after: readonly (() => void)[]): void {
    this.advanced += 1;
    for (const run of after) run();
  }

  /**
   * Runs independent statements as one transaction, with its commit, in one round trip.
   * @returns the rows of each; null if it was undone, by {@link orUndo} or by a collision: {@link write} is to do it
   * @throws {DatabaseUnavailableError} if the database can't be written for now; the error says if it may be written all
   * the same
   */
  async writePipelined(
    name: WriteName,
    statements: readonly Statement[],
  ): Promise<readonly (readonly unknown[])[] | null> {
    const client = await this.connect(name);
    let outdated = false;
    let isSent = false;
    try {
      this.options.faults.reach(`${name}:before_commit`);
      isSent = true;
      const rows = await runPipelined(client, statements);
      this.options.faults.reach(`${name}:after_commit`);
      this.advance([]);
      return rows;
    } catch (error) {
      outdated = isOutdatedPlan(error);
      const isBlocked = isCollision(error) || isLockTimeout(error);
      if (isBlocked || isUndone(error)) return null;
      // If the connection broke, the commit may have been carried out.
      throw classifyPostgresFailure(error, isSent);
    } finally {
      client.release(outdated);
    }
  }

  /** @param after collects what runs after the commit */
  private async tryWrite<T>(
    name: WriteName,
    work: (transaction: PostgresTransaction) => Promise<T>,
    after: (() => void)[],
  ): Promise<T> {
    const client = await this.connect(name);
    // The compiler does not see that the callback sets it.
    let commits = false as boolean;
    let outdated = false;
    try {
      const written = await sessionOf(client)
        .transaction()
        .execute(async (db) => {
          const result = await work({
            dialect: 'postgres',
            db,
            client,
            turn: () => {
              this.advanced += 1;
              return nextTurn();
            },
            lockExclusive: (lock) => acquireLock(db, lock),
            afterCommit: (run) => {
              after.push(run);
            },
            publish: (event) => publishEvent(db, event),
          });
          this.options.faults.reach(`${name}:before_commit`);
          commits = true;
          return result;
        });
      this.options.faults.reach(`${name}:after_commit`);
      return written;
    } catch (error) {
      outdated = isOutdatedPlan(error);
      // A collision undoes the transaction, even if the commit finds it.
      throw commits && !isCollision(error) ? classifyPostgresFailure(error, true) : error;
    } finally {
      client.release(outdated);
    }
  }

  private async connect(name: WriteName): Promise<PoolClient> {
    const client = await unlessAway(this.pool.connect());
    breakIfSilent(client, this.options.patience[PATIENCE_OF[name] ?? 'writes']);
    return client;
  }

  reach(point: FaultPoint): void {
    this.options.faults.reach(point);
  }

  async probe(): Promise<void> {
    await this.write('probe', async ({ db }) => {
      // Refused by a read-only server.
      await db
        .deleteFrom('session')
        .where(sql<boolean>`false`)
        .execute();
      // With an id of its own the commit is written to the log, though nothing has changed.
      await sql`select pg_current_xact_id()`.execute(db);
    });
  }

  async rowIds({ sql: text, parameters }: RowIdQuery, signal: AbortSignal): Promise<Float64Array> {
    try {
      const client = await this.longReads.connect();
      try {
        return await readAll(client, text, parameters, signal);
      } finally {
        client.release();
      }
    } catch (error) {
      throw classifyPostgresFailure(error);
    }
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    await this.events.stop();
    await Promise.all([this.pool.end(), this.longReads.end()]);
    this.staging.close();
  }
}

async function migrateThrough(
  pool: Pool,
  tables: MigrationTables,
  { changesOfTables }: Patience,
): Promise<void> {
  try {
    const client = await pool.connect();
    breakIfSilent(client, changesOfTables);
    try {
      await migratePostgres(sessionOf(client), migrationsOf('postgres'), tables);
    } finally {
      // Its prepared statements are outdated.
      client.release(true);
    }
  } catch (error) {
    throw classifyPostgresFailure(error);
  }
}

async function acquireLock(db: Transaction<Schema>, name: ExclusiveLock): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK_CLASS}::int, ${LOCKS[name]}::int)`.execute(db);
}

async function readAll(
  client: PoolClient,
  text: string,
  parameters: readonly unknown[],
  signal: AbortSignal,
): Promise<Float64Array> {
  const cursor = client.query(
    new Cursor<[id: number]>(text, [...parameters], { rowMode: 'array' }),
  );
  const chunks: Float64Array[] = [];
  let count = 0;
  for (;;) {
    if (signal.aborted) {
      await cursor.close();
      signal.throwIfAborted();
    }
    // A cursor that fails has ended: to close it would wait for ever.
    const rows = await cursor.read(ROW_IDS_AT_A_TIME);
    if (rows.length === 0) break;
    chunks.push(Float64Array.from(rows, ([id]) => id));
    count += rows.length;
  }
  const ids = new Float64Array(count);
  for (const chunk of chunks.reverse()) {
    count -= chunk.length;
    ids.set(chunk, count);
  }
  return ids;
}
