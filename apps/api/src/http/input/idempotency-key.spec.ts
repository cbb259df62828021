import { describe, expect, it } from 'vitest';
import { readIdempotencyKey } from './idempotency-key.js';

describe('readIdempotencyKey', () => {
  it.each([
    ['a bare key', '8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['the same, quoted', '"8e03978e-40d5"', '8e03978e-40d5'],
    ['escapes in quotes', String.raw`"a\"b\\c"`, String.raw`a"b\c`],
    ['a backslash in a bare key', String.raw`a\b`, String.raw`a\b`],
    ['255 characters', 'k'.repeat(255), 'k'.repeat(255)],
    ['255 characters in quotes', `"${'k'.repeat(255)}"`, 'k'.repeat(255)],
  ])('takes %s', (_, header, key) => {
    expect(readIdempotencyKey(header)).toBe(key);
  });

  it.each([
    ['nothing', ''],
    ['nothing in quotes', '""'],
    ['256 characters', 'k'.repeat(256)],
    ['256 characters in quotes', `"${'k'.repeat(256)}"`],
    ['a space', 'a b'],
    ['a space in quotes', '"a b"'],
    ['two keys', 'a, b'],
    ['an open quote', '"a'],
    ['a lonely quote', '"'],
    ['something after the quotes', '"a";b=1'],
    ['an escape that is none', String.raw`"a\b"`],
    ['an end that is escaped', String.raw`"a\"`],
    ['a character that is not ASCII', 'schlüssel'],
    ['a control character', 'a\u0001'],
  ])('refuses %s, and says where', (_, header) => {
    const error = expect.objectContaining({ pointer: '/headers/idempotency-key' }) as unknown;
    expect(() => readIdempotencyKey(header)).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED', extras: { errors: [error] } }),
    );
  });
});
