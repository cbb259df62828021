import { describe, expect, it } from 'vitest';
import { decodeDaysCursor, encodeDaysCursor } from './days-cursor.js';

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

describe('the cursor of the days that changed', () => {
  it.each([0, 7, 2 ** 31, Number.MAX_SAFE_INTEGER])('keeps the rev %i, fit for a URL', (rev) => {
    const cursor = encodeDaysCursor(rev);
    expect(decodeDaysCursor(cursor)).toBe(rev);
    expect(cursor).toMatch(/^[\w-]+$/);
  });

  it.each([
    ['an empty text', ''],
    ['a plain number', '7'],
    ['a number alone', encoded('7')],
    ['no JSON', encoded('[7')],
    ['null', encoded('null')],
    ['an empty list', encoded('[]')],
    ['two revs', encoded('[7,8]')],
    ['a rev below 0', encoded('[-1]')],
    ['half a rev', encoded('[1.5]')],
    ['a rev that is a text', encoded('["7"]')],
    ['a rev too large to be exact', encoded('[9007199254740993]')],
    ['other spaces', encoded('[ 7]')],
    ['padding', `${encodeDaysCursor(10)}==`],
  ])('is refused where it is %s', (_, cursor) => {
    expect(() => decodeDaysCursor(cursor)).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        message: expect.stringMatching(
          /^since: expected the `cursor` of an earlier answer, got /,
        ) as unknown,
      }),
    );
  });
});
