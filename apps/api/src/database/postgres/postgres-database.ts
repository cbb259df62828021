import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { ExponentialBackoff } from 'cockatiel';
import { sql, type Kysely, type Transaction } from 'kysely';
import { Pool, type PoolClient } from 'pg';
import Cursor from 'pg-cursor';
import { systemClock, type Clock } from '../../config/clock.js';
import type { DatabaseEvent, Database, ExclusiveLock, PostgresTransaction } from '../database.js';
import { NO_FAULTS, type FaultPoints, type WriteName } from '../fault-points.js';
import { migrationsOf } from '../migrations.js';
import { breakIfSilent, connectionOf, LOCK_CLASS } from './postgres-connection.js';
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
import type { RowIdQuery } from '../row-ids.js';
import type { Schema } from '../schema.js';
import { migratePostgres, OWN_MIGRATIONS, type MigrationTables } from '../schema-version.js';
import { Staging } from '../staging.js';

/** Two transactions that are in each other's way: tried so often, each time after a moment that is left to chance. */
const COLLISION_TRIES = 20;
const COLLISION_BACKOFF = new ExponentialBackoff({ initialDelay: 5, maxDelay: 100 });
/**
 * A transaction that stands still for so long belongs to a process that is gone, and holds up others: it is ended
 * before the lease of its day is over.
 */
const IDLE_TRANSACTION_MS = 8_000;
/** The server looks after 5 s of silence whether the other end is there, and after 11 s it holds nothing for it. */
const SESSION_SETTINGS = [
  `-c idle_in_transaction_session_timeout=${IDLE_TRANSACTION_MS}`,
  '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3',
].join(' ');
/** For so long a connection is kept that nobody uses. */
const IDLE_MS = 10_000;
const ROW_IDS_AT_A_TIME = 10_000;
/** The server's time is asked for again where the way there and back took longer than that, so often. */
const CLOCK_WAY_MS = 5;
const CLOCK_TRIES = 5;

/** How long a connection may be silent, in milliseconds, while a statement runs; a long `COPY` is not. */
interface Patience {
  readonly reads: number;
  /** Also for what is read of all records: a large sort comes before its first row. */
  readonly writes: number;
  /** What makes tables and indices, or waits until another process has made them. */
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
};

export interface PostgresOptions {
  /** As `DATABASE_URL` has it. */
  readonly url: string;
  /** How many connections at most. */
  readonly connections: number;
  /** By which the server's own lists call us. */
  readonly applicationName: string;
  /**
   * By which the processes of the installation know each other.
   * @default that of the application
   */
  readonly processName?: string;
  readonly faults?: FaultPoints;
  /** @default 15 s for reads, a minute for writes, and ten minutes for changes of tables */
  readonly patience?: Patience;
  /** @default those of a database that is Daysync's alone */
  readonly migrations?: MigrationTables;
  /** Looks at the database before anything of it is changed; what it throws ends the opening. */
  readonly look?: (read: Kysely<Schema>) => Promise<void>;
}

/** Daysync's own database in PostgreSQL: any number of processes write it side by side. */
export class PostgresDatabase implements Database {
  /** Whose time is that of the server, as near as the way to it lets one know, whatever this machine's clock says. */
  readonly clock: Clock = {
    now: () => Math.floor(this.clock.steady()),
    monotonic: () => systemClock.monotonic(),
    steady: () => this.serverOrigin + performance.now(),
  };
  private serverOrigin = performance.timeOrigin;
  readonly dialect = 'postgres';
  private advanced = 0;

  private constructor(
    private readonly pool: Pool,
    /** For reading. */
    readonly read: Kysely<Schema>,
    private readonly options: Required<Pick<PostgresOptions, 'faults' | 'patience'>>,
    readonly staging: Staging,
    /** What the processes publish: heard from its start on. */
    readonly events: PostgresEvents,
  ) {}

