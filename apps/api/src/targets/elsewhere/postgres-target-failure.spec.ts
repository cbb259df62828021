import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { DatabaseUnavailableError } from '../../database/unavailable.js';
import { TargetUnavailableError } from '../day-target.js';
import { TargetRefusedError } from '../target-rows.js';
import { connectFailure, isNoTable, statementFailure } from './postgres-target-failure.js';

const ATTEMPT = { place: 'readings in ${TARGET}', wanted: 'accept the rows' };

/** An error of the server. */
function failing(code: string, fields: Partial<DatabaseError> = {}): DatabaseError {
  return Object.assign(new DatabaseError('in its own words', 0, 'error'), { code, ...fields });
}

function ofSystem(code: string): Error {
  return Object.assign(new Error(`connect ${code} 10.0.0.1:5432`), { code });
}

describe('an error of a statement', () => {
  it.each([
    ['53100', 'TARGET_FULL'],
    ['53300', 'TARGET_UNREACHABLE'],
    ['53400', 'TARGET_UNREACHABLE'],
    ['25006', 'TARGET_READ_ONLY'],
    ['25P03', 'TARGET_UNREACHABLE'],
    ['28000', 'TARGET_LOGIN_REFUSED'],
    ['28P01', 'TARGET_LOGIN_REFUSED'],
    ['3D000', 'TARGET_LOGIN_REFUSED'],
    ['40001', 'TARGET_LOCKED'],
    ['55P03', 'TARGET_LOCKED'],
    ['57014', 'TARGET_UNREACHABLE'],
    ['57P01', 'TARGET_UNREACHABLE'],
    ['57P03', 'TARGET_UNREACHABLE'],
    ['58030', 'TARGET_UNREACHABLE'],
    ['08006', 'TARGET_UNREACHABLE'],
  ])('that passes is waited for: %s is %s', (state, code) => {
    const cause = failing(state);
    const failure = statementFailure(cause, ATTEMPT);
    expect(failure).toBeInstanceOf(TargetUnavailableError);
    expect(failure).toMatchObject({ code, cause });
    expect(String(failure)).toMatch(/: expected readings in \$\{TARGET\} to .+, got a|no/);
    expect(String(failure)).not.toContain('in its own words');
  });

  it.each(['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND'])(
    'that the network has is one of no answer: %s',
    (code) => {
      const failure = statementFailure(ofSystem(code), ATTEMPT);
      expect(failure).toBeInstanceOf(TargetUnavailableError);
      expect(failure).toMatchObject({
        code: 'TARGET_UNREACHABLE',
        message: 'expected readings in ${TARGET} to answer, got no connection, or one that broke',
      });
    },
  );

  it.each([
    ['22P02', { where: 'COPY readings, line 7, column c: "x"' }, ' (row 7 of the day, column c)'],
    ['23514', { where: 'COPY readings, line 8: "x"' }, ' (row 8 of the day)'],
    ['44000', {}, ''],
    ['54000', {}, ''],
    ['P0001', {}, ''],
    ['42501', {}, ''],
    ['42703', {}, ''],
    ['0A000', {}, ''],
    ['55000', {}, ''],
  ])('that does not pass refuses the rows: %s', (code, fields, row) => {
    const failure = statementFailure(failing(code, fields), ATTEMPT);
    expect(failure).toBeInstanceOf(TargetRefusedError);
    expect(failure).toMatchObject({
      message: `expected readings in \${TARGET} to accept the rows, got: in its own words${row}`,
    });
  });

  it('that the server has ended at its timeout refuses the rows: they would take as long again', () => {
    const failure = statementFailure(failing('57014'), { ...ATTEMPT, timeout: 600_000 });
    expect(failure).toBeInstanceOf(TargetRefusedError);
    expect(String(failure)).toMatch(
      /expected readings in \$\{TARGET\} to accept the rows, got: a statement that takes more than 600 s; to fix it: remove indexes/,
    );
    const other = statementFailure(failing('57P01'), { ...ATTEMPT, timeout: 600_000 });
    expect(other).toBeInstanceOf(TargetUnavailableError);
  });

  it('that is none of these stays as it is', () => {
    const absent = failing('42P01');
    expect(isNoTable(absent)).toBe(true);
    const others = [
      absent,
      new RangeError('a mistake'),
      new DatabaseUnavailableError('disk', 'staged rows'),
      connectFailure(ofSystem('ECONNREFUSED'), ATTEMPT.place),
      'no error',
      undefined,
    ];
    for (const error of others) expect(statementFailure(error, ATTEMPT)).toBe(error);
  });
});

describe('an error of a connection', () => {
  it.each([
    [failing('28P01'), 'TARGET_LOGIN_REFUSED', 'accept the login, got a wrong password'],
    [failing('42501'), 'TARGET_LOGIN_REFUSED', 'accept the login, got a login that is not allowed'],
    [failing('57P03'), 'TARGET_UNREACHABLE', 'answer, got a server that is starting or stopping'],
    [failing('53300'), 'TARGET_UNREACHABLE', 'answer, got a server without a free connection'],
    [
      new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'),
      'TARGET_LOGIN_REFUSED',
      'accept the login, got an address without a password',
    ],
    [
      ofSystem('ECONNREFUSED'),
      'TARGET_UNREACHABLE',
      'answer, got no connection, or one that broke',
    ],
    [
      new Error('timeout exceeded when trying to connect'),
      'TARGET_UNREACHABLE',
      'answer, got no connection, or one that broke',
    ],
    [
      ofSystem('SELF_SIGNED_CERT_IN_CHAIN'),
      'TARGET_UNREACHABLE',
      'answer, got no connection: SELF_SIGNED_CERT_IN_CHAIN',
    ],
    [
      new Error('The server does not support SSL connections'),
      'TARGET_UNREACHABLE',
      'answer, got no connection',
    ],
  ])('does not show the address: %s', (error, code, text) => {
    expect(connectFailure(error, ATTEMPT.place)).toMatchObject({
      code,
      message: `expected readings in \${TARGET} to ${text}`,
    });
  });
});
