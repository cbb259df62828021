import { SourceError } from '../day-source.js';
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
  AUTH: 23,
  NOTADB: 26,
} as const;

/**
 * The error for a failure of `node:sqlite`; undefined for any other error.
 * @param running whether rows have been asked for: from then on it is this day's rows that make the query fail
 */
export function sqliteFailure(
  error: unknown,
  writtenUrl: string,
  running = false,
): SourceError | undefined {
  // By its shape: it may come from another realm.
  const { code, errcode, message: text } = (error ?? {}) as Partial<SqliteErrorFields>;
  if (code !== 'ERR_SQLITE_ERROR' || typeof errcode !== 'number') return undefined;
  const message = String(text);
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
  return new SourceError(
    'lasting',
    'SQL_QUERY_FAILED',
    `expected the query to give its rows, got: ${message}`,
    {},
    { cause: error },
  );
}
