import { describe, expect, it } from 'vitest';
import { connectFailure, passwordHider, queryFailure } from './sql-postgres-failure.js';

const shown = (text: string): string => text;
const fromServer = (code: string, message = 'no'): Error =>
  Object.assign(new Error(message), { code, severity: 'ERROR' });

describe('an error of a query', () => {
  it.each([
    ['40001', 'passing', 'SQL_QUERY_FAILED'],
    ['40P01', 'passing', 'SQL_QUERY_FAILED'],
    ['53200', 'passing', 'SQL_QUERY_FAILED'],
    ['55P03', 'passing', 'SQL_QUERY_FAILED'],
    ['57014', 'passing', 'SQL_QUERY_FAILED'],
    ['25P03', 'passing', 'SQL_QUERY_FAILED'],
    ['08006', 'passing', 'SQL_CONNECTION_LOST'],
    ['25006', 'source_wide', 'SQL_QUERY_REFUSED'],
    ['42P01', 'source_wide', 'SQL_QUERY_REFUSED'],
    ['42501', 'source_wide', 'SQL_QUERY_REFUSED'],
    ['57P01', 'source_wide', 'SQL_UNREACHABLE'],
    ['57P03', 'source_wide', 'SQL_UNREACHABLE'],
    ['22012', 'lasting', 'SQL_QUERY_FAILED'],
    ['P0001', 'lasting', 'SQL_QUERY_FAILED'],
    ['XX000', 'lasting', 'SQL_QUERY_FAILED'],
  ])('%s is %s, %s', (state, kind, code) => {
    expect(queryFailure(fromServer(state), shown)).toMatchObject({ kind, code });
  });

  it.each([
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }),
    new Error('Connection terminated unexpectedly'),
  ])('that is the network’s may pass: %s', (error) => {
    const failure = queryFailure(error, shown);
    expect(failure).toMatchObject({ kind: 'passing', code: 'SQL_CONNECTION_LOST' });
  });

  it('that is not expected is none of these', () => {
    expect(queryFailure(new TypeError('x is not a function'), shown)).toBeUndefined();
    expect(queryFailure(undefined, shown)).toBeUndefined();
  });
});

it.each([
  [fromServer('28P01', 'password'), 'source_wide', 'SQL_LOGIN_REFUSED', 'password'],
  [fromServer('53300', 'too many'), 'passing', 'SQL_UNREACHABLE', 'too many'],
  [fromServer('57P03', 'starting'), 'source_wide', 'SQL_UNREACHABLE', 'starting'],
  [
    Object.assign(new Error('connect EPIPE 10.0.0.1'), { code: 'EPIPE' }),
    'source_wide',
    'SQL_UNREACHABLE',
    'EPIPE',
  ],
])('an error of a connection: %s', (error, kind, code, received) => {
  const failure = connectFailure(error, '${URL}', shown);
  expect(failure).toMatchObject({ kind, code });
  expect(failure.message).toMatch(/^\$\{URL\}: expected .*, got: /);
  expect(failure.message.endsWith(`got: ${received}`)).toBe(true);
});

it.each([
  ['postgres://eu:c4nary@db/w', 'login with c4nary', 'login with ***'],
  ['postgres://eu:c4%2Fnary@db/w', 'c4/nary and c4%2Fnary', '*** and ***'],
  ['postgres://db/w?user=eu&password=c4nary', 'c4nary', '***'],
  ['postgres://eu:100%25%@db/w', '100%25%', '***'],
  ['postgres://eu@db/w', 'as it is', 'as it is'],
])('passwordHider of %s', (url, text, expected) => {
  expect(passwordHider(url)(text)).toBe(expected);
});
