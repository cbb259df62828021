import type { DayErrorCode } from '../day-errors.js';
import { SourceError, type SourceErrorKind } from '../day-source.js';

interface ErrorFields {
  readonly message?: unknown;
  /** A SQLSTATE of PostgreSQL, or a system error such as ECONNREFUSED. */
  readonly code?: unknown;
  /** Only of errors from the server. */
  readonly severity?: unknown;
}

const MOST_CHARACTERS = 1_000;

/**
 * The error for a failed connection. The address is shown only as written.
 * @param hide redacts secrets in a text
 */
export function connectFailure(
  error: unknown,
  writtenUrl: string,
  hide: (text: string) => string,
): SourceError {
  const { code } = fieldsOf(error);
  const state = stateOf(error);
  const text = textOf(error, hide);
  if (state === '53300') {
    const message = `${writtenUrl}: expected a free connection, got: ${text}`;
    return new SourceError('passing', 'SQL_UNREACHABLE', message);
  }
  // Login, database and permission to connect; and pg's own message for a missing password.
  if (/^(?:28|3D|42)/.test(state) || text.startsWith('SASL')) {
    const message = `${writtenUrl}: expected a login that the database accepts, got: ${text}`;
    return new SourceError('source_wide', 'SQL_LOGIN_REFUSED', message);
  }
  // System messages contain the address.
  const received = state === '' && typeof code === 'string' ? code : text;
  const message = `${writtenUrl}: expected a PostgreSQL server to answer, got: ${received}`;
  return new SourceError('source_wide', 'SQL_UNREACHABLE', message);
}

/** The error for a failed query; undefined for an error of neither the server nor the network. */
export function queryFailure(
  error: unknown,
  hide: (text: string) => string,
): SourceError | undefined {
  const state = stateOf(error);
  if (state === '') return isLostConnection(error) ? lost(textOf(error, hide)) : undefined;
  const [kind, code, expected] = meaningOf(state, textOf(error, hide));
  return new SourceError(kind, code, `expected ${expected}, got: ${textOf(error, hide)}`);
}

type Meaning = readonly [kind: SourceErrorKind, code: DayErrorCode, expected: string];

/** By https://www.postgresql.org/docs/current/errcodes-appendix.html */
function meaningOf(state: string, text: string): Meaning {
  const failed = 'the query to give its rows';
  switch (state) {
    case '57014':
      return text.includes('statement timeout')
        ? ['passing', 'TIMEOUT', 'the query to end in time']
        : ['passing', 'SQL_QUERY_FAILED', failed];
    case '25006':
      return ['source_wide', 'SQL_QUERY_REFUSED', 'a query that only reads'];
    case '57P01':
    case '57P02':
    case '57P03':
    case '57P04':
      return ['source_wide', 'SQL_UNREACHABLE', 'a PostgreSQL server that stays'];
    default:
      break;
  }
  switch (state.slice(0, 2)) {
    case '08':
      return ['passing', 'SQL_CONNECTION_LOST', 'the connection to last'];
    case '0A':
    case '28':
    case '3D':
    case '3F':
    case '42':
      return ['source_wide', 'SQL_QUERY_REFUSED', 'a query that PostgreSQL accepts'];
    // Conflicts and timeouts of transactions; too little memory or disk; locks; the system.
    case '25':
    case '40':
    case '53':
    case '55':
    case '57':
    case '58':
    case '72':
      return ['passing', 'SQL_QUERY_FAILED', failed];
    default:
      return ['lasting', 'SQL_QUERY_FAILED', failed];
  }
}

function lost(text: string): SourceError {
  const message = `expected the connection to last, got: ${text}`;
  return new SourceError('passing', 'SQL_CONNECTION_LOST', message);
}

/** pg identifies some errors by their message alone. */
function isLostConnection(error: unknown): boolean {
  const { code, message } = fieldsOf(error);
  if (typeof code === 'string') return /^E[A-Z]+$/.test(code);
  return (
    typeof message === 'string' &&
    /^Connection terminated|^Client has encountered a connection error|not queryable/.test(message)
  );
}

function stateOf(error: unknown): string {
  const { code, severity } = fieldsOf(error);
  return typeof code === 'string' && severity !== undefined ? code : '';
}

function textOf(error: unknown, hide: (text: string) => string): string {
  const { message, code } = fieldsOf(error);
  const text = typeof message === 'string' && message !== '' ? message : String(code ?? error);
  return hide(text).slice(0, MOST_CHARACTERS).toWellFormed();
}

function fieldsOf(error: unknown): ErrorFields {
  return typeof error === 'object' && error !== null ? error : {};
}

/** Redacts the password of an address in a text, as written and decoded. */
export function passwordHider(url: string): (text: string) => string {
  const { password, searchParams } = new URL(url);
  const secrets = [
    password,
    ...['password', 'sslpassword'].map((key) => searchParams.get(key) ?? ''),
  ]
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, decoded(secret)])
    .toSorted((a, b) => b.length - a.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A literal percent sign.
  }
}
