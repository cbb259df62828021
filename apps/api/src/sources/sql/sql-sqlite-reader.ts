// A program of its own: it reads days from SQLite files for the process that started it.
//
// SQLite works on the thread that asks it, and `node:sqlite` has no way to interrupt it: neither `terminate` of a
// worker thread nor `process.exit` comes through to a query that gives no row. What ends such a query is the end of
// its process, by SIGKILL. The query has a worker thread here all the same, so that the main thread is free to hear
// that the rows are no longer wanted.
//
// Node runs this file from the compiler's folder and, in specs, as it stands here: it imports no code of ours.
import { existsSync, writeSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { serialize } from 'node:v8';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

/** A day that is asked for, as a message to this program's process. One is asked for at a time. */
export interface SqliteQuestion {
  /** Absolute. */
  readonly path: string;
  readonly query: string;
  /** By their names, mark and all: `:day`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The most bytes of a row. */
  readonly maxRowBytes: number;
}

/**
 * What comes back: first the names of the columns, then rows, and at last one of the others; then the file is closed.
 * Each is written to the fourth of the process's streams as Node's `serialize` has it, after its length in four
 * bytes, little-endian.
 */
export type SqliteAnswer =
  | { readonly kind: 'columns'; readonly names: readonly string[] }
  | {
      readonly kind: 'rows';
      readonly count: number;
      /** The values of each column in the order of the names: a list for each row would take three times as long to take over. */
      readonly columns: readonly (readonly unknown[])[];
    }
  | { readonly kind: 'end' }
  | { readonly kind: 'no_file' }
  /** A row has more bytes than it may have. `row` counts from 1. */
  | { readonly kind: 'row_too_large'; readonly row: number }
  | {
      readonly kind: 'error';
      readonly error: SqliteErrorFields;
      /** Whether rows had been asked for. */
      readonly isRunning: boolean;
    };

/** What is known of an error by its fields: its class does not come over. */
export interface SqliteErrorFields {
  readonly message: string;
  readonly code?: unknown;
  /** SQLite's extended result code; its low byte is the primary one. */
  readonly errcode?: unknown;
}

/** How long another program's lock is waited for; a later attempt at the day waits better. */
const BUSY_MS = 1_000;
/** What is written at a time. */
const MOST_ROWS = 400;
/** Of texts and blobs, in characters and bytes. */
const MOST_SIZE = 64_000;
/** Rows that come slowly are written sooner. */
const LONGEST_MS = 20;
/** Rows live as long as they are written: with more room for them the process grows, and is no faster. */
const YOUNG_MB = 4;
/** Not one of the first three: Node opens those itself, and then a write does not wait for room. */
const ANSWERS = 3;

/** Passes requests on, and ends the process when no more can come. */
function hearParent(): void {
  const worker = new Worker(new URL(import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  process.on('message', (question) => worker.postMessage(question));
  // Nothing gentler comes through to a query.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // A terminal or a service manager signals all processes; when this one ends is for the other to say.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
}

/** Writes the columns and the rows. @returns the last answer, to be sent once the file is closed */
function read({ path, query, parameters, maxRowBytes }: SqliteQuestion): SqliteAnswer {
  if (!existsSync(path)) return { kind: 'no_file' };
  let database: DatabaseSync | undefined;
  let isRunning = false;
  try {
    // The types of Node do not know the limits yet. SQLite refuses a longer value before it is read.
    const options: object = { readOnly: true, timeout: BUSY_MS, limits: { length: maxRowBytes } };
    database = new DatabaseSync(path, options);
    // The mode is the file's; this holds for attached files and temporary tables, too.
    database.exec('pragma query_only = on');
    const statement = prepare(database, query);
    const names = statement.columns().map(({ name }) => name);
    write({ kind: 'columns', names });
    if (names.length === 0) return { kind: 'end' };
    const rows = statement.iterate(parameters);
    isRunning = true;
    // As lists, which the types of Node do not know yet.
    const lists = rows as Iterable<unknown> as Iterable<readonly unknown[]>;
    const tooLarge = writeRows(lists, names.length, maxRowBytes);
    return tooLarge === null ? { kind: 'end' } : { kind: 'row_too_large', row: tooLarge };
  } catch (error) {
    const { message, code, errcode } = error as SqliteErrorFields;
    return { kind: 'error', error: { message, code, errcode }, isRunning };
  } finally {
    database?.close();
  }
}

function prepare(database: DatabaseSync, query: string): StatementSync {
  const statement = database.prepare(query);
  statement.setReadBigInts(true);
  // A mapping would hide the first of two columns of one name.
  statement.setReturnArrays(true);
  return statement;
}

/** Those before a failure are written, too. @returns the number of a row that is too large, or null */
function writeRows(
  rows: Iterable<readonly unknown[]>,
  width: number,
  maxRowBytes: number,
): number | null {
  const none = (): unknown[][] => Array.from({ length: width }, () => []);
  let columns = none();
  let count = 0;
  let size = 0;
  let before = 0;
  let since = performance.now();
  try {
    for (const row of rows) {
      const rowSize = sizeOf(row);
      // Each value has the limit of SQLite; all of them together need this one.
      if (rowSize > maxRowBytes) return before + count + 1;
      for (const [index, value] of row.entries()) columns[index]?.push(value);
      size += rowSize;
      count += 1;
      const isFull = count >= MOST_ROWS || size >= MOST_SIZE;
      if (!isFull && performance.now() - since < LONGEST_MS) continue;
      const full: SqliteAnswer = { kind: 'rows', count, columns };
      before += count;
      [columns, count, size] = [none(), 0, 0];
      write(full);
      since = performance.now();
    }
    return null;
  } finally {
    if (count > 0) write({ kind: 'rows', count, columns });
  }
}

/** Of its texts and blobs, in characters and bytes. */
function sizeOf(row: readonly unknown[]): number {
  let size = 0;
  for (const value of row) {
    if (typeof value === 'string' || value instanceof Uint8Array) size += value.length;
  }
  return size;
}

/** Waits until the pipe has room, so that no row is read in vain. */
function write(answer: SqliteAnswer): void {
  const bytes = serialize(answer);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  for (const part of [length, bytes]) {
    for (let written = 0; written < part.length;) {
      written += writeSync(ANSWERS, part, written);
    }
  }
}

if (isMainThread) hearParent();
else parentPort?.on('message', (question: SqliteQuestion) => write(read(question)));
