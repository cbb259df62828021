import { TargetUnavailableError, type TargetWait } from '../day-target.js';
import { TargetRefusedError } from '../target-rows.js';
import { DUCKDB_PACKAGE, DuckdbMissingError } from './duckdb-package.js';

/** Where an error of a target in a DuckDB file came from. */
export interface DuckdbAttempt {
  /** The table and its file, as errors name them. */
  readonly place: string;
  /** The path of the file, which DuckDB's errors have. */
  readonly path: string;
  /** The same as written in the datasets file. */
  readonly writtenPath: string;
  /** What the target was to do, such as `accept the rows`. */
  readonly wanted: string;
}

/** Another transaction has changed the same: the same one succeeds when it is tried again. */
export class DuckdbConflictError extends TargetUnavailableError {
  constructor(place: string, cause: unknown) {
    super(
      'TARGET_LOCKED',
      `expected ${place} to be free, got a change of another transaction in the midst`,
      { cause },
    );
  }
}

/** What DuckDB begins most of its errors with, such as `IO Error: `. */
const KIND = /^((?:\w+ )+Error): /;
/** What could not be written is reported as an error of the transaction or of the appender. */
const WRAPPER = /^(?:TransactionContext Error: Failed to commit|Failed to append): /;
const CONFLICTS: readonly RegExp[] = [
  /^TransactionContext Error: (?:Conflict on|Transaction conflict|Catalog write-write conflict)/,
  /^TransactionContext Error: Failed to commit: (?:PRIMARY KEY or UNIQUE|write-write)/,
  /^Failed to append: Transaction conflict/,
  // Two new tokens of one day.
  /^Constraint Error: Duplicate key "target: [0-9a-f]{16}, day: /,
];

/** What is expected of a target that can't be used for now, what comes instead, and what helps. */
type Wait = readonly [code: TargetWait, expected: string, received: string, help: string];

const FULL: Wait = ['TARGET_FULL', 'have room for the rows', 'a full disk', 'free some room there'];
const READ_ONLY: Wait = [
  'TARGET_READ_ONLY',
  'be writable',
  'a file or a folder that may only be read',
  'let Daysync write both',
];
const LOCKED: Wait = [
  'TARGET_LOCKED',
  'be open in this process alone',
  'a lock of another process',
  'close the file there',
];
export const NO_FOLDER: Wait = [
  'TARGET_UNREACHABLE',
  'be in a folder that is there',
  'no such folder',
  'create or mount it',
];

/** By the words of the system, which DuckDB's errors end with. */
const WAITS: readonly (readonly [RegExp, Wait])[] = [
  [/No space left|Disk quota exceeded|not enough space|max_temp_directory_size/i, FULL],
  [/Could not set lock on file|being used by another process/, LOCKED],
  [/Read-only file system|Permission denied|Operation not permitted|Access is denied/, READ_ONLY],
  [/No such file or directory|Not a directory/, NO_FOLDER],
];
/** By the codes of Node's errors. */
const CODES: Readonly<Record<string, Wait>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EROFS: READ_ONLY,
  EACCES: READ_ONLY,
  EPERM: READ_ONLY,
  ENOENT: NO_FOLDER,
  ENOTDIR: NO_FOLDER,
};
const FILE = /^(?:IO|FATAL) Error: /;
/** It may have been the disk: DuckDB moves to it what does not fit. */
const OUT_OF_MEMORY = /^Out of Memory Error: |failed to (?:pin|allocate|offload) /;
/** What is wrong with the file itself: it does not pass. */
const NO_DATABASE = /not a valid DuckDB database|Is a directory|version number|[Cc]orrupt|checksum/;
const FATAL = /^(?:FATAL|INTERNAL) Error|database has been invalidated/;
/** The process that has the lock. */
const PID = /\(PID (\d+)\)/;

/**
 * What an error of DuckDB or of the file system becomes: a {@link TargetUnavailableError} where it passes, a
 * {@link TargetRefusedError} where the table or the file is not what was expected, or DuckDB is not installed. Any other
 * error stays as it is.
 */
export function duckdbFailure(error: unknown, attempt: DuckdbAttempt): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof DuckdbMissingError) {
    const { install, name } = DUCKDB_PACKAGE;
    const why = `no package ${name} for this system: ${install}`;
    return new TargetRefusedError(attempt.place, why, error, attempt.wanted);
  }
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string' && 'syscall' in error) {
    const wait = CODES[code];
    return wait === undefined ? unreadable(error, attempt) : unavailable(wait, attempt, error);
  }
  // Those of DuckDB have no class of their own.
  if (error.constructor !== Error) return error;
  const { message } = error;
  if (CONFLICTS.some((words) => words.test(message))) {
    return new DuckdbConflictError(attempt.place, error);
  }
  const isOfFile = FILE.test(message) || (WRAPPER.test(message) && /\bfile\b/.test(message));
  const needsMemory = OUT_OF_MEMORY.test(message);
  if (isOfFile || needsMemory) {
    const [, wait] = WAITS.find(([words]) => words.test(message)) ?? [];
    if (wait !== undefined) return unavailable(wait, attempt, error);
  }
  const isLasting = needsMemory || NO_DATABASE.test(message);
  if (isOfFile && !isLasting) return unreadable(error, attempt);
  const why = `${needsMemory ? 'values that need more memory: ' : ''}${describe(message, attempt)}`;
  return new TargetRefusedError(attempt.place, why, error, attempt.wanted);
}

/** Whether an error, or its cause, says that DuckDB refuses all further statements until the file is opened again. */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && (FATAL.test(error.message) || isFatal(error.cause));
}

/** A {@link TargetUnavailableError} of a file. */
export function unavailable(
  [code, expected, received, help]: Wait,
  { place }: Pick<DuckdbAttempt, 'place'>,
  cause?: unknown,
): TargetUnavailableError {
  const pid = cause instanceof Error ? PID.exec(cause.message)?.[1] : undefined;
  const by = pid === undefined ? '' : ` (PID ${pid})`;
  return new TargetUnavailableError(
    code,
    `expected ${place} to ${expected}, got ${received}${by}: ${help}`,
    { cause },
  );
}

function unreadable(error: Error, attempt: DuckdbAttempt): TargetUnavailableError {
  return new TargetUnavailableError(
    'TARGET_UNREACHABLE',
    `expected ${attempt.place} to be readable and writable, got: ${describe(error.message, attempt)}`,
    { cause: error },
  );
}

/** DuckDB's own words, without the statement and the path. */
function describe(message: string, { path, writtenPath }: DuckdbAttempt): string {
  const [first = ''] = message.replace(WRAPPER, '').replace(KIND, '').split('\n');
  return first.replaceAll(path, writtenPath);
}
