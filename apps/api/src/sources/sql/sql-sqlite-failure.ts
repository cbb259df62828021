import { SourceError } from '../day-source.js';
import { sqlRowTooLarge } from './sql-columns.js';
import type { SqliteErrorFields } from './sql-sqlite-reader.js';

/** SQLite's primary result codes. */
const RESULT = {
  ERROR: 1,
  PERM: 3,
  BUSY: 5,
  LOCKED: 6,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  CANTOPEN: 14,
  TOOBIG: 18,
  AUTH: 23,
  NOTADB: 26,
} as const;

/**
 * The error for a failure of SQLite or of Node that reads from it; undefined for a bug.
 * @param running whether rows have been asked for: from then on it is this day's rows that make the query fail
 */
export function sqliteFailure(
  error: unknown,
  writtenUrl: string,
  running = false,
): SourceError | undefined {
  // By its shape: it may come from another realm.
  const { code, errcode, message: text } = (error ?? {}) as Partial<SqliteErrorFields>;
  const message = String(text);
  // Node can't read a value: a text that is too long, for one.
  if (typeof code === 'string' && code !== 'ERR_SQLITE_ERROR') return failedQuery(message, error);
  if (typeof errcode !== 'number') return undefined;
  switch (errcode & 0xff) {
    case RESULT.BUSY:
    case RESULT.LOCKED:
      return new SourceError(
        'passing',
        'SQL_QUERY_FAILED',
        `${writtenUrl}: expected a file that no other process is writing, got: ${message}`,
        {},
        { cause: error },
      );
    case RESULT.CANTOPEN:
    case RESULT.NOTADB:
    case RESULT.CORRUPT:
    case RESULT.PERM:
    case RESULT.IOERR:
      return new SourceError(
        'source_wide',
        'SOURCE_UNREADABLE',
        `${writtenUrl}: expected a SQLite file that can be read, got: ${message}`,
        {},
        { cause: error },
      );
    case RESULT.TOOBIG:
      return sqlRowTooLarge(null, error);
    case RESULT.ERROR:
    case RESULT.READONLY:
    case RESULT.AUTH:
      if (running && (errcode & 0xff) === RESULT.ERROR) break;
      return new SourceError(
        'source_wide',
        'SQL_QUERY_REFUSED',
        `expected a query that SQLite accepts, got: ${message}`,
        {},
        { cause: error },
      );
    default:
      break;
  }
  return failedQuery(message, error);
}

function failedQuery(message: string, cause: unknown): SourceError {
  const text = `expected the query to give its rows, got: ${message}`;
  return new SourceError('lasting', 'SQL_QUERY_FAILED', text, {}, { cause });
}
