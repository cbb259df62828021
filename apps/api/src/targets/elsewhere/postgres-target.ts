import type { CalendarDay } from '@daysync/progress';
import { bulkhead } from 'cockatiel';
import { sql, type Kysely } from 'kysely';
import { Client, escapeLiteral, type Pool, type PoolClient, type QueryResult } from 'pg';
import { FollowingAbort, unlessAborted } from '../../config/abort.js';
import { takeTurn } from '../../config/slices.js';
import {
  breakIfSilent,
  connectionOf,
  LOCK_CLASS,
  openPool,
} from '../../database/postgres/postgres-connection.js';
import { isLostConnection } from '../../database/postgres/postgres-failure.js';
import { readerOf, sessionOf } from '../../database/postgres/postgres-session.js';
import type { Statement } from '../../database/prepared-statement.js';
import type { Schema } from '../../database/schema.js';
import {
  StaleWriteError,
  type DayTarget,
  type DayWrite,
  type PreparedPlace,
  type RowsPage,
  type TakeRows,
} from '../day-target.js';
import { copyRows } from '../postgres-target-rows.js';
import { createKey, DAY_COLUMN, quote, TARGET_DIALECTS } from '../target-dialect.js';
import type { ExpectedDay, TargetDay, TargetRows } from '../target-fingerprint.js';
import { TargetReader } from '../target-reader.js';
import { proveDay } from '../day-proof.js';
import { TargetChangedError, targetHasRows } from '../target-rows.js';
import { addColumns, compareTarget, createTable, type ComparedTarget } from '../target-table.js';
import { placeOf, type Target, type TargetColumn } from '../target.js';
import { connectFailure, isNoTable, statementFailure } from './postgres-target-failure.js';

/** The tokens of all tables that Daysync writes in a schema, by the keys of the tables: a new table has none. */
const TOKENS = 'daysync_day';
const CREATE_TOKENS = `create table ${TOKENS} (
  target text not null,
  day date not null,
  token bigint not null,
  written bigint,
  primary key (target, day)
)`;
/** The second key of the advisory lock for changes of tables, apart from those of Daysync's own database. */
const PREPARE_LOCK = 101;

/** The most days that are written at a time. */
const MOST_WRITES = 4;
/** Each of them has a connection, and others are for reading. */
const MOST_CONNECTIONS = MOST_WRITES + 2;
/** For a connection that ends the work of another one. */
const HELPER_MS = 2_000;
/**
 * A server that has other settings would lose the last digits of a real. It probes a silent client after 5 s, and drops its
 * connection after 11 s.
 */
const SESSION_SETTINGS = `set extra_float_digits = 3; set tcp_keepalives_idle = 5;
  set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3`;

/** With `off`, a crash of the server may undo a commit that it has confirmed. Any other value waits for its disk. */
const SAFE_COMMIT = `select set_config('synchronous_commit', 'on', true)
  where current_setting('synchronous_commit') = 'off'`;
/** A commit has no timeout: what its deferred constraints and triggers do is done in a statement, which has one. */
const COMMIT = 'set constraints all immediate; commit';

/** How long the target is waited for, in milliseconds. */
interface TargetPatience {
  /** For a lock of another program. */
  readonly lock: number;
  /** For an earlier write of the day, before a fence ends it. */
  readonly overtaken: number;
  /** For a statement. A process that was halted in the midst of a `COPY` keeps its locks no longer. */
  readonly statement: number;
  /** For the next statement of a transaction: the same. */
  readonly idle: number;
  /** For a sign of the server, unless a long statement may run: then this comes on top of its time. */
  readonly silence: number;
}

const PATIENCE: TargetPatience = {
  ...{ lock: 10_000, overtaken: 5_000, statement: 600_000, idle: 8_000, silence: 60_000 },
};

export interface PostgresTargetOptions {
  /** With user and password. Never shown. */
  readonly url: string;
  /** As shown to users. */
  readonly writtenUrl: string;
  readonly table: string;
  readonly columns: readonly TargetColumn[];
  readonly patience?: TargetPatience;
}

interface Compared extends ComparedTarget {
  /** Whether the table of the tokens is there. */
  readonly hasTokens: boolean;
}

/**
 * From then on the system probes a silent server once a second, ten times: a long statement does not hide a dead network. It
 * does not while rows are on their way: then the silence of a write decides.
 */
