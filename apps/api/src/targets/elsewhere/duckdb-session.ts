import type {
  DuckDBAppender,
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBMaterializedResult,
  DuckDBValue,
} from '@duckdb/node-api';

/** The parameters of a statement: `$1`, `$2` and so on. */
type Params = readonly (string | bigint)[];

/** A connection to a DuckDB file for one operation of a target, with the target's errors. */
export class DuckdbSession {
  /** @param failure what an error of DuckDB becomes */
  constructor(
    private readonly connection: DuckDBConnection,
    private readonly failure: (error: unknown) => unknown,
  ) {}

  /** Runs `work` in a transaction, which ends with it. */
  async inTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.run('begin transaction');
    try {
      const result = await work();
      await this.run('commit');
      return result;
    } catch (error) {
      // A commit that fails has undone it.
      await this.connection.run('rollback').catch(() => undefined);
      throw error;
    }
  }

  async run(statement: string, params: Params = []): Promise<DuckDBMaterializedResult> {
    try {
      return await this.connection.run(statement, params.length === 0 ? undefined : [...params]);
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** Runs a query whose result is small. */
  async rows(query: string, params: Params = []): Promise<readonly (readonly DuckDBValue[])[]> {
    const rows: (readonly DuckDBValue[])[] = [];
    for await (const chunk of this.chunks(query, params)) rows.push(...chunk.getRows());
    return rows;
  }

  /**
   * Runs a query, whose result is in memory. A result that is read while its query runs would keep the file open where it is
   * not read to its end.
   */
  async *chunks(query: string, params: Params = []): AsyncGenerator<DuckDBDataChunk> {
    const result = await this.run(query, params);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk;
    }
  }

  /** Appends to a table of the schema `main` what `work` does with its appender. */
  async append(table: string, work: (append: (chunk: DuckDBDataChunk) => void) => Promise<void>) {
    const appender = await this.connection.createAppender(table, 'main').catch((error: unknown) => {
      throw this.failure(error);
    });
    try {
      await work((chunk) => {
        this.flush(appender, chunk);
      });
    } catch (error) {
      // Otherwise its close would append what is left.
      appender.clear();
      throw error;
    } finally {
      appender.closeSync();
    }
  }

  /** Each chunk at once: the appender would gather 204,800 rows, and then hold the event loop. */
  private flush(appender: DuckDBAppender, chunk: DuckDBDataChunk): void {
    try {
      appender.appendDataChunk(chunk);
      appender.flushSync();
    } catch (error) {
      throw this.failure(error);
    }
  }
}
