import { describe, expect, it } from 'vitest';
import { TargetUnavailableError } from '../day-target.js';
import { TargetRefusedError } from '../target-rows.js';
import { DuckdbConflictError, duckdbFailure, isFatal } from './duckdb-failure.js';
import { DUCKDB_PACKAGE, DuckdbMissingError } from './duckdb-package.js';

const ATTEMPT = {
  place: 'weather in ./w.duckdb',
  path: '/data/w.duckdb',
  writtenPath: './w.duckdb',
  wanted: 'accept the rows',
};
const COMMIT = 'TransactionContext Error: Failed to commit: ';

describe('an error of DuckDB', () => {
  it.each([
    [
      'IO Error: Could not set lock on file "/data/w.duckdb": Conflicting lock is held in /usr/bin/node (PID 25269). See also https://duckdb.org/docs/stable/connect/concurrency',
      'TARGET_LOCKED',
      'a lock of another process (PID 25269): close the file there',
    ],
    [
      'IO Error: Cannot open file "/data/w.duckdb": No such file or directory',
      'TARGET_UNREACHABLE',
      'no such folder: create or mount it',
    ],
    [
      'IO Error: Cannot open file "/data/w.duckdb": Permission denied',
      'TARGET_READ_ONLY',
      'a file or a folder that may only be read: let Daysync write both',
    ],
    [
      `${COMMIT}Cannot open file "/data/w.duckdb.wal": Read-only file system`,
      'TARGET_READ_ONLY',
      'a file or a folder that may only be read: let Daysync write both',
    ],
    [
      `${COMMIT}Could not write file "/data/w.duckdb.wal": No space left on device`,
      'TARGET_FULL',
      'a full disk: free some room there',
    ],
    [
      'Failed to append: Could not write file "/data/w.duckdb.tmp/x": No space left on device',
      'TARGET_FULL',
      'a full disk: free some room there',
    ],
    [
      "Out of Memory Error: failed to offload data block of size 256.0 KiB (89.9 GiB/90.0 GiB used). This limit was set by the 'max_temp_directory_size' setting.",
      'TARGET_FULL',
      'a full disk: free some room there',
    ],
    [
      'IO Error: Could not read from file "/data/w.duckdb": Input/output error',
      'TARGET_UNREACHABLE',
      'got: Could not read from file "./w.duckdb": Input/output error',
    ],
    [
      `${COMMIT}Could not write file "/data/w.duckdb": Input/output error`,
      'TARGET_UNREACHABLE',
      'got: Could not write file "./w.duckdb": Input/output error',
    ],
    [
      'FATAL Error: Failed: database has been invalidated because of a previous fatal error.',
      'TARGET_UNREACHABLE',
      'got: Failed: database has been invalidated because of a previous fatal error.',
    ],
  ])('passes: %s', (message, code, text) => {
    const failure = duckdbFailure(new Error(message), ATTEMPT);
    expect(failure).toBeInstanceOf(TargetUnavailableError);
    expect(failure).toMatchObject({ code, message: expect.stringContaining(text) as unknown });
    expect(String(failure)).toMatch(
      /^TargetUnavailableError: expected weather in \.\/w\.duckdb to/,
    );
    expect(String(failure)).not.toContain('/data');
  });

  it.each([
    ['EACCES', 'TARGET_READ_ONLY'],
    ['ENOTDIR', 'TARGET_UNREACHABLE'],
    ['ENOSPC', 'TARGET_FULL'],
    ['EIO', 'TARGET_UNREACHABLE'],
  ])('of the file system passes: %s', (code, expected) => {
    const error = Object.assign(new Error(`${code}: stat '/data/w.duckdb'`), {
      ...{ code, syscall: 'stat' },
    });
    const failure = duckdbFailure(error, ATTEMPT);
    expect(failure).toMatchObject({ code: expected, cause: error });
    expect(String(failure)).not.toContain('/data');
  });

  it.each([
    'TransactionContext Error: Conflict on update!',
    'TransactionContext Error: Conflict on tuple deletion!',
    'TransactionContext Error: Catalog write-write conflict on alter with "t"',
    'TransactionContext Error: Transaction conflict: attempting to insert into table "t" but it has been dropped by a different transaction',
    'Failed to append: Transaction conflict: attempting to insert into table "t" but it has been altered by a different transaction',
    `${COMMIT}PRIMARY KEY or UNIQUE constraint violation: duplicate key "k, 2025-01-01"`,
    'Constraint Error: Duplicate key "target: 0123456789abcdef, day: 2025-01-01" violates primary key constraint.',
  ])('is a conflict: %s', (message) => {
    const failure = duckdbFailure(new Error(message), ATTEMPT);
    expect(failure).toBeInstanceOf(DuckdbConflictError);
    expect(failure).toMatchObject({ code: 'TARGET_LOCKED' });
  });

  it.each([
    [
      'IO Error: The file "/data/w.duckdb" exists, but it is not a valid DuckDB database file!',
      'The file "./w.duckdb" exists, but it is not a valid DuckDB database file!',
    ],
    [
      'IO Error: Corrupt database file: computed checksum 1 does not match stored checksum 2 in block 3',
      'Corrupt database file: computed checksum 1 does not match stored checksum 2 in block 3',
    ],
    ['Failed to append: NOT NULL constraint failed: t.id', 'NOT NULL constraint failed: t.id'],
    ['Table ".main.t" could not be found', 'Table ".main.t" could not be found'],
    [
      'Binder Error: Referenced column "a" not found!\nCandidate bindings: "b"\n\nLINE 1: select a',
      'Referenced column "a" not found!',
    ],
    [
      `${COMMIT}failed to pin block of size 1.0 MiB (487.3 MiB/488.2 MiB used)\n\nPossible solutions:`,
      'values that need more memory: failed to pin block of size 1.0 MiB (487.3 MiB/488.2 MiB used)',
    ],
    [
      'FATAL Error: Failed to create checkpoint because of error: failed to pin block of size 980.0 KiB (1023.9 MiB/1.0 GiB used)',
      'values that need more memory: Failed to create checkpoint because of error: failed to pin block of size 980.0 KiB (1023.9 MiB/1.0 GiB used)',
    ],
  ])('is a refusal: %s', (message, why) => {
    const error = new Error(message);
    const failure = duckdbFailure(error, ATTEMPT);
    expect(failure).toBeInstanceOf(TargetRefusedError);
    expect(failure).toMatchObject({
      message: `expected weather in ./w.duckdb to accept the rows, got: ${why}`,
      cause: error,
    });
  });

  it('is a refusal with the command that installs DuckDB, where its part for this system is missing', () => {
    const missing = new DuckdbMissingError(new Error('no part'));
    const failure = duckdbFailure(missing, ATTEMPT);
    expect(failure).toBeInstanceOf(TargetRefusedError);
    expect(failure).toMatchObject({
      message: `expected weather in ./w.duckdb to accept the rows, got: no package @duckdb/node-api for this system: ${DUCKDB_PACKAGE.install}`,
      cause: missing,
    });
  });

  it.each([new TypeError('a mistake'), new RangeError('IO Error: a mistake'), 'a text'])(
    'is not %s',
    (error) => {
      expect(duckdbFailure(error, ATTEMPT)).toBe(error);
    },
  );

  it('is fatal where DuckDB gives up', () => {
    const fatal = new Error('FATAL Error: Failed to create checkpoint');
    expect(isFatal(fatal)).toBe(true);
    expect(isFatal(duckdbFailure(fatal, ATTEMPT))).toBe(true);
    expect(isFatal(new Error('IO Error: FATAL'))).toBe(false);
  });
});
