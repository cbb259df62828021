import { getSchemaPath, type OperationObject, type ResponseObject } from '@nestjs/swagger';
import { PROBLEM_EXTENSION } from './api-answers.js';
import { headerReferences } from './api-headers.js';
import { PROBLEM_CODES, PROBLEMS, type ProblemCode, problemType } from '../problems/problem.js';
import { ProblemDto } from './problem.dto.js';

/** Errors of every operation. */
const OF_ANY_CALL = [
  'BAD_REQUEST',
  'UNAUTHENTICATED',
  'REQUEST_TIMEOUT',
  'PROXY_NEEDS_TOKENS',
  'WRONG_HOST',
  'RATE_LIMITED',
  'HEADERS_TOO_LARGE',
  'INTERNAL',
  'DATABASE_UNAVAILABLE',
] as const satisfies readonly ProblemCode[];
/** Errors of every operation that changes something. One without a body still refuses an invalid body. */
const OF_ANY_CHANGE = [
  'VALIDATION_FAILED',
  'FORBIDDEN',
  'CROSS_SITE',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
] as const satisfies readonly ProblemCode[];
/** Errors that always have `Retry-After`. */
const WITH_RETRY_AFTER: readonly ProblemCode[] = [
  'RATE_LIMITED',
  'BUSY',
  'STREAMS_EXHAUSTED',
  'STOPPING',
];

/** Collects the descriptions of errors once, for operations to refer to. */
export class ProblemDescriptions {
  readonly responses: Record<string, ResponseObject> = {};
  readonly examples: Record<string, { readonly value: ProblemDto }> = {};

  /** Describes all errors of an operation, one response per status. */
  describe(operation: OperationObject, changes: boolean): void {
    const own = takeOwnCodes(operation);
    const codes = [...own, ...OF_ANY_CALL, ...(changes ? OF_ANY_CHANGE : [])];
    const inOrder = PROBLEM_CODES.filter((code) => codes.includes(code));
    for (const [status, same] of Map.groupBy(inOrder, (code) => PROBLEMS[code].status)) {
      const name = same.join('.');
      this.responses[name] ??= problemResponse(same);
      for (const code of same) this.examples[code] ??= { value: exampleOf(code) };
      operation.responses[status] = { $ref: `#/components/responses/${name}` };
    }
  }
}

function takeOwnCodes(operation: OperationObject): readonly ProblemCode[] {
  const extensions = operation as unknown as Record<string, unknown>;
  return PROBLEM_CODES.filter((code) => {
    const key = PROBLEM_EXTENSION + code;
    const has = key in extensions;
    Reflect.deleteProperty(extensions, key);
    return has;
  });
}

function problemResponse(codes: readonly ProblemCode[]): ResponseObject {
  const comesBack = codes.every((code) => WITH_RETRY_AFTER.includes(code));
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('. '),
    headers: headerReferences('X-Request-Id', ...(comesBack ? (['Retry-After'] as const) : [])),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: getSchemaPath(ProblemDto) },
            { type: 'object', properties: { code: { type: 'string', enum: [...codes] } } },
          ],
        },
        examples: Object.fromEntries(
          codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
        ),
      },
    },
  };
}

function exampleOf(code: ProblemCode): ProblemDto {
  const { status, title, cause } = PROBLEMS[code];
  return {
    type: problemType(code),
    title,
    status,
    detail: cause,
    instance: '/api/v1/sync-status/sync/batch',
    code,
    request_id: '5f0c2a34-6a52-4b8e-9d0b-7f3a5f0f6f11',
  };
}
