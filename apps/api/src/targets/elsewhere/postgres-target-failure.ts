import { DatabaseError } from 'pg';
import { describeRefusal, isLostConnection } from '../../database/postgres/postgres-failure.js';
import { TargetUnavailableError, type TargetWait } from '../day-target.js';
import { TARGET_DIALECTS } from '../target-dialect.js';
import { TargetRefusedError } from '../target-rows.js';

/** What is expected of a target that can't be used for now, and what comes instead. */
type Wait = readonly [code: TargetWait, expected: string, received: string];

/** The server has ended a statement: at its timeout, or because a user asked for it. */
const ENDED = '57014';
const FASTER = 'remove indexes or triggers that make it slow, or other load, then retry the day';

const NO_ANSWER: Wait = ['TARGET_UNREACHABLE', 'answer', 'no connection, or one that broke'];
const NOT_ALLOWED: Wait = [
  'TARGET_LOGIN_REFUSED',
  'accept the login',
  'a login that is not allowed',
];
const NO_PASSWORD: Wait = [
  'TARGET_LOGIN_REFUSED',
  'accept the login',
  'an address without a password',
];

/** By SQLSTATE codes, or their first letters (PostgreSQL 18, appendix A): the errors that pass. */
const WAITS: Readonly<Record<string, Wait>> = {
  '28P01': ['TARGET_LOGIN_REFUSED', 'accept the login', 'a wrong password'],
  '28': NOT_ALLOWED,
  '3D000': ['TARGET_LOGIN_REFUSED', 'accept the login', 'no database of this name'],
  '53100': ['TARGET_FULL', 'have room for the rows', 'a full disk'],
  '53300': ['TARGET_UNREACHABLE', 'answer', 'a server without a free connection'],
  '53': ['TARGET_UNREACHABLE', 'answer', 'a server that is out of resources'],
  '25006': ['TARGET_READ_ONLY', 'be writable', 'a database that may only be read'],
  '25P': ['TARGET_UNREACHABLE', 'answer in time', 'a transaction that the server has ended'],
  '40': ['TARGET_LOCKED', 'be unlocked in time', 'a conflict with another program'],
  '55P03': ['TARGET_LOCKED', 'be unlocked in time', 'a lock of another program'],
  [ENDED]: ['TARGET_UNREACHABLE', 'answer in time', 'a statement that the server has ended'],
  '57P': ['TARGET_UNREACHABLE', 'answer', 'a server that is starting or stopping'],
  '58': ['TARGET_UNREACHABLE', 'answer', 'a server whose disk does not read or write'],
  '08': NO_ANSWER,
};

/** Where an error of a target came from. */
export interface TargetAttempt {
  /** Of the target, without secrets. */
  readonly place: string;
  /** What the target was to do, such as `accept the rows`. */
  readonly wanted: string;
  /** The timeout that the statement has reached, in milliseconds. */
  readonly timeout?: number | undefined;
}

/**
 * What the error of a connection becomes that could not be opened. The server's own words, and the system's, are left out:
 * they have parts of the address.
 */
export function connectFailure(error: unknown, place: string): TargetUnavailableError {
  // Such as no right to connect to the database.
  if (error instanceof DatabaseError)
    return unavailable(place, waitOf(error) ?? NOT_ALLOWED, error);
  const { message, code } = fieldsOf(error);
  // The client's own words where the server asks for a password, and the address has none.
  if (message.startsWith('SASL')) return unavailable(place, NO_PASSWORD, error);
  if (isLostConnection(error)) return unavailable(place, NO_ANSWER, error);
  // Such as a certificate that is not trusted, or a file of one that is missing.
  const received = `no connection${code === '' ? '' : `: ${code}`}`;
  return unavailable(place, ['TARGET_UNREACHABLE', 'answer', received], error);
}

/**
 * What an error of a statement becomes: a {@link TargetUnavailableError} where it passes, a {@link TargetRefusedError} where
 * the server refuses rows or the shape of the table. That no table is there, and any error that is not the server's, stay
 * as they are.
 */
export function statementFailure(
  error: unknown,
  { place, wanted, timeout }: TargetAttempt,
): unknown {
  if (isLostConnection(error)) return unavailable(place, NO_ANSWER, error);
  if (!(error instanceof DatabaseError) || isNoTable(error)) return error;
  // It would take as long again.
  if (error.code === ENDED && timeout !== undefined) {
    const why = `a statement that takes more than ${timeout / 1_000} s; to fix it: ${FASTER}`;
    return new TargetRefusedError(place, why, error, wanted);
  }
  const wait = waitOf(error);
  if (wait !== undefined) return unavailable(place, wait, error);
  return new TargetRefusedError(place, describeRefusal(error) ?? error.message, error, wanted);
}

/** Whether the table, or the one of the tokens, is not there. */
export function isNoTable(error: unknown): boolean {
  return TARGET_DIALECTS.postgres.isNoTable(error, '');
}

function waitOf({ code = '' }: DatabaseError): Wait | undefined {
  return WAITS[code] ?? WAITS[code.slice(0, 3)] ?? WAITS[code.slice(0, 2)];
}

function unavailable(
  place: string,
  [code, expected, received]: Wait,
  cause: unknown,
): TargetUnavailableError {
  const message = `expected ${place} to ${expected}, got ${received}`;
  return new TargetUnavailableError(code, message, { cause });
}

function fieldsOf(error: unknown): { readonly message: string; readonly code: string } {
  const text = (field: string): string => {
    const found: unknown =
      typeof error === 'object' && error !== null ? Reflect.get(error, field) : undefined;
    return typeof found === 'string' ? found : '';
  };
  return { message: text('message'), code: text('code') };
}
