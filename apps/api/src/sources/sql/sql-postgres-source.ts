import type { CalendarDay } from '@daysync/progress';
import {
  Client,
  Pool,
  type ClientConfig,
  type CustomTypesConfig,
  type PoolClient,
  type QueryResult,
} from 'pg';
import {
  SourceError,
  type CountedDay,
  type DaySource,
  type RowChunk,
  type SourceRow,
} from '../day-source.js';
import {
  addSums,
  NO_ABILITIES,
  type PostgresAbilities,
  type PostgresSums,
} from '../../targets/target-fingerprint.js';
import type { TargetColumn } from '../../targets/target.js';
import type { NeededColumn } from '../rows/source-columns.js';
import { unlessAborted } from '../../config/abort.js';
import { rowMaker } from './sql-columns.js';
import { PostgresCursor } from './sql-postgres-cursor.js';
import { ABILITIES_QUERY, columnsQuery, countQuery } from './sql-postgres-count.js';
import { numberParameters, type NumberedQuery } from './sql-parameters.js';
import { connectFailure, passwordHider, queryFailure } from './sql-postgres-failure.js';

/** The types that are not read as text, by their OIDs. */
const BOOL = 16;
const INT2 = 21;
const INT4 = 23;
const FLOAT4 = 700;
const FLOAT8 = 701;
const TIMESTAMPTZ = 1184;

/**
 * How PostgreSQL's texts become values. Booleans, small integers and floating point numbers are converted. Everything
 * else stays text, so that no digit is lost and no day shifts. A timestamp is written with `T`, and with `Z` because the
 * session's time zone is UTC.
 */
const POSTGRES_TYPES: CustomTypesConfig = {
  getTypeParser: ((oid: number) => {
    switch (oid) {
      case BOOL:
        return (text: string) => text === 't';
      case INT2:
      case INT4:
      case FLOAT4:
      case FLOAT8:
        return Number;
      case TIMESTAMPTZ:
        return (text: string) => text.replace(' ', 'T').replace(/\+00$/, 'Z');
      default:
        return (text: string) => text;
    }
  }) as CustomTypesConfig['getTypeParser'],
};

/** For a server that does not answer at all; a slow one has the time of the day's attempt. */
const CONNECT_MS = 10_000;
/** How long to wait for the cancellation of a query. */
const CANCEL_MS = 2_000;
/** How long to wait for the connections to close. */
const CLOSE_MS = 2_000;

export interface PostgresSourceOptions {
  /** With the password. */
  readonly url: string;
  /** The address as shown to users. */
  readonly writtenUrl: string;
  readonly query: string;
  /** The zone in which a day begins and ends. */
  readonly timeZone: string;
  readonly timeoutSeconds: number;
  /** The columns that the dataset needs. */
  readonly columns: readonly NeededColumn[];
  /** The columns whose values the dataset takes as they are, of all rows; null if the source can't count for it. */
  readonly unchanged: readonly TargetColumn[] | null;
  /** The most connections at a time. */
  readonly connections: number;
}

interface CountPorts {
  readonly day: CalendarDay;
  readonly signal: AbortSignal;
  readonly batchId: string;
}

/** A connection in its transaction. */
interface ReadTransaction {
  readonly client: PoolClient;
  /** The server's process id; null until it is known. */
  pid: number | null;
  /** Whether a query is running. */
  isBusy: boolean;
}

/**
 * The rows of a day from PostgreSQL, by a cursor in a read-only transaction.
 *
 * A connection returns to the pool if its day completed. Otherwise it is closed, and a running query is cancelled.
 */
export class PostgresSource implements DaySource {
  private readonly config: ClientConfig;
  private readonly pool: Pool;
  private readonly query: NumberedQuery;
  private readonly hide: (text: string) => string;
  /** How the rows are counted, asked once a batch: a view may change. */
  private counting: { readonly batchId: string; readonly statement: string | null } | undefined;

