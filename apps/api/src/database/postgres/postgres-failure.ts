import { DatabaseUnavailableError, type UnavailablePart } from '../unavailable.js';

/** Where the server was in what was copied. */
const COPIED_ROW = /^COPY .*, line (\d+)/m;
/** Two transactions were in each other's way: the same again goes well. */
const TRY_AGAIN: ReadonlySet<string> = new Set(['40001', '40P01']);
const LOCK_TIMEOUT = '55P03';
/** The table has other columns since the statement was prepared on this connection; on a new one it is prepared anew. */
const OUTDATED_PLAN = 'cached plan must not change result type';
/**
 * SQLSTATE codes, or their first letters, of a server that takes nothing for now (PostgreSQL 18, appendix A): no
 * connection, none free, none any more; no room; a stand-by that has not taken over yet.
 */
const MAY_PASS: readonly (readonly [
  begins: string,
  { readonly what: UnavailablePart; readonly reason: string },
])[] = [
  ['53100', { what: 'disk', reason: 'its disk is full' }],
  ['53300', { what: 'database', reason: 'it has too many connections' }],
  ['53', { what: 'database', reason: 'it is out of resources' }],
  ['57P03', { what: 'database', reason: 'it is starting or stopping' }],
  ['57P', { what: 'database', reason: 'it has ended the connection' }],
  ['57014', { what: 'database', reason: 'it has ended the statement' }],
  ['25P03', { what: 'database', reason: 'it has ended a transaction that stood still' }],
  ['25P04', { what: 'database', reason: 'it has ended a transaction that took too long' }],
  ['25006', { what: 'database', reason: 'it only reads' }],
  ['58030', { what: 'disk', reason: 'its disk does not read or write' }],
  ['28', { what: 'database', reason: 'it refuses the login' }],
  ['3D000', { what: 'database', reason: 'it has no such database' }],
  ['08', { what: 'database', reason: 'the connection broke' }],
  [LOCK_TIMEOUT, { what: 'database', reason: 'another program holds a lock' }],
];
/** Codes of Node.js for a network that does not carry. */
const NETWORK: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** What node-postgres throws without a code: its connection is gone, none comes about, or a statement hangs. */
const LOST =
  /^(?:Connection terminated|Client has encountered a connection error|timeout (?:exceeded when trying to connect|expired)|Query read timeout|Cannot use a pool after)/;

/** Whether the same transaction is to be tried again at once. */
export function isCollision(error: unknown): boolean {
  return TRY_AGAIN.has(codeOf(error)) || isOutdatedPlan(error);
}

/** Whether it has given up waiting for a lock: the server has a `lock_timeout`, or the statement says `nowait`. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === LOCK_TIMEOUT;
}

/** Whether what a connection has prepared is of no use any more. */
export function isOutdatedPlan(error: unknown): boolean {
  return textOf(error, 'message').startsWith(OUTDATED_PLAN);
}

/** What a table did not take, of what was copied into it. */
export interface CopyRejection {
  /** Why: a constraint, a value that its type does not hold, an index with too little room, a trigger. */
  readonly message: string;
  /** Which of the rows, counted from 1; null where the server does not say. */
  readonly row: number | null;
}

/** Null for an error that says something else. */
export function refusalOf(error: unknown): CopyRejection | null {
  // Wrong data, two classes of it; a view's check; limits; and what a trigger raises.
  if (!/^(?:22|23|44|54|P0)...$/.test(codeOf(error))) return null;
  const row = COPIED_ROW.exec(textOf(error, 'where'))?.[1];
  return { message: textOf(error, 'message'), row: row === undefined ? null : Number(row) };
}

/**
 * Why a table did not take a row: a constraint, a value that its type does not hold, an index with too little room, a
 * trigger. Null for an error that says something else.
 */
export function describeRefusal(error: unknown): string | null {
  const refusal = refusalOf(error);
  if (refusal === null) return null;
  const { message, row } = refusal;
  return message + (row === null ? '' : ` (row ${row} of the day)`);
}

/**
 * What a failure of node-postgres means; anything but a database that is away stays as it is.
 * @param isUnsure whether a commit was under way
 */
export function classifyPostgresFailure(error: unknown, isUnsure = false): unknown {
  const part = partOf(error);
  if (part === undefined) return error;
  const message = `the database can't be written: ${part.reason}`;
  return new DatabaseUnavailableError(part.what, message, { cause: error }, isUnsure);
}

function partOf(
  error: unknown,
): { readonly what: UnavailablePart; readonly reason: string } | undefined {
  const code = codeOf(error);
  if (NETWORK.has(code) || LOST.test(textOf(error, 'message'))) {
    return { what: 'database', reason: 'it does not answer' };
  }
  if (isCollision(error)) return { what: 'database', reason: 'other transactions are in its way' };
  return MAY_PASS.find(([begins]) => code.startsWith(begins))?.[1];
}

function codeOf(error: unknown): string {
  return textOf(error, 'code');
}

function textOf(error: unknown, field: 'code' | 'message' | 'where'): string {
  const text: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, field) : undefined;
  return typeof text === 'string' ? text : '';
}
