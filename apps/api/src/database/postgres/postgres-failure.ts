import { DatabaseUnavailableError, type UnavailablePart } from '../unavailable.js';

/** The line of a `COPY` that the server has rejected, and the column if it is in one value. */
const COPIED_ROW = /^COPY .*, line (\d+)(?:, column (.+?)(?:: (?:".*|null input))?|: .*)?$/m;
/** Two transactions collided: the same one succeeds when it is tried again. */
const TRY_AGAIN: ReadonlySet<string> = new Set(['40001', '40P01']);
const LOCK_TIMEOUT = '55P03';
/** The table was altered since the statement was prepared on this connection. */
const OUTDATED_PLAN = 'cached plan must not change result type';
/**
 * SQLSTATE codes, or their first letters, of errors that pass (PostgreSQL 18, appendix A): no connection, no free
 * connection, a broken one; a full disk; a stand-by that is not the primary yet.
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
/** Network errors of Node.js. */
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
/** Errors of node-postgres without a code: a broken connection, no connection, or a statement that hangs. */
const LOST =
  /^(?:Connection terminated|Client has encountered a connection error|timeout (?:exceeded when trying to connect|expired)|Query read timeout|Cannot use a pool after)/;

/** Whether the transaction should be tried again at once. */
export function isCollision(error: unknown): boolean {
  return TRY_AGAIN.has(codeOf(error)) || isOutdatedPlan(error);
}

/** Whether the wait for a lock was ended, by a `lock_timeout` or by `nowait`. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === LOCK_TIMEOUT;
}

/** Whether a connection could not be opened, or has broken. */
export function isLostConnection(error: unknown): boolean {
  return NETWORK.has(codeOf(error)) || LOST.test(textOf(error, 'message'));
}

/** Whether the prepared statements of a connection are outdated. */
export function isOutdatedPlan(error: unknown): boolean {
  return textOf(error, 'message').startsWith(OUTDATED_PLAN);
}

/** A row that a table has rejected. */
export interface CopyRejection {
  /** Why: a constraint, a value outside its type, an index entry that is too large, a trigger. */
  readonly message: string;
  /** The number of the row, from 1; null if the server does not say. */
  readonly row: number | null;
  /** The same for its column. */
  readonly column: string | null;
}

/** Null for any other error. */
export function refusalOf(error: unknown): CopyRejection | null {
  // Two classes of wrong data, a view's check, limits, and what a trigger raises.
  if (!/^(?:22|23|44|54|P0)...$/.test(codeOf(error))) return null;
  const [, row, column = null] = COPIED_ROW.exec(textOf(error, 'where')) ?? [];
  const message = textOf(error, 'message');
  return { message, row: row === undefined ? null : Number(row), column };
}

/** The same as a text. */
export function describeRefusal(error: unknown): string | null {
  const refusal = refusalOf(error);
  if (refusal === null) return null;
  const { message, row, column } = refusal;
  if (row === null) return message;
  return `${message} (row ${row} of the day${column === null ? '' : `, column ${column}`})`;
}

/**
 * Turns an error of an unavailable database into a {@link DatabaseUnavailableError}; others stay as they are.
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
  if (isLostConnection(error)) {
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
