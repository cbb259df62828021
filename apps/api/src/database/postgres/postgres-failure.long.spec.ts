import { describe, expect, it } from 'vitest';
import { classifyPostgresFailure, describeRefusal, isCollision } from './postgres-failure.js';
import { DatabaseUnavailableError } from '../unavailable.js';

/** As node-postgres throws what the server says. */
function failing(code: string, fields: Readonly<Record<string, string>> = {}): Error {
  return Object.assign(new Error('failing'), { code, ...fields });
}

describe('a failure of PostgreSQL', () => {
  it.each([
    ['53100', 'disk', 'its disk is full'],
    ['53200', 'database', 'it is out of resources'],
    ['53300', 'database', 'it has too many connections'],
    ['57P01', 'database', 'it has ended the connection'],
    ['57P02', 'database', 'it has ended the connection'],
    ['57P03', 'database', 'it is starting or stopping'],
    ['25P03', 'database', 'it has ended a transaction that stood still'],
    ['25006', 'database', 'it only reads'],
    ['58030', 'disk', 'its disk does not read or write'],
    ['08006', 'database', 'the connection broke'],
    ['28P01', 'database', 'it refuses the login'],
    ['3D000', 'database', 'it has no such database'],
    ['57014', 'database', 'it has ended the statement'],
    ['55P03', 'database', 'another program holds a lock'],
    ['40001', 'database', 'other transactions are in its way'],
    ['40P01', 'database', 'other transactions are in its way'],
    ['ECONNREFUSED', 'database', 'it does not answer'],
    ['ENOTFOUND', 'database', 'it does not answer'],
  ])('of the code %s may pass: %s, %s', (code, what, reason) => {
    const failure = classifyPostgresFailure(failing(code));
    expect(failure).toBeInstanceOf(DatabaseUnavailableError);
    expect(failure).toMatchObject({ what, message: `the database can't be written: ${reason}` });
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client has encountered a connection error and is not queryable',
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Query read timeout',
    'Cannot use a pool after calling end on the pool',
  ])('without a code may pass: %s', (message) => {
    expect(classifyPostgresFailure(new Error(message))).toMatchObject({
      what: 'database',
      message: "the database can't be written: it does not answer",
    });
  });

  it.each([failing('23505'), failing('42P01'), new Error('other'), 'text', null])(
    'is left as it is: %o',
    (error) => {
      expect(classifyPostgresFailure(error)).toBe(error);
    },
  );

  it('is one to try again after a deadlock or a serialization failure alone', () => {
    const codes = ['40001', '40P01', '40002', '53300', ''];
    expect(codes.filter((code) => isCollision(failing(code)))).toEqual(['40001', '40P01']);
    expect(isCollision(null)).toBe(false);
  });

  it.each([
    ['22003', {}, 'failing'],
    ['23514', { where: 'COPY readings, line 7: "2025-10-01\t5"' }, 'failing (row 7 of the day)'],
    [
      '22P02',
      { where: 'JSON data, line 1: x\nCOPY r, line 2, column c' },
      'failing (row 2 of the day, column c)',
    ],
    [
      '22P02',
      { where: 'COPY r, line 3, column it\'s: odd, or not: "a: "b"\nc"' },
      "failing (row 3 of the day, column it's: odd, or not)",
    ],
    ['22P04', { where: 'COPY r, line 4: "7\t"' }, 'failing (row 4 of the day)'],
    ['44000', {}, 'failing'],
    ['54000', {}, 'failing'],
    ['P0001', { where: 'PL/pgSQL function refuse() line 1 at RAISE' }, 'failing'],
    ['42P01', {}, null],
    ['40001', {}, null],
  ])('of the code %s with %j is a refusal: %s', (code, fields, refusal) => {
    expect(describeRefusal(failing(code, fields as Record<string, string>))).toBe(refusal);
  });
});
