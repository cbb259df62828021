import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import {
  CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { RowIdQuery } from '../database.js';
import { AS_LISTS } from '../sqlite-connection.js';
import type { Schema } from '../schema.js';

/** How many long reads run at a time: an export that sorts leaves one for the others. */
const MOST_THREADS = 2;
/** A thread that had nothing to read for so long ends, with its memory. */
const IDLE_MS = 30_000;
/** How long a thread waits for another program's lock. */
const BUSY_MS = 1_000;
/** How long a close waits for the statements that run. */
const CLOSE_MS = 2_000;
/** Most of what a thread reads is garbage at once: a larger young generation only costs memory. */
const YOUNG_MB = 4;
/** Rows in a message: it takes the event loop about a millisecond to receive them. */
const ROWS_A_MESSAGE = 500;

/** The last error of a statement, as its thread reports it. */
interface ReportedError {
  readonly message: string;
  readonly code: unknown;
  readonly errcode: unknown;
  readonly errstr: unknown;
}

type Request =
  | ({ readonly kind: 'rows' | 'ids' } & RowIdQuery)
  /** For the rows that are left of the query before. */
  | { readonly kind: 'more' };

type Answer =
  | { readonly rows: readonly unknown[]; readonly more: boolean }
  | { readonly ids: Float64Array }
  | { readonly error: ReportedError };

/**
 * It has a connection of its own. SQLite sorts large results in a temporary file. Rows are read one by one: a thread that
 * has to end can do so between two of them (not in `all` or a spread), but not while SQLite looks for the next one.
 */
const THREAD = `
const { DatabaseSync } = require('node:sqlite');
const { parentPort, workerData } = require('node:worker_threads');
const handle = new DatabaseSync(workerData, { readOnly: true, timeout: ${BUSY_MS} });
let rows = [];
let sent = 0;

function nextRows() {
  const some = rows.slice(sent, sent + ${ROWS_A_MESSAGE});
  sent += some.length;
  const more = sent < rows.length;
  if (!more) rows = [];
  parentPort.postMessage({ rows: some, more });
}

function allIds(statement, parameters) {
  let ids = new Float64Array(4096);
  let count = 0;
  for (const { id } of statement.iterate(...parameters)) {
    if (count === ids.length) {
      const more = new Float64Array(2 * count);
      more.set(ids);
      ids = more;
    }
    ids[count++] = id;
  }
  const exact = ids.slice(0, count);
  parentPort.postMessage({ ids: exact }, [exact.buffer]);
}

parentPort.on('message', ({ kind, sql, parameters }) => {
  try {
    if (kind === 'ids') allIds(handle.prepare(sql), parameters);
    if (kind === 'rows') {
      rows = [];
      const statement = handle.prepare(sql);
      statement.setReturnArrays(sql.startsWith('${AS_LISTS}'));
      for (const row of statement.iterate(...parameters)) rows.push(row);
      sent = 0;
    }
    if (kind !== 'ids') nextRows();
  } catch ({ message, code, errcode, errstr }) {
    parentPort.postMessage({ error: { message, code, errcode, errstr } });
  }
});`;

/** A connection on a thread of its own. One read at a time. */
class ReadThread implements DatabaseConnection {
  private readonly worker: Worker;
  private settle: {
    readonly answered: (answer: Answer) => void;
    readonly failed: (error: Error) => void;
  } | null = null;
  /** Why it reads nothing more; null while it does. */
  private end: Error | null = null;

  /** @param exited called when its last statement is over, and its memory is free */
  constructor(file: string, exited: (thread: ReadThread) => void) {
    this.worker = new Worker(THREAD, {
      eval: true,
      workerData: file,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.worker.on('message', (answer: Answer) => this.settle?.answered(answer));
    this.worker.on('error', (error: Error) => {
      this.fail(error);
    });
    this.worker.on('exit', () => {
      this.fail(new Error('expected the thread that reads SQLite to run, it has ended'));
      exited(this);
    });
  }

  get hasEnded(): boolean {
    return this.end !== null;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const rows: Row[] = [];
    let request: Request = { kind: 'rows', sql, parameters };
    for (;;) {
      const answer = await this.ask(request);
      if (!('rows' in answer)) throw new TypeError('expected rows of the thread, got none');
      for (const row of answer.rows) rows.push(row as Row);
      if (!answer.more) return { rows };
      request = { kind: 'more' };
    }
  }

  streamQuery(): AsyncIterableIterator<QueryResult<never>> {
    throw new Error('expected a read of all rows, a stream is not supported');
  }

  /** @throws an `AbortError` if `signal` is aborted: the thread has then ended, and so has the statement */
  async rowIds(query: RowIdQuery, signal: AbortSignal): Promise<Float64Array> {
    signal.throwIfAborted();
    const leave = (): void => {
      this.end ??= signal.reason as Error;
      void this.stop();
    };
    signal.addEventListener('abort', leave);
    try {
      const answer = await this.ask({ kind: 'ids', ...query });
      signal.throwIfAborted();
      if (!('ids' in answer)) throw new TypeError('expected rowids of the thread, got none');
      return answer.ids;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Ends the thread once its statement gives a row or is over: nothing in Node interrupts it. */
  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  /** Reads nothing more, and what it reads fails at once, also if its statement goes on. */
  fail(error: Error): void {
    this.end ??= error;
    this.settle?.failed(this.end);
  }

  private async ask(request: Request): Promise<Exclude<Answer, { readonly error: unknown }>> {
    const { end } = this;
    if (end !== null) throw end;
    const answer = await new Promise<Answer>((answered, failed) => {
      this.settle = { answered, failed };
      this.worker.postMessage(request);
    });
    if (!('error' in answer)) return answer;
    const { message, ...fields } = answer.error;
    throw Object.assign(new Error(message), fields);
  }
}

/**
 * Reads SQLite on threads of their own, each with a connection: a statement there may take seconds, and no request waits
 * for it. Rows come in pieces, so that to receive many blocks nothing either. Threads start when they are needed. A thread
 * keeps its place until it has exited: statements of callers who have left are counted as well.
 */
export class ReadThreads implements Driver {
  private readonly threads = new Set<ReadThread>();
  private readonly idle: ReadThread[] = [];
  private readonly waiting: PromiseWithResolvers<ReadThread>[] = [];
  private ending: NodeJS.Timeout | undefined;
  private isClosed = false;
  readonly db: Kysely<Schema>;

  constructor(
    private readonly file: string,
    private readonly closeMs = CLOSE_MS,
  ) {
    const dialect: Dialect = {
      createAdapter: () => new ThreadsAdapter(),
      createDriver: () => this,
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    };
    this.db = new Kysely<Schema>({ dialect });
  }

  /**
   * The rowids that a query returns as `id`, in its order. Eight bytes a row.
   * @throws the errors of SQLite; and an `AbortError` if `signal` is aborted, once the statement has ended
   */
  async rowIds(query: RowIdQuery, signal: AbortSignal): Promise<Float64Array> {
    const thread = await this.acquireConnection();
    try {
      return await thread.rowIds(query, signal);
    } finally {
      await this.releaseConnection(thread);
    }
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  acquireConnection(): Promise<ReadThread> {
    if (this.isClosed) return Promise.reject(closed());
    clearTimeout(this.ending);
    const thread = this.idle.pop();
    if (thread !== undefined) return Promise.resolve(thread);
    if (this.threads.size < MOST_THREADS) return Promise.resolve(this.start());
    const waiting = Promise.withResolvers<ReadThread>();
    this.waiting.push(waiting);
    return waiting.promise;
  }

  releaseConnection(thread: ReadThread): Promise<void> {
    // Its place is free when it has exited.
    if (thread.hasEnded) return Promise.resolve();
    const next = this.waiting.shift();
    if (next === undefined) this.idle.push(thread);
    else next.resolve(thread);
    this.endWhenIdle();
    return Promise.resolve();
  }

  async beginTransaction(thread: ReadThread): Promise<void> {
    await thread.executeQuery(CompiledQuery.raw('begin'));
  }

  async commitTransaction(thread: ReadThread): Promise<void> {
    await thread.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(thread: ReadThread): Promise<void> {
    await thread.executeQuery(CompiledQuery.raw('rollback'));
  }

  /**
   * Ends all threads: a read that runs or waits fails at once. A statement that goes on is waited for, but not for long.
   */
  async destroy(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.ending);
    for (const { reject } of this.waiting.splice(0)) reject(closed());
    const threads = [...this.threads];
    for (const thread of threads) thread.fail(closed());
    const patience = new AbortController();
    await Promise.race([
      Promise.all(threads.map((thread) => thread.stop())),
      sleep(this.closeMs, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
  }

  private start(): ReadThread {
    const thread = new ReadThread(this.file, (exited) => {
      this.freePlaceOf(exited);
    });
    this.threads.add(thread);
    return thread;
  }

  private freePlaceOf(exited: ReadThread): void {
    this.threads.delete(exited);
    const index = this.idle.indexOf(exited);
    if (index !== -1) this.idle.splice(index, 1);
    const next = this.waiting.shift();
    if (next !== undefined) next.resolve(this.start());
    this.endWhenIdle();
  }

  private endWhenIdle(): void {
    if (this.isClosed || this.idle.length === 0 || this.idle.length < this.threads.size) return;
    clearTimeout(this.ending);
    this.ending = setTimeout(() => {
      for (const thread of this.idle.splice(0)) void thread.stop();
    }, IDLE_MS).unref();
  }
}

function closed(): Error {
  return new Error('expected the database to be open, it is closed');
}

class ThreadsAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