const PROBED_AFTER_MS = 10_000;
/** A statement that took this part of its time has reached its timeout: the clocks of two machines differ a little. */
const NEARLY = 0.99;

/** What a target is to do, for the errors of statements. */
const [PREPARE, WRITE, FENCE, READ] = [
  'match the datasets file',
  'accept the rows',
  'accept a fencing token',
  'be readable',
];

/** A table in a PostgreSQL that is not Daysync's own. */
export class PostgresTarget implements DayTarget {
  private readonly target: Target;
  private readonly place: string;
  private readonly pool: Pool;
  /** Connections that have their settings. */
  private readonly configured = new WeakSet<PoolClient>();
  /** Those that wait for a connection do it here: in the pool they would fail after some seconds. */
  private readonly writes = bulkhead(MOST_WRITES, Infinity);
  private readonly db: Kysely<Schema>;
  private readonly reader: TargetReader;
  private readonly patience: TargetPatience;
  private closing: Promise<void> | undefined;

  constructor(private readonly options: PostgresTargetOptions) {
    const { url, writtenUrl, table, columns, patience = PATIENCE } = options;
    this.target = { table, columns, place: { kind: 'postgres', url, writtenUrl } };
    this.place = placeOf(this.target);
    this.patience = patience;
    const connection = {
      ...connectionOf(url, 'daysync'),
      keepAliveInitialDelayMillis: PROBED_AFTER_MS,
    };
    this.pool = openPool(connection, MOST_CONNECTIONS, patience.silence);
    this.db = readerOf({ connect: () => this.connect() }, (error) => this.failure(error, READ));
    this.reader = new TargetReader({ dialect: 'postgres', read: this.db, longRead: this.db });
  }

  async prepare(): Promise<PreparedPlace> {
    const found = await this.compare(this.db);
    const { differences, key } = found;
    if (differences.length > 0) return { differences, key: null, changes: [] };
    // Without a change it needs no right to create tables.
    if (isReady(found)) return { differences, key, changes: [] };
    return this.inTransaction(PREPARE, async (client) => {
      await this.lockChanges(client);
      return this.change(sessionOf(client));
    });
  }

  private async change(db: Kysely<Schema>): Promise<PreparedPlace> {
    const { table } = this.target;
    const { differences, exists, hasTokens, key: present, missing } = await this.compare(db);
    if (differences.length > 0) return { differences, key: null, changes: [] };
    const changes = hasTokens ? [] : await createTokens(db);
    const key = present ?? createKey();
    if (!exists) {
      changes.push(await createTable(db, 'postgres', this.target, key));
      // Those of tables that were dropped.
      await sql`delete from ${sql.table(TOKENS)} where not exists (
        select from pg_class where relname = target)`.execute(db);
    } else if (present === null) await TARGET_DIALECTS.postgres.setKey(db, table, key);
    changes.push(...(await addColumns(db, table, missing)));
    return { differences, key, changes };
  }

  private async compare(db: Kysely<Schema>): Promise<Compared> {
    const compared = await compareTarget(db, 'postgres', this.target);
    return { ...compared, hasTokens: await hasTokens(db) };
  }

  async readKey(): Promise<string | null> {
    const key = TARGET_DIALECTS.postgres.keyOf(this.target.table);
    const { rows } = await sql<{ key: string | null }>`select ${key} as key`.execute(this.db);
    return rows[0]?.key ?? null;
  }

  async replaceDay(write: DayWrite, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    // Once the commit is sent, its answer is waited for.
    const until = new FollowingAbort(signal);
    const writing = this.writes.execute(() => this.writeDay(write, until));
    try {
      await unlessAborted(writing, until.signal);
    } finally {
      until.release();
    }
  }

