import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { describeReceived } from '../../config/received.js';
import { Problem } from '../problems/problem.js';

const EXPECTED = '1 to 255 visible ASCII characters, bare or as a quoted string';
/** A String of RFC 8941, which the draft of the header requires: only `"` and `\` are escaped. */
const QUOTED = /^"(?<quoted>(?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
/** Most clients send the key without quotes. */
const BARE = /^[\x21\x23-\x7e][\x21-\x7e]*$/;
const MOST_CHARACTERS = 255;

/** The whole header for the OpenAPI document: bare, or quoted, with at most {@link MOST_CHARACTERS} between the quotes. */
export const IDEMPOTENCY_KEY_PATTERN =
  '^(?:"(?:[\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\["\\\\]){1,255}"|[\\x21\\x23-\\x7e][\\x21-\\x7e]{0,254})$';

/** The `Idempotency-Key` of a request without its quotes, or null. */
export const IdempotencyKey = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | null => {
    const header = context.switchToHttp().getRequest<Request>().get('Idempotency-Key');
    return header === undefined ? null : readIdempotencyKey(header);
  },
);

/**
 * Reads the key in a header.
 * @throws {Problem} `VALIDATION_FAILED`
 */
export function readIdempotencyKey(header: string): string {
  const quoted = QUOTED.exec(header)?.groups?.['quoted']?.replaceAll(/\\(.)/g, '$1');
  const key = quoted ?? (BARE.test(header) ? header : '');
  if (key.length >= 1 && key.length <= MOST_CHARACTERS) return key;
  const received = describeReceived(header);
  throw new Problem(
    'VALIDATION_FAILED',
    `header Idempotency-Key: expected ${EXPECTED}, got ${received}`,
    { errors: [{ pointer: '/headers/idempotency-key', expected: EXPECTED, received }] },
  );
}
