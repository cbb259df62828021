import { existsSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { CalendarDay } from '@daysync/progress';
import type { TargetColumn } from '../dataset.js';
import { SourceError, type DaySource, type RowChunk, type SourceRow } from '../day-source.js';
import { inChunks } from './row-chunks.js';
import { rowMaker } from './sql-columns.js';
import { namedParameters } from './sql-parameters.js';
import { sqliteFailure } from './sql-sqlite-failure.js';

/** SQLite answers at once and on this thread: after so many rows everybody else has a turn. */
const ROWS_A_TURN = 200;
/** SQLite would wait on this thread for another program's lock; a later attempt at the day waits better. */
const BUSY_MS = 20;

export interface SqliteSourceOptions {
  /** Absolute. */
  readonly path: string;
  /** The address as people are shown it. */
  readonly writtenUrl: string;
  readonly query: string;
  readonly timeoutSeconds: number;
  /** What the target asks for. */
  readonly columns: readonly TargetColumn[];
}

/**
 * The rows of a day from a SQLite file, which is opened read-only for each day: a file that was exchanged is seen,
 * and nothing stays open.
 */
export class SqliteSource implements DaySource {
  constructor(private readonly options: SqliteSourceOptions) {}

  /**
   * @throws {SourceError} source-wide: `SOURCE_FILE_MISSING`, `SOURCE_UNREADABLE`, `SQL_QUERY_REFUSED`,
   * `SOURCE_COLUMN_MISSING`, `SOURCE_COLUMN_DUPLICATE`; passing: `SQL_QUERY_FAILED`, `TIMEOUT`
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    signal.throwIfAborted();
    const timeout = AbortSignal.timeout(this.options.timeoutSeconds * 1_000);
    const database = this.open();
    try {
      for (const chunk of inChunks(this.rows(database, day), ROWS_A_TURN)) {
        yield chunk;
        await setImmediate();
        signal.throwIfAborted();
        if (timeout.aborted) throw this.late();
      }
    } finally {
      database.close();
    }
  }

  private *rows(database: DatabaseSync, day: CalendarDay): Generator<SourceRow> {
    const { query, columns } = this.options;
    const statement = this.ask(() => prepare(database, query));
    const makeRow = rowMaker(
      statement.columns().map(({ name }) => name),
      columns,
    );
    const rows = this.ask(() => statement.iterate(namedParameters(query, day)));
    for (let row = 1; ; row += 1) {
      const next = this.ask(() => rows.next(), true);
      if (next.done === true) return;
      // As lists, which the types of Node do not know yet.
      yield { row, values: makeRow(next.value as unknown as readonly unknown[]), typed: true };
    }
  }

  private open(): DatabaseSync {
    const { path, writtenUrl } = this.options;
    if (!existsSync(path)) {
      const message = `${writtenUrl}: expected a SQLite file, got nothing`;
      throw new SourceError('source_wide', 'SOURCE_FILE_MISSING', message);
    }
    return this.ask(() => {
      const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
      try {
        // The mode is the file's; this holds for attached files and temporary tables, too.
        database.exec('pragma query_only = on');
      } catch (error) {
        database.close();
        throw error;
      }
      return database;
    });
  }

  private ask<Answer>(question: () => Answer, running = false): Answer {
    try {
      return question();
    } catch (error) {
      throw sqliteFailure(error, this.options.writtenUrl, running) ?? error;
    }
  }

  private late(): SourceError {
    const message = `expected the query to end within ${this.options.timeoutSeconds} s, and it did not`;
    return new SourceError('passing', 'TIMEOUT', message);
  }
}

function prepare(database: DatabaseSync, query: string): StatementSync {
  const statement = database.prepare(query);
  statement.setReadBigInts(true);
  // A mapping would hide the first of two columns of one name.
  statement.setReturnArrays(true);
  return statement;
}