  private async writeDay(
    { day, rows, token, key }: DayWrite,
    until: FollowingAbort,
  ): Promise<void> {
    const { signal } = until;
    signal.throwIfAborted();
    const isOfDay = `target = ${escapeLiteral(key)} and day = '${day}'`;
    const statements = [
      // It has the row of the token locked until the end of the transaction, and waits for others that have.
      `insert into ${TOKENS} as its (target, day, token, written)
        values (${escapeLiteral(key)}, '${day}', ${token}, ${token})
        on conflict (target, day) do update set token = excluded.token, written = excluded.token
        where its.token <= excluded.token`,
      ...expectKey(this.target, key),
      `delete from ${quote(this.target.table)} where ${quote(DAY_COLUMN)} = '${day}'`,
    ];
    const turn = async (): Promise<void> => {
      signal.throwIfAborted();
      await takeTurn();
    };
    try {
      await this.inTransaction(
        WRITE,
        async (client, results) => {
          const [tokens, , keys] = results.slice(-statements.length);
          if (tokens?.rowCount === 0) {
            const found = await client.query<{ readonly token: number }>(
              `select token from ${TOKENS} where ${isOfDay}`,
            );
            throw new StaleWriteError(this.place, day, token, found.rows[0]?.token ?? token);
          }
          if (keys?.rowCount === 0) throw new TargetChangedError(this.place);
          await copyRows({ client, turn }, this.target, day, rows);
          const session = { db: sessionOf(client), dialect: 'postgres' } as const;
          await proveDay(session, this.target, day, rows, this.place);
        },
        { statements, until },
      );
    } catch (error) {
      throw isNoTable(error) ? new TargetChangedError(this.place, error) : error;
    }
  }

  async fence(day: CalendarDay, token: number): Promise<number | null> {
    try {
      return await this.overtake(day, token);
    } catch (error) {
      if (!isNoTable(error)) throw error;
    }
    if ((await this.readKey()) === null) return null;
    // The table of the tokens alone was dropped.
    await this.inTransaction(FENCE, async (client) => {
      await this.lockChanges(client);
      const db = sessionOf(client);
      if (!(await hasTokens(db))) await createTokens(db);
    });
    return this.overtake(day, token);
  }

  private overtake(day: CalendarDay, token: number): Promise<number | null> {
    const key = TARGET_DIALECTS.postgres.keyOf(this.target.table);
    return this.inTransaction(FENCE, async (client) => {
      const timer = setTimeout(() => void this.endBlockers(client), this.patience.overtaken);
      try {
        const { rows } = await sql<{ written: number | null }>`
          insert into ${sql.table(TOKENS)} as its (target, day, token)
          select key, ${day}::date, ${token}::bigint from (select ${key} as key) as own where key is not null
          on conflict (target, day) do update set token = greatest(its.token, excluded.token)
          returning written`.execute(sessionOf(client));
        return rows[0]?.written ?? null;
      } finally {
        clearTimeout(timer);
      }
    });
  }

  hasRows(day: CalendarDay): Promise<boolean> {
    return targetHasRows({ dialect: 'postgres', read: this.db }, { target: this.target }, day);
  }

  fingerprint(day: CalendarDay, expected: ExpectedDay, signal: AbortSignal): Promise<TargetDay> {
    return unlessAborted(this.reader.fingerprint(this.rowsOf(day), expected, signal), signal);
  }

  read(day: CalendarDay, take: TakeRows, signal: AbortSignal): Promise<void> {
    return unlessAborted(this.reader.read(this.rowsOf(day), take, signal), signal);
  }

