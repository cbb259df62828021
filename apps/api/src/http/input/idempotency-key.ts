import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { describeReceived } from '../../config/received.js';
import { Problem } from '../problems/problem.js';

const EXPECTED = '1 to 255 visible ASCII characters, bare or as a quoted string';
/** A String of RFC 8941, as the header's draft has it: its only escapes are those of `"` and `\`. */
const QUOTED = /^"(?<quoted>(?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
/** What most clients send in its place. */
const BARE = /^[\x21\x23-\x7e][\x21-\x7e]*$/;
const MOST_CHARACTERS = 255;

/** The whole header for the OpenAPI document: bare, or quoted, with at most {@link MOST_CHARACTERS} between the quotes. */
export const IDEMPOTENCY_KEY_PATTERN =
  '^(?:"(?:[\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\["\\\\]){1,255}"|[\\x21\\x23-\\x7e][\\x21-\\x7e]{0,254})$';

/** The `Idempotency-Key` of a request: the text that it stands for, or null for a request without one. */
export const IdempotencyKey = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | null => {
    const header = context.switchToHttp().getRequest<Request>().get('Idempotency-Key');
    return header === undefined ? null : readIdempotencyKey(header);
  },
);

/**
 * The key that the header writes.
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