  /**
   * Connects, and brings the schema up to date: one process at a time, however many start together.
   * @throws {NewerDatabaseError | RetiredDatabaseError} for the database of another version; and what the server says
   */
  static async open({
    url,
    connections,
    applicationName,
    processName = applicationName,
    faults = NO_FAULTS,
    patience = PATIENCE,
    migrations = OWN_MIGRATIONS,
    look,
  }: PostgresOptions): Promise<PostgresDatabase> {
    const pool = new Pool({
      ...connectionOf(url, applicationName),
      max: connections,
      idleTimeoutMillis: IDLE_MS,
      options: SESSION_SETTINGS,
    });
    // A connection that breaks: who uses it is told by the statement that fails, and the next one is another.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => {
      client.on('error', () => undefined);
    });
    pool.on('acquire', (client) => {
      breakIfSilent(client, patience.reads);
    });
    pool.on('release', (_error, client) => {
      // The pool ends it before that: one that is still there waits for a server that does not answer.
      breakIfSilent(client, IDLE_MS + patience.reads);
    });
    const read = readerOf(pool);
    try {
      await look?.(read);
      await migrateThrough(pool, migrations, patience);
    } catch (error) {
      await read.destroy();
      throw error;
    }
    const events = new PostgresEvents({ url, applicationName, processName });
    const database = new PostgresDatabase(
      pool,
      read,
      { faults, patience },
      new Staging(null),
      events,
    );
    await database.setClock();
    return database;
  }

  /** Takes over the server's time: all processes of an installation go by it. */
  async setClock(): Promise<void> {
    let best = await this.compareClocks();
    // It is known to half of the way there and back: one that was held up says little.
    for (let tries = 1; tries < CLOCK_TRIES && best.wayMs > CLOCK_WAY_MS; tries++) {
      const other = await this.compareClocks();
      if (other.wayMs < best.wayMs) best = other;
    }
    this.serverOrigin = best.origin;
  }

  private async compareClocks(): Promise<{ readonly origin: number; readonly wayMs: number }> {
    const asked = performance.now();
    const { rows } = await sql<{ now: number }>`
      select extract(epoch from clock_timestamp())::float8 * 1000 as now
    `.execute(this.read);
    const answered = performance.now();
    const now = rows[0]?.now;
    if (now === undefined) throw new TypeError('expected the time of the server, got none');
    return { origin: now - (asked + answered) / 2, wayMs: answered - asked };
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
   * Runs statements that need no answer of each other as one transaction, in one round trip: with its commit.
   * @returns the rows of each; null where it was undone, by {@link orUndo} or because others were in its way. Then it is
   * for {@link write}.
   * @throws {DatabaseUnavailableError} if the database can't be written for now; where that is unsure it may be
   * written
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
      const isInTheWay = isCollision(error) || isLockTimeout(error);
      if (isInTheWay || isUndone(error)) return null;
      // Where the connection broke, the commit may have been carried out.
      throw classifyPostgresFailure(error, isSent);
    } finally {
      client.release(outdated);
    }
  }

  /** @param after what is to run once it has committed: filled by `work` */
  private async tryWrite<T>(
    name: WriteName,
    work: (transaction: PostgresTransaction) => Promise<T>,
    after: (() => void)[],
  ): Promise<T> {
    const client = await this.connect(name);
    // Set in a callback, which the compiler does not see.
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
      // A collision undoes it also where it is found at the commit.
      throw commits && !isCollision(error) ? classifyPostgresFailure(error, true) : error;
    } finally {
      // One that is broken leaves the pool by itself.
      client.release(outdated);
    }
  }

  private async connect(name: WriteName): Promise<PoolClient> {
    const client = await unlessAway(this.pool.connect());
    breakIfSilent(client, this.options.patience[PATIENCE_OF[name] ?? 'writes']);
    return client;
  }

  async probe(): Promise<void> {
    await this.write('probe', async ({ db }) => {
      // Refused where nothing but reading is allowed.
      await db
        .deleteFrom('session')
        .where(sql<boolean>`false`)
        .execute();
      // A number that has the commit written to the log, though nothing has changed.
      await sql`select pg_current_xact_id()`.execute(db);
    });
  }

  async rowIds({ sql: text, parameters }: RowIdQuery, signal: AbortSignal): Promise<Float64Array> {
    try {
      const client = await this.pool.connect();
      breakIfSilent(client, this.options.patience.writes);
      try {
        return await readAll(client, text, parameters, signal);
      } finally {
        client.release();
      }
    } catch (error) {
      throw classifyPostgresFailure(error);
    }
  }

  async close(): Promise<void> {
    await this.events.stop();
    await this.read.destroy();
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
      // What it has prepared is of no use any more.
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
  const chunks: number[][] = [];
  for (;;) {
    if (signal.aborted) {
      await cursor.close();
      signal.throwIfAborted();
    }
    // One that fails has ended: to close it would wait for an answer that does not come.
    const rows = await cursor.read(ROW_IDS_AT_A_TIME);
    if (rows.length === 0) return Float64Array.from(chunks.flat());
    chunks.push(rows.map(([id]) => id));
  }
}