  constructor(private readonly options: PostgresSourceOptions) {
    this.config = {
      connectionString: options.url,
      fallback_application_name: 'daysync',
      keepAlive: true,
    };
    this.pool = new Pool({
      ...this.config,
      max: options.connections,
      connectionTimeoutMillis: CONNECT_MS,
    });
    // The query fails with its connection. Without a listener the error would end the process.
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (client) => client.on('error', () => undefined));
    this.query = numberParameters(options.query, options.timeZone);
    this.hide = passwordHider(options.url);
  }

  /**
   * @throws {SourceError} source-wide: `SQL_UNREACHABLE`, `SQL_LOGIN_REFUSED`, `SQL_QUERY_REFUSED`,
   * `SOURCE_COLUMN_MISSING`, `SOURCE_COLUMN_DUPLICATE`; passing: `SQL_CONNECTION_LOST`, `TIMEOUT`,
   * `SQL_UNREACHABLE` where connections are out; lasting: `SOURCE_ROW_TOO_LARGE`; passing or lasting: `SQL_QUERY_FAILED`
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    yield* this.inTransaction(signal, (session) => this.rows(session, day, signal));
  }

  async countDay(
    day: CalendarDay,
    signal: AbortSignal,
    batchId = '',
  ): Promise<CountedDay | undefined> {
    const { unchanged } = this.options;
    const isRefused = this.counting?.batchId === batchId && this.counting.statement === null;
    if (unchanged === null || isRefused) return undefined;
    const count = (session: ReadTransaction): AsyncGenerator<CountedDay> =>
      this.counts(session, unchanged, { day, signal, batchId });
    let counted: CountedDay | undefined;
    try {
      for await (const one of this.inTransaction(signal, count)) counted = one;
    } catch {
      signal.throwIfAborted();
      // Fetching the day says what is wrong. The other days of the batch are not counted.
      this.counting = { batchId, statement: null };
      return undefined;
    }
    return counted;
  }

  private async *inTransaction<T>(
    signal: AbortSignal,
    read: (session: ReadTransaction) => AsyncGenerator<T>,
  ): AsyncGenerator<T> {
    signal.throwIfAborted();
    const session: ReadTransaction = {
      client: await this.connect(signal),
      pid: null,
      isBusy: false,
    };
    let isClean = false;
    try {
      await this.begin(session, signal);
      yield* read(session);
      // "Read only" allows some writes, such as lo_create: the rollback undoes them.
      await unlessAborted(session.client.query('rollback'), signal);
      isClean = true;
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof SourceError ? error : (queryFailure(error, this.hide) ?? error);
    } finally {
      // Only an abandoned query still runs; every other one has ended.
      if (session.isBusy && signal.aborted) await this.cancel(session);
      session.client.release(!isClean);
    }
  }

  /** Closes the connections, and stops waiting for one that takes too long. */
  async close(): Promise<void> {
    if (this.pool.ending) return;
    const limit = AbortSignal.timeout(CLOSE_MS);
    await unlessAborted(this.pool.end(), limit);
  }

  private async connect(signal: AbortSignal): Promise<PoolClient> {
    const connecting = (async () => this.pool.connect())();
    try {
      return await unlessAborted(connecting, signal);
    } catch (error) {
      if (!signal.aborted) throw connectFailure(error, this.options.writtenUrl, this.hide);
      // It may come yet.
      connecting.then(
        (client) => client.release(),
        () => undefined,
      );
      throw signal.reason;
    }
  }

  private async begin(session: ReadTransaction, signal: AbortSignal): Promise<void> {
    const begun = session.client.query(`begin transaction read only;
      set local statement_timeout = ${this.options.timeoutSeconds * 1_000};
      set local timezone = 'UTC';
      set local datestyle = 'ISO, YMD';
      set local extra_float_digits = 3;
      select pg_backend_pid() as pid`);
    // Several statements return one result each.
    const results = (await unlessAborted(begun, signal)) as unknown as readonly QueryResult<{
      readonly pid: number;
    }>[];
    session.pid = results.at(-1)?.rows[0]?.pid ?? null;
  }

  private async *rows(
    session: ReadTransaction,
    day: CalendarDay,
    signal: AbortSignal,
  ): AsyncGenerator<RowChunk> {
    const { query } = this;
    const values = query.valuesFor(day);
    const cursor = session.client.query(new PostgresCursor(query.text, values, POSTGRES_TYPES));
    let makeRow: ReturnType<typeof rowMaker> | undefined;
    let row = 0;
    session.isBusy = true;
    for await (const { rows, names } of cursor.batches(signal)) {
      makeRow ??= rowMaker(names, this.options.columns);
      const chunk: SourceRow[] = [];
      for (const list of rows) {
        row += 1;
        chunk.push({ row, values: makeRow(list), typed: true });
      }
      if (chunk.length > 0) yield chunk;
    }
    session.isBusy = false;
  }

  private async *counts(
    session: ReadTransaction,
    columns: readonly TargetColumn[],
    { day, signal, batchId }: CountPorts,
  ): AsyncGenerator<CountedDay> {
    const { query } = this;
    const values = [...query.valuesFor(day)];
    session.isBusy = true;
    const ask = <Row extends object>(text: string): Promise<QueryResult<Row>> =>
      unlessAborted(session.client.query<Row>(text, values), signal);
    if (this.counting?.batchId !== batchId) {
      const { fields } = await ask(columnsQuery(query.text));
      const asked = session.client.query<PostgresAbilities>(ABILITIES_QUERY);
      const [abilities = NO_ABILITIES] = (await unlessAborted(asked, signal)).rows;
      this.counting = { batchId, statement: countQuery(query.text, fields, columns, abilities) };
    }
    const { statement } = this.counting;
    if (statement !== null) {
      const { rows } = await ask<PostgresSums>(statement);
      yield addSums(rows[0]);
    }
    session.isBusy = false;
  }

  /** Cancels by a second connection, as PostgreSQL requires. If that fails, the statement timeout ends the query. */
  private async cancel({ pid }: ReadTransaction): Promise<void> {
    if (pid === null) return;
    const client = new Client({
      ...this.config,
      connectionTimeoutMillis: CANCEL_MS,
      query_timeout: CANCEL_MS,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select pg_cancel_backend($1)', [pid]);
    } catch {
      // The outcome of the day is known already.
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
