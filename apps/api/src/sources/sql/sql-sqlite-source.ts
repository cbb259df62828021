import type { CalendarDay } from '@daysync/progress';
import { SourceError, type DaySource, type RowChunk, type SourceRow } from '../day-source.js';
import type { NeededColumn } from '../rows/source-columns.js';
import { rowMaker, SQL_ROW_BYTES, sqlRowTooLarge } from './sql-columns.js';
import { namedParameters } from './sql-parameters.js';
import { sqliteFailure } from './sql-sqlite-failure.js';
import type { SqliteAnswer } from './sql-sqlite-reader.js';
import { SqliteReader } from './sql-sqlite-reader-process.js';

/** How long an idle reader is kept for the next day: starting one takes as long as reading tens of thousands of rows. */
const IDLE_MS = 10_000;

export interface SqliteSourceOptions {
  /** Absolute. */
  readonly path: string;
  /** The address as shown to users. */
  readonly writtenUrl: string;
  readonly query: string;
  /** The zone in which a day begins and ends. */
  readonly timeZone: string;
  readonly timeoutSeconds: number;
  /** The columns that the dataset needs. */
  readonly columns: readonly NeededColumn[];
}

/**
 * The rows of a day from a SQLite file, opened read-only for each day: a replaced file is seen, and nothing stays open.
 *
 * A child process reads them. It is kept for the next day if its day completed, and killed otherwise: that is the only
 * way to end a query that returns no rows.
 */
export class SqliteSource implements DaySource {
  /** With the timers that end them. */
  private readonly kept = new Map<SqliteReader, NodeJS.Timeout>();
  private isClosed = false;

  constructor(
    private readonly options: SqliteSourceOptions,
    private readonly startReader: () => SqliteReader = () => new SqliteReader(),
  ) {}

  /**
   * @throws {SourceError} source-wide: `SOURCE_FILE_MISSING`, `SOURCE_UNREADABLE`, `SQL_QUERY_REFUSED`,
   * `SOURCE_COLUMN_MISSING`, `SOURCE_COLUMN_DUPLICATE`; passing: `SQL_CONNECTION_LOST`, `TIMEOUT`; lasting: `SOURCE_ROW_TOO_LARGE`; passing or
   * lasting: `SQL_QUERY_FAILED`
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    signal.throwIfAborted();
    const { path, query, timeZone, timeoutSeconds } = this.options;
    const parameters = namedParameters(query, day, timeZone);
    const timeout = AbortSignal.timeout(timeoutSeconds * 1_000);
    const leaving = AbortSignal.any([signal, timeout]);
    const reader = this.takeReader();
    // At once, whichever day reads rows now.
    const kill = (): void => void reader.kill();
    leaving.addEventListener('abort', kill);
    try {
      const question = { path, query, parameters, maxRowBytes: SQL_ROW_BYTES };
      for await (const chunk of this.rows(reader.ask(question, leaving))) {
        yield chunk;
        leaving.throwIfAborted();
      }
    } catch (error) {
      signal.throwIfAborted();
      throw timeout.aborted ? this.late() : error;
    } finally {
      leaving.removeEventListener('abort', kill);
      if (reader.isFree && !this.isClosed) this.keep(reader);
      else await reader.kill();
    }
  }

  /** Ends the idle readers; the others end with their days. */
  async close(): Promise<void> {
    this.isClosed = true;
    const readers = [...this.kept.keys()];
    for (const timer of this.kept.values()) clearTimeout(timer);
    this.kept.clear();
    await Promise.all(readers.map(async (reader) => reader.kill()));
  }

  private async *rows(answers: AsyncIterable<SqliteAnswer>): AsyncGenerator<RowChunk> {
    const { columns, writtenUrl } = this.options;
    let makeRow: ReturnType<typeof rowMaker> = () => ({});
    /** The rows of the chunks before. */
    let before = 0;
    for await (const answer of answers) {
      switch (answer.kind) {
        case 'columns':
          makeRow = rowMaker(answer.names, columns);
          break;
        case 'rows': {
          const chunk: SourceRow[] = [];
          for (let at = 0; at < answer.count; at += 1) {
            const list = answer.columns.map((column) => column[at]);
            chunk.push({ row: before + at + 1, values: makeRow(list), typed: true });
          }
          before += chunk.length;
          yield chunk;
          break;
        }
        case 'end':
          return;
        case 'no_file': {
          const message = `${writtenUrl}: expected a SQLite file, got nothing`;
          throw new SourceError('source_wide', 'SOURCE_FILE_MISSING', message);
        }
        case 'row_too_large':
          throw sqlRowTooLarge(answer.row);
        case 'error': {
          const { error, isRunning } = answer;
          throw (
            sqliteFailure(error, writtenUrl, isRunning) ??
            new Error(error.message, { cause: error })
          );
        }
      }
    }
  }

  private takeReader(): SqliteReader {
    for (const [reader, timer] of this.kept) {
      clearTimeout(timer);
      this.kept.delete(reader);
      if (reader.isFree) return reader;
    }
    try {
      return this.startReader();
    } catch (error) {
      const message = `expected a process to read the SQLite file, got: ${String(error)}`;
      throw new SourceError('passing', 'SQL_CONNECTION_LOST', message, {}, { cause: error });
    }
  }

  private keep(reader: SqliteReader): void {
    const end = (): void => {
      this.kept.delete(reader);
      void reader.kill();
    };
    this.kept.set(reader, setTimeout(end, IDLE_MS).unref());
  }

  private late(): SourceError {
    const message = `expected the query to end within ${this.options.timeoutSeconds} s, and it did not`;
    return new SourceError('passing', 'TIMEOUT', message);
  }
}
