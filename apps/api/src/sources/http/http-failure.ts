import type { DayErrorCode } from '../day-errors.js';
import { SourceError, type SourceAnswer } from '../day-source.js';

// Messages show the request that failed, and no text of the server. That stands beside them, and is redacted before it is
// stored: a response may contain the credentials.

/** The request that failed. */
export interface NamedRequest {
  /** Its method, its address with `${NAME}` for what comes from the environment, and its page. */
  readonly shown: string;
}

/** A failure of a request that may succeed when repeated. */
export class PassingFailure extends Error {
  override readonly name = 'PassingFailure';

  /** @param failure the error of the day if no further request succeeds */
  constructor(readonly failure: SourceError) {
    super(failure.message);
  }
}

const failing =
  (kind: SourceError['kind']) =>
  (
    { shown }: NamedRequest,
    code: DayErrorCode,
    expected: string,
    got: string,
    answer: SourceAnswer | null = null,
  ): SourceError =>
    new SourceError(kind, code, `${shown}: expected ${expected}, got ${got}`, {}, { answer });

export const lasting = failing('lasting');
export const sourceWide = failing('source_wide');
const passing = failing('passing');

/** The source requested a delay; the day waits, which costs no attempt. */
export function rateLimited(
  { shown }: NamedRequest,
  answer: SourceAnswer | null,
  waitMs: number,
): SourceError {
  const wait = `for ${Math.ceil(waitMs / 1_000)} s`;
  return new SourceError(
    'passing',
    'SOURCE_RATE_LIMITED',
    `${shown}: expected rows, got ${answer === null ? `an earlier request to wait, still ${wait}` : `${answer.status}, to wait ${wait}`}`,
    {},
    { retryAfterMs: waitMs, answer },
  );
}

/** The error of a request whose answer asks to wait and does not say how long. */
export function askedToWait(
  request: NamedRequest,
  answer: { readonly kind: string; readonly answer?: SourceAnswer } | undefined,
): SourceError {
  const said = answer?.answer ?? null;
  const got = said === null ? 'a request to wait' : String(said.status);
  return passing(request, 'SOURCE_RATE_LIMITED', 'rows', got, said);
}

/** The error for a status that means neither rows nor no data. */
export function statusFailure(
  request: NamedRequest,
  answer: SourceAnswer,
): SourceError | PassingFailure {
  const { status } = answer;
  const got = String(status);
  if (status === 401 || status === 403) {
    const expected = '200 for its credentials';
    return sourceWide(request, 'SOURCE_UNAUTHORIZED', expected, got, answer);
  }
  if (status >= 500 || status === 408 || status === 425) {
    return new PassingFailure(passing(request, 'SOURCE_UNAVAILABLE', '200', got, answer));
  }
  return lasting(request, 'SOURCE_STATUS_UNEXPECTED', '200', got, answer);
}

/** The error of a failed request, from what was thrown; undefined for a bug. */
export function errorOf(failure: unknown): SourceError | undefined {
  if (failure instanceof PassingFailure) return failure.failure;
  return failure instanceof SourceError ? failure : undefined;
}

/** Errors of a connection that could not be made. */
const UNREACHABLE = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
];
/** What did not come in time, by the code of undici. */
const LATE: ReadonlyMap<string, string> = new Map([
  ['UND_ERR_HEADERS_TIMEOUT', 'an answer in time (headers_timeout_seconds)'],
  ['UND_ERR_BODY_TIMEOUT', 'the rest of the answer in time (body_timeout_seconds)'],
]);
const CERTIFICATE = /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_)/;
const BROKEN =
  /^(?:E[A-Z]+|UND_ERR_(?:SOCKET|HEADERS_\w+|RES_\w+|INFO)|HPE_\w+|Z_BUF_ERROR|ERR_STREAM_PREMATURE_CLOSE|ERR_HTTP2_\w+)$/;
/** Characters of the parser's own text. */
const MOST_SHOWN = 200;
/** Codes of zlib and brotli for invalid bytes; for bytes that end early it is `Z_BUF_ERROR`. */
const NOT_PACKED_SO = /^(?:Z_(?!BUF_ERROR)\w+|ERR__ERROR_\w+|ERR_BROTLI_\w+)$/;

/**
 * An answer that is not HTTP. Undici gives these errors no code; what the parser says of them comes from the parser, not
 * from the server.
 */
function isMalformed(error: unknown): boolean {
  const code = codeOf(error);
  const isNamed = error instanceof Error && error.name === 'HTTPParserError';
  return (isNamed || code?.startsWith('HPE_') === true) && code !== 'HPE_INVALID_EOF_STATE';
}

/** The failure for an error of the connection; undefined for a bug. */
export function connectionFailure(
  request: NamedRequest,
  error: unknown,
): PassingFailure | undefined {
  if (isMalformed(error)) {
    const got = `one that breaks the protocol (${(error as Error).message.slice(0, MOST_SHOWN)})`;
    return new PassingFailure(passing(request, 'SOURCE_ANSWER_MALFORMED', 'an HTTP answer', got));
  }
  const code = codeOf(error);
  if (code === undefined) return undefined;
  if (UNREACHABLE.includes(code) || CERTIFICATE.test(code)) {
    return new PassingFailure(sourceWide(request, 'SOURCE_UNREACHABLE', 'a connection', code));
  }
  const late = LATE.get(code);
  if (late !== undefined) {
    return new PassingFailure(passing(request, 'SOURCE_TIMED_OUT', late, 'nothing'));
  }
  if (!BROKEN.test(code)) return undefined;
  return new PassingFailure(passing(request, 'SOURCE_CUT_OFF', 'a whole answer', code));
}

/** The failure for an error of unpacking. It is lasting: the same bytes would come again. */
export function decodingFailure(request: NamedRequest, error: unknown): SourceError | undefined {
  const code = codeOf(error);
  if (code === undefined || !NOT_PACKED_SO.test(code)) return undefined;
  return lasting(request, 'SOURCE_UNREADABLE', 'a body packed as its content-encoding says', code);
}

/** The code of an error of a connection, from Node or undici. */
export function codeOf(error: unknown): string | undefined {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The outcome of a request to an HTTP source, for metrics. */
export const REQUEST_CLASSES = [
  'ok',
  'no_data',
  'throttled',
  'passing',
  'lasting',
  'source_wide',
] as const;
export type RequestClass = (typeof REQUEST_CLASSES)[number];