  readPage(
    day: CalendarDay,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<RowsPage> {
    return this.reader.readPage(this.rowsOf(day), page);
  }

  async close(): Promise<void> {
    this.closing ??= this.pool.end();
    await this.closing;
  }

  private rowsOf(day: CalendarDay): TargetRows {
    const { table, columns } = this.target;
    return { table, columns, day };
  }

  private failure(error: unknown, wanted: string, timeout?: number): unknown {
    return statementFailure(error, { place: this.place, wanted, timeout });
  }

  private async connect(): Promise<PoolClient> {
    try {
      const client = await this.pool.connect();
      if (this.configured.has(client)) return client;
      try {
        await client.query(SESSION_SETTINGS);
      } catch (error) {
        client.release(true);
        throw error;
      }
      this.configured.add(client);
      return client;
    } catch (error) {
      throw connectFailure(error, this.place);
    }
  }

  /**
   * Runs `work` in a transaction.
   * @param wanted what the target is to do, for errors
   * @param first statements that are sent with the begin, in one round trip. Their results come last. And what ends the
   * transaction before its commit
   */
  private async inTransaction<T>(
    wanted: string,
    work: (client: PoolClient, results: readonly QueryResult[]) => Promise<T>,
    { statements = [], until }: { statements?: readonly string[]; until?: FollowingAbort } = {},
  ): Promise<T> {
    const { idle, lock, silence, statement } = this.patience;
    const client = await this.connect();
    // The server ends a long statement earlier. The statements of a fence are short.
    breakIfSilent(client, wanted === FENCE ? silence : statement + silence);
    const cancel = (): void => {
      breakIfSilent(client, silence);
      void this.cancel(client);
    };
    until?.signal.addEventListener('abort', cancel);
    let isClean = false;
    let since = performance.now();
    try {
      until?.signal.throwIfAborted();
      const begin = [
        'begin isolation level read committed',
        `set local lock_timeout = ${lock}`,
        `set local statement_timeout = ${statement}`,
        `set local idle_in_transaction_session_timeout = ${idle}`,
        SAFE_COMMIT,
        ...statements,
      ].join('; ');
      const results = (await client.query(begin)) as unknown as readonly QueryResult[];
      since = performance.now();
      const result = await work(client, results);
      until?.signal.throwIfAborted();
      until?.release();
      since = performance.now();
      await client.query(COMMIT);
      isClean = true;
      return result;
    } catch (error) {
      const isOver = performance.now() - since >= NEARLY * statement;
      // A connection that is broken, or of which a statement is cancelled, is closed: this undoes its transaction, too.
      isClean = until?.signal.aborted !== true && (await isRolledBack(client, error));
      throw this.failure(error, wanted, isOver ? statement : undefined);
    } finally {
      until?.signal.removeEventListener('abort', cancel);
      client.release(!isClean);
    }
  }

  /** Waits until no other process changes tables. */
  private async lockChanges(client: PoolClient): Promise<void> {
    await client.query(`select pg_advisory_xact_lock(${LOCK_CLASS}, ${PREPARE_LOCK})`);
  }

  /** Ends what a connection waits for. */
  private cancel(client: PoolClient): Promise<void> {
    return this.help('pg_cancel_backend(pid)', 'pid = $1', client);
  }

  /** Ends the writes that a connection waits for: those of a process that stands still would go on for minutes. */
  private endBlockers(client: PoolClient): Promise<void> {
    return this.help('pg_terminate_backend(pid)', 'pid = any (pg_blocking_pids($1))', client);
  }

  /**
   * Does something to server processes of ours, on a connection of its own.
   * @param which a condition on them; `$1` is the process of a connection
   */
  private async help(what: string, which: string, of: PoolClient): Promise<void> {
    const helper = new Client({
      ...connectionOf(this.options.url, 'daysync'),
      ...{ connectionTimeoutMillis: HELPER_MS, query_timeout: HELPER_MS },
    });
    helper.on('error', () => undefined);
    try {
      await helper.connect();
      const statement = `select ${what} from pg_stat_activity where ${which}
        and usename = current_user and application_name = current_setting('application_name')`;
      await helper.query(statement, [(of as ServedClient).processID]);
    } catch {
      // Then the timeouts end it.
    } finally {
      await helper.end().catch(() => undefined);
    }
  }
}

/** A member of node-postgres that its types leave out. */
interface ServedClient extends PoolClient {
  /** Of the process that serves the connection; null before it is known. */
  readonly processID: number | null;
}

function isReady({ exists, key, missing, hasTokens: isFenced }: Compared): boolean {
  return exists && key !== null && missing.length === 0 && isFenced;
}

async function hasTokens(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select to_regclass(${TOKENS}) is not null as found`.execute(db);
  return rows[0]?.found === true;
}

/** @returns the statement */
async function createTokens(db: Kysely<Schema>): Promise<string[]> {
  await sql.raw(CREATE_TOKENS).execute(db);
  return [CREATE_TOKENS];
}

/** The table can't be dropped before the commit. Commits of other days go on beside it. */
function expectKey({ table }: Target, key: string): readonly string[] {
  return [
    `lock table ${quote(table)} in row exclusive mode`,
    withValues(TARGET_DIALECTS.postgres.hasKey(table, key)),
  ];
}

/** A statement with its values in it, to be sent with others. */
function withValues({ sql: text, parameters }: Statement): string {
  return text.replace(/\$(\d+)/g, (_, at: string) =>
    escapeLiteral(String(parameters[Number(at) - 1])),
  );
}

async function isRolledBack(client: PoolClient, error: unknown): Promise<boolean> {
  if (isLostConnection(error)) return false;
  try {
    await client.query('rollback');
    return true;
  } catch {
    return false;
  }
}
